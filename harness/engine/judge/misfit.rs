//! Runs that what is assumed does not allow, though each of them is reported as it must be.

use std::fmt;

use event70_model::{Assignment, Assignments, Assumption, Keyword, Operation, Scenario, Step};
use event70_rule::{Rules, fitting_each_step};

use super::disagreement::Breach;
use super::seen::Seen;
use crate::learned::fewest_against;

/// What was seen and does not go with what is assumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The runs of this kind of step do not go with anything: the document that they are against.
    pub document: Option<&'static str>,
    /// What is assumed: of several assignments, one.
    pub assumed: Assignment,
    /// How many assignments were possible before.
    pub open: u32,
    /// All that fits what was seen so far, whatever is assumed.
    pub fitting: Assignments,
    /// The fewest steps, from 0, that no assignment explains together; empty where one does.
    pub steps: Vec<usize>,
    /// The scenarios that were seen before and that nothing fits together with this one, each with
    /// what fits it.
    pub beside: Vec<(String, Assignments)>,
}

impl Misfit {
    /// Why the last step of those that were seen does not fit, where these assignments were possible.
    pub(crate) fn of(
        rules: &Rules,
        scenario: &Scenario,
        seen: &[Seen],
        possible: &Assignments,
    ) -> Self {
        let begun =
            Scenario { setup: scenario.setup, timeline: scenario.timeline[..seen.len()].to_vec() };
        let each = fitting_each_step(rules, &begun, Assignments::ALL, |step, outlook| {
            seen[step].fits(outlook)
        });
        let fitting = each.iter().fold(Assignments::ALL, |all, step| all.and(step));
        let assumed = possible.nearest_to_default().unwrap_or_default();
        let last = seen.len().saturating_sub(1);
        let is_alone = each.last().is_some_and(Assignments::is_empty);
        let document = is_alone.then(|| document_of(scenario.timeline[last], seen[last]));
        let steps = if fitting.is_empty() { contradiction(&each) } else { Vec::new() };
        Self { document, assumed, open: possible.len(), fitting, steps, beside: Vec::new() }
    }

    /// The same of a step alone, whatever was before it, where this is assumed.
    #[must_use]
    pub fn alone(assumed: Assignment) -> Self {
        let (document, fitting, steps) = (None, Assignments::NONE, Vec::new());
        Self { document, assumed, open: 1, fitting, steps, beside: Vec::new() }
    }

    /// The assumptions in which that differs, each with the value that is assumed and the one that
    /// would fit.
    #[must_use]
    pub fn differing(&self) -> Vec<(Assumption, [&'static str; 2])> {
        let Some(other) = self.would_fit() else { return Vec::new() };
        let differs = |key: &&Assumption| self.assumed.has(**key) != other.has(**key);
        let keys = Assumption::ALL.iter().filter(differs);
        keys.map(|key| (*key, [self.assumed.value(*key), other.value(*key)])).collect()
    }

    /// The assumptions of which other scenarios show one value and this one the other: there, and
    /// here.
    #[must_use]
    pub fn differing_beside(&self) -> Vec<(Assumption, [&'static str; 2])> {
        let others = self.beside.iter().fold(Assignments::ALL, |all, (_, one)| all.and(one));
        let differing = Assumption::ALL.iter().filter_map(|key| {
            let values = [others.decided(*key)?, self.fitting.decided(*key)?];
            (values[0] != values[1]).then_some((*key, values))
        });
        differing.collect()
    }

    /// Why no assumption fits both this and what was seen in other scenarios.
    fn told_beside(&self) -> String {
        let names: Vec<&str> = self.beside.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(" and ");
        let differing = self.differing_beside().into_iter();
        let differing: Vec<String> = differing
            .map(|(key, [there, here])| format!("{key} is {there} there and {here} here"))
            .collect();
        match &differing[..] {
            [] => format!("no assumption fits both this and {names}"),
            _ => format!("no assumption fits both this and {names}: {}", differing.join(", ")),
        }
    }

    /// What is breached: a document if no assignment allows these runs.
    #[must_use]
    pub fn breach(&self) -> Breach {
        self.document.map_or(Breach::Assumption, Breach::Document)
    }

    /// The assignment nearest to what is assumed that fits what was seen, if one does.
    #[must_use]
    pub fn would_fit(&self) -> Option<Assignment> {
        self.fitting.nearest_to(self.assumed)
    }
}

/// The fewest steps that nothing fits together, the last among them: mostly one beside it.
fn contradiction(each: &[Assignments]) -> Vec<usize> {
    let Some(last) = each.len().checked_sub(1) else { return Vec::new() };
    if each[last].is_empty() {
        return vec![last];
    }
    let mut steps = fewest_against(&each[last], &each[..last]);
    steps.push(last);
    steps
}

/// Which document the runs of a step are against, that no assignment allows.
fn document_of(step: Step, seen: Seen) -> &'static str {
    match step {
        _ if seen.gives_up() => "Q294947",
        Step::Do(Operation::Start | Operation::Restart) => "Q166045",
        Step::Do(Operation::Dirsync) => "Q181186",
        _ => "Q168211",
    }
}

/// Why the runs do not fit, from where what is predicted has been said.
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(document) = self.document {
            return write!(f, "no assumption allows these runs ({document})");
        }
        if !self.beside.is_empty() {
            return write!(f, "{}", self.told_beside());
        }
        if self.fitting.is_empty() && self.steps.is_empty() {
            return write!(f, "assumed is {}", self.assumed);
        }
        if self.fitting.is_empty() {
            let steps: Vec<String> = self.steps.iter().map(|step| (step + 1).to_string()).collect();
            return write!(f, "no assumption allows both steps {}", steps.join(" and "));
        }
        let differing = self.differing();
        let told = |side: usize| {
            let values = differing.iter().map(|(key, values)| format!("{key} = {}", values[side]));
            values.collect::<Vec<_>>().join(", ")
        };
        write!(f, "assumed is {}; {} would fit", told(0), told(1))
    }
}
