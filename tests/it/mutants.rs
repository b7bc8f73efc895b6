//! A harness is worth what it catches: every seeded bug is found by every search that must find
//! it, within its budget, and the correct reference by none.
//!
//! The table of budgets is played with fixed seeds, so that nothing here depends on chance. With
//! `EVENT70_LONG=1` there are thirty seeds instead of three, and the walks go deep.

use crate::support::{Tier, is_long, one_in, tier};
use std::sync::LazyLock;

use event70::conformance::cells::{AlteredSide, cells};
use event70::conformance::mutants::{
    BUDGETS, Budget, MutantResult, NO_BUG_WHERE, NOT_WALKED_INTO, PinnedFile, by_proof, by_random,
    false_alarms,
};
use event70::conformance::{Product, kinds, scopes, walk};
use event70::engine::{Control, Plan, Trial, explore};
use event70::format::ScenarioFile;
use event70::model::{Assignment, Assumption, Keyword};
use event70::reference::{Bug, Seeded, Simulated};
use event70::rule::Rules;
use rstest::rstest;

use crate::assumptions::every_assignment;
use crate::support::open::Open;
use crate::support::{HEALTHY, Project, event70_here};

/// No bug needs more than two lives of 26 launches.
const ELEMENTS_MAX: usize = 52;

static FILES: LazyLock<Vec<PinnedFile>> = LazyLock::new(|| {
    let pinned = |file: &ScenarioFile| (file.scenario.clone(), file.assume.assignment());
    crate::support::sound::files().iter().map(|sound| pinned(&sound.file)).collect()
});

fn of(bug: Bug) -> &'static Budget {
    &BUDGETS[bug as usize]
}

#[test]
fn every_bug_has_one_row_that_says_what_it_does() {
    let bugs: Vec<Bug> = BUDGETS.iter().map(|budget| budget.bug).collect();
    assert_eq!(bugs, Bug::ALL);
    assert!(bugs.len() >= 40);
    for (index, budget) in BUDGETS.iter().enumerate() {
        assert!(!budget.meaning.is_empty());
        assert!(BUDGETS[..index].iter().all(|other| other.meaning != budget.meaning), "{budget:?}");
    }
}

/// The bugs are dealt out, so that the test runner has work for every core.
#[rstest]
fn random_cases_find_every_bug_within_its_budget(#[values(0, 1, 2, 3)] part: usize) {
    let seeds = match tier() {
        Tier::Quick => 1..=1,
        Tier::Thorough => 1..=3,
        Tier::Long => 1..=30,
    };
    for budget in BUDGETS.iter().skip(part).step_by(4) {
        for seed in seeds.clone() {
            let found = by_random(budget, Assignment::DEFAULT, seed)
                .unwrap_or_else(|| panic!("{budget:?}"));
            assert!(found.cases <= budget.random, "{budget:?}, seed {seed}: {found:?}");
            assert!(found.elements <= ELEMENTS_MAX, "{budget:?}, seed {seed}: {found:?}");
        }
    }
}

#[test]
fn some_scenario_file_finds_every_bug() {
    let mut trial = Trial::new();
    for bug in Bug::ALL {
        let found = FILES.iter().any(|file| {
            let (scenario, assumed) = file;
            let site = Simulated::new(&scenario.setup);
            trial.assume((*assumed).into());
            let mut seeded = Seeded::with(*bug).assuming(*assumed);
            trial.first_finding(scenario, site, &mut seeded).is_some()
        });
        assert!(found, "no file below scenarios/ fails with {bug}");
    }
}

#[test]
fn a_walk_over_every_state_finds_every_bug() {
    for budget in BUDGETS.iter().step_by(one_in(5)) {
        assert_eq!(by_proof(budget, Assignment::DEFAULT), Some(budget.proof), "{}", budget.bug);
    }
}

