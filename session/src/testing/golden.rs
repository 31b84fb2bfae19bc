//! Golden records: what programs have written stays readable, for ever.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::{data_by, opened_by, record_by};
use crate::config::SessionConfig;
use crate::data::{Flags, SessionData};
use crate::error::Error;
use crate::record::Record;
use crate::schema::{self, Schema};
use crate::value::name32;

/// A folder of golden records, to be committed beside the tests.
///
/// Each schema that a struct ever had leaves one file per sample, with the bytes that a store was given, and beside it a
/// snapshot of what is read in them now. The bytes never change; the snapshots do, when a struct gets a field, and a
/// review shows how.
///
/// ```no_run
/// use session::SessionData;
/// use session::testing::Golden;
///
/// #[derive(SessionData, Clone, Debug)]
/// struct UserSession {
///     name: String,
/// }
///
/// // In a test. `SESSION_GOLDEN=write cargo test` writes what is missing.
/// Golden::in_folder(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
///     .check([("named", UserSession { name: "Ada".into() })], |data| format!("{data:#?}"));
/// ```
#[derive(Debug, Clone)]
pub struct Golden {
    folder: PathBuf,
    writes: bool,
    config: SessionConfig,
}

impl Golden {
    /// The records in `folder`. They are written where the environment has `SESSION_GOLDEN=write`, and checked otherwise.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        let writes = std::env::var_os("SESSION_GOLDEN").is_some_and(|value| value == "write");
        Self { folder: folder.into(), writes, config: SessionConfig::default() }
    }

    /// With the keys and the application of that configuration, for data with secret fields. Whoever has the files has to
    /// have these keys, too, so make some for the tests alone.
    #[must_use]
    pub fn with_config(mut self, config: SessionConfig) -> Self {
        self.config = config;
        self
    }

    /// Whether missing records and other snapshots are written, whatever the environment says.
    #[must_use]
    pub fn write(mut self, writes: bool) -> Self {
        self.writes = writes;
        self
    }

    /// Checks that `samples` are written as they were when their golden records were, and that every golden record of a
    /// struct of that name is read as its snapshot says, by `show`.
    ///
    /// # Panics
    /// With every problem, and what to do about it.
    #[track_caller]
    pub fn check<'a, T: SessionData>(
        &self,
        samples: impl IntoIterator<Item = (&'a str, T)>,
        show: impl Fn(&T) -> String,
    ) {
        let problems = self.problems(samples, show);
        assert!(problems.is_empty(), "golden records of `{}`:\n{}", T::NAME, problems.join("\n"));
    }

    /// As [`check`](Self::check), with the problems in hand.
    pub fn problems<'a, T: SessionData>(
        &self,
        samples: impl IntoIterator<Item = (&'a str, T)>,
        show: impl Fn(&T) -> String,
    ) -> Vec<String> {
        let mut problems: Vec<_> =
            samples.into_iter().filter_map(|(name, data)| self.sample(name, data).err()).collect();
        match self.files(T::NAME) {
            Ok(files) => problems.extend(files.iter().filter_map(|file| self.read(file, &show).err())),
            Err(problem) => problems.push(problem),
        }
        problems
    }

    /// Checks one sample alone, whatever is read in other records: for a struct of an earlier version that is still there,
    /// as `previous` needs it.
    ///
    /// # Errors
    /// The problem, and what to do about it.
    pub fn sample<T: SessionData>(&self, name: &str, data: T) -> Result<(), String> {
        let schema = fingerprint(&schema::of::<T>());
        let file = self.folder.join(format!("{}.{name}.{schema:08x}.record", T::NAME));
        let record =
            record_by(&self.config, data).map_err(|error| format!("{name}: cannot be stored: {error}"))?;
        self.written::<T>(&file, &record)
    }

    fn written<T: SessionData>(&self, file: &Path, record: &Record) -> Result<(), String> {
        let bytes = record.encode();
        match std::fs::read(file) {
            Ok(golden) if golden == bytes => Ok(()),
            // What is sealed is other bytes each time; what is in it must be the same.
            Ok(golden) if self.is_same::<T>(&golden, record) => Ok(()),
            Ok(_) => Err(format!(
                "{}: the same data is written as other bytes: either the sample was changed (give it another name), or \
                 programs that are running now cannot be trusted to read what this one writes",
                file.display()
            )),
            Err(_) if self.writes => std::fs::create_dir_all(&self.folder)
                .and_then(|()| std::fs::write(file, bytes))
                .map_err(|error| format!("{}: {error}", file.display())),
            Err(error) => Err(format!(
                "{}: {error}; this schema has no golden record yet: run the test once with SESSION_GOLDEN=write, and \
                 commit the files",
                file.display()
            )),
        }
    }

    fn is_same<T: SessionData>(&self, golden: &[u8], record: &Record) -> bool {
        let opened = |record: &Record| opened_by::<T>(&self.config, record).map(|record| record.encode());
        let golden = Record::decode(&Bytes::copy_from_slice(golden))
            .map_err(Error::from)
            .and_then(|golden| opened(&golden));
        matches!((golden, opened(record)), (Ok(golden), Ok(record)) if golden == record)
    }

    /// Every record of a struct of that name, in order.
    fn files(&self, name: &str) -> Result<Vec<PathBuf>, String> {
        let problem = |error: std::io::Error| format!("{}: {error}", self.folder.display());
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(problem)? {
            let path = entry.map_err(problem)?.path();
            let is_ours = path
                .file_name()
                .and_then(|file| file.to_str())
                .and_then(|file| file.strip_prefix(name))
                .is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".record"));
            if is_ours {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// One golden record: it is read, what is read is as the snapshot says, and survives being written back.
    fn read<T: SessionData>(&self, file: &Path, show: &impl Fn(&T) -> String) -> Result<(), String> {
        let problem = |what: String| format!("{}: {what}", file.display());
        let bytes = std::fs::read(file).map_err(|error| problem(error.to_string()))?;
        let record = Record::decode(&bytes.into()).map_err(|error| problem(error.to_string()))?;
        let data: T = data_by(&self.config, &record).map_err(|error| problem(error.to_string()))?;
        let shown = show(&data);
        let again = record_by(&self.config, data).and_then(|record| data_by::<T>(&self.config, &record));
        match again.map(|data| show(&data)) {
            Ok(again) if again == shown => {}
            Ok(_) => return Err(problem("what is read is something else after it was written back".into())),
            Err(error) => return Err(problem(format!("what is read cannot be written back: {error}"))),
        }
        let snapshot = file.with_extension("snapshot");
        match std::fs::read_to_string(&snapshot) {
            Ok(expected) if expected == shown => Ok(()),
            _ if self.writes => std::fs::write(&snapshot, shown).map_err(|error| problem(error.to_string())),
            Ok(expected) => Err(problem(difference(&expected, &shown))),
            Err(error) => Err(problem(format!("no snapshot: {error}; run with SESSION_GOLDEN=write"))),
        }
    }
}

/// What decides how data is written.
fn fingerprint(schema: &Schema) -> u32 {
    let mut text = schema.version.to_string();
    for field in &schema.fields {
        let sealed = if field.flags.has(Flags::SECRET) { " sealed" } else { "" };
        let _ = write!(text, " {}:{:08x}{sealed}", field.name, field.shape.pin());
        for former in field.formers.iter().filter(|former| former.written) {
            let _ = write!(text, " {}:{:08x}", former.name, former.shape.pin());
        }
    }
    name32(&text)
}

/// The first line that differs.
fn difference(expected: &str, shown: &str) -> String {
    let mut lines = expected.lines().zip(shown.lines()).enumerate();
    match lines.find(|(_, (expected, shown))| expected != shown) {
        Some((number, (expected, shown))) => format!(
            "is read as something else than its snapshot says, from line {}: `{}`, where it was `{}`",
            number + 1,
            shown.trim(),
            expected.trim()
        ),
        None => "is read as more or less than its snapshot says".to_owned(),
    }
}
