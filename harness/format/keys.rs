//! The keys of the format, and its bounds. Reader, schema and template share them; those of a step
//! stand with the steps.

use event70_model::COUNT_MAX;

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
pub(super) const SITE: &[&str] =
    &["exchange", "host", "database", "dirsync", "logging", "conditions"];
/// The words of `dirsync`.
pub(super) const DIRSYNC: &[&str] = &["completed", "never"];
