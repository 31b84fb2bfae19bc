//! Turning requests away before the handler runs: of who is not signed in, and those that another site sent.
//!
//! A guard looks at the path alone, never at the query, and refuses to exempt a path that others might read
//! differently. It must never let a request pass because the session could not be loaded.

mod answer;
mod csrf;
mod future;
mod layer;
mod paths;
mod return_path;
mod rules;
mod service;
mod verdict;

#[cfg(feature = "axum")]
pub(crate) use answer::is_authenticated;
pub use csrf::{CsrfGuard, CsrfGuardService, CsrfRefusal};
pub use future::GuardFuture;
pub use layer::RequireAuth;
#[cfg(feature = "admin")]
pub(crate) use return_path::encode;
pub use return_path::local_return_path;
pub use service::RequireAuthService;
