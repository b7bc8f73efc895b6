//! What a verdict is, and what speaks against agreement.

use std::fmt;

use event70_model::{
    Assignment, Direction, EVENT_70, Failure, FailureKind, Keyword, MessageFile, Undocumented,
    keywords,
};

use event70_rule::{Outlook, message};

use super::duties::Duty;
use super::misfit::Misfit;
use super::seen::Seen;
use crate::{Countable, Unseen};

keywords! {
    /// The prediction held against a connector's log.
    pub enum Verdict {
        /// Event 70 appears exactly where it is predicted.
        Agree = "agree",
        /// An Event 70 is predicted and not logged.
        Missing = "missing",
        /// An Event 70 is logged and not predicted.
        Extra = "extra",
        /// Something is logged as it must not be.
        Malformed = "malformed",
        /// The scenario's author expects what is neither predicted nor logged.
        Expectation = "expectation",
        /// The connector failed as a program.
        ConnectorFailed = "connector-failed",
        /// There is none: the harness itself could not go on.
        None = "no-verdict",
    }
}

/// What speaks against agreement in one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disagreement {
    /// Fewer Event 70 than expected.
    Missing {
        /// How many had to be logged in this step.
        expected: u32,
        /// How many were.
        found: u32,
        /// Who expected them.
        by: Expected,
    },
    /// More Event 70 than expected.
    Extra {
        /// How many had to be logged in this step.
        expected: u32,
        /// How many were.
        found: u32,
        /// Who expected fewer.
        by: Expected,
    },
    /// As many as expected, but something is wrong with what was logged or done.
    Malformed(Flaw),
    /// The author is alone: what is expected is not what is predicted.
    Expectation {
        /// How many the author expects in this step.
        expected: u32,
        /// How many are predicted.
        found: u32,
        /// Under which assignment.
        under: Assignment,
        /// Under which all that the author expects would be predicted, if under any.
        would: Option<Assignment>,
    },
    /// The author is alone: what is expected is not what was logged, or waits.
    Unseen(Unseen),
    /// The connector failed as a program.
    Failed(Failure),
}

/// Who expects a number of Event 70.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The article, by the EXPORT runs of the step that exited with code 3.
    Article,
    /// The article, by the EXPORT runs up to some moment of the step.
    SoFar,
    /// The invariant under what is assumed: each EXPORT that was seen is reported as the article says,
    /// and there were others than it predicts.
    Assumed(Box<Misfit>),
}

/// What is wrong with a log whose number of Event 70 is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// A field of a record is not what the article prints.
    Field {
        /// The event's number.
        id: u16,
        /// Which field.
        field: &'static str,
        /// What the article says.
        expected: String,
        /// What was logged.
        found: String,
    },
    /// A message EXPORT went to the file of the one before it in the same life of the service.
    SameFile(MessageFile),
    /// The connector asked for a command line that no document knows.
    CommandLine(Undocumented),
    /// The same scenario went otherwise when it was played again.
    Unsteady {
        /// Whether it goes alike in every fresh connector: then something leaks over `reset`.
        /// Otherwise it is chance.
        leak: bool,
    },
    /// A record is older than the one before it.
    Time {
        /// The time before, in seconds since the beginning of the timeline.
        before: u64,
        /// The time that followed.
        at: u64,
    },
    /// What the documents ask of every connector is not done, or something else is.
    Duty(Duty),
    /// Other runs than what is assumed allows.
    Runs(Box<OtherRuns>),
    /// Messages were lost or doubled.
    Mail {
        /// In the queue towards this side.
        to: Direction,
        /// How many were put in.
        sent: u64,
        /// How many runs moved.
        moved: u64,
        /// How many still wait.
        waiting: u64,
    },
}

/// The runs that must be, those that were seen, and why they do not go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherRuns {
    /// What must happen in the step.
    pub predicted: Outlook,
    /// What was seen in it.
    pub seen: Seen,
    /// Why that does not fit.
    pub misfit: Misfit,
}

/// What a judge says of a step: nothing, or a disagreement. Boxed, for it is rare and the answer
/// is asked for millions of times.
pub type Judged = Result<(), Box<Disagreement>>;

impl From<Disagreement> for Judged {
    fn from(disagreement: Disagreement) -> Self {
        Err(Box::new(disagreement))
    }
}

impl From<Flaw> for Judged {
    fn from(flaw: Flaw) -> Self {
        Disagreement::Malformed(flaw).into()
    }
}

impl Disagreement {
    /// The verdict that this disagreement amounts to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Missing { .. } => Verdict::Missing,
            Self::Extra { .. } => Verdict::Extra,
            Self::Malformed(_) => Verdict::Malformed,
            Self::Expectation { .. } | Self::Unseen(_) => Verdict::Expectation,
            Self::Failed(failure) if failure.kind == FailureKind::Harness => Verdict::None,
            Self::Failed(_) => Verdict::ConnectorFailed,
        }
    }
}

/// What a disagreement breaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// The article (Q166045): when Event 70 is logged, and how.
    Article,
    /// Another document, by its number.
    Document(&'static str),
    /// No document: only what is assumed where the documents leave something open.
    Assumption,
    /// What its author expects, or what any program must do.
    Other,
}

