//! A scenario is played by a connector on a site.
//!
//! The [`Player`] walks the timeline: what the operator and the world do goes to the site, what
//! the service must notice goes to the connector, and the clock advances by one polling interval a
//! cycle (C17).
//! Everything observed is in the [`Trace`] of the step.

use event70_model::{
    Condition, Connector, Failure, Fault, Operation, Record, Site, Stage, Step, Trace, TraceEvent,
};
use event70_rule::FOREIGN_70;

use crate::judge::forget_right_texts;

/// The command that comes before every scenario.
pub const RESET: &str = "reset";

/// A connector and a site in the middle of a timeline.
#[derive(Debug)]
pub struct Player<'a, S, C> {
    site: S,
    connector: &'a mut C,
    trace: &'a mut Trace,
    running: bool,
    at: u64,
}

impl<'a, S: Site, C: Connector> Player<'a, S, C> {
    /// A player before the first step. The connector is reset; the trace is used for each step
    /// in turn.
    ///
    /// # Errors
    /// If the connector failed as a program.
    pub fn new(site: S, connector: &'a mut C, trace: &'a mut Trace) -> Result<Self, Failure> {
        trace.clear();
        let player = Self { site, connector, trace, running: false, at: 0 };
        player.untroubled()?;
        player.connector.reset().map_err(|failure| failure.during(RESET))?;
        Ok(player)
    }

    /// A player in the middle of a timeline, with a connector and a site that have come so far.
    pub fn resume(
        site: S,
        connector: &'a mut C,
        trace: &'a mut Trace,
        running: bool,
        at: u64,
    ) -> Self {
        Self { site, connector, trace, running, at }
    }

    /// Plays one step. Afterwards [`trace`](Self::trace) holds what happened in it.
    ///
    /// # Errors
    /// If the connector failed as a program.
    #[inline]
    pub fn step(&mut self, step: &Step) -> Result<(), Failure> {
        self.trace.clear();
        let played = match *step {
            Step::Do(operation) => self.operate(operation),
            Step::Cycles(count) => self.cycles(count),
            Step::Inject(fault) => {
                self.inject(fault);
                Ok(())
            }
            Step::Repair(repair) => {
                self.site.repair(repair);
                Ok(())
            }
            Step::Mail(to, messages) => {
                self.site.mail(to, messages);
                Ok(())
            }
            Step::Logging(change) => {
                self.site.set_logging(change);
                Ok(())
            }
        };
        // What a connector makes of a site that cannot go on says nothing.
        if let Some(trouble) = self.site.trouble() {
            return Err(Failure::of_harness(trouble));
        }
        played
    }

    /// Whether the site can go on.
    ///
    /// # Errors
    /// If it cannot: a failure of the harness.
    pub fn untroubled(&self) -> Result<(), Failure> {
        self.site.trouble().map_or(Ok(()), |trouble| Err(Failure::of_harness(trouble)))
    }

    /// What happened in the last step.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        self.trace
    }

    /// Whether the service runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// The time, in seconds since the beginning of the timeline.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The site as it is now.
    #[must_use]
    pub fn site(&self) -> &S {
        &self.site
    }

    // Most steps only change the site; what has a connector work is kept out of their way.
    #[inline(never)]
    fn operate(&mut self, operation: Operation) -> Result<(), Failure> {
        match operation {
            Operation::Start => self.start(),
            Operation::Stop => self.stop(),
            Operation::Restart => {
                self.stop()?;
                self.start()
            }
            Operation::Kill if self.running => {
                self.running = false;
                self.connector.kill().map_err(|failure| failure.during("kill"))
            }
            Operation::Dirsync if self.running => self.command("dirsync", C::dirsync),
            Operation::Kill | Operation::Dirsync => Ok(()),
        }
    }

    fn start(&mut self) -> Result<(), Failure> {
        if self.running {
            return Ok(());
        }
        self.running = true;
        self.command("start", C::start)
    }

    fn stop(&mut self) -> Result<(), Failure> {
        if !self.running {
            return Ok(());
        }
        self.running = false;
        self.command("stop", C::stop)
    }

    #[inline(never)]
    fn cycles(&mut self, count: u16) -> Result<(), Failure> {
        let interval = u64::from(self.site.view().limits.poll_seconds);
        for _ in 0..count {
            self.at = self.at.saturating_add(interval);
            if self.running {
                self.command("cycle", C::cycle)?;
            }
        }
        Ok(())
    }

    fn inject(&mut self, fault: Fault) {
        self.site.inject(fault);
        if fault.condition == Condition::ForeignEvent70 {
            let record = Record::once(self.at, FOREIGN_70);
            self.trace.events.push(TraceEvent::Foreign(record));
        }
    }

    /// Gives the connector one command, and notices when the service has stopped by itself.
    fn command(
        &mut self,
        word: &'static str,
        carry_out: impl FnOnce(&mut C, &mut Stage<'_, S>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let before = self.trace.events.len();
        let mut stage = Stage::new(&mut self.site, self.trace, self.at);
        carry_out(self.connector, &mut stage).map_err(|failure| failure.during(word))?;
        self.running &= !stage.has_given_up();
        forget_right_texts(self.trace, before);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use event70_model::{Limits, Setup};
    use event70_reference::{Reference, Simulated};

    use super::*;

    /// When the runs of so many cycles take place that begin at this time.
    fn times(at: u64, poll_seconds: u32, cycles: u16) -> Vec<u64> {
        let limits = Limits { poll_seconds, ..Limits::default() };
        let site = Simulated::new(&Setup { limits, ..Setup::default() });
        let (mut connector, mut trace) = (Reference::new(), Trace::default());
        let mut player = Player::resume(site, &mut connector, &mut trace, true, at);
        player.step(&Step::Cycles(cycles)).unwrap();
        player.trace().events.iter().map(TraceEvent::at).collect()
    }

    #[test]
    fn a_cycle_takes_one_polling_interval() {
        assert_eq!(times(0, 15, 3), [15, 30, 45]);
        assert_eq!(times(45, 1, 2), [46, 47]);
        assert_eq!(times(0, 3600, 2), [3600, 7200]);
    }

    #[test]
    fn each_cycle_of_the_longest_timeline_has_a_time_of_its_own() {
        let longest = 10_000 * 10_000 * 86_400;
        let last = times(longest - 3 * 86_400, 86_400, 3);
        assert_eq!(last, [longest - 2 * 86_400, longest - 86_400, longest]);
    }
}
