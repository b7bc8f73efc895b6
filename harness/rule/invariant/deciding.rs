//! Which assumptions decide what runs in a step.
//!
//! An assumption decides a step if under its other value, with everything else as it is assumed,
//! the step would have other runs. That may be for what happened in it, or in an earlier step: a
//! thread that has been held since then, or a tab that has been in force.

use event70_model::{Assignment, Assumption, Keyword, Scenario};

use super::outlook::Outlook;
use super::rule_state::RuleState;
use super::rules::Rules;

/// An assumption that decides what runs in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deciding {
    /// The assumption.
    pub assumption: Assumption,
    /// The value that is assumed.
    pub assumed: &'static str,
    /// The other value.
    pub other: &'static str,
    /// What would run in the step under the other value.
    pub outlook: Outlook,
}

/// For each step of a scenario the assumptions that decide what runs in it under these rules.
///
/// Takes as long as predicting the scenario once for each assumption that can be inferred.
#[must_use]
pub fn deciding(scenario: &Scenario, rules: &Rules) -> Vec<Vec<Deciding>> {
    let assumed = rules.assignment();
    let predicted = outlooks(scenario, rules, assumed);
    let mut deciding = vec![Vec::new(); predicted.len()];
    for key in Assumption::ALL.iter().copied().filter(|key| key.is_inferable()) {
        let other = assumed.with(key, !assumed.has(key));
        let flipped = outlooks(scenario, rules, other);
        for (step, (is, would_be)) in predicted.iter().zip(flipped).enumerate() {
            if !is.runs_as(&would_be) {
                deciding[step].push(Deciding {
                    assumption: key,
                    assumed: assumed.value(key),
                    other: other.value(key),
                    outlook: would_be,
                });
            }
        }
    }
    deciding
}

fn outlooks(scenario: &Scenario, rules: &Rules, assignment: Assignment) -> Vec<Outlook> {
    let mut rules = rules.clone();
    rules.assume(assignment);
    let mut rule_state = RuleState::first(&scenario.setup);
    scenario.timeline.iter().map(|step| rule_state.next(*step, &rules)).collect()
}

#[cfg(test)]
mod tests {
    use event70_model::{Condition, Operation, Repair, Step};

    use super::*;
    use crate::default_fault;

    /// Which assumptions decide each step, and how many Event 70 there would be.
    fn told(
        timeline: &[Step],
        assignment: Assignment,
    ) -> Vec<Vec<(Assumption, &'static str, u32)>> {
        let scenario = Scenario { timeline: timeline.to_vec(), ..Scenario::default() };
        let deciding = deciding(&scenario, &Rules::assuming(assignment));
        let each = |d: Deciding| (d.assumption, d.assumed, d.outlook.event_70());
        deciding.into_iter().map(|step| step.into_iter().map(each).collect()).collect()
    }

    #[test]
    fn an_assumption_decides_the_steps_that_differ_under_its_other_value() {
        let (tab, exports) = (Assumption::TabTakesEffect, Assumption::StartExports);
        let timeline = [
            Step::Inject(default_fault(Condition::TabPasswordWrong)),
            Step::Do(Operation::Start),
            Step::Cycles(2),
            Step::Repair(Repair::CorrectPostofficeTab),
            Step::Cycles(3),
        ];
        let by_default = told(&timeline, Assignment::DEFAULT);
        let (none, start) = (Vec::new(), vec![(exports, "yes", 0)]);
        let in_force = vec![(tab, "restart", 0)];
        assert_eq!(by_default, [none.clone(), start, none.clone(), none.clone(), in_force]);
        let next_run = told(&timeline, Assignment::DEFAULT.with(tab, true));
        assert_eq!(next_run[4], [(tab, "next-run", 3)]);
    }

    #[test]
    fn what_held_a_thread_earlier_decides_a_step_without_runs() {
        let timeline = [
            Step::Do(Operation::Start),
            Step::Inject(default_fault(Condition::InstallPathLong)),
            Step::Cycles(1),
            Step::Repair(Repair::ShortenStorePath),
            Step::Cycles(2),
        ];
        let told = told(&timeline, Assignment::DEFAULT);
        assert_eq!(told[2], []);
        assert_eq!(told[4], [(Assumption::AfterHang, "until-restart", 0)]);
    }
}
