//! `RedisStore` on real servers: the public suite on every deployment, and what only this store promises.

mod laws;
mod scripts;
