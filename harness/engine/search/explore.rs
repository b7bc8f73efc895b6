//! Random exploration: case after case of a seed, on as many jobs as wanted.
//!
//! Case `i` of seed `s` is a pure function, so a case can be named by its number. Jobs take blocks
//! of cases in order; when one finds a disagreement, every lower case is still tried, so that the
//! finding reported is the one with the lowest number, whatever the number of jobs.

use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use event70_model::{Assignments, Scenario};

use super::contradiction::{Observed, contradicted};
use super::control::Control;
use super::jobs::on_jobs;
use super::labels::{EventsSeen, Labels};
use super::reduce::{Minimality, Reduced};
use super::replay::{forgets, replay};
use super::{FailureClass, Repeats, TestBed, class_of};
use crate::{Contradiction, Disagreement, Finding, Learned, RESET, Seen, Trial, Verdict, draw};

/// The number of first cases in each of which labels are counted …
const COUNTED_FIRST: u64 = 1 << 16;
/// … and the interval after them; counting costs a sixth of the time of a case.
const COUNTED_EVERY: u64 = 16;
/// The number of cases that a job takes at a time: enough that taking them costs nothing.
const BLOCK: u64 = 64;

/// Which cases are explored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// Only cases below this number.
    pub cases: u64,
    /// Only the cases that leave this remainder …
    pub shard: u64,
    /// … when divided by this number, at least 1.
    pub shards: u64,
    /// How long timelines are.
    pub lengths: draw::Lengths,
    /// The interval at which a case is replayed in a fresh connector, which must do the same.
    pub fresh_every: Option<u64>,
}

impl Plan {
    /// This many cases of a seed.
    #[must_use]
    pub fn new(seed: u64, cases: u64) -> Self {
        Self {
            seed,
            cases,
            shard: 0,
            shards: 1,
            lengths: draw::Lengths::default(),
            fresh_every: None,
        }
    }

    /// Whether there is no case in this shard.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.case(0).is_none()
    }

    /// The number of the `nth` case of this shard, if there is one.
    fn case(&self, nth: u64) -> Option<u64> {
        let number = nth.checked_mul(self.shards)?.checked_add(self.shard)?;
        (number < self.cases).then_some(number)
    }

    /// A case of which this was seen.
    fn observed(&self, case: u64, (fitting, seen): &Telling) -> Observed {
        let mut scenario = Scenario::default();
        draw::case(self.seed, case, &self.lengths, &mut scenario);
        Observed { case, scenario, seen: seen.clone(), fitting: *fitting }
    }
}

/// What fits a case, and what was seen in its steps.
type Telling = (Assignments, Vec<Seen>);

/// What an exploration came to.
#[derive(Debug, Clone)]
pub struct Exploration {
    /// How many cases were played.
    pub cases: u64,
    /// How many steps they had; with a finding, those of the cases up to it.
    pub steps: u64,
    /// What was seen in those cases without a finding that were counted: each of the first 65,536,
    /// and one in sixteen after them.
    pub labels: Labels,
    /// How many cases failed once and never again: of them nothing is kept.
    pub unrepeated: u64,
    /// The finding with the lowest number.
    pub found: Option<Found>,
    /// What was learned of the connector in the cases before it.
    pub learned: Learned<u64>,
}

/// A case that disagrees.
#[derive(Debug, Clone)]
pub struct Found {
    /// The number of the case.
    pub case: u64,
    /// The case.
    pub scenario: Scenario,
    /// Its first disagreement.
    pub finding: Finding,
    /// Which failure it is.
    pub class: FailureClass,
    /// How often it came again.
    pub repeats: Repeats,
    /// The cases before it that it contradicts, if that is the finding: each as its own finding
    /// beside the others.
    pub beside: Vec<Found>,
}

impl Exploration {
    /// Nothing was played yet of a connector of which this may be assumed.
    #[must_use]
    pub fn of(assumed: Assignments) -> Self {
        Self {
            cases: 0,
            steps: 0,
            labels: Labels::default(),
            unrepeated: 0,
            found: None,
            learned: Learned::new(assumed),
        }
    }
}

