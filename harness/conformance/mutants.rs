//! A grade for the harness itself: every seeded bug must be found, by each search, within a budget.
//!
//! [`BUDGETS`] says of each [`Bug`] what it does, within how many random cases it must be found,
//! and how short the timeline must be with which a walk over every state refutes it. Some scenario
//! file must find each of them as well. The reference must be found by no search.
//!
//! Budgets are set for connectors that are as every default has it. Where something else is assumed a
//! bug must be found as well, by every search, only not as soon; unless it is none there
//! ([`NO_BUG_WHERE`]): then no search may find it.
//!
//! A budget is a bound that a test holds (`tests/it/mutants.rs`), not an estimate. Budgets of random
//! cases were set by measurement: ten times the median over 101 seeds, no less than the worst of
//! the 101, no less than ten, rounded up to 1, 2 or 5 times a power of ten. A bug that shows in
//! every so many cases on average needs more than its budget for about one seed in a thousand. A
//! weaker way of drawing scenarios breaks budgets at once; a stronger one is a reason to lower them.

use event70_engine::{Control, Plan, Trial, explore, reduce};
use event70_model::{Assignment, Assumption, Condition, Connector, Scenario};
use event70_reference::{Bug, Reference, Seeded, Simulated};
use event70_rule::Rules;

use super::{Scope, TOGETHER, kinds, scopes, walk};
use crate::Product;

/// What must find a seeded bug, and how soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The bug.
    pub bug: Bug,
    /// The number of cases within which random exploration must find it.
    pub random: u64,
    /// The most steps that a timeline may have with which a walk over the first states of a scope of
    /// the proof finds it.
    pub proof: usize,
    /// What the connector does wrong, in a few words.
    pub meaning: &'static str,
}

/// A walk for a bug looks at so many states of each scope on each kind of site.
const STATES_MAX: usize = 20_000;
/// The states of the scope of restarts, however they are counted, are no more.
const RESTARTS_MAX: usize = 200_000;
/// A bug that is not found in its budget is sought so many times as long, to say where it is.
const PATIENCE: u64 = 40;

const fn row(bug: Bug, random: u64, proof: usize, meaning: &'static str) -> Budget {
    Budget { bug, random, proof, meaning }
}

/// Every seeded bug, in the order of [`Bug`].
pub static BUDGETS: [Budget; Bug::COUNT] = [
    row(Bug::Canary, 10, 2, "never reports code 3 of EXPORT"),
    row(Bug::Code3As68, 10, 2, "reports EXPORT's code 3 with Event 68"),
    row(Bug::Code1As70, 50, 2, "reports EXPORT's code 1 with Event 70"),
    row(Bug::Code4As70, 20, 2, "reports EXPORT's code 4 with Event 70"),
    row(Bug::FailedAs70, 200, 2, "reports an EXPORT that fails to run with Event 70"),
    row(Bug::UnfinishedAs70, 100, 2, "reports an EXPORT that does not finish with Event 70"),
    row(Bug::NotFoundAs70, 100, 2, "reports an EXPORT that is not found with Event 70"),
    row(Bug::Import3As70, 50, 4, "reports IMPORT's code 3 with Event 70"),
    row(Bug::CorruptAs70, 200, 2, "reports a message that does not convert with Event 70"),
    row(Bug::WrongSource, 10, 2, "gives Event 70 another service's source"),
    row(Bug::WrongType, 10, 2, "logs Event 70 as a warning"),
    row(Bug::WrongCategory, 10, 2, "files Event 70 under Inbound"),
    row(Bug::WrongFile, 10, 2, "names the file before its own"),
    row(Bug::WrongText, 10, 2, "puts the result code after the text"),
    row(Bug::WrongDirectoryFile, 20, 3, "confuses the three files of a dirsync"),
    row(Bug::DirsyncSilent, 20, 3, "does not report code 3 of a directory EXPORT"),
    row(Bug::Doubled, 10, 2, "logs Event 70 twice"),
    row(Bug::DoubledInDirsync, 20, 3, "logs Event 70 twice in a dirsync"),
    row(Bug::OncePerLife, 20, 3, "logs Event 70 once in a life of the service"),
    row(Bug::OnceEver, 20, 3, "logs Event 70 once and never again"),
    row(Bug::FirstOfLifeSwallowed, 10, 2, "swallows the first Event 70 of a life"),
    row(Bug::StartSilent, 10, 2, "does not report the run at the start"),
    row(Bug::NoStartRun, 10, 1, "runs no EXPORT at the start"),
    row(Bug::AtStartOnly, 10, 3, "logs Event 70 at the start only"),
    row(Bug::NeedsLogging, 20, 2, "logs Event 70 from level Minimum on"),
    row(Bug::LostAtMaximum, 50, 3, "loses Event 70 where General is at Maximum"),
    row(Bug::TabReadEachRun, 50, 3, "reads the tab before each run"),
    row(Bug::TabReadOnce, 50, 3, "reads the tab once and keeps it over restarts"),
    row(Bug::NumberOnSuccessOnly, 10, 2, "takes the file of an unsuccessful run again"),
    row(Bug::Latched, 20, 3, "reports every EXPORT after the first Event 70 of a life"),
    row(Bug::DirsyncExcuses, 100, 4, "reports no message EXPORT after a completed dirsync"),
    row(Bug::TiresAfterThree, 20, 5, "swallows the fourth and later Event 70 in a row"),
    row(Bug::TriesAgain, 20, 2, "tries an unsuccessful EXPORT again at once"),
    row(Bug::RestartsSurvive, 100, 3, "counts restarts on over lives of the service"),
    row(Bug::GivesUpEarly, 100, 2, "gives up one restart too early"),
    row(Bug::NeverGivesUp, 100, 2, "never gives up"),
    row(Bug::SilentAfterLock, 100, 4, "swallows the first code 3 after a code 4"),
    row(Bug::SilentAfterKill, 20, 4, "swallows the first Event 70 after a kill and a start"),
    row(Bug::SilentWithMail, 50, 4, "swallows Event 70 in a cycle while outbound mail waits"),
    row(Bug::SilentAfterDirsyncAndRestart, 50, 4, "is silent after a failed dirsync and a restart"),
    row(Bug::StaleAfterDirsync, 100, 5, "reports a success after success, code 3 and dirsync"),
    row(Bug::Code1Silent, 100, 2, "does not report EXPORT's code 1"),
    row(Bug::Code4Silent, 100, 2, "does not report EXPORT's code 4"),
    row(Bug::FailedSilent, 200, 2, "does not report an EXPORT that fails to run"),
    row(Bug::NotFoundSilent, 100, 2, "does not report a program that is not found"),
    row(Bug::ImportSilent, 100, 3, "does not report an IMPORT that fails"),
    row(Bug::CorruptSilent, 100, 2, "does not report a message that does not convert"),
    row(Bug::SuccessSilent, 100, 2, "reports success at no level"),
    row(Bug::SuccessAlways, 100, 1, "reports success at every level"),
    row(Bug::DirsyncEndsAlways, 100, 4, "tells the end of a dirsync that failed"),
    row(Bug::NeverImports, 100, 3, "never imports outbound mail"),
    row(Bug::OneBatch, 100, 2, "runs no second EXPORT after a full batch"),
    row(Bug::EverySecondCycle, 100, 3, "passes over every second interval"),
    row(Bug::GivesUpAtOnce, 100, 2, "gives up when the first program is not found"),
];

