//! What is assumed where the documents leave something open, and a file played under it.

use std::fs;
use std::path::Path;

use event70_engine::Trial;
use event70_format::{FileError, ScenarioFile, read_assumptions};
use event70_model::{
    Assignment, Assignments, Assumption, Connector, Foreign, Keyword, Pins, Setup, Site, nearest,
    shown,
};

use crate::report::{Account, Detail};

/// What one text says: `KEY=VALUE`, `KEY=A|B`, the path of a TOML file, or `open`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// Nothing is assumed.
    Open,
    /// These values are.
    Pins(Pins),
}

/// Why an assumption cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadAssumption {
    #[error("unknown assumption `{}`{}", shown(.0), meant(.0, &Assumption::all_keywords()))]
    Key(String),
    #[error("`{key}` has no value `{}`; it is {}", shown(.value), .key.values().join(" or "))]
    Value { key: Assumption, value: String },
    #[error("neither KEY=VALUE nor `open`, and no file: {0}")]
    File(std::io::Error),
    #[error("{0}")]
    Content(String),
}

/// The end of a complaint about a word that is none of these: which of them was meant, if one is near.
pub(crate) fn meant(text: &str, words: &[&str]) -> String {
    nearest(text, words).map_or_else(String::new, |word| format!("; did you mean `{word}`?"))
}

/// Reads what may be assumed.
///
/// # Errors
/// If it is no such text.
pub(crate) fn given(text: &str) -> Result<Given, BadAssumption> {
    if text == "open" {
        return Ok(Given::Open);
    }
    let Some((key, values)) = text.split_once('=').filter(|_| !Path::new(text).is_file()) else {
        return from_file(text);
    };
    let key = key.trim();
    let key = Assumption::from_keyword(key).ok_or_else(|| BadAssumption::Key(key.to_owned()))?;
    let pins = values.split('|').map(str::trim).try_fold(Pins::default(), |pins, value| {
        pins.with(key, value).ok_or_else(|| BadAssumption::Value { key, value: value.to_owned() })
    })?;
    Ok(Given::Pins(pins))
}

fn from_file(path: &str) -> Result<Given, BadAssumption> {
    let text = fs::read_to_string(path).map_err(BadAssumption::File)?;
    let pins = read_assumptions(&text).map_err(|complaints| {
        let first = complaints.first().map(|complaint| complaint.message.clone());
        BadAssumption::Content(first.unwrap_or_default())
    })?;
    Ok(Given::Pins(pins))
}

/// What is assumed of whoever is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Assumed {
    /// What was given.
    pub(crate) given: Pins,
    /// Whether what was not given is open, not as by default.
    pub(crate) is_open: bool,
}

impl Assumed {
    /// What is possible of a connector in a scenario that pins this, and what one in memory plays.
    pub(crate) fn of(&self, file: &Pins) -> (Assignments, Assignment) {
        if self.is_open {
            return (self.given.or_open(), self.given.assignment());
        }
        let played = file.or(&self.given).assignment();
        (Assignments::only(played), played)
    }

    /// What was given, after one another; everything else is open or as by default.
    pub(crate) fn given(given: &[Given], is_open: bool) -> Self {
        let pins = given.iter().fold(Pins::default(), |pins, given| match given {
            Given::Open => pins,
            Given::Pins(more) => more.or(&pins),
        });
        Self { given: pins, is_open: is_open || given.contains(&Given::Open) }
    }

    /// Plays a file on a site that is made for it and tells of it, as [`Account::of`].
    ///
    /// # Errors
    /// If the file assumes something else.
    pub(crate) fn play<S: Site>(
        &self,
        (name, file): (&Foreign, ScenarioFile),
        trial: &mut Trial,
        connector: &mut impl Connector,
        site: impl FnOnce(&Setup) -> S,
        detail: Detail,
    ) -> Result<Account, FileError> {
        if !file.assume.agrees_with(&self.given) {
            return Err(FileError::Assumes(file.assume.to_string()));
        }
        let (possible, played) = self.of(&file.assume);
        trial.assume(possible);
        connector.assume(played);
        let site = site(&file.scenario.setup);
        Ok(Account::of(name, file, trial, site, connector, &self.given, detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_a_pair_or_open_and_a_slip_is_told_with_what_was_meant() {
        let pins = |text: &str| match given(text).unwrap() {
            Given::Pins(pins) => pins.to_string(),
            Given::Open => "open".to_owned(),
        };
        assert_eq!(pins("open"), "open");
        assert_eq!(pins("thread-restarts=24"), "thread-restarts=24");
        assert_eq!(
            pins("after-hang = next-cycle | until-restart"),
            "after-hang=until-restart|next-cycle"
        );
        let told = |text: &str| given(text).unwrap_err().to_string();
        assert_eq!(
            told("thread-restart=24"),
            "`thread-restart` has no value `24`; it is at-once or next-cycle"
        );
        assert_eq!(
            told("tab-take-effect=restart"),
            "unknown assumption `tab-take-effect`; did you mean `tab-takes-effect`?"
        );
        assert!(told("no-such-file").starts_with("neither KEY=VALUE nor `open`, and no file: "));
    }
}
