//! Predictions under every assignment that is still possible, at the price of the few that differ.
//!
//! A state is moved on under one assignment, and it is noted which assumptions were asked. All
//! assignments that agree in these lead to the same state, so they are one [`Class`]; the others
//! are tried next. Most steps ask nothing, and then one prediction is all it takes. Where the
//! rule has to suppose what nobody is judged by, an assignment is in a class for either case.

use enumset::EnumSet;
use event70_model::{Assignments, Assumption, Scenario, Setup, Step};

use super::outlook::Outlook;
use super::rule_state::{Notes, RuleState};
use super::rules::Rules;

/// What a connector may still be, in the middle of a timeline.
#[derive(Debug, Clone)]
pub struct VersionSpace {
    rules: Rules,
    classes: Vec<Class>,
    /// The classes of the step before.
    before: Vec<Class>,
}

/// Assignments under which everything went alike so far.
#[derive(Debug, Clone, Copy)]
struct Class {
    assignments: Assignments,
    rule_state: RuleState,
}

/// Which assumptions were asked, and whether something had to be supposed.
#[derive(Default)]
struct Asked {
    assumptions: EnumSet<Assumption>,
    supposed: bool,
}

impl Notes for Asked {
    fn asked(&mut self, assumption: Assumption) {
        self.assumptions.insert(assumption);
    }

    fn supposed(&mut self) {
        self.supposed = true;
    }
}

impl VersionSpace {
    /// Before the first step, with these assignments possible.
    #[must_use]
    pub fn new(rules: &Rules, setup: &Setup, assignments: Assignments) -> Self {
        let mut space = Self { rules: rules.clone(), classes: Vec::new(), before: Vec::new() };
        space.begin(setup, assignments);
        space
    }

    /// The same before the first step of another scenario.
    pub fn begin(&mut self, setup: &Setup, assignments: Assignments) {
        self.classes.clear();
        if !assignments.is_empty() {
            self.classes.push(Class { assignments, rule_state: RuleState::first(setup) });
        }
    }

    /// The assignments that are possible.
    #[must_use]
    pub fn assignments(&self) -> Assignments {
        let classes = self.classes.iter();
        classes.fold(Assignments::NONE, |all, class| all.or(&class.assignments))
    }

    /// Takes one step, and keeps the assignments of which `keeps` says so: it is shown what must
    /// happen under each, and under which.
    pub fn step(&mut self, step: Step, mut keeps: impl FnMut(&Outlook, &Assignments) -> bool) {
        std::mem::swap(&mut self.classes, &mut self.before);
        self.classes.clear();
        let mut supposed = false;
        for imports_follow in [false, true] {
            if imports_follow && !supposed {
                break;
            }
            self.rules.suppose_imports_after_code_5(imports_follow);
            for class in &self.before {
                let mut left = class.assignments;
                while let Some(one) = left.first() {
                    self.rules.assume(one);
                    let (mut rule_state, mut asked) = (class.rule_state, Asked::default());
                    let outlook = rule_state.next_noting(step, &self.rules, &mut asked);
                    let assignments = left.like(one, asked.assumptions);
                    left = left.without(&assignments);
                    supposed |= asked.supposed;
                    if keeps(&outlook, &assignments) {
                        add(&mut self.classes, Class { assignments, rule_state });
                    }
                }
            }
        }
    }

    /// Takes back the last step: all is as before it. Only one step can be taken back.
    pub fn step_back(&mut self) {
        std::mem::swap(&mut self.classes, &mut self.before);
    }
}

/// Adds a class; one in the same state is the same class.
fn add(classes: &mut Vec<Class>, class: Class) {
    match classes.iter_mut().find(|other| other.rule_state == class.rule_state) {
        Some(other) => other.assignments = other.assignments.or(&class.assignments),
        None => classes.push(class),
    }
}

/// For each step of a scenario those of these assignments under which `fits` says that what must
/// happen in it is what happened, whatever was seen in the other steps.
pub fn fitting_each_step(
    rules: &Rules,
    scenario: &Scenario,
    assignments: Assignments,
    mut fits: impl FnMut(usize, &Outlook) -> bool,
) -> Vec<Assignments> {
    let mut space = VersionSpace::new(rules, &scenario.setup, assignments);
    let steps = scenario.timeline.iter().enumerate().map(|(index, step)| {
        let mut fitting = Assignments::NONE;
        space.step(*step, |outlook, these| {
            if fits(index, outlook) {
                fitting = fitting.or(these);
            }
            true
        });
        fitting
    });
    steps.collect()
}

