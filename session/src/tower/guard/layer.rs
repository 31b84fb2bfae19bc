use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

#[cfg(feature = "actix")]
use http::{Request, Response};
use tower_layer::Layer;

use super::RequireAuthService;
#[cfg(feature = "actix")]
use super::answer::judge;
use super::rules::Rules;
use crate::data::{Flags, SessionData};

/// Lets requests pass only if somebody is signed in: the identity field of `T` is present.
///
/// Mount it inside the [`SessionLayer<T>`](crate::tower::SessionLayer). Who is not signed in gets
///
/// * for a page (`GET` or `HEAD` that accepts `text/html`), where a [sign-in path](Self::sign_in_path) is set: 303 to
///   it, with the way back as a parameter, to be checked by [`local_return_path`](super::local_return_path);
/// * otherwise 401 and `{"error":"unauthenticated"}`.
///
/// If the session cannot be loaded nobody passes: 503 with `Retry-After`, or 500. Exempt paths do not look at the
/// session and cost nothing; others load it, which the handler would do anyway.
///
/// The guard compares the path that reaches it, as it was sent and without the query. Inside a nested axum router that
/// path lacks the router's own prefix: mount the guard on the outermost router, or write the rules without the prefix.
///
/// ```
/// # use session::{RequireAuth, SessionData};
/// # fn guard<UserSession: SessionData>() -> RequireAuth<UserSession> {
/// RequireAuth::<UserSession>::new().sign_in_path("/sign-in").exempt("/").exempt_prefix("/assets/")
/// # }
/// ```
#[must_use = "a guard that is not mounted guards nothing"]
pub struct RequireAuth<T> {
    rules: Arc<Rules>,
    session: PhantomData<fn() -> T>,
}

impl<T: SessionData> RequireAuth<T> {
    /// A guard without exemptions that answers 401. Does not compile for session data without an identity, which nobody
    /// could ever pass.
    pub fn new() -> Self {
        const {
            assert!(
                has_identity::<T>(),
                "session data without `#[session(identity)]` has nobody to let pass"
            );
        }
        Self { rules: Arc::default(), session: PhantomData }
    }

    /// Lets requests for exactly this path pass.
    ///
    /// # Panics
    /// If it is no plain path: it begins with one `/` and has no query, `..`, `//`, or encoded slash or dot.
    #[track_caller]
    pub fn exempt(mut self, path: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.rules).exempt(path.into());
        self
    }

    /// Lets requests pass whose path is below this one, at whole segments: `/public/` stands for all below it, `/public`
    /// for itself too, and neither for `/publicity`. A path with `..`, `//`, or encoded slashes or dots is never exempt.
    ///
    /// # Panics
    /// If it is no plain path, as for [`exempt`](Self::exempt), or is `/`, which would exempt everything.
    #[track_caller]
    pub fn exempt_prefix(mut self, prefix: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.rules).exempt_prefix(prefix.into());
        self
    }

    /// Sends people there to sign in. The path itself is exempt.
    ///
    /// # Panics
    /// If it is no plain path, as for [`exempt`](Self::exempt).
    #[track_caller]
    pub fn sign_in_path(mut self, path: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.rules).sign_in_path(path.into());
        self
    }

    /// The parameter that tells the sign-in page the way back. Default: `next`.
    pub fn return_parameter(mut self, name: impl AsRef<str>) -> Self {
        Arc::make_mut(&mut self.rules).return_parameter(name.as_ref());
        self
    }
}

#[cfg(feature = "actix")]
impl<T: SessionData> RequireAuth<T> {
    /// Whether requests for that path pass unseen.
    pub(crate) fn is_exempt(&self, path: &str) -> bool {
        self.rules.are_exempt(path)
    }

    /// The response that ends the request here; `None` if it passes.
    pub(crate) async fn refusal(&self, head: Request<()>) -> Option<Response<&'static str>> {
        judge::<T, ()>(head, Arc::clone(&self.rules)).await.1.into_response()
    }
}

const fn has_identity<T: SessionData>() -> bool {
    let mut row = 0;
    while row < T::FIELDS.len() {
        if T::FIELDS[row].flags.has(Flags::IDENTITY) {
            return true;
        }
        row += 1;
    }
    false
}

impl<S, T: SessionData> Layer<S> for RequireAuth<T> {
    type Service = RequireAuthService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        RequireAuthService::new(inner, Arc::clone(&self.rules))
    }
}

impl<T: SessionData> Default for RequireAuth<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for RequireAuth<T> {
    fn clone(&self) -> Self {
        Self { rules: Arc::clone(&self.rules), session: PhantomData }
    }
}

impl<T: SessionData> fmt::Debug for RequireAuth<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireAuth").field("session", &T::NAME).field("rules", &self.rules).finish()
    }
}
