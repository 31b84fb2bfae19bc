//! A store whose client keeps the records, and what is broken in its mutants. Its seal is a checksum that anybody could
//! make: enough to tell right from wrong, and nothing to copy.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use session::clock::{Clock as _, ManualClock, Timestamp};
use session::record::Record;
use session::store::{Capabilities, ClientSide, Commit, Health, Load, Locator, Store, Touch, Touched, Write};
use session::testing::conformance::{OnClock, sealed_laws};
use session::{Error, ErrorKind, Handle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    OpensWithoutFields,
    NeverExpires,
    ComparesHalfTheSeal,
    IgnoresWhatFollows,
    TrustsLengths,
}

#[derive(Debug)]
struct Sealed {
    flaw: Flaw,
    clock: Arc<ManualClock>,
}

/// `length · record · checksum`
fn seal(record: &Record) -> Vec<u8> {
    let bytes = record.encode();
    let length = u32::try_from(bytes.len()).expect("a small record");
    [&length.to_le_bytes()[..], &bytes, &checksum(&bytes)].concat()
}

fn checksum(bytes: &[u8]) -> [u8; 8] {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish().to_le_bytes()
}

impl Sealed {
    fn open(&self, sealed: &[u8]) -> Result<Option<Record>, Error> {
        let Some((length, rest)) = sealed.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_le_bytes(*length) as usize;
        if self.flaw == Flaw::TrustsLengths && length > 1 << 24 {
            return Err(Error::too_large(length, 1 << 24));
        }
        let Some((bytes, seal)) = rest.split_at_checked(length) else { return Ok(None) };
        let (compared, exact) = match self.flaw {
            Flaw::ComparesHalfTheSeal => (4, true),
            Flaw::IgnoresWhatFollows => (8, false),
            _ => (8, true),
        };
        if seal.len() < 8 || (exact && seal.len() > 8) || seal[..compared] != checksum(bytes)[..compared] {
            return Ok(None);
        }
        let mut record = Record::decode(&bytes.to_vec().into()).map_err(Error::corrupt)?;
        if self.flaw == Flaw::OpensWithoutFields {
            record.fields.clear();
        }
        let over = record.header.is_expired(self.clock.now()) && self.flaw != Flaw::NeverExpires;
        Ok((!over).then_some(record))
    }
}

impl Store for Sealed {
    type Kind = ClientSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        let Locator::Sealed(sealed) = at else { return Ok(Load::Absent) };
        Ok(self.open(sealed)?.map_or(Load::Absent, Load::Found))
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let record = Record { header: write.header(None, self.clock.now()), fields: write.fields.clone() };
        let sealed = Some(seal(&record));
        Ok(Commit::Committed { record, sealed })
    }

    async fn touch(&self, _: &Touch) -> Result<Touched, Error> {
        Err(Error::new(ErrorKind::Unsupported { power: "touch in this test" }))
    }

    async fn delete(&self, _: &Handle) -> Result<bool, Error> {
        Ok(false)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn health(&self) -> Result<Health, Error> {
        Ok(Health::default())
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.client_side = true;
        capabilities
    }
}

session::conformance! {
    mod laws;
    subject = OnClock::new(|clock| Sealed { flaw: Flaw::None, clock });
    only = [sealed];
}

#[test]
fn broken_seals_are_found() {
    let expected: [(Flaw, &[&str]); 5] = [
        (Flaw::OpensWithoutFields, &["a_sealed_record_opens_to_what_was_committed"]),
        (Flaw::NeverExpires, &["an_expired_sealed_record_is_absent"]),
        (Flaw::ComparesHalfTheSeal, &["a_forged_record_is_absent"]),
        (Flaw::IgnoresWhatFollows, &["a_cut_or_lengthened_record_is_absent"]),
        // A forged length is junk.
        (Flaw::TrustsLengths, &["a_forged_record_is_absent", "junk_is_absent"]),
    ];
    let mut found = BTreeSet::new();
    for (flaw, expected) in expected {
        let mut broken = BTreeSet::new();
        for law in sealed_laws() {
            let subject = OnClock::new(|clock| Sealed { flaw, clock });
            if catch_unwind(AssertUnwindSafe(|| (law.run)(&subject))).is_err() {
                broken.insert(law.name);
            }
        }
        assert_eq!(broken, expected.iter().copied().collect(), "{flaw:?}");
        found.extend(broken);
    }
    let all = sealed_laws::<OnClock<Sealed>>().iter().map(|law| law.name).collect();
    assert_eq!(found, all, "every law can be broken");
}
