//! The time that a connector has, as far as the harness got to look at it.
//!
//! A harness that is stopped, or starved by a busy machine, sees nothing of what the connector does
//! meanwhile. That time is not counted against it.

use std::time::{Duration, Instant};

/// So often the harness looks.
pub(super) const SLICE: Duration = Duration::from_millis(20);
/// If two looks are further apart than this, the harness did not get the time between them.
const GAP: Duration = Duration::from_millis(500);
/// A deadline that never comes.
const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// When time is over.
#[derive(Debug)]
pub(super) struct Deadline {
    at: Instant,
    looked: Instant,
}

impl Deadline {
    /// So long from now.
    pub(super) fn after(time: Duration) -> Self {
        let now = Instant::now();
        let at = now.checked_add(time).or_else(|| now.checked_add(NEVER)).unwrap_or(now);
        Self { at, looked: now }
    }

    /// How much time is left.
    pub(super) fn left(&mut self) -> Duration {
        self.left_at(Instant::now())
    }

    fn left_at(&mut self, now: Instant) -> Duration {
        let since = now.saturating_duration_since(self.looked);
        self.looked = now;
        if since > GAP {
            self.at += since - SLICE;
        }
        self.at.saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_that_the_harness_did_not_get_is_not_counted() {
        let mut deadline = Deadline::after(Duration::from_secs(5));
        let began = deadline.looked;
        let seconds = Duration::from_secs;
        let mut now = began;
        while now < began + seconds(2) {
            now += SLICE;
            deadline.left_at(now);
        }
        assert_eq!(deadline.left_at(now), seconds(3), "looked at all the time");
        let left = deadline.left_at(now + seconds(60));
        assert_eq!(left, seconds(3) - SLICE, "a minute in which nobody looked");
    }

    #[test]
    fn a_time_too_long_for_the_clock_is_a_long_time() {
        assert!(Deadline::after(Duration::MAX).left() > Duration::from_secs(1_000_000));
    }
}
