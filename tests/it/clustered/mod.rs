//! `ClusteredStore` on real servers: what near caches in several nodes promise.

mod laws;
