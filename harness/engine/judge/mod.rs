//! Prediction against log: the verdict.
//!
//! The [`Judge`] is shown one step at a time what was observed. It counts Event 70, holds every
//! record against the message table and the runs against the documents, and watches what must hold
//! on any timeline: within a life of the service each message EXPORT takes another file than the one
//! before, time never goes back, mail is neither lost nor doubled. All this it asks of any
//! connector, whatever the documents leave open. Whether there were the runs that what is assumed
//! calls for is asked of what was [`Seen`].

mod disagreement;
mod duties;
mod life;
mod logged;
mod misfit;
mod pass;
mod prompt;
mod record;
mod seen;

pub use disagreement::{Breach, Disagreement, Expected, Flaw, Judged, OtherRuns, Verdict};
pub use duties::Duty;
pub use misfit::Misfit;
pub use record::forget_right_texts;
pub use seen::Seen;

use enumset::EnumSet;
use event70_model::{
    Condition, Direction, EVENT_70, Fault, FileName, Job, Repair, RunResult, Site, Step, StorePath,
    Trace, TraceEvent,
};
use event70_rule::Rules;
use life::Life;
use logged::Logged;
use pass::Pass;

/// A judge in the middle of a timeline. Costs no allocation until something disagrees.
#[derive(Debug, Clone, Default)]
pub struct Judge {
    life: Life,
    last_at: u64,
    to_exchange: Queue,
    to_cc_mail: Queue,
    /// Whether the message that IMPORT rejects stands in the queue to cc:Mail.
    is_rejected: bool,
    /// The runs of the last step.
    seen: Seen,
}

/// What was put in a queue and what was taken out of it: moved or returned by a run, or removed.
#[derive(Debug, Clone, Copy, Default)]
struct Queue {
    sent: u64,
    moved: u64,
}

impl Judge {
    /// A judge before the first step on a site where these conditions hold.
    #[must_use]
    pub fn first(holding: EnumSet<Condition>) -> Self {
        let is_rejected = holding.contains(Condition::OutboundMessageRejected);
        let to_cc_mail = Queue { sent: u64::from(is_rejected), moved: 0 };
        Self { to_cc_mail, is_rejected, ..Self::default() }
    }

    /// A judge in the middle of a timeline, before any run that it has seen; these conditions hold.
    #[must_use]
    pub fn resume(site: &impl Site, holding: EnumSet<Condition>) -> Self {
        let queue = |to| Queue { sent: u64::from(site.waiting(to)), moved: 0 };
        Self {
            to_exchange: queue(Direction::Exchange),
            to_cc_mail: queue(Direction::CcMail),
            ..Self::first(holding)
        }
    }

    /// Judges one step. `site` is the site after it, and `rules` say how records are filed.
    ///
    /// # Errors
    /// The gravest disagreement of the step: a wrong number of Event 70 first, then one that no run
    /// stands behind, then a malformed record, then one that the documents ask for or do not, then
    /// what must hold on any timeline.
    #[inline]
    pub fn step(&mut self, step: &Step, trace: &Trace, site: &impl Site, rules: &Rules) -> Judged {
        self.seen = Seen::default();
        // What is remembered is brought up to date first, so that one disagreement breeds no other.
        match step {
            Step::Mail(to, messages) => self.queue(*to).sent += u64::from(*messages),
            Step::Inject(Fault { condition: Condition::OutboundMessageRejected, .. }) => {
                self.to_cc_mail.sent += u64::from(!self.is_rejected);
                self.is_rejected = true;
            }
            Step::Repair(Repair::RemoveMessage) => {
                self.to_cc_mail.moved += u64::from(self.is_rejected);
                self.is_rejected = false;
            }
            _ => {}
        }
        self.life.meets(step);
        let is_idle = !(self.life.is_up() && matches!(step, Step::Cycles(_)));
        if trace.events.is_empty() && is_idle {
            return self.mail_balances(site);
        }
        self.step_of_events(step, trace, site, rules)
    }

