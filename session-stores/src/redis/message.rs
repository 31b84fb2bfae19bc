//! What begins the messages that scripts publish; the rest of them is in `lua/announce.lua`, and they are read by
//! `cluster/message.rs`.

pub(crate) const VERSION: u8 = 1;
pub(crate) const CHANGED: u8 = 1;
pub(crate) const ENDED: u8 = 2;
