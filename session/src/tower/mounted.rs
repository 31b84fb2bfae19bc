//! The session layers that a request has passed, innermost first, as one request extension.

use std::any::Any;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use http::Extensions;

#[cfg(feature = "actix")]
use super::Answer;
use super::RequestHead;
use crate::Session;
use crate::client::Client;
use crate::cookie::collide;
use crate::data::SessionData;
use crate::error::Error;
use crate::event::Events;
use crate::http::{Exchange, Finish, RequestFacts};
use crate::runtime::Runtime;

/// One session layer's part in one request. Made without I/O, and the only allocation that a request which does not use
/// its session pays for here.
pub(crate) struct Mount<T: SessionData> {
    exchange: Exchange<T>,
    peer: Peer,
    /// Looked up when somebody first asks for the session, because most requests never need it.
    facts: OnceLock<RequestFacts>,
    outer: Option<Mounted>,
    /// What takes the place of the handler's response.
    #[cfg(feature = "actix")]
    overruling: OnceLock<Answer>,
}

/// Ends the exchange with the response's future, however that ends: a session that outlives it is detached.
pub(crate) struct Ending<T: SessionData>(pub(crate) Arc<Mount<T>>);

impl<T: SessionData> Drop for Ending<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// How the address of the other end of the connection is learned.
pub(crate) type Peer = fn(&Extensions) -> Option<IpAddr>;

/// The innermost mount; it knows the ones around it.
#[derive(Clone)]
struct Mounted(Arc<dyn AnyMount>);

trait AnyMount: Any + Send + Sync {
    fn cookie(&self) -> &str;
    fn outer(&self) -> Option<&Mounted>;
}

/// Another layer of the request uses the same cookie, or one that could be taken for it.
pub(crate) struct Clash {
    pub(crate) cookie: String,
}

impl<T: SessionData> Mount<T> {
    /// Mounts a layer on the request with these extensions.
    pub(crate) fn on(
        runtime: &Arc<Runtime>,
        peer: Peer,
        extensions: &mut Extensions,
    ) -> Result<Arc<Self>, Clash> {
        let outer = extensions.get::<Mounted>().cloned();
        let cookie = runtime.config().cookie().name();
        if chain(outer.as_ref()).any(|mount| collide(mount.cookie(), cookie)) {
            return Err(Clash { cookie: cookie.to_owned() });
        }
        let exchange = Exchange::new(Arc::clone(runtime));
        let mount = Arc::new(Self {
            exchange,
            peer,
            facts: OnceLock::new(),
            outer,
            #[cfg(feature = "actix")]
            overruling: OnceLock::new(),
        });
        extensions.insert(Mounted(mount.clone()));
        Ok(mount)
    }

    /// The innermost mount of this session type.
    pub(crate) fn of(extensions: &Extensions) -> Option<Arc<Self>> {
        chain(extensions.get::<Mounted>()).find_map(|mount| {
            let mount: Arc<dyn Any + Send + Sync> = mount.clone();
            mount.downcast().ok()
        })
    }

    /// The request's session, loaded if this is the first call.
    pub(crate) async fn open(&self, head: RequestHead<'_>) -> Result<Session<T>, Error> {
        self.facts.get_or_init(|| head.facts());
        let client = || Client::of(self.exchange.config(), &head.arrival(self.peer));
        self.exchange.open_for(client, head.cookies()).await
    }

    /// Lets that answer take the place of the handler's; the first one does.
    #[cfg(feature = "actix")]
    pub(crate) fn overrule(&self, answer: Answer) {
        let _the_first_stays = self.overruling.set(answer);
    }

    /// What takes the place of the handler's response.
    #[cfg(feature = "actix")]
    pub(crate) fn overruling(&self) -> Option<&Answer> {
        self.overruling.get()
    }

    /// As [`open`](Self::open), for a route that a copy will do.
    pub(crate) async fn open_read_only(&self, head: RequestHead<'_>) -> Result<Session<T>, Error> {
        self.facts.get_or_init(|| head.facts());
        let client = || Client::of(self.exchange.config(), &head.arrival(self.peer));
        self.exchange.open_read_only(client, head.cookies()).await
    }

    /// Whether there is anything to finish.
    pub(crate) fn is_open(&self) -> bool {
        self.exchange.opened().is_some()
    }

    /// Where what happens is told.
    pub(crate) fn events(&self) -> &Events {
        self.exchange.events()
    }

    /// Ends the exchange without a response that knows of the session.
    pub(crate) fn close(&self) {
        self.exchange.close();
    }

    /// Ends the exchange, if there was one.
    pub(crate) async fn finish(&self, status: u16) -> Option<Finish> {
        self.exchange.finish(*self.facts.get()?, status).await
    }
}

impl<T: SessionData> AnyMount for Mount<T> {
    fn cookie(&self) -> &str {
        self.exchange.cookie_name()
    }

    fn outer(&self) -> Option<&Mounted> {
        self.outer.as_ref()
    }
}

fn chain(innermost: Option<&Mounted>) -> impl Iterator<Item = &Arc<dyn AnyMount>> {
    std::iter::successors(innermost, |mounted| mounted.0.outer()).map(|mounted| &mounted.0)
}
