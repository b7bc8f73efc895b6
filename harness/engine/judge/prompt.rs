//! A step in which each run is followed at once by the event that reports it, as nearly every step is.
//!
//! Of such a step it is known which run each event reports, and that none is missing. It is the quicker
//! path beside [`each_follows_its_run`](super::each_follows_its_run),
//! [`each_run_is_reported`](super::duties::each_run_is_reported) and
//! [`dirsync_is_told`](super::duties::dirsync_is_told), to which a step of any other kind is left.

use event70_model::{
    EVENT_70, Event, FileName, Insert, Job, Logging, Operation, Record, RunResult, Step,
};

use super::calls_for_70;
use super::duties::{NOT_FOUND, Shown, is_of_maximum, is_report, report};

/// What was seen of a step so far.
#[derive(Debug)]
pub(super) struct Prompt {
    shown: Shown,
    /// What must come next.
    due: Option<Due>,
    /// Whether something has come, or will come, that needs a closer look.
    is_broken: bool,
}

/// The event that reports a run.
#[derive(Debug, Clone, Copy)]
struct Due {
    at: u64,
    id: u16,
    file: FileName,
}

impl Prompt {
    /// Before anything was seen of this step.
    #[inline]
    pub(super) fn of(step: &Step, logging: Logging) -> Self {
        let shown = Shown::at(logging);
        // Then a dirsync has events of its own.
        let is_told = shown == Shown::Always && *step == Step::Do(Operation::Dirsync);
        Self { shown, due: None, is_broken: is_told }
    }

    /// A run has ended.
    #[inline]
    pub(super) fn ran(&mut self, at: u64, job: Job, ran: RunResult) {
        // A message that does not convert has an event of its own.
        let is_plain = !matches!(ran, RunResult::Exited { corrupt: 1.., .. });
        self.is_broken |= self.due.is_some() || !is_plain;
        let id = if calls_for_70(job, ran) { Some(EVENT_70) } else { report(job, ran) };
        let is_due = |id: &u16| !is_of_maximum(*id) || self.shown == Shown::Always;
        self.due = id.filter(is_due).map(|id| Due { at, id, file: job.file() });
    }

    /// The connector has logged an event.
    #[inline]
    pub(super) fn logged(&mut self, record: &Record) {
        let id = record.event.id;
        let fits = match self.due.take() {
            Some(due) => {
                (due.id, due.at, 1) == (id, record.at, record.times) && due.is_named(&record.event)
            }
            None if is_of_maximum(id) => self.shown == Shown::Perhaps,
            None => id != EVENT_70 && !is_report(id),
        };
        self.is_broken |= !fits;
    }

    /// Something else has happened.
    pub(super) fn other(&mut self) {
        self.is_broken = true;
    }

    /// Whether each run was followed at once by its report, and nothing else was logged that reports a
    /// run.
    #[inline]
    pub(super) fn holds(&self) -> bool {
        !self.is_broken && self.due.is_none()
    }
}

impl Due {
    /// Whether an event of its number names its file; that of a program that is not found need not.
    #[inline]
    fn is_named(&self, event: &Event) -> bool {
        let [file, more] = event.strings;
        let names = file == Insert::File(self.file);
        match self.id {
            NOT_FOUND => true,
            EVENT_70 => names && more == Insert::Empty,
            _ => names,
        }
    }
}

/// Each test holds the quicker path against the others: a step in which they find anything is none in
/// which each run is followed at once by its report.
#[cfg(test)]
mod tests {
    use event70_model::{DirectoryExport, Keyword, Level, Run, Scenario, Tab, Trace, TraceEvent};
    use event70_reference::{Bug, Seeded, Simulated};
    use event70_rule::{event, event_of_run};

    use super::*;
    use crate::judge::{Logged, duties, each_follows_its_run};
    use crate::{Trial, draw};

