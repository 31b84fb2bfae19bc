//! Locks that threads share, and the threads: std's, or those of the model checker, which runs them in every order
//! (`cargo xtask model` builds with `--cfg shuttle`).

#[cfg(shuttle)]
pub(crate) use shuttle::{
    sync::{Condvar, Mutex, MutexGuard},
    thread,
};
#[cfg(not(shuttle))]
pub(crate) use std::{
    sync::{Condvar, Mutex, MutexGuard},
    thread,
};
