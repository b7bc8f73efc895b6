//! A connector that failed as a program.

use crate::keywords;

keywords! {
    /// In which way a connector failed as a program.
    pub enum FailureKind {
        /// It could not be started.
        CannotStart = "cannot-start",
        /// It ended, or closed one of its streams, before it had answered.
        Ended = "ended",
        /// It did not answer in time.
        Hung = "hung",
        /// It answered what the protocol does not know.
        BrokeProtocol = "broke-protocol",
        /// It answered without end.
        Flooded = "flooded",
        /// It is not to blame: the harness could not go on.
        Harness = "harness",
    }
}

/// Why a connector failed as a program: crashed, hung or broke the protocol. Never a verdict on
/// what it logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Failure {
    /// In which way.
    pub kind: FailureKind,
    /// What happened, in one line.
    pub what: String,
    /// The program, the last lines of both sides, and what it wrote to stderr: a text of several
    /// lines for a person, with every control character escaped.
    pub report: String,
    /// The command that it did not carry out, where it failed at one.
    pub during: Option<&'static str>,
}

impl Failure {
    /// A failure of the harness itself: no connector is to blame for it.
    #[must_use]
    pub fn of_harness(what: String) -> Self {
        Self { kind: FailureKind::Harness, what, report: String::new(), during: None }
    }

    /// The same failure at this command.
    #[must_use]
    pub fn during(self, command: &'static str) -> Self {
        Self { during: Some(command), ..self }
    }
}
