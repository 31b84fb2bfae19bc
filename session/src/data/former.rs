use super::{Field, Flags, Lens, SessionData};
use crate::codec::{DecodeError, Encoder};
use crate::schema::text::Text;
use crate::value::{SessionValue, Shape, from_bytes, name32};

/// A form in which a field was stored before: under another name, as another type, or both.
///
/// While a former form is declared the field is found under it, and where there is a conversion back it is written as
/// well, for the programs that know no other.
pub struct Former<S: 'static> {
    /// The name on the wire.
    pub name: &'static str,
    /// Its 32 bits.
    pub name32: u32,
    /// The shape of the type.
    pub shape: &'static Shape,
    /// Its 32 bits beside the bytes.
    pub shape32: u32,
    /// The most bytes a value takes, where there is a bound.
    pub max: Option<usize>,
    forward: fn(&mut S, &[u8]) -> Result<(), FormerError>,
    back: Option<BackFn<S>>,
}

/// Writes a field in a former form; `false` where the value has none.
pub type BackFn<S> = fn(&S, &mut Encoder) -> bool;

/// Why a former form gives no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormerError {
    /// The bytes are not a value of the former type.
    Decode(DecodeError),
    /// The former value has no counterpart in the present type.
    Conversion,
}

impl<S: 'static> Former<S> {
    /// The same type under another name.
    pub const fn alias<L: Lens<S>>(name: &'static str) -> Self {
        Self {
            name,
            name32: name32(name),
            shape: L::Value::SHAPE,
            shape32: L::Value::SHAPE.wire(),
            max: L::Value::MAX,
            forward: |data, bytes| {
                *L::get_mut(data) = from_bytes(bytes).map_err(FormerError::Decode)?;
                Ok(())
            },
            back: Some(|data, encoder| {
                L::get(data).encode(encoder);
                true
            }),
        }
    }

    /// Another type, under the name of the field or another one. `back` is from [`Back`](super::Back) or from
    /// [`back_by`](super::back_by).
    pub const fn was<L: Lens<S>, Old: SessionValue, C: super::Convert<Old, L::Value>>(
        name: &'static str,
        back: Option<BackFn<S>>,
    ) -> Self {
        Self {
            name,
            name32: name32(name),
            shape: Old::SHAPE,
            shape32: Old::SHAPE.wire(),
            max: Old::MAX,
            forward: |data, bytes| {
                let old = from_bytes::<Old>(bytes).map_err(FormerError::Decode)?;
                *L::get_mut(data) = C::convert(old).ok_or(FormerError::Conversion)?;
                Ok(())
            },
            back,
        }
    }

    /// Whether there is a conversion back, so that the form is written as well.
    pub const fn has_back(&self) -> bool {
        self.back.is_some()
    }

    /// Sets the field to what `bytes` hold in this form. After an error the field is as it was.
    pub(crate) fn read(&self, data: &mut S, bytes: &[u8]) -> Result<(), FormerError> {
        (self.forward)(data, bytes)
    }

    /// The field in this form; `None` where it has none.
    pub(crate) fn bytes_of(&self, data: &S) -> Option<Vec<u8>> {
        // The present form, which is written first, says whether the value is too long.
        let mut encoder = Encoder::lenient();
        let has_form = self.back?(data, &mut encoder);
        encoder.finish().ok().filter(|_| has_form)
    }
}

/// The room for a message with two names in it.
pub(crate) const MESSAGE: usize = 4096;

/// Fails to compile where a row would be misread through one of its former forms. Part of
/// [`assert_table`](super::assert_table).
#[track_caller]
pub(super) const fn assert_formers<S>(fields: &[Field<S>]) {
    let mut row = 0;
    while row < fields.len() {
        let formers = fields[row].formers;
        let mut index = 0;
        while index < formers.len() {
            let former = &formers[index];
            if former.name32 == fields[row].name32 && former.shape32 == fields[row].shape32 {
                let mut text = Text::<MESSAGE>::new();
                text.push("the former type of `");
                text.push(former.name);
                text.push(
                    "` is stored in the same shape as the present one, so `was` would never be used; remove it (a nested \
                     struct evolves through `alias` and `was` on its own fields)",
                );
                panic!("{}", text.as_str())
            }
            let mut other = 0;
            while other < fields.len() {
                if other != row && answers_to(&fields[other], former.name32) {
                    let mut text = Text::<MESSAGE>::new();
                    text.push("the former name `");
                    text.push(former.name);
                    text.push("` is a name of the field `");
                    text.push(fields[other].name);
                    text.push(
                        "`, too, or their 32-bit hashes collide; each name belongs to one field: rename one",
                    );
                    panic!("{}", text.as_str())
                }
                other += 1;
            }
            index += 1;
        }
        row += 1;
    }
}

/// Fails to compile where what somebody may do would be lost to the programs that know only a former form of it. The
/// derive calls it in a `const`.
///
/// # Panics
/// Where it would, if it is called at run time.
#[track_caller]
pub const fn assert_rights<T: SessionData>() {
    let mut row = 0;
    while T::MIN_READER < T::VERSION && row < T::FIELDS.len() {
        let field = &T::FIELDS[row];
        let of_rights = field.flags.has(Flags::IDENTITY) || field.flags.has(Flags::PRIVILEGE);
        let mut index = 0;
        while of_rights && index < field.formers.len() {
            assert!(
                field.formers[index].has_back(),
                "programs of the version before would find nobody signed in, or no rights, once this one has written \
                 the field: give it a way back to its former type, by `impl From` (or `TryFrom`) the other way round \
                 or by `back = path::to::function` after `was`; or, if none of those programs runs any more, say \
                 `min_reader = …` with the present version on the struct"
            );
            index += 1;
        }
        row += 1;
    }
}

const fn answers_to<S>(field: &Field<S>, name32: u32) -> bool {
    let mut index = 0;
    while index < field.formers.len() {
        if field.formers[index].name32 == name32 {
            return true;
        }
        index += 1;
    }
    field.name32 == name32
}

impl<S: 'static> std::fmt::Debug for Former<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Former")
            .field("name", &self.name)
            .field("shape", &format_args!("{}", self.shape))
            .field("has_back", &self.has_back())
            .finish_non_exhaustive()
    }
}
