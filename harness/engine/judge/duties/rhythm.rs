//! The rhythm of message runs: what each interval of a service that is up calls for (Q168211).

use event70_model::{Direction, Job, Limits, Operation, RunResult, Step};

use super::{Duty, Judged};

/// The message runs of one interval, and what they call for.
#[derive(Debug, Clone, Copy)]
pub(in crate::judge) struct Interval {
    limits: Limits,
    /// Whether outbound mail calls for an IMPORT in it, as it does in a cycle and not at a start.
    has_imports: bool,
    at: u64,
    /// How many intervals of the step had an EXPORT so far.
    exported: u16,
    export: Option<RunResult>,
    import: Option<RunResult>,
}

impl Interval {
    /// Before the first run of this step, if its message runs have a rhythm, on a site with these
    /// limits.
    pub(in crate::judge) fn of(step: &Step, limits: Limits) -> Option<Self> {
        match step {
            Step::Cycles(_) => Some(Self::new(limits, true)),
            Step::Do(Operation::Start | Operation::Restart) => Some(Self::new(limits, false)),
            _ => None,
        }
    }

    fn new(limits: Limits, has_imports: bool) -> Self {
        Self { limits, has_imports, at: 0, exported: 0, export: None, import: None }
    }

    /// Takes the next run; `waiting` outbound messages waited before it, and
    /// `is_held` says whether this life has had a run after which a thread may run nothing.
    #[inline]
    pub(in crate::judge) fn takes(
        &mut self,
        at: u64,
        job: Job,
        ran: RunResult,
        waiting: u64,
        is_held: bool,
    ) -> Judged {
        if at != self.at {
            let ended = self.ends(waiting, is_held);
            *self =
                Self { at, exported: self.exported, ..Self::new(self.limits, self.has_imports) };
            ended?;
        }
        match job.moves_messages() {
            Some(Direction::Exchange) => {
                let may_follow = self
                    .export
                    .is_none_or(|before| self.is_full(before) || before == RunResult::NotFound);
                self.exported += u16::from(self.export.is_none());
                self.export = Some(ran);
                if may_follow { Ok(()) } else { Duty::ExportAgain.into() }
            }
            Some(Direction::CcMail) => {
                let may_follow = self.import.is_none_or(|before| {
                    matches!(before, RunResult::NotFound | RunResult::Exited { code: 0 | 5, .. })
                });
                self.import = Some(ran);
                if may_follow { Ok(()) } else { Duty::ImportAgain.into() }
            }
            None => Ok(()),
        }
    }

    /// Whether there were as many of them as the step has; nothing is asked of no cycle.
    #[inline]
    pub(in crate::judge) fn were(&self, step: &Step) -> Judged {
        match *step {
            Step::Cycles(cycles) if cycles != 0 && cycles != self.exported => {
                Duty::Intervals { cycles, found: self.exported }.into()
            }
            _ => Ok(()),
        }
    }

    /// What is left undone in it.
    #[inline]
    pub(in crate::judge) fn ends(&self, waiting: u64, is_held: bool) -> Judged {
        let Some(export) = self.export else { return Ok(()) };
        if self.is_full(export) {
            return Duty::NoFurtherExport.into();
        }
        let is_left = match self.import {
            None => true,
            Some(RunResult::Exited { code: 0, messages, .. }) => messages > 0,
            Some(_) => false,
        };
        if self.has_imports && waiting > 0 && is_left && !is_held {
            Duty::NoImport.into()
        } else {
            Ok(())
        }
    }

    /// Whether this EXPORT is followed by another at once (Q168211).
    fn is_full(&self, ran: RunResult) -> bool {
        matches!(ran, RunResult::Exited { code: 0, messages, .. } if messages >= self.limits.export_max)
    }
}

/// Whether after this run a thread, or the service, may run nothing for a while.
#[inline]
pub(in crate::judge) fn may_hold(job: Job, ran: RunResult) -> bool {
    match ran {
        RunResult::NotFound | RunResult::Unfinished => true,
        RunResult::Exited { code: 3, .. } => !job.is_export(),
        RunResult::Exited { .. } | RunResult::Failed => false,
    }
}

#[cfg(test)]
mod tests {
    use event70_model::MessageFile;

    use super::*;

    /// Runs of one interval, each with how many messages waited before it; then how many wait.
    fn interval(runs: &[(RunResult, bool, u64)], left: u64, is_held: bool) -> Judged {
        let mut interval = Interval::new(Limits::default(), true);
        for (ran, is_export, waiting) in runs {
            let export = Job::ExportMessages(MessageFile::numbered(0));
            let job = if *is_export { export } else { Job::ImportMessages };
            interval.takes(15, job, *ran, *waiting, is_held)?;
        }
        interval.ends(left, is_held)?;
        interval.were(&Step::Cycles(1))
    }

    #[test]
    fn an_interval_has_the_runs_that_its_runs_call_for() {
        let moved = RunResult::moved;
        let export = |ran| (ran, true, 0);
        let import = |ran, waiting| (ran, false, waiting);
        let failed = RunResult::exited(1);
        assert_eq!(interval(&[export(moved(3))], 0, false), Ok(()));
        assert_eq!(interval(&[export(moved(16)), export(failed)], 0, false), Ok(()));
        assert_eq!(interval(&[export(moved(16))], 0, false), Duty::NoFurtherExport.into());
        assert_eq!(interval(&[export(failed), export(failed)], 0, false), Duty::ExportAgain.into());
        assert_eq!(interval(&[export(failed)], 1, false), Duty::NoImport.into());
        assert_eq!(interval(&[export(failed)], 1, true), Ok(()));
        let five = import(moved(5), 6);
        assert_eq!(interval(&[export(failed), five], 1, false), Duty::NoImport.into());
        assert_eq!(interval(&[export(failed), five, import(moved(1), 1)], 0, false), Ok(()));
        assert_eq!(interval(&[export(failed), import(failed, 6)], 6, false), Ok(()));
        let again = [export(failed), import(failed, 6), import(failed, 6)];
        assert_eq!(interval(&again, 6, false), Duty::ImportAgain.into());
        let undelivered = [export(failed), import(RunResult::exited(5), 6), import(failed, 6)];
        assert_eq!(interval(&undelivered, 6, false), Ok(()));
        let none = Duty::Intervals { cycles: 1, found: 0 };
        assert_eq!(interval(&[], 0, false), none.into());
    }

    #[test]
    fn an_export_is_full_that_moved_as_many_messages_as_it_may() {
        let export = Job::ExportMessages(MessageFile::numbered(0));
        for export_max in [1, 2, 17, 1000] {
            for (messages, is_full) in [(export_max - 1, false), (export_max, true)] {
                let mut interval = Interval::new(Limits { export_max, ..Limits::default() }, true);
                let taken = interval.takes(15, export, RunResult::moved(messages), 0, false);
                assert_eq!(taken, Ok(()));
                let left = if is_full { Duty::NoFurtherExport.into() } else { Ok(()) };
                assert_eq!(interval.ends(0, false), left, "{messages} of {export_max}");
            }
        }
    }

    #[test]
    fn what_may_hold_a_thread_is_no_success_and_no_plain_failure_of_export() {
        let export = Job::ExportMessages(MessageFile::numbered(0));
        for job in [export, Job::ImportMessages] {
            assert!(may_hold(job, RunResult::NotFound) && may_hold(job, RunResult::Unfinished));
            assert!(!may_hold(job, RunResult::exited(0)) && !may_hold(job, RunResult::exited(1)));
            assert_eq!(may_hold(job, RunResult::exited(3)), job == Job::ImportMessages);
        }
    }
}
