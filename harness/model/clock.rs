//! The site's clock.

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};

/// The site's clock: `seconds` after 6 December 1997, 09:00:00 (C17).
///
/// The longest timeline (10,000 steps of 10,000 intervals) takes 47 years at the usual interval,
/// and outlasts the calendar at the longest: from then on the clock stands at the end of 9999.
#[must_use]
pub fn clock(seconds: u64) -> DateTime {
    let passed = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    date(1997, 12, 6).at(9, 0, 0, 0).saturating_add(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_still_at_the_end_of_the_calendar() {
        assert_eq!(clock(86_400).to_string(), "1997-12-07T09:00:00");
        let longest = 10_000 * 10_000 * 86_400;
        for seconds in [longest, u64::MAX] {
            assert_eq!(clock(seconds).date(), date(9999, 12, 31), "{seconds}");
        }
    }
}