    /// As [`step`](Self::step), where something happened or should have.
    #[inline(never)]
    fn step_of_events(
        &mut self,
        step: &Step,
        trace: &Trace,
        site: &impl Site,
        rules: &Rules,
    ) -> Judged {
        let view = site.view();
        let mut pass = Pass::of(step, view.limits, view.logging);
        for traced in &trace.events {
            self.happens(traced, trace, rules, &mut pass);
        }
        let (calls, is_prompt) = (self.seen.event_70(), pass.prompt.holds());
        held_against(calls, pass.found, || Expected::Article)?;
        if pass.found != 0 && !is_prompt {
            each_follows_its_run(trace)?;
        }
        pass.well_formed?;
        pass.any_timeline?;
        if !is_prompt {
            duties::each_run_is_reported(trace, view.logging)?;
            duties::dirsync_is_told(step, trace, view.logging)?;
        }
        self.mail_balances(site).and(pass.in_order)?;
        let is_in_space = view.store == StorePath::WithSpace;
        if let Some(interval) = &pass.interval {
            let (is_up, is_held) = (self.life.is_up(), self.life.is_held);
            interval.ends(self.to_cc_mail.left(), is_held)?;
            // In a path with a space code 3 may end a thread as well (Q164695).
            let is_free = is_up && !is_held && (calls == 0 || !is_in_space);
            interval.were(if is_free { step } else { &Step::Cycles(0) })?;
        }
        self.life.is_held |= calls > 0 && is_in_space;
        Ok(())
    }

    /// What was seen of the runs in the step that was judged last.
    #[must_use]
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    #[inline]
    fn mail_balances(&self, site: &impl Site) -> Judged {
        self.to_exchange.balances(Direction::Exchange, site)?;
        self.to_cc_mail.balances(Direction::CcMail, site)
    }

    fn queue(&mut self, to: Direction) -> &mut Queue {
        match to {
            Direction::Exchange => &mut self.to_exchange,
            Direction::CcMail => &mut self.to_cc_mail,
        }
    }
}

impl Queue {
    /// How many were put in and not taken out.
    #[inline]
    fn left(&self) -> u64 {
        self.sent.saturating_sub(self.moved)
    }

    /// What a run has moved or returned is taken out.
    #[inline]
    fn is_emptied_by(&mut self, ran: RunResult) {
        if let RunResult::Exited { messages, returned, .. } = ran {
            self.moved += u64::from(messages) + u64::from(returned);
        }
    }

    #[inline]
    fn balances(&self, to: Direction, site: &impl Site) -> Judged {
        let waiting = u64::from(site.waiting(to));
        if self.moved + waiting == self.sent {
            return Ok(());
        }
        Flaw::Mail { to, sent: self.sent, moved: self.moved, waiting }.into()
    }
}

/// How many records numbered 70 the connector wrote.
#[must_use]
pub fn count_event_70(trace: &Trace) -> u32 {
    count_of(trace, EVENT_70)
}

/// How many records of this number the connector wrote.
pub(crate) fn count_of(trace: &Trace, id: u16) -> u32 {
    let logged = trace.events.iter().filter_map(|traced| Logged::of(traced, trace));
    let records = logged.filter(|logged| logged.id() == id);
    records.fold(0, |count, logged| count.saturating_add(logged.times()))
}

#[inline]
pub(crate) fn held_against(expected: u32, found: u32, by: impl FnOnce() -> Expected) -> Judged {
    match found.cmp(&expected) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Disagreement::Missing { expected, found, by: by() }.into(),
        std::cmp::Ordering::Greater => Disagreement::Extra { expected, found, by: by() }.into(),
    }
}

/// Whether a run calls for Event 70: an EXPORT that exited with code 3.
#[inline]
fn calls_for_70(job: Job, ran: RunResult) -> bool {
    job.is_export() && ran.code() == Some(3)
}

/// The file of a run that calls for Event 70.
fn file_of_70(traced: &TraceEvent) -> Option<FileName> {
    match traced {
        TraceEvent::Run { run, ran, .. } if calls_for_70(run.job, *ran) => Some(run.job.file()),
        _ => None,
    }
}

/// What happened in each command of a step: no two of a step of cycles are at the same time.
fn commands(trace: &Trace) -> impl Iterator<Item = &[TraceEvent]> {
    trace.events.chunk_by(|one, next| one.at() == next.at())
}

