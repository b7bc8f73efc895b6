//! The scenario files that a command was given, and what is wrong with those that are none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use event70_engine::Disagreement;
use event70_format::{
    Complaint, DiscoveredFile, FileError, Position, ScenarioFile, discover_all,
    place_of_expectation, written_assumptions,
};
use event70_model::{Foreign, Pins, count, shown, shown_path, shown_source};

use crate::report::Account;
use crate::testing::standard::{self, load, text_of};

/// The folder that holds the scenario files of a project.
pub(super) const SCENARIOS: &str = "scenarios";

/// One file that was asked for.
#[derive(Debug)]
pub(super) struct Input {
    /// Its name among the scenarios.
    pub(super) name: Foreign,
    /// Where it lies.
    pub(super) path: PathBuf,
    /// What it holds.
    pub(super) file: Result<ScenarioFile, FileError>,
}

/// Every file below the given paths, in the order of their names within each path; first those of
/// the standard set. A file that several paths lead to comes once.
pub(super) fn found(paths: &[PathBuf]) -> Vec<DiscoveredFile> {
    let (mut found, mut seen, mut on_disk) = (Vec::new(), BTreeSet::new(), Vec::new());
    for path in paths {
        match standard::found(path) {
            Some(files) => {
                found.extend(files.into_iter().filter(|file| seen.insert(file.path.clone())));
            }
            None => on_disk.push(path),
        }
    }
    found.extend(discover_all(&on_disk));
    found
}

/// As [`found`], with what the files hold.
pub(super) fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    found(paths).into_iter().map(input).collect()
}

/// What to say where there is no scenario file.
pub(super) fn none_below(paths: &[PathBuf]) -> String {
    let folders: Vec<_> = paths.iter().map(|path| shown_path(path)).collect();
    format!("error: there is no scenario file (*.toml) below {}", folders.join(", "))
}

/// What a file that was found holds.
pub(super) fn input(DiscoveredFile { name, path, problem }: DiscoveredFile) -> Input {
    let file = match problem {
        Some(problem) => Err(problem),
        None => load(&path),
    };
    Input { name, path, file }
}

/// The author's expectation that nobody else shares, as a fault of the file at its place.
pub(super) fn wrong_expectation(path: &Path, account: &Account) -> Option<FileError> {
    let finding = account.finding.as_ref()?;
    let keys = finding.disagreement.author_keys()?;
    let (found, would) = match &finding.disagreement {
        Disagreement::Expectation { found, would, .. } => (*found, *would),
        Disagreement::Unseen(unseen) => (unseen.found, None),
        _ => return None,
    };
    let text = text_of(path).ok()?.into_owned();
    let span = place_of_expectation(&text, finding.step, &keys)?;
    let message = finding.disagreement.to_string();
    let paste = would.map(|would| {
        let lines = written_assumptions(&Pins::deviations_of(would));
        format!("; or say what it rests on (`event70 pin` writes it):\n{}", lines.trim_end())
    });
    let key = keys.last()?;
    let help = Some(format!("`{key} = {found}` would hold{}", paste.unwrap_or_default()));
    Some(FileError::Faulty { text, complaints: vec![Complaint { span, message, help }] })
}

/// Where a file is wrong, and in which words; the beginning where no place is known.
pub(super) fn place_of(error: &FileError) -> Vec<(Position, String)> {
    match error {
        FileError::Faulty { text, complaints } => complaints
            .iter()
            .take(FAULTS_MAX)
            .map(|complaint| {
                let place = Position::of(text, complaint.span.start);
                (place, shown(&complaint.message).to_string())
            })
            .collect(),
        _ => vec![(Position { line: 1, column: 1 }, error.to_string())],
    }
}

/// The maximum number of faults that are shown of one file.
const FAULTS_MAX: usize = 20;
/// A longer line is shown in part.
const COLUMNS_MAX: usize = 100;

/// Everything that is wrong with a file, each fault with its place in the text.
pub(super) fn complaints(path: &Path, error: &FileError) -> String {
    let name = shown_path(path);
    let FileError::Faulty { text, complaints } = error else {
        return format!("error: {name}: {error}");
    };
    let told = complaints.iter().take(FAULTS_MAX);
    let mut each: Vec<String> = told.map(|complaint| told_whole(&name, text, complaint)).collect();
    if let Some(more) = complaints.len().checked_sub(FAULTS_MAX + 1) {
        each.push(format!("error: {name}: {} not shown", count(more as u64 + 1, "more fault")));
    }
    each.join("\n")
}

fn told_whole(name: &str, text: &str, complaint: &Complaint) -> String {
    let Position { line, column } = Position::of(text, complaint.span.start);
    format!("error: {name}:{line}:{column}: {}\n{}\n", complaint.message, excerpt(text, complaint))
}

/// The lines about the fault, with the fault marked.
fn excerpt(text: &str, complaint: &Complaint) -> String {
    let (text, span) = shown_source(text, &complaint.span);
    let source = Snippet::source(text).annotation(AnnotationKind::Primary.span(span));
    let help = complaint.help.as_ref().map(|help| Level::HELP.message(help));
    let group = Group::with_level(Level::ERROR).element(source).elements(help);
    // Without colour: the same text goes into reports, and on its way out nothing that begins with
    // an escape character is let through.
    Renderer::plain().term_width(COLUMNS_MAX).render(&[group])
}
