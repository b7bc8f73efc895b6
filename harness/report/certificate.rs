//! What is said of a connector that was held against a conformance suite.

use std::fmt;

use serde_json::{Value, json};

use super::counterexample::fnv1a;
use crate::search::Repeats;
use crate::search::certify::{Model, NumberedTest, Refutation};
use crate::words::count;

/// The method by which the suite is complete.
const METHOD: &str =
    "SPY (Simão, Petrenko, Yevtushenko 2012) with harmonised identifiers, and every file number";

/// A suite, and the connector that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Who is certified.
    pub connector: String,
    /// On which day, as `2026-11-22`.
    pub date: String,
    /// The states of the reference.
    pub states: usize,
    /// Its transitions.
    pub transitions: usize,
    /// The inputs that the tests are made of.
    pub inputs: usize,
    /// How many states more than the reference the connector may have.
    pub extra_states: u8,
    /// How many tests there are.
    pub tests: usize,
    /// How many inputs they have together.
    pub steps: usize,
    /// A hash of all of them.
    pub hash: u64,
    /// Whether these are all tests of the suite, so that to pass them says something.
    pub whole: bool,
}

/// A test that was not passed, with its conversation and how often it came again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refuted {
    /// The test, made short.
    pub refutation: Refutation,
    /// How often it came again.
    pub repeats: Repeats,
    /// The lines that pass in it.
    pub conversation: String,
}

impl Certificate {
    /// What is said of these tests.
    #[must_use]
    pub fn new(
        model: &Model,
        tests: &[NumberedTest],
        (extra_states, whole): (u8, bool),
        connector: &str,
        date: String,
    ) -> Self {
        let mut text = String::new();
        for (_, test) in tests {
            let words = test.iter().map(|input| model.letter(*input).to_string() + " ");
            text.extend(words);
            text.push('\n');
        }
        let machine = &model.machine;
        Self {
            connector: connector.to_owned(),
            date,
            states: machine.states(),
            transitions: (0..machine.states()).map(|s| machine.transitions(s).len()).sum(),
            inputs: model.letters(),
            extra_states,
            tests: tests.len(),
            steps: tests.iter().map(|(_, test)| test.len()).sum(),
            hash: fnv1a(text.as_bytes()),
            whole,
        }
    }

    /// What came of it, in words and in a last line for scripts.
    #[must_use]
    pub fn result(&self, refuted: Option<&Refuted>, seconds: f64) -> String {
        let (result, verdict) = match refuted {
            None if !self.whole => {
                ("the test is passed; that is no certificate".to_owned(), "passed")
            }
            None => (
                "every test is passed: the connector asks and logs what the reference does"
                    .to_owned(),
                "certified",
            ),
            Some(Refuted { refutation, repeats: Repeats { times, alike }, .. }) => (
                format!(
                    "test {} is not passed. {} It came again {alike} of {times} times.",
                    refutation.number, refutation.difference
                ),
                "refuted",
            ),
        };
        let Self { extra_states, tests, steps, hash, .. } = self;
        format!(
            "result     {result}\n\
             verdict={verdict} extra-states={extra_states} tests={tests} steps={steps} \
             hash={hash:016x} seconds={seconds:.3}"
        )
    }

    /// The same for machines.
    #[must_use]
    pub fn json(&self, refuted: Option<&Refuted>, seconds: f64) -> Value {
        let refuted = refuted.map(|refuted| {
            json!({
                "test": refuted.refutation.number,
                "difference": refuted.refutation.difference.to_string(),
                "repeats": [refuted.repeats.alike, refuted.repeats.times],
                "conversation": refuted.conversation,
            })
        });
        json!({
            "connector": self.connector,
            "date": self.date,
            "states": self.states,
            "transitions": self.transitions,
            "inputs": self.inputs,
            "method": METHOD,
            "extra-states": self.extra_states,
            "tests": self.tests,
            "steps": self.steps,
            "hash": format!("{:016x}", self.hash),
            "passed": refuted.is_none(),
            "certified": refuted.is_none() && self.whole,
            "refuted": refuted,
            "seconds": seconds,
        })
    }
}

/// Everything but the result.
impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connector, date, states, transitions, inputs, extra_states, .. } = self;
        let most = states + usize::from(*extra_states);
        let (tests, steps) = (count(self.tests as u64, "test"), count(self.steps as u64, "step"));
        writeln!(f, "connector  {connector}")?;
        writeln!(f, "date       {date}")?;
        writeln!(
            f,
            "machine    the reference: {states} states, {transitions} transitions, {inputs} inputs"
        )?;
        writeln!(f, "method     {METHOD}")?;
        writeln!(f, "K          {extra_states}: complete for connectors of at most {most} states")?;
        write!(f, "suite      {tests}, {steps}, hash {:016x}", self.hash)
    }
}
