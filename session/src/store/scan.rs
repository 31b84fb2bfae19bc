use std::future::Future;

use super::Store;
use crate::error::Error;
use crate::token::Handle;

/// Where a scan goes on. Made by the store, understood by it alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub Vec<u8>);

/// A part of a scan.
#[derive(Debug, Clone)]
pub struct Page {
    /// Live sessions; one may appear twice in a scan, none that lived throughout is missed.
    pub handles: Vec<Handle>,
    /// Where to go on; `None` at the end.
    pub next: Option<Cursor>,
}

/// A store that can go through its sessions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot list its sessions",
    note = "counting, clearing and searching need a store that keeps the sessions itself"
)]
pub trait Scan: Store {
    /// About `limit` sessions from `cursor` on, or from the beginning.
    ///
    /// # Errors
    /// `Unavailable`.
    fn scan(&self, cursor: Option<&Cursor>, limit: usize)
    -> impl Future<Output = Result<Page, Error>> + Send;

    /// How many sessions are live.
    ///
    /// # Errors
    /// `Unavailable`.
    fn count(&self) -> impl Future<Output = Result<u64, Error>> + Send;

    /// Ends every session as [`delete`](Store::delete) does; how many there were.
    ///
    /// # Errors
    /// `Unavailable`.
    fn clear(&self) -> impl Future<Output = Result<u64, Error>> + Send;
}
