//! A dirsync: what it logs of itself, and what it runs before what (Q181186).

use event70_model::{DirectoryExport, Job, Logging, Operation, RunResult, Step, Trace, TraceEvent};

use super::{DIRSYNC_BEGINS, DIRSYNC_ENDS, Duty, Judged, Logged, Shown};

/// The directory runs of one step, as far as it was seen. Every dirsync is a step of its own.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::judge) struct Dirsync {
    exported: [bool; DirectoryExport::ALL.len()],
    has_failed: bool,
    imports: bool,
}

impl Dirsync {
    /// Takes the next run. Which of its files a dirsync exports first is not judged, nor whether it
    /// imports after an EXPORT that failed.
    #[inline]
    pub(in crate::judge) fn takes(&mut self, job: Job, ran: RunResult) -> Judged {
        match job {
            Job::ExportDirectory(_) if self.imports => return Duty::ImportedFirst.into(),
            Job::ExportDirectory(part) => {
                self.exported[part as usize] = true;
                self.has_failed |= ran.code() != Some(0);
            }
            Job::ImportDirectory(_) => {
                let is_first = !std::mem::replace(&mut self.imports, true);
                if is_first && !self.has_failed && self.exported.contains(&false) {
                    return Duty::ImportedFirst.into();
                }
            }
            Job::ExportMessages(_) | Job::ImportMessages => {}
        }
        Ok(())
    }
}

/// What a dirsync logs of itself, with every category at Maximum.
#[inline]
pub(in crate::judge) fn dirsync_is_told(step: &Step, trace: &Trace, logging: Logging) -> Judged {
    if Shown::at(logging) != Shown::Always {
        return Ok(());
    }
    let (mut runs, mut failed, mut begun, mut ended): (u32, u32, u32, u32) = (0, 0, 0, 0);
    for traced in &trace.events {
        if let TraceEvent::Run { ran, .. } = traced {
            if begun == 0 && matches!(step, Step::Do(Operation::Dirsync)) {
                return Duty::Begin.into();
            }
            runs += 1;
            failed += u32::from(ran.code() != Some(0));
        }
        let Some(logged) = Logged::of(traced, trace) else { continue };
        match logged.id() {
            DIRSYNC_BEGINS => begun += logged.times(),
            DIRSYNC_ENDS => ended += logged.times(),
            _ => {}
        }
    }
    if !matches!(step, Step::Do(Operation::Dirsync)) {
        return match (begun, ended) {
            (0, 0) => Ok(()),
            (0, _) => Duty::End.into(),
            _ => Duty::Begin.into(),
        };
    }
    if begun > 1 {
        return Duty::Begin.into();
    }
    let completed = runs > 0 && failed == 0;
    if ended == u32::from(completed) { Ok(()) } else { Duty::End.into() }
}

#[cfg(test)]
mod tests {
    use event70_model::{DirectoryImport, Event, Insert, Level, Record, Run, Tab};
    use event70_rule::event;

    use super::*;

    const MAXIMUM: Logging = Logging::all(Level::Maximum);
    const FAILED: RunResult = RunResult::exited(1);
    const DONE: RunResult = RunResult::exited(0);

    fn ended(job: Job, ran: RunResult) -> TraceEvent {
        TraceEvent::Run { at: 0, run: Run { job, tab: Tab::CORRECT }, ran }
    }

    fn bare(id: u16) -> TraceEvent {
        let event: Event = event(id, [Insert::Empty; 2]);
        TraceEvent::Logged(Record::once(0, event))
    }

    /// Runs in a dirsync: of an EXPORT its number and how it ended; of an IMPORT nothing.
    fn order(runs: &[Option<(usize, RunResult)>]) -> Judged {
        let mut dirsync = Dirsync::default();
        runs.iter().try_for_each(|run| match run {
            Some((export, ran)) => {
                dirsync.takes(Job::ExportDirectory(DirectoryExport::ALL[*export]), *ran)
            }
            None => dirsync.takes(Job::ImportDirectory(DirectoryImport::ALL[0]), DONE),
        })
    }

    #[test]
    fn everything_is_exported_before_anything_is_imported() {
        let [a, b, c] = [0, 1, 2].map(|export| Some((export, DONE)));
        let fails = |export| Some((export, FAILED));
        let import = None;
        for allowed in [
            &[a, b, c, import, import][..],
            &[c, a, b, import],
            &[a, b, c],
            &[fails(0)],
            &[fails(0), import],
            &[fails(0), b, c, import],
            &[Some((0, RunResult::NotFound)), import],
        ] {
            assert_eq!(order(allowed), Ok(()), "{allowed:?}");
        }
        for forbidden in [
            &[import][..],
            &[a, b, import, c],
            &[a, b, import],
            &[a, a, b, import],
            &[fails(0), import, b, c],
        ] {
            assert_eq!(order(forbidden), Duty::ImportedFirst.into(), "{forbidden:?}");
        }
    }

    #[test]
    fn a_dirsync_is_told_once_before_its_runs_and_again_if_all_succeed() {
        let dirsync = |events: Vec<TraceEvent>| {
            let trace = Trace { events, ..Trace::default() };
            dirsync_is_told(&Step::Do(Operation::Dirsync), &trace, MAXIMUM)
        };
        let [good, bad] = [0, 3].map(|code| ended(Job::ImportMessages, RunResult::exited(code)));
        let (begin, end) = (bare(DIRSYNC_BEGINS), bare(DIRSYNC_ENDS));
        assert_eq!(dirsync(vec![begin, good, good, end]), Ok(()));
        assert_eq!(dirsync(vec![begin, good, bad]), Ok(()));
        assert_eq!(dirsync(vec![]), Ok(()));
        let is = |events, duty: Duty| assert_eq!(dirsync(events), duty.into());
        is(vec![good, end], Duty::Begin);
        is(vec![good, begin, end], Duty::Begin);
        is(vec![begin, begin, good, end], Duty::Begin);
        is(vec![begin, good], Duty::End);
        is(vec![begin, bad, end], Duty::End);
        is(vec![begin, good, end, end], Duty::End);
        is(vec![begin, end], Duty::End);
        let cycle = |event| {
            let trace = Trace { events: vec![event], ..Trace::default() };
            dirsync_is_told(&Step::Cycles(1), &trace, MAXIMUM)
        };
        assert_eq!((cycle(begin), cycle(end)), (Duty::Begin.into(), Duty::End.into()));
    }
}
