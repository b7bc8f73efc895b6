//! What a change of a scenario file means: both files played again and compared, step by step.
//!
//! A moved snapshot says where the text differs. Whether an Event 70 came or went, or another
//! condition decides now, is read off the results themselves, never off the text.

use event70_format::written_expectation;
use event70_model::{Condition, Step};
use event70_rule::{Evidence, row};

use super::account::{Account, StepAccount};
use super::text::site;

/// How two tellings of one scenario differ in meaning, one line each; never empty.
///
/// Takes time in proportion to the product of both numbers of steps.
#[must_use]
pub fn meaning(before: &Account, now: &Account) -> Vec<String> {
    let mut lines = Vec::new();
    let sites = [before, now].map(|account| site(&account.file.scenario.setup));
    if sites[0] != sites[1] {
        lines.push(format!("the site was: {}", sites[0]));
        lines.push(format!("the site is: {}", sites[1]));
    }
    if before.verdict() != now.verdict() {
        lines.push(format!("the verdict: {} -> {}", before.verdict(), now.verdict()));
    }
    let told = lines.len();
    let mut is_same = true;
    for pair in aligned(&before.steps, &now.steps) {
        match pair {
            Pair::Gone(index) => {
                lines.push(format!("step {} removed: {}", index + 1, before.steps[index].step));
            }
            Pair::New(index) => {
                lines.push(format!("step {} added: {}", index + 1, now.steps[index].step));
            }
            Pair::Both(one, other) => {
                let changes = changes(&before.steps[one], &now.steps[other]);
                is_same &= changes.is_empty();
                let step = &now.steps[other].step;
                lines.extend(changes.iter().map(|c| format!("step {} ({step}): {c}", other + 1)));
            }
        }
    }
    if is_same {
        let which = if lines.len() > told { "no other step" } else { "no step" };
        lines.push(format!("{which} changed its Event 70 or its evidence"));
    }
    lines
}

/// What became of one step that both have.
fn changes(before: &StepAccount, now: &StepAccount) -> Vec<String> {
    let mut changes = Vec::new();
    let mut changed = |what: &str, before: String, now: String| {
        if before != now {
            changes.push(format!("{what}: {before} -> {now}"));
        }
    };
    let exports = |step: &StepAccount| {
        step.predicted.exports().map_or_else(
            || "none".to_owned(),
            |exports| format!("{} {}", exports.runs, exports.outcome.of(exports.runs)),
        )
    };
    changed("Event 70 logged", before.event_70.to_string(), now.event_70.to_string());
    let predicted = |step: &StepAccount| step.predicted.event_70().to_string();
    changed("Event 70 predicted", predicted(before), predicted(now));
    let expected = |step: &StepAccount| {
        let lines = written_expectation(&step.expected);
        if lines.is_empty() { "nothing".to_owned() } else { lines.join(", ") }
    };
    changed("the author expects", expected(before), expected(now));
    changed("EXPORT", exports(before), exports(now));
    let evidence = |step: &StepAccount| evidence(step.predicted.evidence.as_ref());
    changed("evidence", evidence(before), evidence(now));
    changes
}

/// What decides, and what it hides.
fn evidence(evidence: Option<&Evidence>) -> String {
    let Some(evidence) = evidence else {
        return "nothing".to_owned();
    };
    let masks: Vec<String> = evidence.masks.iter().map(|c: Condition| c.to_string()).collect();
    let masks =
        if masks.is_empty() { String::new() } else { format!(", masks {}", masks.join(", ")) };
    format!("{} ({}){masks}", evidence.condition(), row(evidence.standing.fault).class)
}

/// A step of the one, of the other, or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pair {
    Gone(usize),
    New(usize),
    Both(usize, usize),
}

/// The longest sequence of steps that both have, with what stands between.
fn aligned(before: &[StepAccount], now: &[StepAccount]) -> Vec<Pair> {
    let steps = |steps: &[StepAccount]| steps.iter().map(|step| step.step).collect::<Vec<Step>>();
    align(&steps(before), &steps(now))
}

/// Beyond this many pairs of steps, only what both begin and end with is aligned.
const CELLS_MAX: usize = 4_000_000;

