//! What came of a whole run, in one sentence and in one line for scripts.

use std::fmt;

use event70_engine::Verdict;
use event70_model::{Keyword, count};

use super::account::Account;

/// The counts of a run over scenario files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    verdicts: [u64; Verdict::ALL.len()],
    invalid: u64,
    passed_over: u64,
    steps: u64,
    predicted: u64,
    logged: u64,
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

    /// One sentence for a person.
    #[must_use]
    pub fn sentence(&self) -> String {
        let scenarios = count(self.scenarios(), "scenario");
        let steps = count(self.steps, "step");
        let (predicted, logged) = (self.predicted, self.logged);
        let agree = self.of(Verdict::Agree);
        format!(
            "{scenarios} of {steps}: {predicted} Event 70 predicted, {logged} logged; {agree} agree, \
             {} do not, {} invalid",
            self.scenarios() - agree,
            self.invalid
        )
    }
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
        match self.passed_over {
            0 => Ok(()),
            files => write!(f, " passed-over={files}"),
        }
    }
}
