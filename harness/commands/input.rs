//! The scenario files that a command was given, and what is wrong with those that are none.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
    Severity,
};

use crate::scenario::ScenarioFile;
use crate::scenario::file::{Complaint, FileError, Found, Position, discover, load};

/// The folder that holds the scenario files of a project.
pub(super) const SCENARIOS: &str = "scenarios";

/// One file that was asked for.
#[derive(Debug)]
pub(super) struct Input {
    /// Its name among the scenarios.
    pub(super) name: String,
    /// Where it lies.
    pub(super) path: PathBuf,
    /// What it holds.
    pub(super) file: Result<ScenarioFile, FileError>,
}

/// Every file below the given paths, in the order of their names within each path. A file that
/// several paths lead to comes once.
pub(super) fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    let mut seen = std::collections::BTreeSet::new();
    let found = paths.iter().flat_map(|path| discover(path));
    found.filter(|found| seen.insert(found.path.clone())).map(input).collect()
}

fn input(Found { name, path, problem }: Found) -> Input {
    let file = match problem {
        Some(problem) => Err(problem),
        None => load(&path),
    };
    Input { name, path, file }
}

/// Everything that is wrong with a file, each fault with its place in the text.
pub(super) fn complaints(path: &Path, error: &FileError) -> String {
    let name = path.display().to_string();
    match error {
        FileError::Faulty { text, complaints } => {
            let each = complaints.iter().map(|complaint| complaint_text(&name, text, complaint));
            each.collect::<Vec<_>>().join("\n")
        }
        _ => format!("error: {name}: {error}"),
    }
}

fn complaint_text(name: &str, text: &str, complaint: &Complaint) -> String {
    let Position { line, column } = Position::of(text, complaint.span.start);
    let mut diagnostic = MietteDiagnostic::new(complaint.message.clone())
        .with_severity(Severity::Error)
        .with_label(LabeledSpan::underline(complaint.span.clone()));
    diagnostic.help.clone_from(&complaint.help);
    let report = Report::new(diagnostic).with_source_code(NamedSource::new(name, text.to_owned()));
    let mut rendered = String::new();
    let theme = if std::io::stderr().is_terminal() {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
    if handler.render_report(&mut rendered, report.as_ref()).is_err() {
        rendered.clear();
    }
    // The headline says already what stands above the excerpt.
    let excerpt = rendered.find("╭").and_then(|frame| rendered[..frame].rfind('\n'));
    let excerpt = excerpt.map_or("", |start| &rendered[start + 1..]);
    format!("error: {name}:{line}:{column}: {}\n{excerpt}", complaint.message)
}
