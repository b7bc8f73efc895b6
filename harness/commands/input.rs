//! The scenario files that a command was given, and what is wrong with those that are none.

use std::fs;
use std::path::{Path, PathBuf};

use event70_engine::Disagreement;
use event70_format::{
    Complaint, FileError, Found, Position, ScenarioFile, discover_all, load, place_of_expectation,
};
use event70_model::{Foreign, count, is_unseen, shown, shown_path, shown_source};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
    Severity,
};

use crate::report::Account;

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

/// Every file below the given paths, in the order of their names within each path. A file that
/// several paths lead to comes once.
pub(super) fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    discover_all(paths).into_iter().map(input).collect()
}

fn input(Found { name, path, problem }: Found) -> Input {
    let file = match problem {
        Some(problem) => Err(problem),
        None => load(&path),
    };
    Input { name, path, file }
}

/// The author's expectation that nobody else shares, as a fault of the file at its place.
pub(super) fn wrong_expectation(path: &Path, account: &Account) -> Option<FileError> {
    let finding = account.finding.as_ref()?;
    let Disagreement::Expectation { found, .. } = finding.disagreement else { return None };
    let text = fs::read_to_string(path).ok()?;
    let span = place_of_expectation(&text, finding.step)?;
    let message = finding.disagreement.to_string();
    let help = Some(format!("`event-70 = {found}` would hold"));
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

/// Of one file at most so many faults are told; whoever made more wants to mend these first.
const FAULTS_MAX: usize = 20;
/// A line is shown whole up to this length, and in part beyond it.
const EXCERPT_COLUMNS_MAX: usize = 400;

/// Everything that is wrong with a file, each fault with its place in the text.
pub(super) fn complaints(path: &Path, error: &FileError) -> String {
    let name = shown_path(path);
    let FileError::Faulty { text, complaints } = error else {
        return format!("error: {name}: {error}");
    };
    let told = complaints.iter().take(FAULTS_MAX);
    let mut each: Vec<String> = told.map(|complaint| told_whole(&name, text, complaint)).collect();
    if let Some(more) = complaints.len().checked_sub(FAULTS_MAX + 1) {
        each.push(format!("error: {name}: and {}", count(more as u64 + 1, "more fault")));
    }
    each.join("\n")
}

fn told_whole(name: &str, text: &str, complaint: &Complaint) -> String {
    let Position { line, column } = Position::of(text, complaint.span.start);
    let longest = text.lines().map(str::len).max().unwrap_or(0);
    let excerpt = if longest > EXCERPT_COLUMNS_MAX {
        part_of_line(text, complaint)
    } else {
        graphical(name, text, complaint)
    };
    format!("error: {name}:{line}:{column}: {}\n{excerpt}", complaint.message)
}

/// The lines about the fault, with the fault marked.
fn graphical(name: &str, text: &str, complaint: &Complaint) -> String {
    let (text, span) = shown_source(text, &complaint.span);
    let mut diagnostic = MietteDiagnostic::new(complaint.message.clone())
        .with_severity(Severity::Error)
        .with_label(LabeledSpan::underline(span));
    diagnostic.help.clone_from(&complaint.help);
    let report = Report::new(diagnostic).with_source_code(NamedSource::new(name, text));
    let mut rendered = String::new();
    // Without colour: the same text goes into reports, and on its way out nothing that begins with
    // an escape character is let through.
    let theme = GraphicalTheme::unicode_nocolor();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
    if handler.render_report(&mut rendered, report.as_ref()).is_err() {
        rendered.clear();
    }
    // The headline says already what stands above the excerpt.
    let frame = rendered.find('╭').unwrap_or(0);
    let start = rendered[..frame].rfind('\n').map_or(0, |newline| newline + 1);
    // Its own place counts bytes, the headline's counts characters, as editors do.
    match (rendered[frame..].find('['), rendered[frame..].find("]\n")) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}", &rendered[start..frame + open], &rendered[frame + close + 1..])
        }
        _ => rendered[start..].to_owned(),
    }
}

/// Where lines are too long to be shown: the fault with a few characters about it.
fn part_of_line(text: &str, complaint: &Complaint) -> String {
    const ABOUT: usize = 30;
    let end = text.len();
    let (start, stop) = (complaint.span.start.min(end), complaint.span.end.min(end));
    let before: String = text.get(..start).unwrap_or_default().chars().rev().take(ABOUT).collect();
    let before: String = before.chars().rev().map(printable).collect();
    let marked: String = text.get(start..).unwrap_or_default().chars().take(ABOUT).collect();
    let width = text.get(start..stop).map_or(1, |span| span.chars().take(ABOUT).count().max(1));
    let marked: String = marked.chars().map(printable).collect();
    let carets = format!("{}{}", " ".repeat(before.chars().count()), "^".repeat(width));
    let help = complaint.help.as_ref().map_or_else(String::new, |help| format!("  help: {help}\n"));
    format!("  … {before}{marked} …\n    {carets}\n{help}")
}

fn printable(character: char) -> char {
    if is_unseen(character) { ' ' } else { character }
}
