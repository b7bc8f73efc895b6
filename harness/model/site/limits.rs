//! How often and how much the connector works at a time: the registry values of Q168211.

/// The maximum number of seconds of a polling interval: a day.
pub const POLL_SECONDS_MAX: u32 = 86_400;
/// The maximum number of messages that one run may be allowed to move.
pub const BATCH_MAX: u16 = 1_000;

/// The polling interval, and how many messages one run moves at most. They are fixed for a
/// scenario; the site keeps its programs to them, and a connector is told them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// How many seconds a polling interval has: 1 to [`POLL_SECONDS_MAX`].
    pub poll_seconds: u32,
    /// How many messages one EXPORT moves at most: 1 to [`BATCH_MAX`].
    pub export_max: u16,
    /// How many messages one IMPORT moves at most: 1 to [`BATCH_MAX`].
    pub import_max: u16,
}

/// What holds where nobody has edited the registry (Q168211).
impl Default for Limits {
    fn default() -> Self {
        Self { poll_seconds: 15, export_max: 16, import_max: 5 }
    }
}
