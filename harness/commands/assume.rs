//! What is assumed where the documents leave something open: `--assume`.

use std::fs;
use std::path::Path;

use event70_format::read_assumptions;
use event70_model::{Assignment, Assignments, Assumption, Keyword, Pins, nearest, shown};

/// What is assumed of the connector under test.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct AssumeArgs {
    /// Assume this where the documents leave something open: KEY=VALUE, KEY=A|B, a TOML file of keys
    /// and values, or `open`; can be given several times. The reference is as given, with every
    /// default elsewhere; another connector is anything that is not ruled out by what is given.
    /// `event70 assumptions` lists the keys.
    #[arg(long = "assume", value_name = "KEY=VALUE", value_parser = given)]
    given: Vec<Given>,
}

/// What one `--assume` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    /// Nothing is assumed.
    Open,
    /// These values are.
    Pins(Pins),
}

/// Why an assumption cannot be read.
#[derive(Debug, thiserror::Error)]
enum BadAssumption {
    #[error("unknown assumption `{}`{}", shown(.0), meant(.0, &Assumption::all_keywords()))]
    Key(String),
    #[error("`{key}` has no value `{}`; it is {}", shown(.value), .key.values().join(" or "))]
    Value { key: Assumption, value: String },
    #[error("neither KEY=VALUE nor `open`, and no file: {0}")]
    File(std::io::Error),
    #[error("{0}")]
    Content(String),
}

fn meant(text: &str, words: &[&str]) -> String {
    nearest(text, words).map_or_else(String::new, |word| format!("; did you mean `{word}`?"))
}

fn given(text: &str) -> Result<Given, BadAssumption> {
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
pub(super) struct Assumed {
    /// What was given.
    pub(super) given: Pins,
    /// Whether what was not given is open, not as by default.
    pub(super) is_open: bool,
}

impl Assumed {
    /// What is possible of a connector in a scenario that pins this, and what one in memory plays.
    pub(super) fn of(&self, file: &Pins) -> (Assignments, Assignment) {
        if self.is_open {
            return (self.given.or_open(), self.given.assignment());
        }
        let played = file.or(&self.given).assignment();
        (Assignments::only(played), played)
    }
}

impl AssumeArgs {
    /// What is assumed of a connector; of a program nothing but what was given.
    pub(super) fn assumed(&self, is_program: bool) -> Assumed {
        let pins = self.given.iter().fold(Pins::default(), |pins, given| match given {
            Given::Open => pins,
            Given::Pins(more) => more.or(&pins),
        });
        Assumed { given: pins, is_open: is_program || self.given.contains(&Given::Open) }
    }

    /// Every assignment that is given: with both values of an assumption where both are, and with
    /// both of each that is inferred where `open` is.
    pub(super) fn assignments(&self) -> Vec<Assignment> {
        let Assumed { given, is_open } = self.assumed(false);
        let inferred = if is_open { given.or_open() } else { given.or_default() };
        let others = Assumption::ALL.iter().filter(|key| !key.is_inferable());
        others.fold(inferred.iter().collect(), |assignments: Vec<_>, key| {
            let [has_default, has_other] = given.of(*key).unwrap_or([true, false]);
            let values = [(false, has_default), (true, has_other)].into_iter();
            let taken = values.filter(|(_, is_taken)| *is_taken);
            let each = taken.flat_map(|(is_other, _)| {
                assignments.iter().map(move |assignment| assignment.with(*key, is_other))
            });
            each.collect()
        })
    }

    /// What the reference plays.
    pub(super) fn assignment(&self) -> Assignment {
        self.assumed(false).given.assignment()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assignment_that_is_given_is_there_once() {
        let assignments = |texts: &[&str]| {
            let given = texts.iter().map(|text| given(text).unwrap()).collect();
            AssumeArgs { given }.assignments()
        };
        assert_eq!(assignments(&[]), [Assignment::DEFAULT]);
        let lower = Assignment::DEFAULT.with(Assumption::ThreadRestarts, true);
        assert_eq!(assignments(&["thread-restarts=24"]), [lower]);
        let both = ["thread-restarts=24|25", "cycle-order=export-first|import-first"];
        let import_first = |one: Assignment| one.with(Assumption::CycleOrder, true);
        let four =
            [Assignment::DEFAULT, lower, import_first(Assignment::DEFAULT), import_first(lower)];
        assert_eq!(assignments(&both), four);
        assert_eq!(assignments(&["open"]).len(), 1024);
        assert_eq!(assignments(&["open", "thread-restarts=24", both[1]]).len(), 1024);
    }

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
