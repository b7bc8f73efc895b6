//! The keys of the format, and its bounds. Reader, schema and template share them; those of a step
//! stand with the steps.

use event70_model::{BATCH_MAX, COUNT_MAX, POLL_SECONDS_MAX};

/// The version of the format that this program reads.
pub const FORMAT: i64 = 1;
/// The maximum size of a file in bytes.
pub const FILE_BYTES_MAX: u64 = 1 << 20;
/// The maximum number of steps of a timeline.
pub const STEPS_MAX: usize = 10_000;
/// The maximum number of cycles of a step.
pub const CYCLES_MAX: u16 = COUNT_MAX;
/// The maximum number of messages that a step puts in a queue.
pub const MAIL_MAX: u16 = COUNT_MAX;

/// The keys of a file.
pub(super) const TOP: &[&str] = &["format", "title", "source", "notes", "assume", "site", "steps"];
/// The keys of `[site]`.
pub(super) const SITE: &[&str] = &[
    "exchange",
    "host",
    "database",
    "dirsync",
    "logging",
    "conditions",
    POLL_SECONDS.key,
    EXPORT_MAX.key,
    IMPORT_MAX.key,
];
/// How many seconds a polling interval has.
pub(super) const POLL_SECONDS: Limit = Limit { key: "poll-seconds", most: POLL_SECONDS_MAX };
/// How many messages one EXPORT moves at most.
pub(super) const EXPORT_MAX: Limit = Limit { key: "export-max", most: BATCH_MAX as u32 };
/// How many messages one IMPORT moves at most.
pub(super) const IMPORT_MAX: Limit = Limit { key: "import-max", most: BATCH_MAX as u32 };

/// A number of `[site]`, from 1.
pub(super) struct Limit {
    pub(super) key: &'static str,
    pub(super) most: u32,
}
/// The words of `dirsync`.
pub(super) const DIRSYNC: &[&str] = &["completed", "never"];
