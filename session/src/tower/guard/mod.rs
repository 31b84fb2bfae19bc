//! Turning away who is not signed in, before the handler runs.
//!
//! The guard looks at the path alone, never at the query, and refuses to exempt a path that others might read
//! differently. It must never let a request pass because the session could not be loaded.

mod answer;
mod future;
mod layer;
mod return_path;
mod rules;
mod service;

#[cfg(feature = "axum")]
pub(crate) use answer::is_authenticated;
pub use future::GuardFuture;
pub use layer::RequireAuth;
pub use return_path::local_return_path;
pub use service::RequireAuthService;
