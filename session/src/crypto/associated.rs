use std::fmt;

use super::Purpose;

/// What sealed bytes are bound to, without containing it: they open for the same purpose, application, cookie and record
/// only.
///
/// Put in what names the thing and stays the same for its life. What a store changes by itself (idle deadline, revision,
/// proof) must stay out: a touch or a rotation, also by an older program, would make the bytes unreadable.
///
/// ```
/// use session::crypto::{Associated, Key, KeyRing, Purpose};
///
/// let ring = KeyRing::new(&Key::generate()?);
/// let shop = Associated::new(Purpose::SealCookie, "shop").cookie("__Host-session").format(1);
/// let sealed = ring.seal(&shop, b"data")?;
/// assert_eq!(ring.open(&shop, &sealed)?, b"data");
///
/// let blog = Associated::new(Purpose::SealCookie, "blog").cookie("__Host-session").format(1);
/// assert!(ring.open(&blog, &sealed).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Associated<'a> {
    purpose: Purpose,
    application: &'a str,
    cookie: &'a str,
    format: u8,
    lineage: Option<&'a [u8; 16]>,
    field: Option<u32>,
    immutable: &'a [&'a [u8]],
}

impl<'a> Associated<'a> {
    /// Bound to a purpose and to the application's name.
    pub const fn new(purpose: Purpose, application: &'a str) -> Self {
        Self { purpose, application, cookie: "", format: 0, lineage: None, field: None, immutable: &[] }
    }

    /// And to the cookie's name.
    #[must_use]
    pub const fn cookie(self, name: &'a str) -> Self {
        Self { cookie: name, ..self }
    }

    /// And to the layout of the sealed bytes.
    #[must_use]
    pub const fn format(self, format: u8) -> Self {
        Self { format, ..self }
    }

    /// And to one record, which keeps its [lineage](crate::record::Header::lineage) for life.
    #[must_use]
    pub const fn lineage(self, lineage: &'a [u8; 16]) -> Self {
        Self { lineage: Some(lineage), ..self }
    }

    /// And to one field, by the hash of its name as the record has it.
    #[must_use]
    pub const fn field(self, name: u32) -> Self {
        Self { field: Some(name), ..self }
    }

    /// And to the parts of the record's header that never change, in this order.
    #[must_use]
    pub const fn immutable(self, parts: &'a [&'a [u8]]) -> Self {
        Self { immutable: parts, ..self }
    }

    pub(super) const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// `head`, then every part behind its length, in a fixed order; an absent part has the length 0, and no present part
    /// of fixed size has. No two different sets of parts give the same bytes as long as `head` has one length.
    pub(super) fn encode_after(&self, head: &[u8]) -> Vec<u8> {
        let field = self.field.map(u32::to_le_bytes);
        let format = [self.format];
        let parts = [
            self.purpose.label(),
            self.application.as_bytes(),
            self.cookie.as_bytes(),
            &format,
            self.lineage.map_or(&[][..], |lineage| lineage),
            field.as_ref().map_or(&[][..], |name| name),
        ];
        let parts = || parts.iter().chain(self.immutable);
        let mut out = Vec::with_capacity(head.len() + parts().map(|part| 8 + part.len()).sum::<usize>());
        out.extend_from_slice(head);
        for part in parts() {
            out.extend_from_slice(&(part.len() as u64).to_le_bytes());
            out.extend_from_slice(part);
        }
        out
    }
}

/// The immutable parts may have a principal's digest among them and are not shown.
impl fmt::Debug for Associated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Associated")
            .field("purpose", &self.purpose)
            .field("application", &self.application)
            .field("cookie", &self.cookie)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}
