//! What was seen of the runs of one step, held against what must happen under an assignment.

use std::fmt;

use event70_model::{Assignment, Job, RunResult, Source, Trace, TraceEvent, count};
use event70_rule::{ExportKind, Exports, Imports, Outcome, Outlook};

use super::disagreement::{Flaw, Judged, OtherRuns};
use super::duties::GIVEN_UP;
use super::misfit::Misfit;
use super::{Logged, calls_for_70};

/// The runs of one step, counted by what they were for and how they ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    messages: Runs,
    directory: Runs,
    imports: Runs,
    gives_up: bool,
    /// How many EXPORTs exited with code 3.
    code_3: u32,
}

/// Runs for one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Runs {
    /// How many were not found.
    lost: u32,
    /// How many did not finish.
    hung: u32,
    /// How many ended otherwise.
    ended: u32,
    /// How the first of these ended.
    ends: Option<Outcome>,
    /// Whether another ended in another way.
    is_mixed: bool,
}

impl Runs {
    #[inline]
    fn add(&mut self, ran: RunResult) {
        let outcome = match ran {
            RunResult::NotFound => {
                self.lost += 1;
                return;
            }
            RunResult::Unfinished => {
                self.hung += 1;
                return;
            }
            RunResult::Exited { code: 0, messages: 0, corrupt: 1.., .. } => Outcome::Corrupt,
            RunResult::Exited { code: 0, .. } => Outcome::NotStopped,
            RunResult::Exited { code, .. } => Outcome::Exits(code),
            RunResult::Failed => Outcome::Fails,
        };
        self.ended += 1;
        self.is_mixed |= *self.ends.get_or_insert(outcome) != outcome;
    }

    /// Whether there were so many of them, and all ended so.
    #[inline]
    fn are(&self, runs: u32, outcome: Outcome) -> bool {
        let (these, others) = match outcome {
            Outcome::NotFound => (self.lost, self.hung | self.ended),
            Outcome::Unfinished => (self.hung, self.lost | self.ended),
            _ => (self.ended, self.lost | self.hung),
        };
        let end_alike = self.ended == 0 || !self.is_mixed && self.ends == Some(outcome);
        these == runs && others == 0 && end_alike
    }

    #[inline]
    fn any(&self) -> bool {
        self.lost | self.hung | self.ended != 0
    }
}

impl Seen {
    /// What was seen in a step.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        let mut seen = Self::default();
        for traced in &trace.events {
            if let TraceEvent::Run { run, ran, .. } = traced {
                seen.ran(run.job, *ran);
            } else if let Some(logged) = Logged::of(traced, trace) {
                seen.logged(&logged);
            }
        }
        seen
    }

    /// Adds a run.
    #[inline]
    pub(super) fn ran(&mut self, job: Job, ran: RunResult) {
        self.code_3 += u32::from(calls_for_70(job, ran));
        match job {
            Job::ExportMessages(_) => self.messages.add(ran),
            Job::ImportMessages => self.imports.add(ran),
            Job::ExportDirectory(_) => self.directory.add(ran),
            // Whether a dirsync imports after an EXPORT that failed is not told.
            Job::ImportDirectory(_) => {}
        }
    }

    /// Adds an event that the connector has logged.
    #[inline]
    pub(super) fn logged(&mut self, logged: &Logged<'_>) {
        if logged.id() == GIVEN_UP {
            self.gives_up |= match logged {
                Logged::Known(record) => record.event.source == Source::Ccmc,
                Logged::Verbatim(_) => true,
            };
        }
    }

    /// Holds it against what must happen in the step where this is assumed.
    ///
    /// # Errors
    /// If there were other runs.
    pub fn held_against(&self, predicted: &Outlook, assumed: Assignment) -> Judged {
        if self.fits(predicted) {
            return Ok(());
        }
        let (predicted, seen, misfit) = (*predicted, *self, Misfit::alone(assumed));
        Flaw::Runs(Box::new(OtherRuns { predicted, seen, misfit })).into()
    }

    /// Whether this is what must happen: the same runs, which end so, and the service gives up or
    /// does not. Of the order of EXPORT and IMPORT within a cycle nothing is asked.
    #[must_use]
    pub fn fits(&self, outlook: &Outlook) -> bool {
        if self.gives_up != outlook.gives_up {
            return false;
        }
        let none = (0, Outcome::NotStopped);
        let ((runs, outcome), directory_fits) = match outlook.exports {
            // So it is in most steps.
            None if outlook.imports == Imports::Launched(false) => return !self.any(),
            None => (none, !self.directory.any()),
            Some(Exports { kind, runs, outcome, .. }) => match kind {
                ExportKind::Messages => ((runs, outcome), !self.directory.any()),
                ExportKind::Directory => (none, self.directory.are(runs, outcome)),
            },
        };
        let messages_fit = match outlook.imports {
            Imports::Launched(is_launched) => {
                self.messages.are(runs, outcome) && self.imports.any() == is_launched
            }
            Imports::NotTold => self.messages.are(runs, outcome),
            Imports::Lost(imports) => self.together().are(runs + imports, Outcome::NotFound),
            Imports::InPlaceOfExports => self.together().are(runs, Outcome::Unfinished),
        };
        messages_fit && directory_fits
    }

    /// Whether there was any run that counts.
    fn any(&self) -> bool {
        self.messages.any() || self.directory.any() || self.imports.any()
    }

    /// How many Event 70 the article calls for: one for each EXPORT that exited with code 3.
    #[must_use]
    pub fn event_70(&self) -> u32 {
        self.code_3
    }

    /// Whether the service has stopped by itself.
    pub(super) fn gives_up(&self) -> bool {
        self.gives_up
    }

    /// Message EXPORTs and IMPORTs together.
    fn together(&self) -> Runs {
        let (one, other) = (self.messages, self.imports);
        Runs {
            lost: one.lost + other.lost,
            hung: one.hung + other.hung,
            ended: one.ended + other.ended,
            ends: one.ends.or(other.ends),
            is_mixed: one.is_mixed || other.is_mixed,
        }
    }
}

