//! Seconds since 1970 and dates. What has no zone is taken as UTC.

use event70_model::clock;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// The seconds since 1970 of a time that is taken as UTC; nothing at the ends of the calendar.
pub(crate) fn seconds(at: DateTime) -> Option<i64> {
    Some(TimeZone::UTC.to_timestamp(at).ok()?.as_second())
}

/// When a timeline begins on the site's clock.
pub(crate) fn beginning() -> i64 {
    seconds(clock(0)).unwrap_or_default()
}