/// The n-th Event 70 of a command reports its n-th EXPORT run that exited with code 3, after that
/// ended. One that no such run stands behind is extra, a run that none reports is missing one, even
/// if their number is right.
fn each_follows_its_run(trace: &Trace) -> Judged {
    let run = |(index, traced)| {
        Some(record::Reported { file: file_of_70(traced)?, printed: trace.printed(index) })
    };
    let mut calling = trace.events.iter().enumerate().filter_map(run);
    let (mut runs, mut reported): (u32, u32) = (0, 0);
    for command in commands(trace) {
        for traced in command {
            runs += u32::from(file_of_70(traced).is_some());
            let logged = Logged::of(traced, trace).filter(|logged| logged.id() == EVENT_70);
            let Some(logged) = logged else { continue };
            reported = reported.saturating_add(logged.times());
            if reported > runs {
                return held_against(runs, reported, || Expected::SoFar);
            }
            let mut reported_now = calling.by_ref().take(logged.times() as usize);
            reported_now.try_for_each(|run| logged.reports(run))?;
        }
        held_against(runs, reported, || Expected::SoFar)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use event70_model::{
        Event, Job, Keyword, Limits, Logging, Operation, Record, Run, Source, Tab, Verbatim,
    };
    use event70_reference::Simulated;
    use event70_rule::{FOREIGN_70, event_of_run};

    use super::*;

    fn rules() -> Rules {
        Rules::documented()
    }

    fn ran(number: u16, code: u8) -> TraceEvent {
        let run = Run { job: Job::ExportMessages(number.into()), tab: Tab::CORRECT };
        TraceEvent::Run { at: 0, run, ran: RunResult::exited(code) }
    }

    fn logged(event: Event) -> TraceEvent {
        TraceEvent::Logged(Record::once(0, event))
    }

    fn seventy(number: u16) -> TraceEvent {
        logged(event_of_run(EVENT_70, FileName::Message(number.into())))
    }

    fn verdict(events: Vec<TraceEvent>) -> Judged {
        each_follows_its_run(&Trace { events, ..Trace::default() })
    }

    #[test]
    fn event_70_without_a_run_is_extra_and_a_run_without_it_missing() {
        assert_eq!(verdict(vec![ran(1, 3), seventy(1), ran(2, 0)]), Ok(()));
        assert_eq!(verdict(vec![ran(1, 3), ran(2, 3), seventy(1), seventy(2)]), Ok(()));
        let extra = |events| verdict(events).unwrap_err().verdict() == Verdict::Extra;
        assert!(extra(vec![seventy(1)]));
        assert!(extra(vec![seventy(1), ran(1, 3)]), "before its run");
        assert!(extra(vec![ran(1, 3), seventy(1), seventy(1), ran(2, 3)]));
        assert_eq!(verdict(vec![ran(1, 3)]).unwrap_err().verdict(), Verdict::Missing);
        let at = |at: u64, number: u16| {
            TraceEvent::Logged(Record {
                at,
                ..Record::once(0, event_of_run(EVENT_70, FileName::Message(number.into())))
            })
        };
        let late = vec![ran(1, 3), at(15, 1)];
        assert_eq!(verdict(late).unwrap_err().verdict(), Verdict::Missing, "of the next interval");
        let twice = Record {
            times: 2,
            ..Record::once(0, event_of_run(EVENT_70, FileName::Message(1.into())))
        };
        let twice = vec![ran(1, 3), ran(2, 3), TraceEvent::Logged(twice)];
        assert_eq!(verdict(twice).unwrap_err().verdict(), Verdict::Malformed, "names one file");
        let swapped = vec![ran(1, 3), ran(2, 3), seventy(2), seventy(1)];
        assert_eq!(verdict(swapped).unwrap_err().verdict(), Verdict::Malformed);
    }

    #[test]
    fn a_right_count_is_not_enough_without_a_run_and_a_record() {
        let site = Simulated::new(&event70_model::Setup::default());
        let verdict = |events: Vec<TraceEvent>| {
            let trace = Trace { events, ..Trace::default() };
            // A step whose runs have no rhythm.
            let judged = Judge::default().step(&Step::Do(Operation::Stop), &trace, &site, &rules());
            judged.map_err(|disagreement| disagreement.verdict())
        };
        assert_eq!(verdict(vec![ran(1, 0), seventy(1)]), Err(Verdict::Extra));
        assert_eq!(verdict(vec![ran(1, 3)]), Err(Verdict::Missing));
        assert_eq!(verdict(vec![ran(1, 3), ran(2, 3)]), Err(Verdict::Missing));
        assert_eq!(verdict(vec![ran(1, 3), ran(2, 0)]), Err(Verdict::Missing));
        assert_eq!(verdict(vec![ran(1, 3), seventy(1), ran(2, 0)]), Ok(()));
    }

    /// A record of several, one in the connector's own words, one of another number, and one that
    /// somebody else wrote.
    #[test]
    fn every_event_70_counts_in_whatever_words_and_no_other_record() {
        let own = |id| {
            let event = Event { id, ..event_of_run(EVENT_70, FileName::Message(4.into())) };
            Verbatim {
                source: Source::Ccmc.keyword().to_lowercase().into(),
                ..Verbatim::from(&event)
            }
        };
        let thrice = Record {
            times: 3,
            ..Record::once(0, event_of_run(EVENT_70, FileName::Message(1.into())))
        };
        let trace = Trace {
            events: vec![
                TraceEvent::Logged(thrice),
                TraceEvent::Verbatim { at: 0, index: 0 },
                TraceEvent::Verbatim { at: 0, index: 1 },
                logged(event_of_run(68, FileName::Message(2.into()))),
                TraceEvent::Foreign(Record::once(0, FOREIGN_70)),
            ],
            verbatim: vec![own(EVENT_70), own(68)],
            ..Trace::default()
        };
        assert_eq!(count_event_70(&trace), 4);
    }

    #[test]
    fn an_event_in_the_connectors_own_words_is_checked_too() {
        let site = Simulated::new(&event70_model::Setup::default());
        let verdict = |event: Verbatim| {
            let events = vec![ran(1, 3), TraceEvent::Verbatim { at: 0, index: 0 }];
            let trace = Trace { events, verbatim: vec![event], ..Trace::default() };
            let judged = Judge::default().step(&Step::Cycles(1), &trace, &site, &rules());
            judged.map_err(|disagreement| disagreement.verdict())
        };
        let words =
            |number: u16| Verbatim::from(&event_of_run(EVENT_70, FileName::Message(number.into())));
        assert_eq!(verdict(words(1)), Ok(()));
        assert_eq!(verdict(words(2)), Err(Verdict::Malformed), "another file");
        let own = Verbatim { event_type: "error".into(), ..words(1) };
        assert_eq!(verdict(own), Err(Verdict::Malformed), "another word for the type");
        assert_eq!(verdict(Verbatim { id: 68, ..words(1) }), Err(Verdict::Missing));
    }

    #[test]
    fn one_disagreement_breeds_no_other() {
        let mut judge = Judge::default();
        let setup = event70_model::Setup::default();
        let mut site = Simulated::new(&setup);
        let mail = Step::Mail(Direction::Exchange, 3);
        site.mail(Direction::Exchange, 3);
        let events = vec![seventy(1)];
        let loud = Trace { events, ..Trace::default() };
        let judged = judge.step(&mail, &loud, &site, &rules());
        assert_eq!(judged.unwrap_err().verdict(), Verdict::Extra);
        assert_eq!(judge.step(&Step::Cycles(1), &Trace::default(), &site, &rules()), Ok(()));
    }

    #[test]
    fn returned_mail_is_neither_lost_nor_doubled() {
        let mut judge = Judge::default();
        judge.queue(Direction::CcMail).sent = 2;
        let ran = RunResult::Exited { code: 5, messages: 0, corrupt: 0, returned: 2 };
        let mut pass = Pass::of(&Step::Cycles(1), Limits::default(), Logging::default());
        judge.ran(0, Job::ImportMessages, ran, &mut pass);
        assert_eq!(judge.mail_balances(&Simulated::new(&event70_model::Setup::default())), Ok(()));
    }

    #[test]
    fn time_going_back_a_file_taken_twice_and_lost_mail_are_noticed() {
        let setup = event70_model::Setup::default();
        let site = Simulated::new(&setup);
        let flaw = |events: Vec<TraceEvent>, step: Step| {
            let trace = Trace { events, ..Trace::default() };
            Judge::default().step(&step, &trace, &site, &rules()).unwrap_err().to_string()
        };
        let early =
            TraceEvent::Logged(Record::once(15, event_of_run(67, FileName::Message(1.into()))));
        let late = logged(event_of_run(67, FileName::Message(1.into())));
        assert!(flaw(vec![early, late], Step::Cycles(1)).starts_with("time went back"));
        let flaws = flaw(vec![ran(1, 0), ran(1, 0)], Step::Do(Operation::Stop));
        assert!(flaws.contains("msg0001.ccm, as the one before"), "{flaws}");
        let lost = flaw(vec![], Step::Mail(Direction::CcMail, 2));
        let told = "mail to cc-mail is not conserved: 2 sent, 0 moved, 0 waiting (Q168211)";
        assert_eq!(lost, told);
    }
}
