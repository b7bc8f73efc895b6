//! What is said of a connector that was held against a conformance suite.

use std::fmt;

use event70_conformance::certify::{Model, NumberedTest, Refutation};
use event70_engine::Repeats;
use event70_model::{Assignment, Failure, Pins, count};
use event70_rule::NEVER_JUDGED;
use serde_json::{Value, json};

use super::counterexample::fnv1a;

/// The method by which the suite is complete.
const METHOD: &str =
    "SPY (Simão, Petrenko, Yevtushenko 2012) with harmonised identifiers, then random walks";
/// What a certificate says nothing about.
fn left_out() -> String {
    let ids = NEVER_JUDGED.map(|id| id.to_string()).join(", ");
    format!(
        "numbers of message files; the order of the three directory exports; events that are never \
         judged ({ids} and those no document knows); lives in which a program is missing, another \
         does not finish or the service was started with another tab, two of these together"
    )
}

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
    /// How many tests there are.
    pub tests: usize,
    /// How many inputs they have together.
    pub steps: usize,
    /// A hash of all of them.
    pub hash: u64,
    /// What these tests are.
    pub extent: Extent,
    /// What is assumed where the documents leave something open.
    pub assumed: Assignment,
}

/// What is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// The whole suite, complete for connectors with so many states more than the reference.
    Suite {
        /// How many.
        extra_states: u8,
    },
    /// One test that was kept in this file. To pass it certifies nothing.
    Test(String),
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
    /// What is said of these tests, which were made from the model under what is assumed.
    #[must_use]
    pub fn new(
        model: &Model,
        assumed: Assignment,
        tests: &[NumberedTest],
        extent: Extent,
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
            tests: tests.len(),
            steps: tests.iter().map(|(_, test)| test.len()).sum(),
            hash: fnv1a(text.as_bytes()),
            extent,
            assumed,
        }
    }

    /// What came of it, in words and in a last line for scripts.
    #[must_use]
    pub fn result(&self, refuted: Option<&Refuted>, seconds: f64) -> String {
        let (result, verdict) = match (refuted, &self.extent) {
            (None, Extent::Test(_)) => {
                ("the test passed; a single test is no certificate".to_owned(), "passed")
            }
            (None, Extent::Suite { .. }) => (
                "every test passed: the connector asks and logs what the reference does".to_owned(),
                "certified",
            ),
            (Some(Refuted { refutation, repeats: Repeats { times, alike }, .. }), _) => (
                format!(
                    "{} failed. {} It failed the same way in {alike} of {times} repeats.",
                    self.name_of(refutation.number),
                    refutation.difference
                ),
                "refuted",
            ),
        };
        let extra_states = match self.extent {
            Extent::Suite { extra_states } => format!("extra-states={extra_states} "),
            Extent::Test(_) => String::new(),
        };
        let Self { tests, steps, hash, .. } = self;
        format!(
            "result     {result}\n\
             verdict={verdict} {extra_states}tests={tests} steps={steps} \
             hash={hash:016x} seconds={seconds:.3}"
        )
    }

    /// What a test of this number is called.
    #[must_use]
    pub fn name_of(&self, number: usize) -> String {
        match self.extent {
            Extent::Suite { .. } => format!("test {number}"),
            Extent::Test(_) => "the test".to_owned(),
        }
    }

    /// The same for machines.
    #[must_use]
    pub fn json(&self, refuted: Option<&Refuted>, seconds: f64) -> Value {
        let refuted = refuted.map(|refuted| {
            json!({
                "test": refuted.refutation.number,
                "difference": refuted.refutation.difference.to_string(),
                "rule": refuted.refutation.difference.rule().map(|rule| rule.to_string()),
                "repeats": [refuted.repeats.alike, refuted.repeats.times],
                "conversation": refuted.conversation,
            })
        });
        let (whole, extra_states, file) = match &self.extent {
            Extent::Suite { extra_states } => (true, Some(extra_states), None),
            Extent::Test(file) => (false, None, Some(file)),
        };
        json!({
            "connector": self.connector,
            "date": self.date,
            "states": self.states,
            "transitions": self.transitions,
            "inputs": self.inputs,
            "method": whole.then_some(METHOD),
            "assumed": Pins::all_of(self.assumed).to_string(),
            "leaves-out": left_out(),
            "extra-states": extra_states,
            "test-file": file,
            "tests": self.tests,
            "steps": self.steps,
            "hash": format!("{:016x}", self.hash),
            "passed": refuted.is_none(),
            "certified": refuted.is_none() && whole,
            "refuted": refuted,
            "failed": null,
            "seconds": seconds,
        })
    }
}

/// A connector that failed as a program while it was tried what it assumes, before there was a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncertified<'a> {
    /// Who is not certified.
    pub connector: &'a str,
    /// On which day, as `2026-11-22`.
    pub date: String,
    /// How it failed.
    pub failure: &'a Failure,
}

impl Uncertified<'_> {
    /// The same for machines.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "connector": self.connector,
            "date": self.date,
            "passed": false,
            "certified": false,
            "refuted": null,
            "failed": { "what": self.failure.what, "report": self.failure.report },
        })
    }
}

/// Everything, and a last line for scripts.
impl fmt::Display for Uncertified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connector, date, failure } = self;
        writeln!(f, "connector  {connector}")?;
        writeln!(f, "date       {date}")?;
        writeln!(f, "\n{}\n", failure.report)?;
        writeln!(f, "result     It failed as a program before the suite began: {failure}.")?;
        write!(f, "verdict=connector-failed")
    }
}

/// Everything but the result.
impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connector, date, states, transitions, inputs, .. } = self;
        let steps = self.steps as u64;
        writeln!(f, "connector  {connector}")?;
        writeln!(f, "date       {date}")?;
        writeln!(f, "assumed    {}", self.assumed)?;
        writeln!(
            f,
            "machine    the reference: {states} states, {transitions} transitions, {inputs} inputs"
        )?;
        match &self.extent {
            Extent::Suite { extra_states } => {
                let most = states + usize::from(*extra_states);
                let (tests, steps) = (count(self.tests as u64, "test"), count(steps, "step"));
                writeln!(f, "method     {METHOD}")?;
                writeln!(f, "leaves out {}", left_out())?;
                writeln!(
                    f,
                    "K          {extra_states}: complete for connectors of at most {most} states"
                )?;
                write!(f, "suite      {tests}, {steps}, hash {:016x}", self.hash)
            }
            Extent::Test(file) => {
                let steps = match steps {
                    0 => "a reset and nothing else".to_owned(),
                    steps => format!("a reset, then {}", count(steps, "step")),
                };
                writeln!(f, "test       {file}: {steps}")?;
                write!(f, "method     this test only; its result is no certificate")
            }
        }
    }
}
