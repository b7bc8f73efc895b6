//! One life of the service: what was seen of it, and how it ended.

use event70_model::{Job, MessageFile, Operation, RunResult, Step};
use event70_rule::Rules;

use super::Logged;
use super::disagreement::{Flaw, Judged};
use super::duties::{Duty, GIVEN_UP, may_hold};

/// So many programs at least are not found in a life before it gives up: 24 or 25 restarts (Q176375,
/// Q294947) come before the last.
const LAUNCHES_LOST_MIN: u32 = 25;

/// What was seen of one life of the service.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Life {
    standing: Standing,
    /// It has had a run after which a connector may run nothing for a while.
    pub(super) is_held: bool,
    /// How many of its runs found no program.
    not_found: u32,
    /// The file of its last message EXPORT.
    last_file: Option<MessageFile>,
}

/// How far a life has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Standing {
    /// Its beginning was not seen.
    #[default]
    Unseen,
    Up,
    /// The service has said that it has stopped by itself.
    GivenUp,
    /// It was stopped or killed.
    Ended,
}

impl Life {
    /// A step begins.
    #[inline]
    pub(super) fn meets(&mut self, step: &Step) {
        match step {
            Step::Do(Operation::Start) if self.is_up() => {}
            Step::Do(Operation::Start | Operation::Restart) => {
                *self = Self { standing: Standing::Up, ..Self::default() };
            }
            Step::Do(Operation::Stop | Operation::Kill) => self.standing = Standing::Ended,
            _ => {}
        }
    }

    /// Whether its beginning was seen, and no end.
    #[inline]
    pub(super) fn is_up(&self) -> bool {
        self.standing == Standing::Up
    }

    /// A run of it has ended.
    #[inline]
    pub(super) fn had(&mut self, job: Job, ran: RunResult) {
        self.is_held |= may_hold(job, ran);
        self.not_found += u32::from(ran == RunResult::NotFound);
    }

    /// Holds a message EXPORT against the file of the one before it.
    #[inline]
    pub(super) fn takes_another_file(&mut self, file: MessageFile) -> Judged {
        match self.last_file.replace(file) {
            Some(last) if last == file => Flaw::SameFile(file).into(),
            _ => Ok(()),
        }
    }

    /// It has a program executed: after it has given up, nothing runs.
    #[inline]
    pub(super) fn runs(&self) -> Judged {
        if self.standing == Standing::GivenUp { Duty::AfterGivingUp.into() } else { Ok(()) }
    }

    /// It logs an event. It says once that it has stopped by itself, after so many restarts, and then
    /// logs nothing that is judged.
    #[inline]
    pub(super) fn logs(&mut self, logged: &Logged<'_>, rules: &Rules) -> Judged {
        if logged.id() == GIVEN_UP {
            return self.gives_up(logged.times());
        }
        let is_over = self.standing == Standing::GivenUp && rules.filed(logged.id()).is_some();
        if is_over { Duty::AfterGivingUp.into() } else { Ok(()) }
    }

