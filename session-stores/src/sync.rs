//! Locks and atomics that threads share: std's, or those of the model checker, which runs threads in every order
//! (`cargo xtask model` builds with `--cfg shuttle`).

#[cfg(shuttle)]
pub(crate) use shuttle::sync::{Mutex, MutexGuard, atomic};
#[cfg(not(shuttle))]
pub(crate) use std::sync::{Mutex, MutexGuard, atomic};
