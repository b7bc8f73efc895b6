//! The site's clock.

use jiff::civil::{DateTime, date};

/// The site's clock: `seconds` after 6 December 1997, 09:00:00 (C17).
///
/// The calendar outlasts the longest timeline (10,000 steps of 10,000 cycles: 47 years) by far.
#[must_use]
pub fn clock(seconds: u32) -> DateTime {
    date(1997, 12, 6).at(9, 0, 0, 0).saturating_add(jiff::Span::new().seconds(seconds))
}
