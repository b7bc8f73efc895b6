//! A counterexample as a scenario file that anyone can read.

use event70_engine::{Disagreement, Flaw, Found, RESET, Reduced, Relevance, Repeats};
use event70_format::{Comments, ScenarioFile, write};
use event70_model::{Failure, Pins, count};
use event70_rule::{Documented, Invariant, StepPrediction};

/// Where a counterexample comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Who was tested.
    pub connector: String,
    /// The seed of the exploration.
    pub seed: u64,
}

/// A counterexample, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterexample {
    /// The stem of its file's name: what it shows, and a short hash of the scenario.
    pub stem: String,
    /// The scenario as a file.
    pub file: ScenarioFile,
    /// The text of the file, with comments.
    pub text: String,
}

impl Counterexample {
    /// Tells of a reduced finding. `ended` says why it was not made smaller, if it was not.
    #[must_use]
    pub fn new(
        found: &Found,
        reduced: &Reduced,
        settings: &[Relevance],
        from: &Provenance,
        ended: Option<&str>,
    ) -> Self {
        let file = scenario_file(reduced);
        let bare = write(&file, &Comments::default());
        let comments = Comments {
            head: head(found, reduced, from, ended),
            site: settings
                .iter()
                .filter(|setting| setting.step.is_none())
                .map(relevance_line)
                .collect(),
            steps: step_comments(reduced, settings),
        };
        let stem = format!("{}-{}", reduced.class, short_hash(&bare));
        let text = write(&file, &comments);
        Self { stem, file, text }
    }
}

/// The reduced scenario, with what the invariant predicts of its last step as expectation.
fn scenario_file(reduced: &Reduced) -> ScenarioFile {
    let mut invariant = Invariant::new();
    let predicted = invariant.predict(&reduced.scenario);
    let mut expected = vec![None; predicted.len()];
    let step = reduced.finding.step;
    if let (Some(expected), Some(predicted)) = (expected.get_mut(step), predicted.get(step)) {
        *expected = Some(predicted.event_70());
    }
    let condition = reduced.class.condition;
    let source = condition.map_or_else(Vec::new, |condition| {
        condition.entry().source.iter().map(ToString::to_string).collect()
    });
    ScenarioFile {
        title: title(reduced, predicted.get(step)).into(),
        source: source.into_iter().map(Into::into).collect(),
        notes: None,
        assume: Pins::default(),
        scenario: reduced.scenario.clone(),
        expected,
    }
}

/// The rule that the scenario shows: what must be, whoever is tested.
fn title(reduced: &Reduced, predicted: Option<&StepPrediction>) -> String {
    let step = reduced.scenario.timeline.get(reduced.finding.step);
    let step = step.map_or_else(|| "before the first step".to_owned(), ToString::to_string);
    match &reduced.finding.disagreement {
        Disagreement::Failed(Failure { during: Some(RESET), .. }) => {
            "A connector completes reset".to_owned()
        }
        Disagreement::Failed(_) => format!("A connector survives this step: {step}"),
        Disagreement::Malformed(Flaw::Unsteady { leak: true }) => {
            "Nothing is left over after reset".to_owned()
        }
        Disagreement::Malformed(Flaw::Unsteady { leak: false }) => {
            format!("Played twice, it behaves the same: {step}")
        }
        Disagreement::Malformed(_) => {
            let flaw = reduced.class.flaw.unwrap_or("record");
            format!("{step}: {}, and what is logged is right: {flaw}", due(predicted))
        }
        _ => format!("{step}: {}", due(predicted)),
    }
}

/// How many Event 70 are due, and why.
fn due(predicted: Option<&StepPrediction>) -> String {
    let event_70 = predicted.map_or(0, StepPrediction::event_70);
    let number = if event_70 == 0 { "no".to_owned() } else { event_70.to_string() };
    let exports = predicted.and_then(|predicted| Some((predicted.exports()?, predicted.evidence)));
    let why = match exports {
        None => "no EXPORT is run".to_owned(),
        Some((_, None)) => "nothing stands in the way".to_owned(),
        Some((_, Some(evidence))) => {
            format!("{} decides", evidence.condition())
        }
    };
    format!("{number} Event 70 because {why}")
}

fn head(found: &Found, reduced: &Reduced, from: &Provenance, ended: Option<&str>) -> Vec<String> {
    let Reduced { finding, minimality, .. } = reduced;
    let minimal =
        |holds: bool, what: &'static str, not: &'static str| if holds { what } else { not };
    let Repeats { times, alike } = found.repeats;
    let runs = count(minimality.runs as u64, "run");
    let is_beside_a_fresh_one =
        matches!(found.finding.disagreement, Disagreement::Malformed(Flaw::Unsteady { .. }));
    let made_small = match (found.repeats.is_steady(), ended) {
        _ if is_beside_a_fresh_one => {
            "not reduced: it shows only in comparison with a fresh connector".to_owned()
        }
        (true, None) => format!("reduced to {} in {runs}", minimality.elements),
        (true, Some(ended)) => {
            format!("reduced to {} in {runs}, until {ended}", minimality.elements)
        }
        (false, None) => "not reduced: it does not fail every time".to_owned(),
        (false, Some(ended)) => format!("not reduced: {ended}"),
    };
    vec![
        format!("Tested: {}. {}.", from.connector, sentence(&finding.disagreement.to_string())),
        format!(
            "Found as case {} of seed {:#018x}, with {}; {made_small}.",
            found.case,
            from.seed,
            count(found.scenario.elements() as u64, "element"),
        ),
        match (times, ended) {
            (0, Some(ended)) => format!("It was not replayed: {ended}."),
            (0, None) => "It was not replayed.".to_owned(),
            _ if is_beside_a_fresh_one => {
                format!(
                    "Compared with a fresh connector again, it differed {alike} of {times} times."
                )
            }
            _ => format!(
                "Replayed in a fresh connector, it failed the same way {alike} of {times} times."
            ),
        },
        format!(
            "Checked: {}, {}, {}.",
            minimal(minimality.one_minimal, "1-minimal", "NOT known to be 1-minimal"),
            minimal(minimality.two_minimal, "2-minimal", "NOT known to be 2-minimal"),
            minimal(
                minimality.values_minimal,
                "no value can be simpler",
                "values NOT known to be minimal"
            ),
        ),
    ]
}

fn step_comments(reduced: &Reduced, settings: &[Relevance]) -> Vec<(usize, String)> {
    let settings =
        settings.iter().filter_map(|setting| Some((setting.step?, relevance_line(setting))));
    let fails = (reduced.finding.step, format!("here it disagrees: {}", reduced.class.verdict));
    settings.chain([fails]).collect()
}

fn relevance_line(setting: &Relevance) -> String {
    let name = setting.setting;
    if setting.is_dont_care() {
        return format!(
            "{name}: does not matter; fails the same way with {}",
            setting.tried.join(", ")
        );
    }
    let others: Vec<&str> =
        setting.tried.iter().filter(|v| !setting.fails.contains(v)).map(String::as_str).collect();
    format!("{name}: fails with {}; not with {}", setting.fails.join(", "), others.join(", "))
}

/// With an upper-case letter at its beginning.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Eight digits that tell texts apart in the names of files, the same everywhere.
#[must_use]
pub fn short_hash(text: &str) -> String {
    format!("{:08x}", fnv1a(text.as_bytes()) >> 32)
}

/// FNV-1a with 64 bits: short, and the same everywhere.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
