/// The rules of the cache, each of which can be turned off, so that a test can show what it is for. Nothing but tests may
/// do that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "testing"), allow(unreachable_pub, reason = "public where tests are built"))]
#[expect(clippy::struct_excessive_bools, reason = "five rules, each on or off by itself")]
pub struct Switches {
    /// What was loaded while a message about it came is not kept.
    pub fence: bool,
    /// Nothing is served but while a heartbeat that was sent less than a lease ago has come back.
    pub lease: bool,
    /// What was loaded while the feed began anew is not kept.
    pub generation: bool,
    /// The script that writes is the one that publishes.
    pub publish_in_script: bool,
    /// What is kept is erased before a new subscription counts.
    pub erase_on_reconnect: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { fence: true, lease: true, generation: true, publish_in_script: true, erase_on_reconnect: true }
    }
}