/// As `2 message EXPORTs (exits with code 3), 1 IMPORT (is not found), Event 85`.
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let kinds = [
            ("message EXPORT", &self.messages),
            ("directory EXPORT", &self.directory),
            ("IMPORT", &self.imports),
        ];
        for (noun, runs) in kinds {
            let mut add = |times: u32, ends: String| {
                if times > 0 {
                    parts.push(format!("{} ({ends})", count(u64::from(times), noun)));
                }
            };
            add(runs.lost, Outcome::NotFound.to_string());
            add(runs.hung, Outcome::Unfinished.to_string());
            let ends = runs.ends.map_or_else(String::new, |outcome| outcome.to_string());
            let others = if runs.is_mixed { " and otherwise" } else { "" };
            add(runs.ended, format!("{ends}{others}"));
        }
        if self.gives_up {
            parts.push("Event 85".to_owned());
        }
        f.write_str(&if parts.is_empty() { "no run".to_owned() } else { parts.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use event70_model::{Run, Tab};

    const LOST: RunResult = RunResult::NotFound;
    const HUNG: RunResult = RunResult::Unfinished;

    fn seen(exports: &[RunResult], imports: &[RunResult]) -> Seen {
        let ran = |job: Job, ran: &RunResult| TraceEvent::Run {
            at: 0,
            run: Run { job, tab: Tab::CORRECT },
            ran: *ran,
        };
        let exports = exports.iter().map(|end| ran(Job::ExportMessages(1.into()), end));
        let imports = imports.iter().map(|end| ran(Job::ImportMessages, end));
        Seen::of(&Trace { events: exports.chain(imports).collect(), ..Trace::default() })
    }

    fn outlook(runs: u32, outcome: Outcome, imports: Imports) -> Outlook {
        let exports = Exports {
            kind: ExportKind::Messages,
            runs,
            decides: None,
            in_the_way: enumset::EnumSet::empty(),
            outcome,
        };
        Outlook { exports: Some(exports), imports, gives_up: false }
    }

    #[test]
    fn runs_fit_if_there_are_as_many_and_each_ends_so() {
        let [good, bad] = [0, 3].map(RunResult::exited);
        let twice = |outcome| outlook(2, outcome, Imports::Launched(false));
        assert!(seen(&[bad, bad], &[]).fits(&twice(Outcome::Exits(3))));
        for other in [seen(&[bad], &[]), seen(&[bad, good], &[]), seen(&[bad, bad], &[good])] {
            assert!(!other.fits(&twice(Outcome::Exits(3))), "{other}");
        }
        assert!(seen(&[good, good], &[]).fits(&twice(Outcome::NotStopped)));
        assert!(!seen(&[good, good], &[]).fits(&twice(Outcome::Exits(3))));
        assert!(!seen(&[good, good], &[]).fits(&Outlook::QUIET));
        let imports = outlook(2, Outcome::NotStopped, Imports::Launched(true));
        assert!(seen(&[good, good], &[bad, good]).fits(&imports), "however they end");
        assert!(!seen(&[good, good], &[]).fits(&imports));
    }

    #[test]
    fn which_program_is_launched_first_makes_no_difference() {
        let lost = outlook(2, Outcome::NotFound, Imports::Lost(1));
        for (exports, imports) in [(2, 1), (1, 2), (3, 0)] {
            assert!(seen(&[LOST; 3][..exports], &[LOST; 3][..imports]).fits(&lost));
        }
        assert!(!seen(&[LOST; 2], &[]).fits(&lost));
        let hung = outlook(1, Outcome::Unfinished, Imports::InPlaceOfExports);
        assert!(seen(&[HUNG], &[]).fits(&hung) && seen(&[], &[HUNG]).fits(&hung));
        assert!(!seen(&[HUNG], &[HUNG]).fits(&hung));
        let not_told = outlook(2, Outcome::NotFound, Imports::NotTold);
        assert!(seen(&[LOST; 2], &[]).fits(&not_told) && seen(&[LOST; 2], &[LOST]).fits(&not_told));
        assert!(!seen(&[LOST], &[LOST]).fits(&not_told));
    }
}