/// As in reports: `article`, `Q168211`, `assumption`; nothing of others.
impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Article => "article",
            Self::Document(document) => document,
            Self::Assumption => "assumption",
            Self::Other => "",
        })
    }
}

impl Disagreement {
    /// Why the runs do not go with what is assumed, if that is what is wrong.
    #[must_use]
    pub fn misfit(&self) -> Option<&Misfit> {
        match self {
            Self::Missing { by: Expected::Assumed(misfit), .. }
            | Self::Extra { by: Expected::Assumed(misfit), .. } => Some(misfit),
            Self::Malformed(Flaw::Runs(runs)) => Some(&runs.misfit),
            _ => None,
        }
    }

    /// Under which keys of a step in a scenario file its author says what does not hold; nothing of
    /// what is not the author's.
    #[must_use]
    pub fn author_keys(&self) -> Option<Vec<String>> {
        match self {
            Self::Expectation { .. } => Some(vec!["event-70".to_owned()]),
            Self::Unseen(unseen) => Some(match unseen.what {
                Countable::Events(id) => vec!["events".to_owned(), id.to_string()],
                Countable::Waiting(to) => vec!["waiting".to_owned(), to.keyword().to_owned()],
            }),
            _ => None,
        }
    }

    /// What is breached.
    #[must_use]
    pub fn breach(&self) -> Breach {
        match self {
            Self::Missing { by, .. } | Self::Extra { by, .. } => match by {
                Expected::Article | Expected::SoFar => Breach::Article,
                Expected::Assumed(misfit) => misfit.breach(),
            },
            Self::Malformed(Flaw::Runs(runs)) => runs.misfit.breach(),
            Self::Malformed(Flaw::Field { id: EVENT_70, .. }) => Breach::Article,
            Self::Malformed(Flaw::Field { id, .. }) => {
                message(*id).map_or(Breach::Other, |m| Breach::Document(m.source.article))
            }
            Self::Malformed(Flaw::CommandLine(_)) => Breach::Document("Q294947"),
            Self::Malformed(Flaw::Duty(duty)) => Breach::Document(duty.document()),
            // A message that comes again is given a new name; that one comes twice is a defect.
            Self::Malformed(Flaw::SameFile(_)) => Breach::Document("Q212759"),
            Self::Malformed(Flaw::Mail { sent, moved, waiting, .. }) => {
                let is_doubled = moved + waiting > *sent;
                Breach::Document(if is_doubled { "Q184524" } else { "Q168211" })
            }
            Self::Malformed(Flaw::Unsteady { .. } | Flaw::Time { .. })
            | Self::Expectation { .. }
            | Self::Unseen(_)
            | Self::Failed(_) => Breach::Other,
        }
    }
}

/// In words, with the rule that is breached.
impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { expected, found, by } | Self::Extra { expected, found, by } => {
                let who = match by {
                    Expected::Assumed(misfit) => {
                        return write!(
                            f,
                            "{expected} Event 70 predicted, {found} logged, one for each EXPORT \
                             that exited with code 3: {misfit}"
                        );
                    }
                    Expected::Article => "the article predicts",
                    Expected::SoFar => "the EXPORT runs so far that exited with code 3 call for",
                };
                write!(f, "{who} {expected} Event 70, the connector logged {found}")
            }
            Self::Malformed(flaw) => {
                let told = flaw.to_string();
                f.write_str(&told)?;
                match self.breach() {
                    Breach::Article => f.write_str(" (the article, Q166045)"),
                    Breach::Document(document) if !told.contains(document) => {
                        write!(f, " ({document})")
                    }
                    _ => Ok(()),
                }
            }
            Self::Expectation { expected, found, under, would } => {
                write!(
                    f,
                    "the author expects {expected} Event 70 (event-70), {found} are predicted \
                     under {under}"
                )?;
                would.map_or(Ok(()), |would| write!(f, "; under {would} all of this file holds"))
            }
            Self::Unseen(unseen) => unseen.fmt(f),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { id, field, expected, found } => {
                write!(f, "{field} of Event {id}: expected {expected}, found {found:?}")
            }
            Self::SameFile(file) => write!(f, "EXPORT went to {file}, as the one before it did"),
            Self::CommandLine(undocumented) => {
                write!(f, "the connector asked for {undocumented}")
            }
            Self::Unsteady { leak: true } => f.write_str(
                "after reset the connector does not do what a fresh one does: something leaks from \
                 one scenario into the next",
            ),
            Self::Unsteady { leak: false } => {
                f.write_str("the connector behaves differently when the scenario is replayed")
            }
            Self::Duty(duty) => duty.fmt(f),
            Self::Runs(runs) => {
                let OtherRuns { predicted, seen, misfit } = &**runs;
                write!(f, "predicted: {predicted}; seen: {seen}; {misfit}")
            }
            Self::Time { before, at } => write!(f, "time went back from {before} s to {at} s"),
            Self::Mail { to, sent, moved, waiting } => write!(
                f,
                "mail to {to} is not conserved: {sent} sent, {moved} moved, {waiting} waiting"
            ),
        }
    }
}
