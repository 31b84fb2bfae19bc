//! The state of one session in one request, shared by all clones of its handle.
//!
//! The one rule here: **no code of the app runs under the lock**: no closure, no `clone`, no `drop`, no `encode`. Values
//! are prepared outside and swapped in. So nothing can deadlock and nothing can be poisoned.

use std::sync::{Arc, PoisonError};

use super::gate::Gate;
use super::state::{Base, Intent, State};
use crate::client::Client;
use crate::clock::Timestamp;
use crate::csrf;
use crate::data::{SessionData, is_indexed};
use crate::error::Error;
use crate::event;
use crate::runtime::Runtime;
use crate::store::Store as _;
use crate::sync::{Mutex, MutexGuard};
use crate::token::Handle;

pub(crate) struct Shared<T: SessionData> {
    pub(crate) runtime: Arc<Runtime>,
    /// One commit of this handle at a time.
    pub(crate) committing: async_lock::Mutex<()>,
    pub(super) gate: Gate,
    /// Who sends the request, where sessions are bound to that. Outside of requests there is nobody.
    pub(crate) client: Option<Client>,
    /// A moment before which the request has surely begun, by the store's clock. Known where sessions are indexed.
    pub(crate) began: Timestamp,
    state: Mutex<State<T>>,
}

impl<T: SessionData> Shared<T> {
    pub(crate) fn new(runtime: Arc<Runtime>, state: State<T>) -> Self {
        Self {
            began: Self::begins(&runtime),
            runtime,
            committing: async_lock::Mutex::new(()),
            gate: Gate::default(),
            client: None,
            state: Mutex::new(state),
        }
    }

    /// The moment, for a request that begins.
    pub(crate) fn begins(runtime: &Runtime) -> Timestamp {
        match const { is_indexed::<T>() } {
            true => runtime.store.past(),
            false => Timestamp::default(),
        }
    }

    /// A session that holds nothing and is stored nowhere.
    pub(crate) fn empty(runtime: Arc<Runtime>) -> Self {
        let base = Base { data: Arc::new(T::empty()), fields: bytes::Bytes::new(), stored: None };
        Self::new(runtime, State::new(base, Vec::new()))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For which session a CSRF token is valid that comes with this request; for none that is not stored.
    pub(crate) fn csrf_scope(&self) -> Option<csrf::Scope> {
        let state = self.lock();
        let header = state.base.stored.as_ref().map(|stored| &stored.header);
        header
            .map(|header| csrf::Scope { lineage: header.lineage, strict_rotations: header.strict_rotations })
    }

    /// For which session a CSRF token is valid that goes out with this response.
    pub(crate) fn csrf_scope_to_come(&self) -> Result<csrf::Scope, Error> {
        let will_rotate = self.changes_rights();
        let mut state = self.lock();
        if let Some(stored) = &state.base.stored {
            let strict_rotations = stored.header.strict_rotations.saturating_add(u32::from(will_rotate));
            return Ok(csrf::Scope { lineage: stored.header.lineage, strict_rotations });
        }
        let begun = state.in_flight.as_ref().and_then(|pending| pending.begun()).or(state.intent.reserved);
        let handle = begun.map_or_else(Handle::random, Ok)?;
        state.intent.reserved = Some(handle);
        Ok(csrf::Scope { lineage: *handle.as_bytes(), strict_rotations: 0 })
    }

    /// The record's handle, if there is one.
    pub(crate) fn handle(&self) -> Option<Handle> {
        self.lock().base.stored.as_ref().map(|stored| stored.handle)
    }

    pub(crate) fn data(&self) -> Arc<T> {
        Arc::clone(&self.lock().data)
    }

    pub(crate) fn versioned(&self) -> (Arc<T>, u64) {
        let state = self.lock();
        (Arc::clone(&state.data), state.version)
    }

    /// Changes the data, and what is meant by that, through `apply`, which must only move and swap. `row` is the stored
    /// field that may differ then.
    /// `None` if the data is not of the `expected` version any more.
    ///
    /// Readers may hold the data, so it is copied first where it is shared; the copy is made outside the lock, again if
    /// somebody changed the data meanwhile.
    pub(crate) fn edit<R>(
        &self,
        expected: Option<u64>,
        row: Option<usize>,
        apply: impl FnOnce(&mut T, &mut Intent) -> R,
    ) -> Option<R> {
        // Declared before the guard, so that it is dropped after it.
        let mut _replaced = None;
        let mut state = self.lock();
        loop {
            let State { data, version, touched, refused, intent, .. } = &mut *state;
            if expected.is_some_and(|expected| expected != *version) {
                return None;
            }
            if let Some(data) = Arc::get_mut(data) {
                *version += 1;
                if let Some(row) = row {
                    touched.set(row);
                    // Whatever was there before, this is what it shall be.
                    if expected.is_none() {
                        refused.unset(row);
                    }
                }
                return Some(apply(data, intent));
            }
            let (shared, copied) = (Arc::clone(data), *version);
            drop(state);
            let mut copy = Arc::new(T::clone(&shared));
            state = self.lock();
            if state.version == copied {
                std::mem::swap(&mut state.data, &mut copy);
                _replaced = Some((copy, shared));
            } else {
                drop(state);
                drop((copy, shared));
                state = self.lock();
            }
        }
    }

    /// Replaces the data by `mine` if it is still of that version; gives `mine` back if it is not.
    pub(crate) fn replace(&self, version: u64, mine: T, note: impl FnOnce(&mut State<T>)) -> Result<(), T> {
        let mut mine = Arc::new(mine);
        let mut state = self.lock();
        if state.version == version {
            std::mem::swap(&mut state.data, &mut mine);
            state.version += 1;
            note(&mut state);
            drop(state);
            // The old data, dropped here, outside the lock.
            drop(mine);
            return Ok(());
        }
        drop(state);
        Err(Arc::try_unwrap(mine).unwrap_or_else(|shared| T::clone(&shared)))
    }
}

impl<T: SessionData> Drop for Shared<T> {
    fn drop(&mut self) {
        let (is_late, handle) = {
            let state = self.lock();
            let changed = state.detached.is_some_and(|version| version != state.version);
            (changed && state.touched.any(), state.base.stored.as_ref().map(|stored| stored.handle))
        };
        // Reached mutably is not yet changed.
        if is_late && self.has_changes() {
            event::late_change(&self.runtime.events, handle);
        }
    }
}
