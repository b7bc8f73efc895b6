//! A counterexample as a scenario file that anyone can read.

use crate::invariant::Invariant;
use crate::judge::Verdict;
use crate::scenario::ScenarioFile;
use crate::scenario::file::{Comments, write};
use crate::search::{Found, Mark, Reduced, Repeats};
use crate::words::count;

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
    /// Tells of a reduced finding.
    #[must_use]
    pub fn new(
        found: &Found,
        reduced: &Reduced,
        repeats: Repeats,
        marks: &[Mark],
        from: &Provenance,
    ) -> Self {
        let file = scenario_file(reduced);
        let bare = write(&file, &Comments::default());
        let comments = Comments {
            head: head(found, reduced, repeats, from),
            site: marks.iter().filter(|mark| mark.step.is_none()).map(mark_line).collect(),
            steps: step_comments(reduced, marks),
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
        title: title(reduced).into(),
        source: source.into_iter().map(Into::into).collect(),
        notes: None,
        scenario: reduced.scenario.clone(),
        expected,
    }
}

fn title(reduced: &Reduced) -> String {
    let class = &reduced.class;
    let what = match class.verdict {
        Verdict::Missing => "Event 70 is missing".to_owned(),
        Verdict::Extra => "An Event 70 too many".to_owned(),
        Verdict::Malformed => match class.flaw {
            Some("leak") => "Something leaks over reset".to_owned(),
            Some("unsteady") => "Not the same when played again".to_owned(),
            flaw => format!("Wrong {}", flaw.unwrap_or("record")),
        },
        Verdict::Expectation => "The author expects what nobody else does".to_owned(),
        Verdict::ConnectorFailed => {
            format!("The connector fails ({})", class.flaw.unwrap_or("as a program"))
        }
        Verdict::Agree => "Nothing disagrees".to_owned(),
        Verdict::None => "The harness could not go on".to_owned(),
    };
    let when = class.condition.map_or_else(String::new, |c| format!(" while {c} decides"));
    let step = reduced.scenario.timeline.last();
    let step = step.map_or_else(String::new, |step| format!(", at: {step}"));
    format!("{what}{when}{step}")
}

fn head(found: &Found, reduced: &Reduced, repeats: Repeats, from: &Provenance) -> Vec<String> {
    let certificate = &reduced.certificate;
    let minimal =
        |holds: bool, what: &'static str, not: &'static str| if holds { what } else { not };
    let disagreement = &reduced.finding.disagreement;
    vec![
        format!("Tested: {}. {}.", from.connector, sentence(&disagreement.to_string())),
        format!(
            "Found as case {} of seed {:#018x}, with {}; {}.",
            found.case,
            from.seed,
            count(found.scenario.elements() as u64, "element"),
            if repeats.is_steady() {
                let runs = count(certificate.runs as u64, "run");
                format!("reduced to {} in {runs}", certificate.elements)
            } else {
                "not reduced, for it is not known to fail always".to_owned()
            },
        ),
        match repeats {
            Repeats { times: 0, .. } => "It was not played again.".to_owned(),
            Repeats { times, alike } => {
                format!(
                    "Played again in a fresh connector it failed alike {alike} of {times} times."
                )
            }
        },
        format!(
            "Checked: {}, {}, {}.",
            minimal(certificate.one_minimal, "1-minimal", "NOT 1-minimal"),
            minimal(certificate.two_minimal, "2-minimal", "NOT 2-minimal"),
            minimal(certificate.values_minimal, "no value can be simpler", "values NOT minimal"),
        ),
    ]
}

fn step_comments(reduced: &Reduced, marks: &[Mark]) -> Vec<(usize, String)> {
    let marks = marks.iter().filter_map(|mark| Some((mark.step?, mark_line(mark))));
    let fails = (reduced.finding.step, format!("here it disagrees: {}", reduced.class.verdict));
    marks.chain([fails]).collect()
}

fn mark_line(mark: &Mark) -> String {
    let setting = mark.setting;
    if mark.is_any() {
        return format!("{setting}: does not matter; fails alike with {}", mark.tried.join(", "));
    }
    let others: Vec<&str> =
        mark.tried.iter().filter(|v| !mark.fails.contains(v)).map(String::as_str).collect();
    format!("{setting}: fails with {}; not with {}", mark.fails.join(", "), others.join(", "))
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
