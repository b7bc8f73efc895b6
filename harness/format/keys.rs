//! The keys of the format, and its bounds. Reader, schema and template share them; those of a step
//! stand with the steps.

use event70_model::COUNT_MAX;

/// The version of the format that this program reads.
pub const FORMAT: i64 = 1;
/// A file has at most so many bytes.
pub const FILE_BYTES_MAX: u64 = 1 << 20;
/// A timeline has at most so many steps.
pub const STEPS_MAX: usize = 10_000;
/// A step lasts at most so many cycles.
pub const CYCLES_MAX: u16 = COUNT_MAX;
/// A step puts at most so many messages in a queue.
pub const MAIL_MAX: u16 = COUNT_MAX;

/// The keys of a file.
pub(super) const TOP: &[&str] = &["format", "title", "source", "notes", "site", "steps"];
/// The keys of `[site]`.
pub(super) const SITE: &[&str] =
    &["exchange", "host", "database", "dirsync", "logging", "conditions"];
/// The words of `dirsync`.
pub(super) const DIRSYNC: &[&str] = &["completed", "never"];