    /// Whether a step is as this file says; and that the others find nothing in it, if it is.
    fn holds(step: &Step, trace: &Trace, logging: Logging) -> bool {
        let mut prompt = Prompt::of(step, logging);
        for traced in &trace.events {
            match traced {
                TraceEvent::Run { at, run, ran } => prompt.ran(*at, run.job, *ran),
                TraceEvent::Logged(record) => prompt.logged(record),
                _ => prompt.other(),
            }
        }
        if prompt.holds() {
            let others = each_follows_its_run(trace)
                .and(duties::each_run_is_reported(trace, logging))
                .and(duties::dirsync_is_told(step, trace, logging));
            assert_eq!(others, Ok(()), "{step} {logging:?}: {trace:?}");
        }
        prompt.holds()
    }

    fn ended(at: u64, job: Job, ran: RunResult) -> TraceEvent {
        TraceEvent::Run { at, run: Run { job, tab: Tab::CORRECT }, ran }
    }

    /// Runs of every kind and end, and every event, about the file of the runs and about another.
    fn alphabet() -> Vec<TraceEvent> {
        let jobs = [
            Job::ExportMessages(1.into()),
            Job::ImportMessages,
            Job::ExportDirectory(DirectoryExport::ALL[0]),
        ];
        let corrupt = RunResult::Exited { code: 0, messages: 0, corrupt: 1, returned: 0 };
        let codes = [0, 1, 3, 5].map(RunResult::exited);
        let ends = [corrupt, RunResult::NotFound, RunResult::Failed, RunResult::Unfinished];
        let ends = codes.into_iter().chain(ends);
        let runs = ends.flat_map(|ran| jobs.map(|job| ended(0, job, ran)));
        let late = ended(15, jobs[0], RunResult::exited(3));
        let logged = |event| TraceEvent::Logged(Record::once(0, event));
        let twice = Record { times: 2, ..Record::once(0, event_of_run(EVENT_70, jobs[0].file())) };
        let about = [58, 59, 63, 65, 67, 68, EVENT_70]
            .into_iter()
            .flat_map(|id| jobs.map(|job| logged(event_of_run(id, job.file()))));
        let bare = [43, 54, 85, 86, 11001, 14001, 14005, 14031]
            .map(|id| logged(event(id, [Insert::Empty; 2])));
        runs.chain([late, TraceEvent::Logged(twice)]).chain(about).chain(bare).collect()
    }

    #[test]
    fn in_no_short_step_that_holds_do_the_others_find_anything() {
        let alphabet = alphabet();
        let steps = [Step::Cycles(1), Step::Do(Operation::Dirsync)];
        let loggings = [Level::None, Level::Medium, Level::Maximum].map(Logging::all);
        let mut held = 0;
        let mut trace = Trace::default();
        for length in 0..=3_u32 {
            for number in 0..alphabet.len().pow(length) {
                let places = (0..length).map(|place| number / alphabet.len().pow(place));
                trace.events.clear();
                trace.events.extend(places.map(|place| alphabet[place % alphabet.len()]));
                for step in &steps {
                    held += loggings.iter().filter(|l| holds(step, &trace, **l)).count();
                }
            }
        }
        assert!(held > 1000, "{held}");
    }

    #[test]
    fn in_no_drawn_step_that_holds_do_the_others_find_anything() {
        let (mut scenario, mut trial) = (Scenario::default(), Trial::new());
        let bugs = Bug::ALL.iter().cycle();
        // Every step of the correct one but those at which dirsyncs are told of.
        let (mut held, mut all) = (0, 0);
        for (index, bug) in (0..300_000).zip(bugs) {
            draw::case(0x70, index, &draw::Lengths(1..=12), &mut scenario);
            let (mut connector, mut logging) = (Seeded::with(*bug), scenario.setup.logging);
            let site = Simulated::new(&scenario.setup);
            let timeline = &scenario.timeline;
            trial.show(&scenario, crate::Expectations::NONE, site, &mut connector, |played| {
                let step = &timeline[played.index];
                if let Step::Logging(change) = step {
                    logging = change.applied_to(logging);
                }
                let has_runs =
                    played.trace.events.iter().any(|t| Logged::of(t, played.trace).is_some());
                held += u32::from(holds(step, played.trace, logging) && has_runs);
                all += u32::from(has_runs);
            });
        }
        assert!(held > all * 3 / 4, "{held} of {all}");
    }
}
