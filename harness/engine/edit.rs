//! Ways to make a scenario smaller or simpler.
//!
//! The *elements* of a scenario are its initial conditions and its steps. Since every step is
//! possible at any time (C12), leaving out any of them leaves a scenario.

use event70_model::{
    COUNT_MAX, Category, Database, Exchange, Fault, Host, Keyword, Level, Limits, Logging,
    LoggingChange, Operation, Scenario, Setup, Step,
};
use event70_rule::{allows, settings};

use crate::shrink::Shrink;

impl Shrink for Scenario {
    fn elements(&self) -> usize {
        self.elements()
    }

    fn without(&self, left_out: impl Fn(usize) -> bool) -> Self {
        self.without(left_out)
    }

    /// First two neighbouring steps become one, then an injection comes before everything that is
    /// none, and then values become simpler, the simplest first.
    fn simpler(&self) -> Vec<Self> {
        let with_setup = |setup| Self { setup, timeline: self.timeline.clone() };
        let setups = simpler_setups(self).into_iter().map(with_setup);
        let steps = self.timeline.iter().enumerate().flat_map(|(index, step)| {
            simpler_steps(*step).into_iter().map(move |step| {
                let mut simpler = self.clone();
                simpler.timeline[index] = step;
                simpler
            })
        });
        joined(self).chain(hoisted(self)).chain(setups).chain(steps).collect()
    }
}

/// Every scenario in which two neighbours are one step: cycles, or mail to the same side.
fn joined(scenario: &Scenario) -> impl Iterator<Item = Scenario> {
    (1..scenario.timeline.len()).filter_map(|second| {
        let step = match (scenario.timeline[second - 1], scenario.timeline[second]) {
            (Step::Cycles(one), Step::Cycles(other)) => Step::Cycles(sum(one, other)?),
            (Step::Mail(to, one), Step::Mail(also, other)) if to == also => {
                Step::Mail(to, sum(one, other)?)
            }
            _ => return None,
        };
        let mut joined = scenario.clone();
        joined.timeline[second - 1] = step;
        joined.timeline.remove(second);
        Some(joined)
    })
}

/// Every scenario in which an injection comes first instead of after something else, so that the
/// first run may already show what a later one does.
fn hoisted(scenario: &Scenario) -> impl Iterator<Item = Scenario> {
    let is_injection = |step: &Step| matches!(step, Step::Inject(_));
    let first_other = scenario.timeline.iter().position(|step| !is_injection(step));
    let first_other = first_other.unwrap_or(scenario.timeline.len());
    let later = scenario.timeline.iter().enumerate().skip(first_other);
    later.filter(move |(_, step)| is_injection(step)).map(move |(index, _)| {
        let mut hoisted = scenario.clone();
        hoisted.timeline[first_other..=index].rotate_right(1);
        hoisted
    })
}

/// As many as both, if one step may count so far.
fn sum(one: u16, other: u16) -> Option<u16> {
    one.checked_add(other).filter(|sum| *sum <= COUNT_MAX)
}

/// Whether every condition that a scenario has or injects can hold on such a site.
#[must_use]
pub fn fits(scenario: &Scenario, setup: &Setup) -> bool {
    let injected = scenario.timeline.iter().filter_map(|step| match step {
        Step::Inject(fault) => Some(fault.condition),
        _ => None,
    });
    injected.chain(scenario.setup.conditions).all(|condition| allows(setup, condition))
}

/// The same condition in another of its settings, chosen by `number`.
pub(crate) fn in_setting(fault: Fault, number: usize) -> Fault {
    let settings = settings(fault.condition);
    Fault { setting: settings[number % settings.len()], ..fault }
}

/// Simpler forms of one step, the simplest first.
fn simpler_steps(step: Step) -> Vec<Step> {
    match step {
        Step::Cycles(count) => smaller(count).map(Step::Cycles).collect(),
        Step::Mail(to, count) => smaller(count).map(|count| Step::Mail(to, count)).collect(),
        Step::Inject(fault) => {
            let settings = settings(fault.condition).iter().copied();
            let simpler = settings.take_while(|setting| *setting != fault.setting);
            simpler.map(|setting| Step::Inject(Fault { setting, ..fault })).collect()
        }
        Step::Do(Operation::Restart) => vec![Step::Do(Operation::Start)],
        Step::Do(Operation::Kill) => vec![Step::Do(Operation::Stop)],
        Step::Logging(change) => simpler_logging(change),
        Step::Do(_) | Step::Repair(_) => Vec::new(),
    }
}

/// Smaller counts: 1, then halves, then one less.
fn smaller(count: u16) -> impl Iterator<Item = u16> {
    let halves = std::iter::successors(Some(count / 2), |count| Some(count / 2));
    let halves = halves.take_while(|count| *count > 1);
    let least = (count > 1).then_some(1);
    let one_less = (count > 2).then(|| count - 1);
    least.into_iter().chain(halves).chain(one_less)
}

fn simpler_logging(change: LoggingChange) -> Vec<Step> {
    let uniform = Level::ALL.iter().map(|level| LoggingChange::all(*level));
    let one_less = Category::ALL.iter().filter(|category| change.level(**category).is_some()).map(
        |left_out| {
            let kept = Category::ALL.iter().filter(|category| *category != left_out);
            kept.fold(LoggingChange::default(), |less, category| match change.level(*category) {
                Some(level) => less.with(*category, level),
                None => less,
            })
        },
    );
    let before = |simpler: &LoggingChange| *simpler != change;
    match change.uniform() {
        Some(_) => uniform.take_while(before).map(Step::Logging).collect(),
        None => uniform.chain(one_less).filter(before).map(Step::Logging).collect(),
    }
}

/// Sites with the default limits: all of them, then each.
fn usual_limits(setup: Setup) -> impl Iterator<Item = Setup> {
    let (limits, usual) = (setup.limits, Limits::default());
    let simpler = [
        usual,
        Limits { poll_seconds: usual.poll_seconds, ..limits },
        Limits { export_max: usual.export_max, ..limits },
        Limits { import_max: usual.import_max, ..limits },
    ];
    let others = simpler.into_iter().filter(move |simpler| *simpler != limits);
    others.map(move |limits| Setup { limits, ..setup })
}

/// Simpler sites on which the same conditions can hold.
fn simpler_setups(scenario: &Scenario) -> Vec<Setup> {
    let setup = scenario.setup;
    let exchanges = Exchange::ALL.iter().map(|exchange| Setup { exchange: *exchange, ..setup });
    let hosts = Host::ALL.iter().map(|host| Setup { host: *host, ..setup });
    let databases = Database::ALL.iter().map(|database| Setup { database: *database, ..setup });
    let quiet = Setup { logging: Logging::default(), ..setup };
    let quieter = Category::ALL.iter().map(|category| {
        let logging = setup.logging.with(*category, Level::None);
        Setup { logging, ..setup }
    });
    let exchanges = exchanges.take_while(|simpler| simpler.exchange != setup.exchange);
    let hosts = hosts.take_while(|simpler| simpler.host != setup.host);
    let databases = databases.take_while(|simpler| simpler.database != setup.database);
    let logging = std::iter::once(quiet).chain(quieter).filter(|simpler| *simpler != setup);
    let simpler = exchanges.chain(hosts).chain(databases).chain(logging).chain(usual_limits(setup));
    simpler.filter(|simpler| fits(scenario, simpler)).collect()
}