#[cfg(test)]
mod tests {
    use event70_model::{Assignment, Condition, Operation};

    use super::*;
    use crate::default_fault;

    fn start() -> Step {
        Step::Do(Operation::Start)
    }

    /// Every assignment by itself says what its class says.
    #[test]
    fn a_class_predicts_what_each_of_its_assignments_predicts() {
        let inject = |condition| Step::Inject(default_fault(condition));
        let timeline = vec![
            inject(Condition::TabPathWrong),
            start(),
            inject(Condition::ProgramsNotOnPath),
            Step::Mail(event70_model::Direction::CcMail, 1),
            Step::Cycles(3),
            Step::Do(Operation::Dirsync),
            Step::Cycles(9),
            Step::Repair(event70_model::Repair::RestorePrograms),
            Step::Repair(event70_model::Repair::CorrectPostofficeTab),
            inject(Condition::InstallPathLong),
            Step::Do(Operation::Dirsync),
            Step::Cycles(2),
            Step::Repair(event70_model::Repair::ShortenStorePath),
            Step::Cycles(2),
            inject(Condition::InstallPathSpace),
            Step::Do(Operation::Restart),
            Step::Cycles(2),
            Step::Do(Operation::Dirsync),
            Step::Do(Operation::Dirsync),
        ];
        let scenario = Scenario { timeline, ..Scenario::default() };
        let mut by_class = vec![Vec::new(); 1024];
        let mut space = VersionSpace::new(&Rules::documented(), &scenario.setup, Assignments::ALL);
        let mut branches = 0;
        for step in &scenario.timeline {
            space.step(*step, |outlook, assignments| {
                branches += 1;
                for assignment in assignments.iter() {
                    by_class[assignment.index()].push(*outlook);
                }
                true
            });
        }
        assert_eq!(space.assignments(), Assignments::ALL, "nothing is lost");
        assert!(branches < 1024 * scenario.timeline.len() / 4, "{branches}");
        for assignment in Assignments::ALL.iter() {
            let rules = Rules::assuming(assignment);
            let mut rule_state = RuleState::first(&scenario.setup);
            let alone = scenario.timeline.iter().map(|step| rule_state.next(*step, &rules));
            let alone: Vec<Outlook> = alone.collect();
            assert_eq!(by_class[assignment.index()], alone, "{assignment}");
        }
    }

    #[test]
    fn a_step_that_asks_nothing_is_one_class() {
        let mut space =
            VersionSpace::new(&Rules::documented(), &Setup::default(), Assignments::ALL);
        let mut branches = 0;
        let mut count = |space: &mut VersionSpace, step| {
            branches = 0;
            space.step(step, |_, _| {
                branches += 1;
                true
            });
            branches
        };
        assert_eq!(count(&mut space, start()), 2, "whether a start runs an EXPORT");
        assert_eq!(count(&mut space, Step::Cycles(2)), 1, "the states are the same");
        let lost = Step::Inject(default_fault(Condition::ProgramsNotOnPath));
        assert_eq!(count(&mut space, lost), 1);
        assert_eq!(count(&mut space, Step::Cycles(1)), 3, "26 and 25 at once, or one");
    }

    #[test]
    fn what_does_not_fit_is_no_longer_possible() {
        let mut space =
            VersionSpace::new(&Rules::documented(), &Setup::default(), Assignments::ALL);
        space.step(start(), |outlook, _| outlook.exports.is_none());
        assert_eq!(space.assignments().decided(Assumption::StartExports), Some("no"));
        assert!(!space.assignments().contains(Assignment::DEFAULT));
    }

    #[test]
    fn a_step_that_is_taken_back_has_ruled_nothing_out() {
        let documented = Rules::documented();
        let mut space = VersionSpace::new(&documented, &Setup::default(), Assignments::ALL);
        space.step(start(), |outlook, _| outlook.exports.is_none());
        let left = space.assignments();
        space.step(Step::Cycles(1), |_, _| false);
        assert!(space.assignments().is_empty());
        space.step_back();
        assert_eq!(space.assignments(), left);
        space.step(Step::Cycles(1), |_, _| true);
        assert_eq!(space.assignments(), left);
    }
}