/// What is a bug of a connector where the other value is assumed, and none where this one is: the
/// documents allow it there, or it never comes to what the connector would do wrong.
pub static NO_BUG_WHERE: [(Bug, Assumption, &str); 3] = [
    (Bug::TabReadEachRun, Assumption::TabTakesEffect, "next-run"),
    (Bug::NoStartRun, Assumption::StartExports, "no"),
    // No run at the start is left to be reported.
    (Bug::StartSilent, Assumption::StartExports, "no"),
];

/// What no walk finds where this value is assumed. A walk looks at file numbers within a step, and
/// there no step has an EXPORT after one that was not successful.
pub static NOT_WALKED_INTO: [(Bug, Assumption, &str); 1] =
    [(Bug::NumberOnSuccessOnly, Assumption::ThreadRestart, "next-cycle")];

fn stands_in(rows: &[(Bug, Assumption, &str)], bug: Bug, assignment: Assignment) -> bool {
    let mut rows = rows.iter().filter(|(other, ..)| *other == bug);
    rows.any(|(_, key, value)| assignment.value(*key) == *value)
}

impl Budget {
    /// Whether what the connector does wrong is wrong where this is assumed.
    #[must_use]
    pub fn is_bug_under(&self, assignment: Assignment) -> bool {
        !stands_in(&NO_BUG_WHERE, self.bug, assignment)
    }

    /// Whether a walk can find the bug where this is assumed.
    #[must_use]
    pub fn shows_in_walks_under(&self, assignment: Assignment) -> bool {
        self.is_bug_under(assignment) && !stands_in(&NOT_WALKED_INTO, self.bug, assignment)
    }
}

/// A scenario file, and what is assumed in it.
pub type PinnedFile = (Scenario, Assignment);

/// How random exploration found a bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByRandom {
    /// How many cases it took.
    pub cases: u64,
    /// How many elements the case has that was made small: initial conditions and steps.
    pub elements: usize,
    /// How many runs it took to make it small.
    pub runs: usize,
}

/// What came of the hunt for one bug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MutantResult {
    /// The bug, and what must find it.
    pub budget: &'static Budget,
    /// What is assumed of the connector with the bug.
    pub assignment: Assignment,
    /// How random exploration found it.
    pub random: Option<ByRandom>,
    /// How many scenario files fail with it.
    pub files: usize,
    /// How many steps the timeline has that a walk found: the shortest there is on the first kind
    /// of site that shows the bug.
    pub proof: Option<usize>,
}

