//! The kit's own tools do what they say.

mod client;
mod faulty;
