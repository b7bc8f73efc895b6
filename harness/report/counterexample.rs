//! A counterexample as a scenario file that anyone can read.

use event70_engine::{
    Disagreement, FailureClass, Flaw, Found, Misfit, RESET, Reduced, Relevance, Repeats,
};
use event70_format::{Comments, ScenarioFile, write};
use event70_model::{Expectation, Failure, Pins, Scenario, count};
use event70_rule::{Documented, Invariant, StepPrediction};

use super::layout::listed;

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

/// A finding and what it was reduced to.
#[derive(Debug, Clone, Copy)]
pub struct ReducedFinding<'a> {
    /// The finding.
    pub found: &'a Found,
    /// What is left of it.
    pub reduced: &'a Reduced,
    /// Which of its settings matter.
    pub settings: &'a [Relevance],
}

impl Counterexample {
    /// Tells of reduced findings: of one, or of those that contradict each other. The names of the
    /// latter belong together: the first has a name, and the others stand beside it. `ended` says why
    /// they were not made smaller, if they were not.
    #[must_use]
    pub fn all_of(
        findings: &[ReducedFinding<'_>],
        from: &Provenance,
        ended: Option<&str>,
    ) -> Vec<Self> {
        let files = findings.iter().map(|finding| scenario_file(finding.reduced));
        let mut files: Vec<ScenarioFile> = files.collect();
        let bare: String = files.iter().map(|file| write(file, &Comments::default())).collect();
        let class = findings.first().map(|finding| finding.reduced.class.to_string());
        let stem = format!("{}-{}", class.unwrap_or_default(), short_hash(&bare));
        let stems: Vec<String> = (0..files.len()).map(|index| beside(&stem, index)).collect();
        for (index, (file, finding)) in files.iter_mut().zip(findings).enumerate() {
            let others = stems.iter().enumerate().filter(|(other, _)| *other != index);
            let others: Vec<String> = others.map(|(_, stem)| stem.clone()).collect();
            let misfit = finding.reduced.finding.disagreement.misfit();
            file.notes = misfit.and_then(|misfit| contradicts(misfit, &others)).map(Into::into);
        }
        let told = findings.iter().zip(files).zip(stems);
        told.map(|((finding, file), stem)| Self::told(finding, file, stem, from, ended)).collect()
    }

    fn told(
        finding: &ReducedFinding<'_>,
        file: ScenarioFile,
        stem: String,
        from: &Provenance,
        ended: Option<&str>,
    ) -> Self {
        let ReducedFinding { found, reduced, settings } = *finding;
        let of_site = settings.iter().filter(|setting| setting.step.is_none());
        let comments = Comments {
            head: head(found, reduced, from, ended),
            site: of_site.map(relevance_line).collect(),
            steps: step_comments(reduced, settings),
        };
        let text = write(&file, &comments);
        Self { stem, file, text }
    }
}

/// The name of the file at this place of several that belong together.
fn beside(stem: &str, index: usize) -> String {
    match index {
        0 => stem.to_owned(),
        1 => format!("{stem}-beside"),
        _ => format!("{stem}-beside-{index}"),
    }
}

/// Whether it is one of several scenarios that contradict each other.
fn is_contradiction(reduced: &Reduced) -> bool {
    reduced.class == FailureClass::CONTRADICTION
}

/// The reduced scenario, with what the invariant predicts of its last step as expectation: of one
/// that contradicts others that is nothing, for it agrees by itself.
fn scenario_file(reduced: &Reduced) -> ScenarioFile {
    let misfit = reduced.finding.disagreement.misfit();
    if let Some(misfit) = misfit.filter(|_| is_contradiction(reduced)) {
        return contradicting_file(&reduced.scenario, misfit);
    }
    let mut invariant = Invariant::new();
    let predicted = invariant.predict(&reduced.scenario);
    let mut expected = vec![Expectation::NONE; predicted.len()];
    let step = reduced.finding.step;
    if let (Some(expected), Some(predicted)) = (expected.get_mut(step), predicted.get(step)) {
        expected.event_70 = Some(predicted.event_70());
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

/// A scenario that contradicts others in this way. Its author expects nothing.
pub(super) fn contradicting_file(scenario: &Scenario, misfit: &Misfit) -> ScenarioFile {
    let keys = misfit.differing_beside().into_iter().map(|(key, _)| key.to_string());
    let keys: Vec<String> = keys.collect();
    let title = match &keys[..] {
        [] => "What every scenario shows goes with one assumption".to_owned(),
        [key] => format!("{key} is the same in every scenario"),
        _ => format!("{} are the same in every scenario", listed(&keys)),
    };
    ScenarioFile {
        title: title.into(),
        source: Vec::new(),
        notes: None,
        assume: Pins::default(),
        scenario: scenario.clone(),
        expected: vec![Expectation::NONE; scenario.timeline.len()],
    }
}

/// What the others are called that a scenario contradicts, and in what; nothing, if there is none.
pub(super) fn contradicts(misfit: &Misfit, others: &[String]) -> Option<String> {
    let told = misfit.differing_beside().into_iter();
    let told: Vec<String> =
        told.map(|(key, [there, here])| format!("{key} is {there} there, {here} here")).collect();
    let why = if told.is_empty() { String::new() } else { format!(": {}", listed(&told)) };
    (!others.is_empty()).then(|| format!("contradicts {}{why}", listed(others)))
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
    let together = if is_contradiction(reduced) { " beside the others" } else { "" };
    let is_beside_a_fresh_one =
        matches!(found.finding.disagreement, Disagreement::Malformed(Flaw::Unsteady { .. }));
    let made_small = match (found.repeats.is_steady(), ended) {
        _ if is_beside_a_fresh_one => {
            "not reduced: it shows only in comparison with a fresh connector".to_owned()
        }
        (true, None) => format!("reduced to {}{together} in {runs}", minimality.elements),
        (true, Some(ended)) => {
            format!("reduced to {}{together} in {runs}, until {ended}", minimality.elements)
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
            _ if is_contradiction(reduced) => format!(
                "Replayed in fresh connectors, they contradicted each other {alike} of {times} \
                 times."
            ),
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
    let how = match is_contradiction(reduced) {
        true => "here it contradicts the others".to_owned(),
        false => format!("here it disagrees: {}", reduced.class.verdict),
    };
    let fails = (reduced.finding.step, how);
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