impl MutantResult {
    /// Hunts a bug with every search.
    #[must_use]
    pub fn of(
        budget: &'static Budget,
        assignment: Assignment,
        seed: u64,
        files: &[PinnedFile],
    ) -> Self {
        let files = files.iter().filter(|file| fails(file, Seeded::with(budget.bug))).count();
        let random = by_random(budget, assignment, seed);
        Self { budget, assignment, random, files, proof: by_proof(budget, assignment) }
    }

    /// The searches that must find the bug and did not, or not within their budget where that is set;
    /// where it is no bug, the searches that found it.
    #[must_use]
    pub fn over_budget(&self) -> Vec<&'static str> {
        let is_set = self.assignment == Assignment::DEFAULT;
        let random = self.random.is_some_and(|found| !is_set || found.cases <= self.budget.random);
        let files = self.files > 0;
        let proof = self.proof.is_some_and(|found| !is_set || found <= self.budget.proof);
        let is_bug = self.budget.is_bug_under(self.assignment);
        let is_walked_into = self.budget.shows_in_walks_under(self.assignment);
        let searches = [
            ("random", random == is_bug),
            ("files", files == is_bug),
            ("proof", proof == is_walked_into),
        ];
        searches.into_iter().filter(|(_, held)| !held).map(|(search, _)| search).collect()
    }
}

/// Hunts a bug in random cases of a seed, and makes the case that shows it small.
#[must_use]
pub fn by_random(budget: &Budget, assignment: Assignment, seed: u64) -> Option<ByRandom> {
    let test_bed = (|| Seeded::with(budget.bug), Simulated::new, assignment);
    let plan = Plan::new(seed, budget.random.saturating_mul(PATIENCE));
    let control = Control::default();
    // One job needs no other thread, which is all that could be wanting.
    let found = explore(&plan, &test_bed, 1, &control, &|_, _, _, _| {}).ok()?.found?;
    let reduced = reduce(&test_bed, &found.scenario, &control).unwrap_or_else(|| found.unreduced());
    Some(ByRandom {
        cases: found.case + 1,
        elements: reduced.minimality.elements,
        runs: reduced.minimality.runs,
    })
}

/// Hunts a bug in a walk over every state, on one kind of site after the other. Returns the steps
/// of the shortest timeline on the first that shows it.
#[must_use]
pub fn by_proof(budget: &Budget, assignment: Assignment) -> Option<usize> {
    let few_states = |scope: Scope| {
        let has_restarts = scope.conditions.contains(Condition::ProgramsNotOnPath);
        Scope { states_max: if has_restarts { RESTARTS_MAX } else { STATES_MAX }, ..scope }
    };
    let scopes = scopes(TOGETHER).map(few_states);
    let (seeded, rules) =
        (Seeded::with(budget.bug).assuming(assignment), Rules::assuming(assignment));
    // Where no walk can find it, one kind of site is enough to see that none does.
    let few = if budget.shows_in_walks_under(assignment) { usize::MAX } else { 1 };
    kinds().take(few).find_map(|setup| {
        let refuted = scopes.iter().filter_map(|scope| {
            walk(&setup, Product::first(&setup, seeded), &rules, scope, |_| {}).refuted
        });
        refuted.map(|(scenario, _)| scenario.timeline.len()).min()
    })
}

/// The searches that find the correct reference: none of them may. `cases` random cases, every
/// file, and the proof's walks to their end on one kind of site.
#[must_use]
pub fn false_alarms(
    assignment: Assignment,
    seed: u64,
    cases: u64,
    files: &[PinnedFile],
) -> Vec<&'static str> {
    let (test_bed, control) = ((Reference::new, Simulated::new, assignment), Control::default());
    let explored = explore(&Plan::new(seed, cases), &test_bed, 1, &control, &|_, _, _, _| {});
    let random = explored.is_ok_and(|explored| explored.found.is_some());
    let by_files = files.iter().any(|file| fails(file, Reference::new()));
    let (reference, rules) = (Reference::new().assuming(assignment), Rules::assuming(assignment));
    let proof = kinds().take(1).any(|setup| {
        scopes(TOGETHER).iter().any(|scope| {
            let walked = walk(&setup, Product::first(&setup, reference), &rules, scope, |_| {});
            walked.refuted.is_some() || !walked.closed
        })
    });
    let searches = [("random", random), ("files", by_files), ("proof", proof)];
    searches.into_iter().filter(|(_, found)| *found).map(|(search, _)| search).collect()
}

/// Whether a scenario fails with this connector.
fn fails((scenario, assumed): &PinnedFile, mut connector: impl Connector) -> bool {
    let site = Simulated::new(&scenario.setup);
    connector.assume(*assumed);
    Trial::assuming((*assumed).into()).first_finding(scenario, site, &mut connector).is_some()
}