    fn gives_up(&mut self, times: u32) -> Judged {
        match self.standing {
            Standing::GivenUp => return Duty::GivesUpAgain.into(),
            Standing::Ended => return Duty::Unfounded { id: GIVEN_UP }.into(),
            Standing::Up if self.not_found < LAUNCHES_LOST_MIN => {
                self.standing = Standing::GivenUp;
                return Duty::GivesUpEarly { lost: self.not_found }.into();
            }
            Standing::Up | Standing::Unseen => self.standing = Standing::GivenUp,
        }
        if times > 1 { Duty::GivesUpAgain.into() } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use event70_model::{Event, Insert, Record, Run, Source, Tab, Trace, TraceEvent, Verbatim};
    use event70_rule::event;

    use super::*;

    const LOST: RunResult = RunResult::NotFound;

    fn run(ran: RunResult) -> TraceEvent {
        let run = Run { job: Job::ExportMessages(1.into()), tab: Tab::CORRECT };
        TraceEvent::Run { at: 0, run, ran }
    }

    fn logged(id: u16) -> TraceEvent {
        TraceEvent::Logged(Record::once(0, event(id, [Insert::Empty; 2])))
    }

    /// What is first wrong in a step after a life has lost so many launches.
    fn judged(step: Step, lost: u32, events: Vec<TraceEvent>) -> Judged {
        let (rules, trace) = (Rules::documented(), Trace { events, ..Trace::default() });
        let mut life = Life::default();
        life.meets(&Step::Do(Operation::Start));
        (0..lost).for_each(|_| life.had(Job::ImportMessages, LOST));
        life.meets(&step);
        trace.events.iter().try_for_each(|traced| match Logged::of(traced, &trace) {
            Some(logged) => life.logs(&logged, &rules),
            None if matches!(traced, TraceEvent::Run { .. }) => life.runs(),
            None => Ok(()),
        })
    }

    #[test]
    fn a_life_gives_up_once_after_as_many_restarts_and_then_is_silent() {
        let cycle = |lost, events| judged(Step::Cycles(1), lost, events);
        assert_eq!(cycle(25, vec![run(LOST), logged(43), logged(85)]), Ok(()));
        assert_eq!(cycle(24, vec![logged(85)]), Duty::GivesUpEarly { lost: 24 }.into());
        let twice = [Duty::GivesUpAgain; 2].map(Judged::from);
        let in_one = TraceEvent::Logged(Record {
            times: 2,
            ..Record::once(0, event(85, [Insert::Empty; 2]))
        });
        assert_eq!([cycle(25, vec![logged(85); 2]), cycle(25, vec![in_one])], twice);
        for after in [run(LOST), run(RunResult::exited(0)), logged(43), logged(67), logged(14031)] {
            assert_eq!(cycle(25, vec![logged(85), after]), Duty::AfterGivingUp.into(), "{after:?}");
        }
        let never_judged = [86, 45, 14005, 9999].map(logged);
        let another = Event { source: Source::Mta, ..event(9999, [Insert::Empty; 2]) };
        let others = [&[logged(85)][..], &never_judged].concat();
        assert_eq!(cycle(25, others), Ok(()));
        let foreign = vec![logged(85), TraceEvent::Foreign(Record::once(0, another))];
        assert_eq!(cycle(25, foreign), Ok(()));
    }

    #[test]
    fn a_stop_is_no_reason_to_give_up_and_a_start_begins_a_life() {
        let unfounded = || Judged::from(Duty::Unfounded { id: GIVEN_UP });
        let stop = Step::Do(Operation::Stop);
        assert_eq!(judged(stop, 30, vec![logged(85)]), unfounded());
        assert_eq!(judged(stop, 30, vec![logged(67)]), Ok(()), "what a stop does is not told");
        let restart = Step::Do(Operation::Restart);
        let early = Duty::GivesUpEarly { lost: 0 };
        assert_eq!(judged(restart, 30, vec![logged(85)]), early.into());
        assert_eq!(judged(restart, 30, vec![run(LOST), logged(43)]), Ok(()));
    }

    #[test]
    fn giving_up_in_its_connectors_own_words_counts_as_well() {
        let words = Verbatim {
            event_type: "error".into(),
            ..Verbatim::from(&event(85, [Insert::Empty; 2]))
        };
        let events = vec![TraceEvent::Verbatim { at: 0, index: 0 }; 2];
        let trace = Trace { events, verbatim: vec![words], ..Trace::default() };
        let mut life = Life::default();
        let rules = Rules::documented();
        let mut logged = trace.events.iter().filter_map(|traced| Logged::of(traced, &trace));
        let judged = logged.try_for_each(|logged| life.logs(&logged, &rules));
        assert_eq!(judged, Duty::GivesUpAgain.into());
    }
}
