//! Programs of different versions share one store: nothing that one of them wrote is lost or misread by another.

mod fleet;
mod foreign;
mod rollout;
mod rules;
mod schema;
mod shapes;
mod table;
mod versions;
