/// How fresh the answer to a load must be, of a store that keeps copies of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Freshness {
    /// As fresh as the store promises ([`Capabilities::lag`](super::Capabilities::lag)).
    #[default]
    Promised,
    /// The client says that it has seen this revision: a copy that is older is not good enough, and is fetched anew, once.
    /// Whoever makes the number up gains nothing: a high one costs a store call, as having no copy does, and a low one
    /// means what none means.
    AtLeast(u64),
    /// Whatever copy there is, if the keeper of the records cannot be asked: it may lag behind, and the session may have
    /// ended. Nobody else is asked.
    AnyCopy,
}
