//! A list of failures that are known.
//!
//! ```toml
//! [[known]]
//! scenario = "causes/postoffice-locked"
//! violates = "article"
//! reason   = "nobody has mended it yet: issue 12"
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::Path;

use event70_model::shown;
use serde_json::{Value as Json, json};
use toml::de::DeTable;

use super::complaint::{Complaint, FileError};
use super::decode::{Decoder, Fields, Value};
use super::encoding::decode;
use super::write::quoted;

/// The keys of the list, and of each entry.
const TOP: &[&str] = &["known"];
const ENTRY: &[&str] = &["scenario", "violates", "reason"];
/// What can be violated beside a document.
const VIOLATED: &[&str] =
    &["article", "assumption", "malformed", "expectation", "connector-failed"];

/// A failure that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFailure {
    /// The name of the scenario that fails.
    pub scenario: String,
    /// What it violates: `article`, a document (`Q168211`), `assumption`; and where it is none of
    /// these, the verdict: `malformed`, `expectation`, `connector-failed`.
    pub violates: String,
    /// Why it is known and not mended.
    pub reason: String,
}

impl KnownFailure {
    /// Whether it is a failure of this scenario, in either spelling of a name of the standard set.
    #[must_use]
    pub fn is_of(&self, scenario: &str) -> bool {
        one_spelling(&self.scenario) == one_spelling(scenario)
    }
}

/// The failures that are known, each scenario once.
///
/// A scenario of the standard set may be named as a suite does, `standard/causes/…`, or as the program
/// does, `standard:causes/…`.
#[derive(Debug, Clone, Default)]
pub struct Known(Vec<(KnownFailure, Range<usize>)>);

impl Known {
    /// Reads a list.
    ///
    /// ```
    /// use event70_format::Known;
    /// let text = "[[known]]\nscenario = \"a\"\nviolates = \"article\"\nreason = \"issue 12\"\n";
    /// let known = Known::read(text).unwrap();
    /// assert_eq!(known.of("a").unwrap().reason, "issue 12");
    /// assert_eq!(known.to_string(), text);
    ///
    /// let complaints = Known::read(&text.replace("article", "artcle")).unwrap_err();
    /// assert_eq!(complaints[0].help.as_deref(), Some("did you mean `article`?"));
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with the text, in its order.
    pub fn read(text: &str) -> Result<Self, Vec<Complaint>> {
        let document = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            vec![Complaint { span, message: format!("not TOML: {}", error.message()), help: None }]
        })?;
        let (mut decoder, span) = (Decoder::default(), 0..0);
        let known = list(&mut decoder, Fields::new(document.get_ref(), &span));
        decoder.complaints.sort_by_key(|complaint| complaint.span.start);
        if decoder.complaints.is_empty() { Ok(known) } else { Err(decoder.complaints) }
    }

    /// Reads the list in a file.
    ///
    /// # Errors
    /// If it cannot be read, or is no list.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let text = decode(fs::read(path)?)?;
        Self::read(&text).map_err(|complaints| FileError::Faulty { text, complaints })
    }

    /// What is known of a scenario.
    #[must_use]
    pub fn of(&self, scenario: &str) -> Option<&KnownFailure> {
        self.iter().find(|known| known.is_of(scenario))
    }

    /// Each of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &KnownFailure> {
        self.0.iter().map(|(known, _)| known)
    }

    /// A complaint for each entry whose scenario is none of these, with what `help` says of its name.
    pub fn without_scenario<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        help: impl Fn(&str) -> Option<String>,
    ) -> Vec<Complaint> {
        let names: BTreeSet<String> = names.into_iter().map(one_spelling).collect();
        let is_gone = |known: &KnownFailure| !names.contains(&one_spelling(&known.scenario));
        let gone = self.0.iter().filter(|(known, _)| is_gone(known));
        gone.map(|(KnownFailure { scenario, .. }, span)| Complaint {
            span: span.clone(),
            message: format!("there is no scenario \"{}\"", shown(scenario)),
            help: help(scenario),
        })
        .collect()
    }
}

/// A name of the standard set as a suite spells it; any other name as it is.
fn one_spelling(name: &str) -> String {
    name.replacen(':', "/", 1)
}

impl FromIterator<KnownFailure> for Known {
    fn from_iter<I: IntoIterator<Item = KnownFailure>>(failures: I) -> Self {
        Self(failures.into_iter().map(|known| (known, 0..0)).collect())
    }
}

fn list(decoder: &mut Decoder, fields: Fields<'_, '_>) -> Known {
    decoder.known_keys(&fields, TOP, "a list of known failures");
    let entries = fields.get("known").and_then(|value| decoder.array(value, "entries `[[known]]`"));
    let mut known = Known::default();
    for value in entries.unwrap_or_default() {
        let Some((read, span)) = entry(decoder, value) else { continue };
        if known.of(&read.scenario).is_some() {
            let message = format!("\"{}\" has an entry already", shown(&read.scenario));
            decoder.complain(span, message, "leave one of them out".to_owned());
        } else {
            known.0.push((read, span));
        }
    }
    known
}