/// The canary is so plain that a search which misses it searches nothing.
#[test]
fn every_search_finds_the_canary_at_once() {
    let hunt = MutantResult::of(of(Bug::Canary), Assignment::DEFAULT, 1, &FILES);
    assert!(hunt.random.is_some_and(|found| found.cases <= 10 && found.elements == 2), "{hunt:?}");
    assert!(hunt.files * 2 > FILES.len(), "{hunt:?}");
    assert_eq!(hunt.proof, Some(2));
    assert!(hunt.over_budget().is_empty(), "{hunt:?}");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn no_search_finds_the_reference() {
    let cases = if is_long() { 10_000_000 } else { 100_000 };
    assert!(false_alarms(Assignment::DEFAULT, 1, cases, &FILES).is_empty());
}

/// Message rows, hosts, databases, editions, clearings and how runs end, one at a time: in the rule
/// while the mechanism stays as it is, and in the mechanism while the rule stays.
#[test]
fn each_cell_altered_on_one_side_is_noticed_by_both_searches() {
    let cells = cells();
    for table in ["how a run ends", "editions", "clearings", "messages", "hosts", "databases"] {
        for side in [AlteredSide::Rule, AlteredSide::Mechanism] {
            let of_it = cells.iter().filter(|cell| (cell.table(), cell.side) == (table, side));
            let some: Vec<_> = of_it.step_by(one_in(7)).collect();
            assert!(some.len() > 3, "{table} in the {side}");
            for cell in some {
                let noticed = cell.hunt(0x70);
                assert!(noticed.by_both(), "{}: {}: {noticed:?}", cell.side, cell.alteration);
            }
        }
    }
}

#[test]
fn a_search_that_is_blind_is_over_budget() {
    let mut hunt = MutantResult::of(of(Bug::Canary), Assignment::DEFAULT, 1, &[]);
    assert_eq!(hunt.over_budget(), ["files"]);
    hunt.random =
        hunt.random.map(|found| event70::conformance::mutants::ByRandom { cases: 11, ..found });
    hunt.proof = Some(3);
    assert_eq!(hunt.over_budget(), ["random", "files", "proof"]);
    (hunt.random, hunt.proof) = (None, None);
    assert_eq!(hunt.over_budget(), ["random", "files", "proof"]);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_command_prints_a_row_for_each_bug_and_the_counts() {
    let said = event70_here(&["mutants"]).with_status(0);
    let bugs = Bug::COUNT as u64;
    assert_eq!(["bugs", "random", "files", "proof"].map(|search| said.count(search)), [bugs; 4]);
    assert_eq!((said.count("over-budget"), said.count("reference")), (0, 0));
    let canary = said.out.lines().find(|line| line.starts_with("canary ")).unwrap();
    assert!(canary.ends_with("  never reports code 3 of EXPORT"), "{canary}");
    assert!(said.count("cells") > 1000);
    assert_eq!(said.count("noticed"), said.count("cells"));
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn json_says_the_same_as_the_table_for_any_seed_by_name() {
    let arguments = ["mutants", "canary", "number-on-success-only", "--seed", "70"];
    let text = event70_here(&arguments).with_status(0);
    let json =
        event70_here(&[&arguments[..], &["--format", "json"]].concat()).with_status(0).json();
    assert_eq!(json["seed"], "0000000000000070");
    let last = text.out.lines().last().unwrap();
    assert_eq!(last, json["summary"].as_str().unwrap());
    assert!(last.ends_with(" seed=0000000000000070 cells=0 noticed=0"), "{last}");
    let canary = text.out.lines().find(|line| line.starts_with("canary ")).unwrap();
    let cells: Vec<&str> = canary.split_whitespace().collect();
    let row = &json["bugs"][0];
    let random = &row["random"];
    let numbers = [
        &random["cases"],
        &random["budget"],
        &random["elements"],
        &random["runs"],
        &row["files"],
        &row["proof"]["steps"],
    ];
    assert_eq!(cells[1..7], numbers.map(ToString::to_string));
    assert_eq!(json["bugs"][1]["bug"], "number-on-success-only");
    assert_eq!(json["reference-found-by"].as_array().map(Vec::len), Some(0));
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_bug_that_no_file_finds_is_over_budget_in_the_status() {
    let project = Project::with(&[("healthy", HEALTHY)]);
    let said = project.event70(&["mutants", "canary"]).with_status(1);
    assert_eq!((said.count("files"), said.count("over-budget")), (0, 1));
    assert!(said.out.contains("over budget: canary: files\n"), "{}", said.out);
}

#[rstest]
#[case::no_such_bug(&["canry"])]
#[case::no_such_seed(&["--seed", "xyz"])]
#[case::signed_seed(&["--seed", "+7"])]
#[case::no_such_folder(&["--scenarios", "nowhere"])]
#[case::no_file(&["--scenarios", "scenarios"])]
#[case::many_assignments(&["--assume", "open"])]
fn what_cannot_be_done_is_wrong_usage(#[case] arguments: &[&str]) {
    let said = Project::new().event70(&[&["mutants"], arguments].concat()).with_status(2);
    assert!(said.err.contains("error:"), "{}", said.err);
    assert_eq!(said.out, "");
}

#[test]
fn an_invalid_file_is_complained_of() {
    let project = Project::with(&[("healthy", HEALTHY), ("broken", "format = 2\n")]);
    let said = project.event70(&["mutants", "canary"]).with_status(2);
    assert!(said.err.contains("broken.toml"), "{}", said.err);
}

fn each_deviation() -> impl Iterator<Item = Assignment> {
    Assumption::ALL.iter().map(|key| Assignment::DEFAULT.with(*key, true))
}

/// Under each single deviation from the defaults; in the thorough tier under one in 17 of all
/// assignments as well, and in the long tier under all.
#[rstest]
fn a_bug_is_found_whatever_is_assumed_unless_it_is_none(#[values(0, 1)] part: usize) {
    let each = match tier() {
        Tier::Quick => 1023,
        Tier::Thorough => 17,
        Tier::Long => 1,
    };
    let others = every_assignment().skip(each / 2).step_by(each);
    for assignment in each_deviation().chain(others).skip(part).step_by(2) {
        for budget in &BUDGETS {
            let found = by_random(budget, assignment, 1).is_some();
            assert_eq!(found, budget.is_bug_under(assignment), "{} where {assignment}", budget.bug);
        }
    }
}

/// One in four of the bugs for each deviation, in turn; in the long tier all of them, and under one in
/// 31 of all assignments as well.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_walk_finds_a_bug_whatever_is_assumed_unless_it_is_none() {
    let each = if is_long() { 1 } else { 4 };
    let others = every_assignment().step_by(31).filter(|_| is_long());
    for (index, assignment) in each_deviation().chain(others).enumerate() {
        let dealt = BUDGETS.iter().skip(index % each).step_by(each);
        for budget in dealt.filter(|budget| budget.shows_in_walks_under(assignment)) {
            let is_found = by_proof(budget, assignment).is_some();
            assert!(is_found, "{} is not found where {assignment}", budget.bug);
        }
    }
}

/// Whether no state refutes a connector with this bug on one kind of site.
fn holds_in_every_state(bug: Bug, assignment: Assignment) -> bool {
    let setup = kinds().next().unwrap();
    let (seeded, rules) = (Seeded::with(bug).assuming(assignment), Rules::assuming(assignment));
    scopes(1).iter().all(|scope| {
        let walked = walk(&setup, Product::first(&setup, seeded), &rules, scope, |_| {});
        walked.closed && walked.refuted.is_none()
    })
}

/// Chance finds it there, and a walk does under the defaults.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn what_is_said_to_be_found_by_no_walk_is_found_by_none() {
    for (bug, key, value) in NOT_WALKED_INTO {
        let assignment = Assignment::DEFAULT.with_value(key, value).unwrap();
        assert_eq!(by_proof(of(bug), assignment), None, "{bug}");
        assert!(by_random(of(bug), assignment, 1).is_some(), "{bug}");
        assert!(by_proof(of(bug), Assignment::DEFAULT).is_some(), "{bug}");
    }
}

/// Where it is no bug, the connector does what is assumed: no state refutes it, and it agrees as one
/// of which nothing is assumed.
#[test]
fn where_a_bug_is_none_the_connector_is_admissible() {
    for (bug, key, value) in NO_BUG_WHERE {
        let assignment = Assignment::DEFAULT.with_value(key, value).unwrap();
        assert!(holds_in_every_state(bug, assignment), "{bug}");
        assert!(!holds_in_every_state(bug, Assignment::DEFAULT), "{bug}");
        let seeded = Seeded::with(bug).assuming(assignment);
        let test_bed = (|| seeded, Simulated::new);
        let open = Open(test_bed);
        let control = Control::default();
        let explored = explore(&Plan::new(7, 2000), &open, 1, &control, &|_, _, _, _| {}).unwrap();
        assert!(explored.found.is_none(), "{bug}");
        assert!(explored.learned.left().contains(assignment), "{bug}");
        assert_eq!(explored.learned.left().decided(key), Some(value), "{bug}");
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_command_seeks_bugs_under_what_is_assumed() {
    let arguments = ["mutants", "canary", "no-start-run", "--assume", "start-exports=no"];
    let said = event70_here(&arguments).with_status(0);
    let found = ["bugs", "no-bug", "random", "files", "proof", "over-budget", "reference"];
    assert_eq!(found.map(|key| said.count(key)), [2, 1, 1, 1, 1, 0, 0], "{}", said.out);
    assert!(said.out.contains("runs no EXPORT at the start: no bug here\n"), "{}", said.out);
}