fn align(before: &[Step], now: &[Step]) -> Vec<Pair> {
    let head = before.iter().zip(now).take_while(|(one, other)| one == other).count();
    let tail = before[head..].iter().rev().zip(now[head..].iter().rev());
    let tail = tail.take_while(|(one, other)| one == other).count();
    let (old, new) = (&before[head..before.len() - tail], &now[head..now.len() - tail]);
    let mut pairs: Vec<Pair> = (0..head).map(|index| Pair::Both(index, index)).collect();
    pairs.extend(align_middle(old, new, head));
    pairs.extend((0..tail).rev().map(|i| Pair::Both(before.len() - 1 - i, now.len() - 1 - i)));
    pairs
}

fn align_middle(old: &[Step], new: &[Step], head: usize) -> Vec<Pair> {
    let width = new.len() + 1;
    // How many steps of both can be aligned from these two places on.
    let mut longest = vec![0_u32; 0];
    if old.len() * new.len() <= CELLS_MAX {
        longest = vec![0; (old.len() + 1) * width];
        for i in (0..old.len()).rev() {
            for j in (0..new.len()).rev() {
                longest[i * width + j] = if old[i] == new[j] {
                    longest[(i + 1) * width + j + 1] + 1
                } else {
                    longest[(i + 1) * width + j].max(longest[i * width + j + 1])
                };
            }
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let both = i < old.len() && j < new.len() && !longest.is_empty();
        if both && old[i] == new[j] {
            pairs.push(Pair::Both(head + i, head + j));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len()
            && (!both || longest[(i + 1) * width + j] >= longest[i * width + j + 1])
        {
            pairs.push(Pair::Gone(head + i));
            i += 1;
        } else {
            pairs.push(Pair::New(head + j));
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use event70_engine::Trial;
    use event70_format::{ScenarioFile, read};
    use event70_reference::{Reference, Simulated};

    use super::*;

    fn account(steps: &str) -> Account {
        let text = format!("format = 1\ntitle = \"x\"\nsteps = [{steps}]\n");
        let file: ScenarioFile = read(&text).unwrap();
        let site = Simulated::new(&file.scenario.setup);
        let (trial, reference) = (&mut Trial::new(), &mut Reference::new());
        Account::of(
            &"x".into(),
            file,
            trial,
            site,
            reference,
            &event70_model::Pins::default(),
            crate::report::Detail::default(),
        )
    }

    #[test]
    fn a_step_in_the_middle_that_changes_nothing_is_told_as_that() {
        let before = account("{ do = 'start' }, { cycles = 2 }");
        let now = account("{ do = 'start' }, { cycles = 1 }, { cycles = 2 }");
        let told = meaning(&before, &now);
        let same = "no other step changed its Event 70 or its evidence";
        assert_eq!(told, ["step 2 added: 1 cycle", same]);
    }

    #[test]
    fn an_event_70_that_comes_and_its_evidence_are_told() {
        let before = account("{ do = 'start' }, { cycles = 2 }");
        let now = account("{ do = 'start' }, { inject = 'postoffice-damaged' }, { cycles = 2 }");
        let told = meaning(&before, &now);
        assert_eq!(told[0], "step 2 added: inject postoffice-damaged (passes 1)");
        assert_eq!(told[1], "step 3 (2 cycles): Event 70 logged: 0 -> 2");
        assert!(told.iter().any(|line| line.contains("evidence: nothing -> postoffice-damaged")));
        assert!(!told.iter().any(|line| line.starts_with("no ")), "{told:?}");
    }

    #[test]
    fn no_step_is_lost_in_the_alignment() {
        let long: Vec<Step> = (1..=30).map(|n| Step::Cycles(n % 4 + 1)).collect();
        let short: Vec<Step> = (1..=20).map(|n| Step::Cycles(n % 3 + 1)).collect();
        let pairs = align(&long, &short);
        let old = pairs.iter().filter(|pair| !matches!(pair, Pair::New(_))).count();
        let new = pairs.iter().filter(|pair| !matches!(pair, Pair::Gone(_))).count();
        assert_eq!((old, new), (30, 20));
        for pair in pairs {
            if let Pair::Both(i, j) = pair {
                assert_eq!(long[i], short[j]);
            }
        }
    }
}
