//! Failures that are [known](Known), and what is to be said of a failure beside them: one rule for a
//! suite and for `event70 run --known`.

use std::fmt;

use event70_engine::{Breach, Disagreement, Finding};
pub use event70_format::{Known, KnownFailure};
use event70_model::shown;

/// What is violated by a disagreement, as one word: `article`, a document (`Q168211`), `assumption`;
/// and where it is none of these, the verdict (`expectation`, `connector-failed` …).
///
/// ```
/// use event70::engine::{Disagreement, Expected};
/// use event70::testing::violated;
/// let missing = Disagreement::Missing { expected: 1, found: 0, by: Expected::Article };
/// assert_eq!(violated(&missing), "article");
/// ```
#[must_use]
pub fn violated(disagreement: &Disagreement) -> String {
    match disagreement.breach() {
        Breach::Other => disagreement.verdict().to_string(),
        breach => breach.to_string(),
    }
}

/// A finding as an entry of the list, whose reason is what was found until somebody gives another.
pub(crate) fn to_be_known(scenario: &str, finding: &Finding) -> KnownFailure {
    let Finding { step, disagreement } = finding;
    KnownFailure {
        scenario: scenario.to_owned(),
        violates: violated(disagreement),
        reason: format!("step {}: {disagreement}", step + 1),
    }
}

/// What is to be said of a scenario and what became of it.
///
/// ```
/// use event70::testing::{Known, Standing};
/// let text = "[[known]]\nscenario = \"a\"\nviolates = \"article\"\nreason = \"issue 12\"\n";
/// let known = Known::read(text).unwrap();
/// assert!(matches!(Standing::of(&known, "a", Some("article")), Standing::Known(_)));
/// assert!(matches!(Standing::of(&known, "a", None), Standing::Mended(_)));
/// assert_eq!(Standing::of(&known, "b", Some("article")), Standing::New(None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It agrees, as it should.
    Agrees,
    /// It fails in the way that is known.
    Known(&'a KnownFailure),
    /// It fails, and that is not known; or another failure of it is.
    New(Option<&'a KnownFailure>),
    /// It is known to fail, and agrees.
    Mended(&'a KnownFailure),
}

impl<'a> Standing<'a> {
    /// What is to be said of a scenario that violates this, or agrees.
    #[must_use]
    pub fn of(list: &'a Known, scenario: &str, violates: Option<&str>) -> Self {
        match (list.of(scenario), violates) {
            (None, None) => Self::Agrees,
            (Some(known), None) => Self::Mended(known),
            (Some(known), Some(violates)) if known.violates == violates => Self::Known(known),
            (known, Some(_)) => Self::New(known),
        }
    }

    /// In a word: `known`, `new`, `mended`; nothing of what agrees as it should.
    #[must_use]
    pub fn word(&self) -> Option<&'static str> {
        match self {
            Self::Agrees => None,
            Self::Known(_) => Some("known"),
            Self::New(_) => Some("new"),
            Self::Mended(_) => Some("mended"),
        }
    }

    /// What the list says of the scenario.
    #[must_use]
    pub fn listed(&self) -> Option<&'a KnownFailure> {
        match self {
            Self::Agrees => None,
            Self::New(known) => *known,
            Self::Known(known) | Self::Mended(known) => Some(known),
        }
    }
}

/// In a sentence; nothing of what agrees as it should.
impl fmt::Display for Standing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(word) = self.word() else { return Ok(()) };
        f.write_str(word)?;
        let Some(KnownFailure { violates, reason, .. }) = self.listed() else { return Ok(()) };
        let (violates, reason) = (shown(violates), shown(reason));
        match self {
            Self::New(_) => write!(f, ": known is that it violates {violates} ({reason})"),
            Self::Mended(_) => write!(
                f,
                ": known to violate {violates} ({reason}) and does not: take it out of the list"
            ),
            _ => write!(f, ": it violates {violates} ({reason})"),
        }
    }
}

/// How many failures of a run were known, were new, and were mended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many failed in the way that is known.
    pub known: u64,
    /// How many failed otherwise.
    pub new: u64,
    /// How many are known to fail, and agreed.
    pub mended: u64,
}

impl Tally {
    /// Counts one scenario.
    pub fn add(&mut self, standing: Standing<'_>) {
        match standing {
            Standing::Agrees => {}
            Standing::Known(_) => self.known += 1,
            Standing::New(_) => self.new += 1,
            Standing::Mended(_) => self.mended += 1,
        }
    }
}

/// In a sentence.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { known, new, mended } = self;
        write!(f, "failures: {known} known, {new} new, {mended} mended")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_failure_than_the_known_one_is_new() {
        let text = "[[known]]\nscenario = \"a\"\nviolates = \"article\"\nreason = \"r\"\n";
        let list = Known::read(text).unwrap();
        let known = list.iter().next();
        assert_eq!(Standing::of(&list, "a", Some("Q168211")), Standing::New(known));
        assert_eq!(Standing::of(&list, "b", None), Standing::Agrees);
    }

    #[test]
    fn the_sentence_says_what_is_known_and_why() {
        let text = "[[known]]\nscenario = \"a\"\nviolates = \"article\"\nreason = \"issue 12\"\n";
        let list = Known::read(text).unwrap();
        let told = |scenario, violates| Standing::of(&list, scenario, violates).to_string();
        assert_eq!(told("a", Some("article")), "known: it violates article (issue 12)");
        let other = "new: known is that it violates article (issue 12)";
        assert_eq!(told("a", Some("Q168211")), other);
        assert_eq!(told("b", Some("Q168211")), "new");
        assert!(told("a", None).starts_with("mended: known to violate article (issue 12)"));
    }
}
