//! Prediction against log: the verdict.
//!
//! The [`Judge`] is shown one step at a time what the invariant predicts of it, what its author
//! expects, and what was observed. It counts Event 70, holds every record against the message
//! table, and watches what must hold on any timeline: file numbers are sequential (C4), time never
//! goes back, mail is neither lost nor doubled.

mod disagreement;
mod record;

pub use disagreement::{Disagreement, Expected, Flaw, Verdict};

use crate::conditions::Direction;
use crate::connector::{Happening, Journal};
use crate::event_log::{EVENT_70, Event};
use crate::files::FileName;
use crate::invariant::StepPrediction;
use crate::scenario::Step;
use crate::site::{Job, Ran, Site};

/// A judge in the middle of a timeline. Costs no allocation until something disagrees.
#[derive(Debug, Clone, Default)]
pub struct Judge {
    next_file: Option<u16>,
    last_at: u32,
    to_exchange: Queue,
    to_cc_mail: Queue,
}

/// What was put in a queue and what a run took out of it.
#[derive(Debug, Clone, Copy, Default)]
struct Queue {
    sent: u64,
    moved: u64,
}

impl Judge {
    /// Judges one step.
    ///
    /// `expected` is what the scenario's author wrote beside the step, if anything. `site` is the
    /// site after the step.
    ///
    /// # Errors
    /// The first disagreement of the step: a wrong number of Event 70 before a malformed record,
    /// and both before anything else.
    pub fn step(
        &mut self,
        step: &Step,
        predicted: &StepPrediction,
        expected: Option<u32>,
        journal: &Journal,
        site: &impl Site,
    ) -> Result<(), Disagreement> {
        let found = count_event_70(journal);
        held_against(predicted.event_70(), found, Expected::Predicted)?;
        if let Some(expected) = expected {
            held_against(expected, found, Expected::ByAuthor)?;
        }
        records_are_well_formed(journal)?;
        each_names_its_file(journal)?;
        self.files_are_sequential(journal)?;
        self.time_goes_on(journal)?;
        self.mail_is_conserved(step, journal, site)
    }

    fn files_are_sequential(&mut self, journal: &Journal) -> Result<(), Disagreement> {
        for happening in &journal.happenings {
            let Happening::Ran { run, .. } = happening else { continue };
            let Job::ExportMessages(number) = run.job else { continue };
            let expected = self.next_file.unwrap_or(number);
            if number != expected {
                return Err(Disagreement::Malformed(Flaw::Sequence {
                    expected: FileName::Message(expected),
                    found: FileName::Message(number),
                }));
            }
            self.next_file = Some(number.wrapping_add(1));
        }
        Ok(())
    }

    fn time_goes_on(&mut self, journal: &Journal) -> Result<(), Disagreement> {
        for happening in &journal.happenings {
            let at = match happening {
                Happening::Ran { at, .. } => *at,
                Happening::Logged(record) | Happening::Foreign(record) => record.at,
            };
            if at < self.last_at {
                return Err(Disagreement::Malformed(Flaw::Time { before: self.last_at, at }));
            }
            self.last_at = at;
        }
        Ok(())
    }

    fn mail_is_conserved(
        &mut self,
        step: &Step,
        journal: &Journal,
        site: &impl Site,
    ) -> Result<(), Disagreement> {
        match step {
            Step::Mail(Direction::Exchange, messages) => {
                self.to_exchange.sent += u64::from(*messages)
            }
            Step::Mail(Direction::CcMail, messages) => self.to_cc_mail.sent += u64::from(*messages),
            _ => {}
        }
        for happening in &journal.happenings {
            let Happening::Ran { run, ran: Ran::Exited { messages, .. }, .. } = happening else {
                continue;
            };
            let queue = match run.job {
                Job::ExportMessages(_) => &mut self.to_exchange,
                Job::ImportMessages => &mut self.to_cc_mail,
                Job::ExportDirectory(_) | Job::ImportDirectory(_) => continue,
            };
            queue.moved += u64::from(*messages);
        }
        self.to_exchange.balances(Direction::Exchange, site)?;
        self.to_cc_mail.balances(Direction::CcMail, site)
    }
}

impl Queue {
    fn balances(&self, to: Direction, site: &impl Site) -> Result<(), Disagreement> {
        let waiting = u64::from(site.waiting(to));
        if self.moved + waiting == self.sent {
            return Ok(());
        }
        Err(Disagreement::Malformed(Flaw::Mail { to, sent: self.sent, moved: self.moved, waiting }))
    }
}

/// How many records numbered 70 the connector wrote.
#[must_use]
pub fn count_event_70(journal: &Journal) -> u32 {
    let count = journal.happenings.iter().filter(|happening| event_70(happening).is_some()).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn event_70(happening: &Happening) -> Option<&Event> {
    match happening {
        Happening::Logged(record) if record.event.id == EVENT_70 => Some(&record.event),
        _ => None,
    }
}

fn held_against(expected: u32, found: u32, by: Expected) -> Result<(), Disagreement> {
    match found.cmp(&expected) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(Disagreement::Missing { expected, found, by }),
        std::cmp::Ordering::Greater => Err(Disagreement::Extra { expected, found, by }),
    }
}

fn records_are_well_formed(journal: &Journal) -> Result<(), Disagreement> {
    journal.happenings.iter().try_for_each(|happening| match happening {
        Happening::Logged(record) => record::check(&record.event),
        Happening::Ran { .. } | Happening::Foreign(_) => Ok(()),
    })
}

/// The n-th Event 70 of a step belongs to its n-th EXPORT run that exited with code 3.
fn each_names_its_file(journal: &Journal) -> Result<(), Disagreement> {
    let mut failed = journal.happenings.iter().filter_map(|happening| match happening {
        Happening::Ran { run, ran: Ran::Exited { code: 3, .. }, .. } if run.job.is_export() => {
            Some(run.job.file())
        }
        _ => None,
    });
    for event in journal.happenings.iter().filter_map(event_70) {
        record::names(event, failed.next())?;
    }
    Ok(())
}