impl Found {
    /// The cases of the finding in their order: it and those that it contradicts.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        self.beside.iter().chain([self])
    }

    /// Whether the connector failed before the scenario began.
    #[must_use]
    pub fn is_at_reset(&self) -> bool {
        self.class.at == Some(RESET)
    }

    /// The finding as it is, for a connector that does not fail a second time.
    #[must_use]
    pub fn unreduced(&self) -> Reduced {
        let minimality = Minimality {
            elements: self.scenario.elements(),
            one_minimal: false,
            two_minimal: false,
            values_minimal: false,
            runs: 1,
            complete: true,
        };
        Reduced {
            scenario: self.scenario.clone(),
            finding: self.finding.clone(),
            class: self.class,
            minimality,
        }
    }
}

/// Explores the cases of `plan` on `jobs` jobs. `observe` is shown every case that was played.
///
/// # Errors
/// If there cannot be as many threads.
pub fn explore<B: TestBed>(
    plan: &Plan,
    test_bed: &B,
    jobs: usize,
    control: &Control,
    observe: &(impl Fn(u64, &Scenario, Option<&Finding>, &Trial) + Sync),
) -> io::Result<Exploration> {
    let assumed = *test_bed.trial().assumed();
    let shared = Shared {
        next: AtomicU64::new(0),
        lowest: AtomicU64::new(u64::MAX),
        exploration: Mutex::new(Exploration::of(assumed)),
        telling: Mutex::default(),
    };
    let job = || Job { plan, test_bed, control, shared: &shared };
    on_jobs(jobs, control, || job().work(observe))?;
    let telling = shared.telling.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut exploration =
        shared.exploration.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let last = exploration.found.as_ref().map_or(u64::MAX, |found| found.case);
    for (case, (fitting, _)) in telling.range(..last) {
        if let Err(Contradiction { with }) = exploration.learned.learn(case, fitting) {
            let cases = with.iter().map(|(case, _)| case).chain([case]);
            let observed = cases.filter_map(|case| Some(plan.observed(*case, telling.get(case)?)));
            exploration.found = contradicted(test_bed, &observed.collect::<Vec<_>>(), control);
            break;
        }
    }
    if let Some(found) = &exploration.found {
        exploration.steps = steps_up_to(found.case, plan);
    }
    Ok(exploration)
}

/// The steps of the cases up to a finding, drawn once more: how far other jobs had come beyond it
/// is chance, and what is told must not be.
fn steps_up_to(last: u64, plan: &Plan) -> u64 {
    let mut scenario = Scenario::default();
    let cases = (0..).map_while(|nth| plan.case(nth)).take_while(|case| *case <= last);
    cases.fold(0, |steps, case| {
        draw::case(plan.seed, case, &plan.lengths, &mut scenario);
        steps + scenario.timeline.len() as u64
    })
}

/// What the jobs of one exploration share.
struct Shared {
    /// The next block that nobody has taken.
    next: AtomicU64,
    /// The lowest number of a finding so far.
    lowest: AtomicU64,
    /// What the jobs that are done have come to.
    exploration: Mutex<Exploration>,
    /// Where something is open: the cases that ruled something out.
    telling: Mutex<BTreeMap<u64, Telling>>,
}

impl Shared {
    /// A case ruled something out. Where nothing is left with the cases before it, no later case is
    /// wanted.
    fn tells(&self, case: u64, trial: &Trial) {
        let mut telling = self.telling.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        telling.insert(case, (*trial.left(), trial.seen().to_vec()));
        let mut left = *trial.assumed();
        let empties = |(_, (fitting, _)): &(&u64, &Telling)| {
            left = left.and(fitting);
            left.is_empty()
        };
        if let Some((case, _)) = telling.iter().find(empties) {
            self.lowest.fetch_min(*case, Ordering::Relaxed);
        }
    }
}

struct Job<'a, B> {
    plan: &'a Plan,
    test_bed: &'a B,
    control: &'a Control,
    shared: &'a Shared,
}

