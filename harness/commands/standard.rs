//! The standard set as files that can be named: `standard:` is all of it, `standard:causes` a folder
//! and `standard:causes/tab-name-wrong` one scenario.

use std::path::{Path, PathBuf};

use event70_format::{DiscoveredFile, without_ending};
use event70_standard::{StandardFile, files};

/// The standard set, where a path can be named.
pub(super) const STANDARD: &str = "standard:";

/// What is asked of the standard set, if a path asks anything of it.
fn asked_for(path: &Path) -> Option<&str> {
    let name = path.to_str()?.strip_prefix(STANDARD)?.trim_end_matches('/');
    Some(without_ending(name).unwrap_or(name))
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
pub(super) fn meant(path: &Path) -> Option<Option<PathBuf>> {
    let name = asked_for(path)?;
    Some(below(name).next().map(|_| path_of(name)))
}

/// The scenario files that a path of the standard set leads to; nothing for another path.
pub(super) fn found(path: &Path) -> Option<Vec<DiscoveredFile>> {
    let found = below(asked_for(path)?).map(|file| DiscoveredFile {
        name: format!("{STANDARD}{}", file.name).into(),
        path: path_of(file.name),
        problem: None,
    });
    Some(found.collect())
}

/// The text of a scenario of the standard set; nothing for another path.
pub(super) fn text(path: &Path) -> Option<&'static str> {
    let name = asked_for(path)?;
    files().find(|file| file.name == name).map(|file| file.text)
}

/// How to name the scenario of this name that is in the standard set, if there is one.
pub(super) fn named(name: &str) -> Option<String> {
    below(name).next().filter(|_| !name.is_empty()).map(|_| format!("{STANDARD}{name}"))
}

fn path_of(name: &str) -> PathBuf {
    format!("{STANDARD}{name}").into()
}
