//! Which settings of a reduced scenario are don't-cares.
//!
//! For each setting that is left, every other value (or, of a number, some telling ones) is put in
//! its place. If all of them fail as well, the setting is a don't-care, and a reader need not look
//! for a meaning in it.

use event70_model::{
    Database, Exchange, Fault, Host, Keyword, Level, Limits, Logging, Scenario, Setup, Step,
};
use event70_rule::settings;

use super::{Control, FailureClass, Progress, TestBed, failure};
use crate::fits;

/// Counts of cycles that are tried in place of a reduced one.
const CYCLES: &[u16] = &[1, 2, 3, 13, 26];
/// Counts of messages that are tried in place of a reduced one: about the sizes of batches (C5).
const MESSAGES: &[u16] = &[1, 5, 6, 15, 16, 17, 32];
/// Polling intervals that are tried in place of one that is not the default, in seconds.
const POLLS: &[u32] = &[1, 15, 3600];
/// Sizes of batches that are tried in place of one that is not the default.
const BATCHES: &[u16] = &[1, 2, 3, 5, 16, 1000];

/// One setting of a reduced scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relevance {
    /// In which step, from 0; nothing for a setting of the site.
    pub step: Option<usize>,
    /// Which setting.
    pub setting: &'static str,
    /// The values that were tried.
    pub tried: Vec<String>,
    /// Those with which the scenario fails in the same way.
    pub fails: Vec<String>,
}

impl Relevance {
    /// Whether the setting does not matter.
    #[must_use]
    pub fn is_dont_care(&self) -> bool {
        self.tried.len() == self.fails.len()
    }
}

/// A value of a setting, and the scenario with it.
type Alternative = (String, Scenario);

/// Tries other values for every setting of a scenario that fails with this class; nothing if
/// `control` stops the search.
pub fn relevance<B: TestBed>(
    test_bed: &B,
    scenario: &Scenario,
    class: &FailureClass,
    control: &Control,
) -> Vec<Relevance> {
    let mut trial = test_bed.trial();
    let mut connector = test_bed.connector();
    let fails = |scenario: &Scenario| {
        let failure = failure(test_bed, &mut trial, &mut connector, scenario);
        failure.is_some_and(|(_, other)| other == *class)
    };
    relevance_by(fails, scenario, control)
}

/// As [`relevance`], where `fails` says whether a scenario fails in the same way.
pub(super) fn relevance_by(
    mut fails: impl FnMut(&Scenario) -> bool,
    scenario: &Scenario,
    control: &Control,
) -> Vec<Relevance> {
    control.says(Some(Progress::Varying));
    let mut fails = |scenario: &Scenario| control.goes_on() && fails(scenario);
    let site = site_settings(scenario).into_iter().map(|(name, values)| (None, name, values));
    let steps = scenario.timeline.iter().enumerate().filter_map(|(index, step)| {
        let (name, values) = step_setting(scenario, index, *step)?;
        Some((Some(index), name, values))
    });
    let settings = site
        .chain(steps)
        .filter(|(_, _, values)| values.len() > 1)
        .map(|(step, setting, values)| {
            let failing = values.iter().filter(|(_, scenario)| fails(scenario));
            let fails = failing.map(|(value, _)| value.clone()).collect();
            let tried = values.iter().map(|(value, _)| value.clone()).collect();
            Relevance { step, setting, tried, fails }
        })
        .collect();
    control.says(None);
    if control.goes_on() { settings } else { Vec::new() }
}

fn site_settings(scenario: &Scenario) -> Vec<(&'static str, Vec<Alternative>)> {
    let with = |setup: Setup| Scenario { setup, timeline: scenario.timeline.clone() };
    let setup = scenario.setup;
    let mut settings = vec![
        ("exchange", each(|exchange: Exchange| with(Setup { exchange, ..setup }))),
        ("host", each(|host: Host| with(Setup { host, ..setup }))),
        ("database", each(|database: Database| with(Setup { database, ..setup }))),
        ("logging", each(|level: Level| with(Setup { logging: Logging::all(level), ..setup }))),
    ];
    settings.extend(limits(setup.limits).map(|(name, values)| {
        let others =
            values.into_iter().map(|(value, limits)| (value, with(Setup { limits, ..setup })));
        (name, others.collect())
    }));
    settings
}

/// Other values for each limit that is not the default; the default needs no meaning.
fn limits(now: Limits) -> impl Iterator<Item = (&'static str, Vec<(String, Limits)>)> {
    let usual = Limits::default();
    let batches = |with: fn(Limits, u16) -> Limits| {
        BATCHES.iter().map(|max| (max.to_string(), with(now, *max))).collect()
    };
    let polls = POLLS.iter().map(|poll_seconds| {
        (poll_seconds.to_string(), Limits { poll_seconds: *poll_seconds, ..now })
    });
    let each = [
        (now.poll_seconds != usual.poll_seconds, "poll-seconds", polls.collect()),
        (
            now.export_max != usual.export_max,
            "export-max",
            batches(|now, export_max| Limits { export_max, ..now }),
        ),
        (
            now.import_max != usual.import_max,
            "import-max",
            batches(|now, import_max| Limits { import_max, ..now }),
        ),
    ];
    each.into_iter().filter(|(is_other, ..)| *is_other).map(|(_, name, values)| (name, values))
}

/// Every value of a vocabulary with which the scenario is possible.
fn each<W: Keyword>(with: impl Fn(W) -> Scenario) -> Vec<Alternative> {
    let all = W::ALL.iter().map(|word| (format!("\"{}\"", word.keyword()), with(*word)));
    all.filter(|(_, scenario)| fits(scenario, &scenario.setup)).collect()
}

fn step_setting(
    scenario: &Scenario,
    index: usize,
    step: Step,
) -> Option<(&'static str, Vec<Alternative>)> {
    let with = |step: Step| {
        let mut other = scenario.clone();
        other.timeline[index] = step;
        other
    };
    let counts = |counts: &[u16], step: &dyn Fn(u16) -> Step| {
        counts.iter().map(|count| (count.to_string(), with(step(*count)))).collect()
    };
    match step {
        Step::Cycles(_) => Some(("cycles", counts(CYCLES, &Step::Cycles))),
        Step::Mail(to, _) => Some(("mail", counts(MESSAGES, &|count| Step::Mail(to, count)))),
        Step::Inject(fault) => {
            let settings = settings(fault.condition).iter().copied();
            let faults = settings.map(|setting| Fault { setting, ..fault });
            let values = faults.map(|fault| (fault.to_string(), with(Step::Inject(fault))));
            Some(("setting", values.collect()))
        }
        Step::Do(_) | Step::Repair(_) | Step::Logging(_) => None,
    }
}
