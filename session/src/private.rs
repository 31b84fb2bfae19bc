//! The only names that generated code may use besides the public ones. No promise of stability: the derive and the
//! runtime are released as a pair, and the number in the module's name keeps two pairs in one program apart.

pub use crate::codec::{DecodeError, Decoder, Encoder};
pub use crate::current::access::{
    copied, flash, get, is_authenticated, scratch, scratch_copied, set, set_identity, set_scratch, sign_in,
    sign_out, update, update_scratch,
};
pub use crate::data::policy::{add, append, conflict, first, max, merge_with, min, union};
pub use crate::data::{
    Back, Convert, Converted, Each, Field, Flags, Former, IdentityLens, IndexLens, Indexed, Lens, NoBack,
    OnFailure, Plain, Retired, Scratch, Upgrade, assert_open, assert_open_slot, assert_previous,
    assert_rights, assert_secret, assert_table, back_by, nobody,
};
pub use crate::index::{NoIndexes, by};
pub use crate::schema::fits::{assert_fits_cookie, room as cookie_room};
pub use crate::schema::lock::{assert_lock, room as lock_room};
pub use crate::secret::IsSecret;
pub use crate::value::bound::{enum_max, sum_max, sum_min, tagged_max};
pub use crate::value::limited::{Limit, limit};
pub use crate::value::tagged::{decode as decode_tagged, encode as encode_tagged};
pub use crate::value::{
    Elsewhere, Part, Recur, Rows, SessionValue, Shape, Slot, Tagged, Unknown, Variant, assert_variants, blank,
};
