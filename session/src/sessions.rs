//! Sessions without HTTP: for jobs, tests, admin tools and sockets.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::config::SessionConfig;
use crate::current::{Current, Session, Shared};
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::event;
use crate::index::Lookup;
use crate::load;
use crate::runtime::Runtime;
use crate::store::{DynStore, Scan, Store};
use crate::token::{Handle, Token};

/// The sessions of one type in one store, with the same life that they have in a request.
///
/// A session from here is committed by [`save`](Self::save), not by a response, and its token comes from
/// [`token`](Self::token), not in a cookie.
///
/// Each field with an index adds a method `by_<field>`: see [`index`](crate::index).
pub struct Sessions<T: SessionData, S: Send + Sync + 'static = DynStore> {
    pub(crate) runtime: Arc<Runtime>,
    /// The store with its type, for what not every store can do.
    pub(crate) store: S,
    indexes: T::Indexes<S>,
}

impl<T: SessionData, S: Send + Sync + Clone + 'static> Sessions<T, S> {
    fn at(runtime: Arc<Runtime>, store: S) -> Self {
        let indexes = Lookup::new(Arc::clone(&runtime), store.clone()).into();
        Self { runtime, store, indexes }
    }
}

impl<T: SessionData, S: Store + Clone> Sessions<T, S> {
    /// The sessions in `store`, with the default configuration.
    ///
    /// # Panics
    /// If the store cannot be used with this configuration: see [`Runtime::new`].
    pub fn new(store: S) -> Self {
        Self::with_config(store, SessionConfig::default())
    }

    /// The sessions in `store`.
    ///
    /// # Panics
    /// If the store cannot be used with this configuration: see [`Runtime::new`].
    pub fn with_config(store: S, config: SessionConfig) -> Self {
        Self::at(Runtime::new(store.clone(), config), store)
    }

    /// The sessions of a layer, whose store is this one: what `store` can do is known here by its type.
    ///
    /// A handler has them as its state. What commits write goes by the layer's own store and configuration; only look-ups
    /// and scans ask `store`.
    pub fn beside(runtime: Arc<Runtime>, store: S) -> Self {
        Self::at(runtime, store)
    }
}

impl<T: SessionData> Sessions<T> {
    /// The sessions of a layer: same store, same configuration.
    pub fn of(runtime: Arc<Runtime>) -> Self {
        let store = runtime.store.clone();
        Self::at(runtime, store)
    }
}

impl<T: SessionData, S: Send + Sync + 'static> Sessions<T, S> {
    /// What these sessions share with the layers they are used in.
    pub fn runtime(&self) -> &Arc<Runtime> {
        &self.runtime
    }

    /// A session that holds nothing. It is stored when it is saved with something in it. No store call.
    pub fn create(&self) -> Session<T> {
        Session::new(Arc::new(Shared::empty(Arc::clone(&self.runtime))))
    }

    /// The session that a token opens; `None` if it opens none. One store call.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`, `TooNew`.
    pub async fn open(&self, token: &Token) -> Result<Option<Session<T>>, Error> {
        Ok(load::by_token(&self.runtime, token).await?.map(|shared| Session::new(Arc::new(shared))))
    }

    /// The session of that handle, for code that may see any session; `None` if there is none. One store call.
    ///
    /// Its data can be changed and saved, but nothing that would need another cookie: signing in, a privilege.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`, `TooNew`.
    pub async fn load(&self, handle: Handle) -> Result<Option<Session<T>>, Error> {
        Ok(load::by_handle(&self.runtime, handle).await?.map(|shared| Session::new(Arc::new(shared))))
    }

    /// As [`load`](Self::load), where there has to be one.
    ///
    /// # Errors
    /// `Absent`, and those of [`load`](Self::load).
    pub async fn get(&self, handle: Handle) -> Result<Session<T>, Error> {
        self.load(handle).await?.ok_or_else(|| Error::new(ErrorKind::Absent))
    }

    /// Writes what was changed, as [`Current::commit`](crate::Current::commit).
    ///
    /// # Errors
    /// Those of `commit`.
    pub async fn save(&self, session: &Session<T>) -> Result<(), Error> {
        let current: &Current<T> = session;
        current.commit().await
    }

    /// The token that opens a stored session: what a cookie would hold. `None` while nothing is stored, and for a session
    /// that was loaded by its handle.
    pub fn token(&self, session: &Session<T>) -> Option<Token> {
        let current: &Current<T> = session;
        let text = current.shared.lock().base.stored.as_ref().and_then(|stored| stored.key.expose())?;
        Token::parse(text.as_bytes())
    }

    /// Ends a session; whether there was one. One store call.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete(&self, handle: Handle) -> Result<bool, Error> {
        let ended = self.runtime.store.delete(&handle).await?;
        if ended {
            event::destroyed(&self.runtime.events, handle);
        }
        Ok(ended)
    }
}

impl<T: SessionData, S: Scan> Sessions<T, S> {
    /// How many sessions are live.
    ///
    /// # Errors
    /// `Unavailable`; `Unsupported` from an erased store that cannot count.
    pub async fn count(&self) -> Result<u64, Error> {
        self.store.count().await
    }

    /// Ends all sessions; how many there were.
    ///
    /// # Errors
    /// `Unavailable`; `Unsupported` from an erased store that cannot list.
    pub async fn clear(&self) -> Result<u64, Error> {
        let ended = self.store.clear().await?;
        event::cleared(&self.runtime.events, ended);
        Ok(ended)
    }
}

/// To the look-ups of the session data.
impl<T: SessionData, S: Send + Sync + 'static> Deref for Sessions<T, S> {
    type Target = T::Indexes<S>;

    fn deref(&self) -> &T::Indexes<S> {
        &self.indexes
    }
}

impl<T: SessionData, S: Send + Sync + Clone + 'static> Clone for Sessions<T, S> {
    fn clone(&self) -> Self {
        Self::at(Arc::clone(&self.runtime), self.store.clone())
    }
}

impl<T: SessionData, S: Send + Sync + 'static> fmt::Debug for Sessions<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sessions<{}>", T::NAME)
    }
}
