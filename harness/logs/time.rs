//! Seconds since 1970 and dates. What has no zone is taken as UTC.

use event70_model::clock;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

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

/// The time that a JSON value is: `/Date(881398800000)/`, a time with or without a zone, or an object that
/// has one as its `value`.
pub(crate) fn json_seconds(value: &Value) -> Option<i64> {
    let text = value.as_str().or_else(|| value.get("value")?.as_str())?;
    if let Some(rest) = text.strip_prefix("/Date(") {
        // What may follow the milliseconds is the zone in which they are to be shown.
        let digits = rest.get(1..)?.find([')', '+', '-'])? + 1;
        return Some(rest[..digits].parse::<i64>().ok()?.div_euclid(1000));
    }
    let zoned = text.parse::<Timestamp>().ok().map(Timestamp::as_second);
    zoned.or_else(|| seconds(text.parse().ok()?))
}

/// The date and time of so many seconds since 1970, UTC, where there are any.
///
/// # Errors
/// If they are not in the calendar.
pub(crate) fn civil(seconds: Option<i64>) -> Result<Option<DateTime>, &'static str> {
    let Some(seconds) = seconds else { return Ok(None) };
    let at = Timestamp::from_second(seconds).map_err(|_| "its time is not in the calendar")?;
    Ok(Some(at.to_zoned(TimeZone::UTC).datetime()))
}
