//! What a verdict is, and what speaks against agreement.

use std::fmt;

use event70_model::{
    Direction, EVENT_70, Failure, FailureKind, MessageFile, Undocumented, keywords,
};

use event70_rule::message;

use super::duties::Duty;

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
    /// The author is alone: as many are logged as predicted, and the scenario file says otherwise.
    Expectation {
        /// How many the author expects in this step.
        expected: u32,
        /// How many are predicted and logged.
        found: u32,
    },
    /// The connector failed as a program.
    Failed(Failure),
}

/// Who expects a number of Event 70.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expected {
    /// The invariant.
    Predicted,
    /// The invariant, while each EXPORT that was seen is reported as the article says: the connector
    /// runs its programs at other times than the choices have it.
    ByChoice,
    /// The site, by the EXPORT runs up to then that exited with code 3.
    ByRuns,
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
        before: u32,
        /// The time that followed.
        at: u32,
    },
    /// What the documents ask of every connector is not done, or something else is.
    Duty(Duty),
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
            Self::Expectation { .. } => Verdict::Expectation,
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
    /// No document: only a choice of this project, where the documents leave something open.
    Choice,
    /// What its author expects, or what any program must do.
    Other,
}

/// As in reports: `article`, `Q168211`, `choice`; nothing of others.
impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Article => "article",
            Self::Document(document) => document,
            Self::Choice => "choice",
            Self::Other => "",
        })
    }
}

impl Disagreement {
    /// What is breached.
    #[must_use]
    pub fn breach(&self) -> Breach {
        match self {
            Self::Missing { by, .. } | Self::Extra { by, .. } => match by {
                Expected::Predicted | Expected::ByRuns => Breach::Article,
                Expected::ByChoice => Breach::Choice,
            },
            Self::Malformed(Flaw::Field { id: EVENT_70, .. }) => Breach::Article,
            Self::Malformed(Flaw::Field { id, .. }) => {
                message(*id).map_or(Breach::Other, |m| Breach::Document(m.source.article))
            }
            Self::Malformed(Flaw::CommandLine(_)) => Breach::Document("Q294947"),
            Self::Malformed(Flaw::Duty(duty)) => Breach::Document(duty.document()),
            Self::Malformed(
                Flaw::SameFile(_) | Flaw::Unsteady { .. } | Flaw::Time { .. } | Flaw::Mail { .. },
            )
            | Self::Expectation { .. }
            | Self::Failed(_) => Breach::Other,
        }
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { expected, found, by } | Self::Extra { expected, found, by } => {
                let who = match by {
                    Expected::ByChoice => {
                        return write!(
                            f,
                            "the article and the choices predict {expected} Event 70, the \
                             connector logged {found}, one for each EXPORT that exited with code \
                             3: it runs its programs at other times"
                        );
                    }
                    Expected::Predicted => "the article predicts",
                    Expected::ByRuns => "the EXPORT runs so far that exited with code 3 call for",
                };
                write!(f, "{who} {expected} Event 70, the connector logged {found}")
            }
            Self::Malformed(flaw) => flaw.fmt(f),
            Self::Expectation { expected, found } => write!(
                f,
                "the author expects {expected} Event 70 (event-70), the article predicts {found} \
                 and the connector logged {found}"
            ),
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
            Self::Time { before, at } => write!(f, "time went back from {before} s to {at} s"),
            Self::Mail { to, sent, moved, waiting } => write!(
                f,
                "mail to {to} is not conserved: {sent} sent, {moved} moved, {waiting} waiting"
            ),
        }
    }
}