impl<B: TestBed> Job<'_, B> {
    fn work(&self, observe: &impl Fn(u64, &Scenario, Option<&Finding>, &Trial)) {
        let mut connector = self.test_bed.connector();
        let mut trial = self.test_bed.trial();
        let mut scenario = Scenario::default();
        let assumed = *trial.assumed();
        let is_open = assumed.len() > 1;
        let mut left = assumed;
        let mut mine = Exploration::of(assumed);
        while self.control.goes_on() {
            let first = self.shared.next.fetch_add(1, Ordering::Relaxed).saturating_mul(BLOCK);
            let Some(number) = self.plan.case(first) else { break };
            if number > self.shared.lowest.load(Ordering::Relaxed) {
                break;
            }
            for nth in first..first + BLOCK {
                let Some(case) = self.plan.case(nth) else { break };
                if !self.control.goes_on() {
                    break;
                }
                draw::case(self.plan.seed, case, &self.plan.lengths, &mut scenario);
                let counted = case < COUNTED_FIRST || case % COUNTED_EVERY == 0;
                let labels = counted.then_some(&mut mine.labels);
                mine.cases += 1;
                mine.steps += scenario.timeline.len() as u64;
                let finding = self.play(&scenario, &mut trial, &mut connector, labels);
                if self.says_nothing(finding.as_ref()) {
                    mine.cases -= 1;
                    mine.steps -= scenario.timeline.len() as u64;
                    break;
                }
                let finding = finding.or_else(|| self.forgets(case, &scenario, &mut connector));
                observe(case, &scenario, finding.as_ref(), &trial);
                let Some(finding) = finding else {
                    let fitting = trial.left();
                    if is_open && left.and(fitting) != left {
                        left = left.and(fitting);
                        self.shared.tells(case, &trial);
                    }
                    continue;
                };
                match self.found(case, &scenario, finding, &trial, &mut connector) {
                    Some(found) => {
                        mine.found = Some(found);
                        break;
                    }
                    None => mine.unrepeated += 1,
                }
            }
            self.control.done.fetch_add(BLOCK, Ordering::Relaxed);
            if mine.found.is_some() {
                break;
            }
        }
        self.hand_in(mine);
    }

    fn play(
        &self,
        scenario: &Scenario,
        trial: &mut Trial,
        connector: &mut B::Connector,
        labels: Option<&mut Labels>,
    ) -> Option<Finding> {
        let site = self.test_bed.site(&scenario.setup);
        let Some(labels) = labels else { return trial.first_finding(scenario, site, connector) };
        let mut events = EventsSeen::default();
        let look = |seen: crate::PlayedStep<'_>| events.see(seen.trace);
        let finding = trial.until_finding(scenario, site, connector, look);
        if finding.is_none() {
            labels.count(scenario, trial.invariant(), events);
        }
        finding
    }

    /// What speaks against the connector when it is compared with a fresh one.
    fn forgets(
        &self,
        case: u64,
        scenario: &Scenario,
        connector: &mut B::Connector,
    ) -> Option<Finding> {
        let every = self.plan.fresh_every?;
        let finding =
            (case % every == every - 1).then(|| forgets(self.test_bed, scenario, connector));
        finding.flatten().filter(|_| !self.control.is_cancelled())
    }

    /// Whether a connector failed because it was ended from outside.
    fn says_nothing(&self, finding: Option<&Finding>) -> bool {
        self.control.is_cancelled()
            && finding.is_some_and(|f| matches!(f.disagreement, Disagreement::Failed(_)))
    }

    /// A finding that comes again; nothing, if it never does.
    fn found(
        &self,
        case: u64,
        scenario: &Scenario,
        finding: Finding,
        trial: &Trial,
        used: &mut B::Connector,
    ) -> Option<Found> {
        let class = class_of(&finding, trial);
        let (scenario, repeats) = (scenario.clone(), Repeats::default());
        let mut found = Found { case, scenario, finding, class, repeats, beside: Vec::new() };
        // What the harness could not do is not played again.
        if class.verdict != Verdict::None {
            found.repeats = replay(self.test_bed, &found, used, self.control);
            self.control.says(None);
            if found.repeats.alike == 0 && self.control.goes_on() {
                return None;
            }
        }
        self.shared.lowest.fetch_min(case, Ordering::Relaxed);
        Some(found)
    }

    fn hand_in(&self, mine: Exploration) {
        let mut all =
            self.shared.exploration.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.cases += mine.cases;
        all.steps += mine.steps;
        all.unrepeated += mine.unrepeated;
        all.labels.add(&mine.labels);
        let is_lower = |found: &Found| all.found.as_ref().is_none_or(|f| found.case < f.case);
        if mine.found.as_ref().is_some_and(is_lower) {
            all.found = mine.found;
        }
    }
}
