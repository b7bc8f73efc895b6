//! Failures that are known: a suite is green while exactly these fail.
//!
//! ```toml
//! [[known]]
//! scenario = "causes/postoffice-locked"
//! violates = "article"
//! reason   = "nobody has mended it yet: issue 12"
//! ```

use std::fmt;

use event70_engine::{Breach, Disagreement};
use event70_format::quoted;
use event70_model::shown;
use toml::de::{DeTable, DeValue};

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

/// A failure that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFailure {
    /// The name of the scenario that fails.
    pub scenario: String,
    /// What it [violates](violated()).
    pub violates: String,
    /// Why it is known and not mended.
    pub reason: String,
}

/// The failures that are known, each scenario once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known(Vec<KnownFailure>);

/// What is to be said of a scenario and what became of it.
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

/// Why a text is no list of known failures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KnownError {
    /// It is not TOML.
    #[error("not TOML: {0}")]
    NotToml(String),
    /// There is something else in it.
    #[error("unknown key `{}`; a list of known failures has `known` alone", shown(.0))]
    Key(String),
    /// An entry is not made as it should be.
    #[error("known failure {0}: it has `scenario`, `violates` and `reason`, all of them texts")]
    Entry(usize),
    /// A scenario has two entries.
    #[error("known failure {0}: `{name}` stands there twice", name = shown(.1))]
    Twice(usize, String),
}

impl Known {
    /// Reads a list.
    ///
    /// ```
    /// use event70::testing::{Known, Standing};
    /// let text = "[[known]]\nscenario = \"a\"\nviolates = \"article\"\nreason = \"issue 12\"\n";
    /// let known = Known::read(text).unwrap();
    /// assert!(matches!(known.standing("a", Some("article")), Standing::Known(_)));
    /// assert!(matches!(known.standing("a", None), Standing::Mended(_)));
    /// assert_eq!(known.standing("b", Some("article")), Standing::New(None));
    /// assert_eq!(known.to_string(), text);
    /// ```
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(text: &str) -> Result<Self, KnownError> {
        let document = DeTable::parse(text)
            .map_err(|error| KnownError::NotToml(error.message().to_owned()))?;
        let mut known = Self::default();
        for (key, value) in document.get_ref() {
            let entries = value.get_ref().as_array().filter(|_| key.get_ref() == "known");
            let entries = entries.ok_or_else(|| KnownError::Key(key.get_ref().to_string()))?;
            for (index, entry) in entries.iter().enumerate() {
                let read = read_entry(entry.get_ref()).ok_or(KnownError::Entry(index + 1))?;
                if known.of(&read.scenario).is_some() {
                    return Err(KnownError::Twice(index + 1, read.scenario));
                }
                known.0.push(read);
            }
        }
        Ok(known)
    }

    /// What is to be said of a scenario that violates this, or agrees.
    #[must_use]
    pub fn standing(&self, scenario: &str, violates: Option<&str>) -> Standing<'_> {
        match (self.of(scenario), violates) {
            (None, None) => Standing::Agrees,
            (Some(known), None) => Standing::Mended(known),
            (Some(known), Some(violates)) if known.violates == violates => Standing::Known(known),
            (known, Some(_)) => Standing::New(known),
        }
    }

    /// What is known of a scenario.
    fn of(&self, scenario: &str) -> Option<&KnownFailure> {
        self.0.iter().find(|known| known.scenario == scenario)
    }

    /// Each of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &KnownFailure> {
        self.0.iter()
    }
}

impl FromIterator<KnownFailure> for Known {
    fn from_iter<I: IntoIterator<Item = KnownFailure>>(failures: I) -> Self {
        Self(failures.into_iter().collect())
    }
}

fn read_entry(entry: &DeValue<'_>) -> Option<KnownFailure> {
    let DeValue::Table(entry) = entry else { return None };
    let text = |key: &str| match entry.get(key)?.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        _ => None,
    };
    let read = KnownFailure {
        scenario: text("scenario")?,
        violates: text("violates")?,
        reason: text("reason")?,
    };
    (entry.len() == 3).then_some(read)
}

/// The text of the list.
impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, KnownFailure { scenario, violates, reason }) in self.0.iter().enumerate() {
            let blank = if index == 0 { "" } else { "\n" };
            writeln!(f, "{blank}[[known]]")?;
            for (key, text) in [("scenario", scenario), ("violates", violates), ("reason", reason)]
            {
                writeln!(f, "{key} = {}", quoted(text))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_known_failures_reads_back_as_written() {
        let known = |scenario: &str, violates: &str| KnownFailure {
            scenario: scenario.to_owned(),
            violates: violates.to_owned(),
            reason: "\"a\\b\"\n\u{7f}".to_owned(),
        };
        let list: Known = [known("a/b", "article"), known("c", "Q168211")].into_iter().collect();
        assert_eq!(Known::read(&list.to_string()).unwrap(), list);
        assert_eq!(Known::read(""), Ok(Known::default()));
    }

    #[test]
    fn what_is_no_list_of_known_failures_is_told() {
        let entry = "[[known]]\nscenario = \"a\"\nviolates = \"article\"\nreason = \"r\"\n";
        let told = |text: &str| Known::read(text).unwrap_err().to_string();
        assert!(told("known = ").starts_with("not TOML: "));
        assert!(told("knwon = []").starts_with("unknown key `knwon`"));
        assert!(told(&entry.replace("reason", "raeson")).starts_with("known failure 1: it has"));
        assert!(told(&format!("{entry}more = 1\n")).starts_with("known failure 1: it has"));
        assert_eq!(told(&entry.repeat(2)), "known failure 2: `a` stands there twice");
    }

    #[test]
    fn another_failure_than_the_known_one_is_new() {
        let text = "[[known]]\nscenario = \"a\"\nviolates = \"article\"\nreason = \"r\"\n";
        let list = Known::read(text).unwrap();
        let known = list.iter().next();
        assert_eq!(list.standing("a", Some("Q168211")), Standing::New(known));
        assert_eq!(list.standing("b", None), Standing::Agrees);
    }
}
