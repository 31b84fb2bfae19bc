//! Programs of different versions share one store: nothing that one of them wrote is lost or misread by another.

mod fleet;
mod rollout;
mod table;
mod versions;
