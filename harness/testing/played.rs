//! One scenario file as one test.

use std::path::Path;

use event70_engine::{TestBed, Trial};
use event70_format::{FileError, Position, place_of_expectation};
use event70_model::{Connector, Foreign, shown_path};
use libtest_mimic::{Completion, Failed};

use super::known::{Standing, violated};
use super::order::Turn;
use super::running::Running;
use super::snapshots;
use super::standard::{is_standard, load, text_of};
use crate::report::{Account, Detail, Numbers, story};

/// Plays a file twice, wants the same story both times, agreement with the invariant and with the
/// author, and the story that its snapshot tells.
pub(super) fn holds<C: Connector, F: Fn() -> C + Sync>(
    running: &Running<F>,
    (name, path): (&str, &Path),
    turn: Option<Turn<'_>>,
) -> Result<Completion, Failed> {
    let (mut trial, mut connector) = (running.bed.trial(), running.bed.connector());
    let foreign = Foreign::from(name);
    let mut tell = || tell(running, (&foreign, path), &mut trial, &mut connector);
    let mut account = match tell() {
        Err(FileError::Assumes(pins)) => {
            return Ok(Completion::ignored_with(format!("it assumes {pins}")));
        }
        told => told.map_err(|error| told_of(path, &error))?,
    };
    let told = story(&account, Numbers::FromStep);
    let again = tell().map_err(|error| told_of(path, &error))?;
    if account.finding.is_none() && told != story(&again, Numbers::FromStep) {
        return Err("two plays of the same file differ".into());
    }
    if let Some(turn) = turn {
        turn.learn(|learned| account.learn(learned, trial.left(), trial.seen()));
    }
    let violates = account.finding.as_ref().map(|finding| violated(&finding.disagreement));
    let standing = running.standing(name, violates.as_deref());
    match (standing, &account.finding) {
        (Standing::New(_), Some(finding)) => {
            let place = place_of_finding(path, &account);
            let story = story(&account, Numbers::AsLogged);
            let [beside, entry] = running.new_failure(name, finding, standing);
            Err(format!("{beside}{place}{story}\n{}\n{entry}", running.again(name)).into())
        }
        (Standing::Mended(_), _) => Err(standing.to_string().into()),
        (Standing::Known(_), _) => Ok(Completion::Completed),
        _ => {
            if let Some(folder) = running.snapshots.as_ref().filter(|_| !is_standard(path)) {
                snapshots::hold(folder, name, &told);
            }
            Ok(Completion::Completed)
        }
    }
}

fn tell<C: Connector, F: Fn() -> C + Sync>(
    running: &Running<F>,
    (name, path): (&Foreign, &Path),
    trial: &mut Trial,
    connector: &mut C,
) -> Result<Account, FileError> {
    let site = |setup: &_| running.bed.site(setup);
    running.bed.assumed.play((name, load(path)?), trial, connector, site, Detail::default())
}

/// Every fault of a file with its place.
pub(super) fn told_of(path: &Path, error: &FileError) -> String {
    let path = shown_path(path);
    let FileError::Faulty { text, complaints } = error else {
        return format!("{path}: {error}");
    };
    let told = complaints.iter().map(|complaint| {
        let Position { line, column } = Position::of(text, complaint.span.start);
        format!("{path}:{line}:{column}: {}", complaint.message)
    });
    told.collect::<Vec<_>>().join("\n")
}

/// Where the author's expectation stands that nobody else shares.
fn place_of_finding(path: &Path, account: &Account) -> String {
    let Some(finding) = &account.finding else { return String::new() };
    let Some(keys) = finding.disagreement.author_keys() else { return String::new() };
    let text = text_of(path).unwrap_or_default();
    let span = place_of_expectation(&text, finding.step, &keys);
    let Some(span) = span else { return String::new() };
    let Position { line, column } = Position::of(&text, span.start);
    format!("{}:{line}:{column}: {}\n", shown_path(path), finding.disagreement)
}
