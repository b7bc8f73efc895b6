//! The standard set as files that can be named: `standard:` is all of it, `standard:causes` a folder
//! and `standard:causes/tab-name-wrong` one scenario.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{fs, io};

use event70_format::{DiscoveredFile, FileError, ScenarioFile, read, without_ending};
use event70_standard::{StandardFile, files};

/// The standard set, where a path can be named.
pub(crate) const STANDARD: &str = "standard:";

/// What is asked of the standard set, if a path asks anything of it.
fn asked_for(path: &Path) -> Option<&str> {
    let name = path.to_str()?.strip_prefix(STANDARD)?.trim_end_matches('/');
    Some(without_ending(name).unwrap_or(name))
}

/// Whether a path leads into the standard set.
pub(crate) fn is_standard(path: &Path) -> bool {
    asked_for(path).is_some()
}

/// The scenarios of this name or below a folder of this name.
fn below(name: &str) -> impl Iterator<Item = StandardFile> {
    files().filter(move |file| {
        let rest = file.name.strip_prefix(name);
        name.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The path that is meant, in its one form, if it leads into the standard set; nothing within if
/// nothing has that name.
pub(crate) fn meant(path: &Path) -> Option<Option<PathBuf>> {
    let name = asked_for(path)?;
    Some(below(name).next().map(|_| path_of(name)))
}

/// The scenario files that a path of the standard set leads to; nothing for another path.
pub(crate) fn found(path: &Path) -> Option<Vec<DiscoveredFile>> {
    let found = below(asked_for(path)?).map(|file| DiscoveredFile {
        name: format!("{STANDARD}{}", file.name).into(),
        path: path_of(file.name),
        problem: None,
    });
    Some(found.collect())
}

/// The text of a scenario of the standard set; nothing for another path.
fn text(path: &Path) -> Option<&'static str> {
    let name = asked_for(path)?;
    files().find(|file| file.name == name).map(|file| file.text)
}

/// The text of a scenario file, wherever it lies.
pub(crate) fn text_of(path: &Path) -> io::Result<Cow<'static, str>> {
    match text(path) {
        Some(text) => Ok(text.into()),
        None => fs::read_to_string(path).map(Cow::from),
    }
}

/// Reads a scenario file, wherever it lies.
///
/// # Errors
/// If it cannot be read or is no scenario.
pub(crate) fn load(path: &Path) -> Result<ScenarioFile, FileError> {
    let Some(text) = text(path) else { return event70_format::load(path) };
    read(text).map_err(|complaints| FileError::Faulty { text: text.to_owned(), complaints })
}

/// How to name the scenario of this name that is in the standard set, if there is one.
pub(crate) fn named(name: &str) -> Option<String> {
    below(name).next().filter(|_| !name.is_empty()).map(|_| format!("{STANDARD}{name}"))
}

fn path_of(name: &str) -> PathBuf {
    format!("{STANDARD}{name}").into()
}
