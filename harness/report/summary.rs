//! What came of a whole run, in one sentence and in one line for scripts.

use std::collections::BTreeMap;
use std::fmt;

use event70_engine::Verdict;
use event70_model::{Assignments, Assumption, Keyword, count};
use schemars::JsonSchema;
use serde::Serialize;

use super::account::Account;
use super::results::TallyEntry;
use crate::testing::known::Tally;

/// The counts of a run over scenario files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    verdicts: [u64; Verdict::ALL.len()],
    invalid: u64,
    passed_over: u64,
    steps: u64,
    predicted: u64,
    logged: u64,
    known: Option<Tally>,
}

/// What came of a whole run, in the tree of results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SummaryEntry {
    /// How many scenarios were played.
    pub scenarios: u64,
    /// How many of them got each verdict.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// How many files are no scenario.
    pub invalid: u64,
    /// How many files were not played, for what they assume is ruled out.
    pub passed_over: u64,
    /// How many files were neither played nor found invalid: the run was interrupted, or the
    /// connector given up.
    pub unplayed: u64,
    /// How many steps were played.
    pub steps: u64,
    /// How many Event 70 are predicted for them.
    pub predicted: u64,
    /// How many Event 70 were logged in them.
    pub logged: u64,
    /// How many failures were known, new and mended; `null` without a list of known failures.
    pub known: Option<TallyEntry>,
    /// Whether a signal ended the run before its end.
    pub interrupted: bool,
    /// For each assumption the values that are still possible after this run.
    pub assumptions: BTreeMap<String, Vec<String>>,
}

impl Summary {
    /// Counts one scenario.
    pub fn add(&mut self, account: &Account) {
        self.verdicts[account.verdict() as usize] += 1;
        self.steps += account.steps.len() as u64;
        self.predicted += account.predicted_event_70();
        self.logged += account.event_70();
    }

    /// Counts one file that yielded no scenario.
    pub fn add_invalid(&mut self) {
        self.invalid += 1;
    }

    /// Counts one file that was not played, for what it assumes is ruled out.
    pub fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    /// How many failures were known, new and mended, beside a list of them.
    pub fn set_known(&mut self, tally: Tally) {
        self.known = Some(tally);
    }

    /// How many of so many files were neither played nor found invalid.
    #[must_use]
    pub fn unplayed(&self, files: u64) -> u64 {
        files - self.scenarios() - self.invalid - self.passed_over
    }

    /// How many scenarios got this verdict.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.verdicts[verdict as usize]
    }

    /// How many scenarios were played.
    #[must_use]
    pub fn scenarios(&self) -> u64 {
        self.verdicts.iter().sum()
    }

    /// The same in the tree of results: of so many files, whether a signal came, and which assignments
    /// fit all that was seen.
    #[must_use]
    pub fn entry(&self, files: u64, interrupted: bool, left: &Assignments) -> SummaryEntry {
        SummaryEntry {
            scenarios: self.scenarios(),
            verdicts: Verdict::ALL.iter().map(|v| (v.keyword(), self.of(*v))).collect(),
            invalid: self.invalid,
            passed_over: self.passed_over,
            unplayed: self.unplayed(files),
            steps: self.steps,
            predicted: self.predicted,
            logged: self.logged,
            known: self.known.map(Into::into),
            interrupted,
            assumptions: possible(left),
        }
    }

    /// One sentence for a person.
    #[must_use]
    pub fn sentence(&self) -> String {
        let scenarios = count(self.scenarios(), "scenario");
        let steps = count(self.steps, "step");
        let (predicted, logged) = (self.predicted, self.logged);
        let agree = self.of(Verdict::Agree);
        format!(
            "{scenarios} of {steps}: {predicted} Event 70 predicted, {logged} logged; {agree} agree, \
             {} do not, {} invalid{}",
            self.scenarios() - agree,
            self.invalid,
            self.known.map_or_else(String::new, |tally| format!("; {tally}"))
        )
    }
}

/// For each assumption that can be inferred the values that these assignments leave.
#[must_use]
pub fn possible(left: &Assignments) -> BTreeMap<String, Vec<String>> {
    let inferable = Assumption::ALL.iter().filter(|key| key.is_inferable());
    let values = |key: &Assumption| {
        let values = key.values().into_iter().zip(left.left(*key));
        values.filter(|(_, is_left)| *is_left).map(|(value, _)| value.to_owned()).collect()
    };
    inferable.map(|key| (key.to_string(), values(key))).collect()
}

/// The last line of a run: `key=value` pairs in a fixed order.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scenarios={}", self.scenarios())?;
        for verdict in Verdict::ALL {
            write!(f, " {verdict}={}", self.of(*verdict))?;
        }
        write!(f, " invalid={} steps={}", self.invalid, self.steps)?;
        write!(f, " predicted={} logged={}", self.predicted, self.logged)?;
        if self.passed_over > 0 {
            write!(f, " passed-over={}", self.passed_over)?;
        }
        match self.known {
            None => Ok(()),
            Some(Tally { known, new, mended }) => {
                write!(f, " known={known} new={new} mended={mended}")
            }
        }
    }
}
