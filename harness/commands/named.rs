//! From what a command was given to paths: a path is itself, and a scenario's name leads to its file.

use std::fs;
use std::path::{Path, PathBuf};

use event70_format::{discover, folded_name, is_folder, without_ending};
use event70_model::{nearest, pasted_path, shown_path};

use super::input::SCENARIOS;
use crate::testing::standard::{self, STANDARD};

/// So many names are suggested at most.
const SUGGESTED_MAX: usize = 3;
/// What is longer is near to no name.
const SLIP_BYTES_MAX: usize = 300;

/// The paths that are meant, as short as they can be told from here.
///
/// # Errors
/// The first that leads nowhere.
pub(super) fn paths(given: &[PathBuf]) -> Result<Vec<PathBuf>, NotThere> {
    given.iter().map(|path| meant(path).ok_or_else(|| not_there(path))).collect()
}

/// The path that is meant: itself, or what has this name.
pub(super) fn meant(path: &Path) -> Option<PathBuf> {
    if let Some(meant) = standard::meant(path) {
        return meant;
    }
    if fs::symlink_metadata(path).is_ok() {
        return Some(from_here(path));
    }
    let text = path.to_str()?;
    let name = plain_name(text);
    let scenarios = Path::new(SCENARIOS);
    let found = if scenarios.is_dir() { discover(scenarios) } else { Vec::new() };
    let called = |name: &str| found.iter().find(|found| found.name.raw() == name);
    let folder = |name: &str| Some(scenarios.join(name)).filter(|folder| folder.is_dir());
    called(name)
        .or_else(|| called(below_scenarios(name)))
        .map(|found| found.path.clone())
        .or_else(|| without_its_ending(path))
        .or_else(|| folder(name))
}

/// A path below the folder that the program runs in, told from there: a scenario has one name,
/// however its file is named.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    below.filter(|below| *below != Path::new("")).unwrap_or(path).to_owned()
}

/// A name as it may have been pasted: with the path of this folder before it, or with its ending.
fn plain_name(text: &str) -> &str {
    let name = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
    without_ending(name).unwrap_or(name)
}

fn below_scenarios(name: &str) -> &str {
    name.split_once('/').filter(|(folder, _)| is_folder(folder)).map_or(name, |(_, below)| below)
}

/// The file in the same folder that has this name and the ending of a scenario file.
fn without_its_ending(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut entries = fs::read_dir(folder).ok()?.flatten();
    let file = entries.find(|entry| {
        without_ending(&entry.file_name().to_string_lossy()).is_some_and(|stem| stem == name)
    })?;
    Some(path.with_file_name(file.file_name()))
}

/// A path that leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("error: {path}: no such file or folder, and no scenario of this name\n  help: {help}")]
pub(super) struct NotThere {
    path: String,
    help: String,
}

fn not_there(path: &Path) -> NotThere {
    let help = suggestion(&path.to_string_lossy()).unwrap_or_else(|| {
        "name a scenario, its file, or a folder of them; `event70 --help` lists the commands".into()
    });
    NotThere { path: shown_path(path), help }
}

/// The names that may have been meant: those that differ in case only, those of this name in another
/// folder, or the nearest.
fn suggestion(text: &str) -> Option<String> {
    if text.len() > SLIP_BYTES_MAX {
        return None;
    }
    let name = folded_name(below_scenarios(plain_name(text)));
    let scenarios = Path::new(SCENARIOS);
    let found = match scenarios.is_dir() {
        _ if text.starts_with(STANDARD) => standard::found(Path::new(STANDARD)).unwrap_or_default(),
        true => discover(scenarios),
        false => Vec::new(),
    };
    let names: Vec<&str> = found.iter().map(|found| found.name.raw()).collect();
    let last = |name: &str| format!("/{}", name.rsplit('/').next().unwrap_or(name));
    let ends = [format!("/{name}"), last(&name)];
    let alike = |end: &String| {
        let fits = |there: &&&str| format!("/{}", folded_name(there)).ends_with(end.as_str());
        names.iter().filter(fits).take(SUGGESTED_MAX).copied().collect::<Vec<_>>()
    };
    let mut meant = ends.iter().map(alike).find(|names| !names.is_empty()).unwrap_or_default();
    if meant.is_empty() {
        meant.extend(nearest(&name, &names));
    }
    let standard = standard::named(&name).filter(|_| meant.is_empty());
    meant.extend(standard.as_deref());
    let meant: Vec<String> =
        meant.iter().map(|name| format!("`{}`", pasted_path(Path::new(name)))).collect();
    (!meant.is_empty()).then(|| format!("did you mean {}?", meant.join(" or ")))
}
