//! One pass over what happened in a step: all that is asked of each event by itself.

use event70_model::{EVENT_70, Job, Limits, Logging, RunResult, Step, Trace, TraceEvent};
use event70_rule::Rules;

use super::duties::{Dirsync, Interval};
use super::prompt::Prompt;
use super::{Disagreement, Flaw, Judge, Judged, Logged};

/// What is gathered of one step while its events are gone through: of each kind of flaw the first.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) interval: Option<Interval>,
    pub(super) dirsync: Dirsync,
    pub(super) prompt: Prompt,
    /// How many Event 70 the connector logged.
    pub(super) found: u32,
    pub(super) any_timeline: Judged,
    pub(super) well_formed: Judged,
    pub(super) in_order: Judged,
}

impl Pass {
    /// Before the first event of this step, on a site of these limits and levels.
    #[inline]
    pub(super) fn of(step: &Step, limits: Limits, logging: Logging) -> Self {
        Self {
            interval: Interval::of(step, limits),
            dirsync: Dirsync::default(),
            prompt: Prompt::of(step, logging),
            found: 0,
            any_timeline: Ok(()),
            well_formed: Ok(()),
            in_order: Ok(()),
        }
    }
}

impl Judge {
    /// Remembers one event of the trace, and holds it against what was remembered.
    #[inline]
    pub(super) fn happens(
        &mut self,
        traced: &TraceEvent,
        trace: &Trace,
        rules: &Rules,
        pass: &mut Pass,
    ) {
        match traced {
            TraceEvent::Run { at, run, ran } => self.ran(*at, run.job, *ran, pass),
            TraceEvent::Logged(record) => {
                pass.prompt.logged(record);
                self.logged(record.at, &Logged::Known(record), rules, pass);
            }
            TraceEvent::Verbatim { at, index } => {
                pass.prompt.other();
                let event = &trace.verbatim[*index as usize];
                self.logged(*at, &Logged::Verbatim(event), rules, pass);
            }
            TraceEvent::Foreign(record) => {
                pass.prompt.other();
                keep_first(&mut pass.any_timeline, self.time_goes_on(record.at));
            }
            TraceEvent::Undocumented { index, .. } => {
                pass.prompt.other();
                let line = trace.undocumented[*index as usize].clone();
                keep_first(&mut pass.any_timeline, Flaw::CommandLine(line).into());
                keep_first(&mut pass.in_order, self.life.runs());
            }
        }
    }

    /// A run has ended.
    #[inline]
    pub(super) fn ran(&mut self, at: u64, job: Job, ran: RunResult, pass: &mut Pass) {
        keep_first(&mut pass.in_order, self.life.runs());
        // What is the same in each arm stands there so that it is compiled for this kind of job.
        match job {
            Job::ExportMessages(file) => {
                self.keeps_rhythm(at, job, ran, pass);
                keep_first(&mut pass.any_timeline, self.life.takes_another_file(file));
                self.to_exchange.is_emptied_by(ran);
                self.seen.ran(job, ran);
            }
            Job::ImportMessages => {
                self.keeps_rhythm(at, job, ran, pass);
                self.to_cc_mail.is_emptied_by(ran);
                self.seen.ran(job, ran);
            }
            Job::ExportDirectory(_) | Job::ImportDirectory(_) => {
                self.keeps_rhythm(at, job, ran, pass);
                keep_first(&mut pass.in_order, pass.dirsync.takes(job, ran));
                self.seen.ran(job, ran);
            }
        }
        keep_first(&mut pass.any_timeline, self.time_goes_on(at));
        self.life.had(job, ran);
        pass.prompt.ran(at, job, ran);
    }

    /// The connector has logged an event.
    #[inline(always)]
    fn logged(&mut self, at: u64, logged: &Logged<'_>, rules: &Rules, pass: &mut Pass) {
        keep_first(&mut pass.any_timeline, self.time_goes_on(at));
        self.seen.logged(logged);
        keep_first(&mut pass.well_formed, logged.check(rules));
        if logged.id() == EVENT_70 {
            pass.found = pass.found.saturating_add(logged.times());
        }
        keep_first(&mut pass.in_order, self.life.logs(logged, rules));
    }

    /// Holds a run against those before it in the same interval.
    #[inline(always)]
    fn keeps_rhythm(&mut self, at: u64, job: Job, ran: RunResult, pass: &mut Pass) {
        let (waiting, is_held) = (self.to_cc_mail.left(), self.life.is_held);
        if let Some(interval) = &mut pass.interval {
            keep_first(&mut pass.any_timeline, interval.takes(at, job, ran, waiting, is_held));
        }
    }

    #[inline]
    fn time_goes_on(&mut self, at: u64) -> Judged {
        let before = std::mem::replace(&mut self.last_at, at);
        if at >= before {
            return Ok(());
        }
        Flaw::Time { before, at }.into()
    }
}

/// Keeps a flaw, if none was kept before it.
#[inline]
fn keep_first(first: &mut Judged, judged: Judged) {
    if let Err(flaw) = judged {
        keep_if_first(first, flaw);
    }
}

#[cold]
fn keep_if_first(first: &mut Judged, flaw: Box<Disagreement>) {
    if first.is_ok() {
        *first = Err(flaw);
    }
}