/// An entry, and where the name of its scenario stands.
fn entry(decoder: &mut Decoder, value: &Value<'_>) -> Option<(KnownFailure, Range<usize>)> {
    let span = value.span();
    let fields = decoder.table(value, &span, ENTRY, "[[known]]")?;
    let mut text = |key: &str| {
        let help = "an entry has `scenario`, `violates` and `reason`";
        if fields.get(key).is_none() {
            decoder.missing(&fields, key, "[[known]]", help);
        }
        let value = fields.get(key)?;
        Some((decoder.string(value, "a text")?.to_owned(), value))
    };
    let (scenario, violates, reason) = (text("scenario"), text("violates"), text("reason"));
    let (violates, place) = violates?;
    if !is_document(&violates) {
        decoder.one_of(place, VIOLATED, "violation")?;
    }
    let (scenario, place) = scenario?;
    Some((KnownFailure { scenario, violates, reason: reason?.0 }, place.span()))
}

/// The JSON Schema of a list of known failures.
///
/// ```
/// let schema = event70_format::known_schema();
/// assert_eq!(schema["title"], "event70 known failures");
/// ```
#[must_use]
pub fn known_schema() -> Json {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "event70 known failures",
        "description": "Scenarios that are known to fail, each once.",
        "type": "object",
        "additionalProperties": false,
        "properties": { "known": { "type": "array", "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ENTRY,
            "properties": {
                "scenario": text("The name of the scenario that fails."),
                "violates": {
                    "description": "The article, a document, an assumption; else the verdict.",
                    "anyOf": [{ "enum": VIOLATED }, { "type": "string", "pattern": "^Q[0-9]+$" }]
                },
                "reason": text("Why it is known and not mended.")
            }
        } } }
    })
}

/// Whether it is the number of an article, as `Q168211`.
fn is_document(text: &str) -> bool {
    let digits = text.strip_prefix('Q').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text of the list.
impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, KnownFailure { scenario, violates, reason }) in self.iter().enumerate() {
            let blank = if index == 0 { "" } else { "\n" };
            writeln!(f, "{blank}[[known]]")?;
            for (key, text) in ENTRY.iter().zip([scenario, violates, reason]) {
                writeln!(f, "{key} = {}", quoted(text))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "[[known]]\nscenario = \"a\"\nviolates = \"article\"\nreason = \"r\"\n";

    #[test]
    fn a_list_of_known_failures_reads_back_as_written() {
        let known = |scenario: &str, violates: &str| KnownFailure {
            scenario: scenario.to_owned(),
            violates: violates.to_owned(),
            reason: "\"a\\b\"\n\u{7f}".to_owned(),
        };
        let list: Known = [known("a/b", "article"), known("c", "Q168211")].into_iter().collect();
        let read = Known::read(&list.to_string()).unwrap();
        assert!(read.iter().eq(list.iter()));
        assert_eq!(Known::read("").unwrap().iter().count(), 0);
    }

    #[test]
    fn what_is_no_list_of_known_failures_is_told_with_its_place() {
        let told = |text: &str| {
            let complaints = Known::read(text).unwrap_err();
            let place = |c: &Complaint| text[c.span.clone()].lines().next().map(str::to_owned);
            let told = complaints.iter().map(|c| (place(c).unwrap_or_default(), c.message.clone()));
            told.collect::<Vec<_>>()
        };
        let one = |place: &str, message: &str| vec![(place.to_owned(), message.to_owned())];
        assert!(told("known = ")[0].1.starts_with("not TOML: "));
        let unknown = "unknown key `knwon` in a list of known failures";
        assert_eq!(told("knwon = []"), one("knwon", unknown));
        assert_eq!(told("known = 1"), one("1", "expected entries `[[known]]`, found an integer"));
        let missing = "`reason` is missing in [[known]]";
        assert_eq!(told(&ENTRY.replace("reason = \"r\"\n", "")), one("[[known]]", missing));
        let more = format!("{ENTRY}more = 1\n");
        assert_eq!(told(&more), one("more", "unknown key `more` in [[known]]"));
        let word = ENTRY.replace("article", "Q16604x");
        assert_eq!(told(&word), one("\"Q16604x\"", "unknown violation \"Q16604x\""));
        assert_eq!(told(&ENTRY.repeat(2)), one("\"a\"", "\"a\" has an entry already"));
    }

    #[test]
    fn an_entry_of_the_standard_set_has_two_spellings_and_stands_once() {
        let text = ENTRY.replace("\"a\"", "\"standard:causes/x\"");
        let known = Known::read(&text).unwrap();
        assert!(known.of("standard/causes/x").is_some() && known.of("causes/x").is_none());
        let other = ENTRY.replace("\"a\"", "\"standard/causes/x\"");
        assert!(Known::read(&(text + &other)).is_err());
    }

    #[test]
    fn an_entry_without_a_scenario_is_told_at_its_name() {
        let text = format!("{ENTRY}{}", ENTRY.replace("\"a\"", "\"gone\""));
        let known = Known::read(&text).unwrap();
        let complaints = known.without_scenario(["a"], |_| None);
        let [complaint] = &complaints[..] else { panic!("{complaints:?}") };
        assert_eq!(&text[complaint.span.clone()], "\"gone\"");
        assert_eq!(complaint.message, "there is no scenario \"gone\"");
    }
}
