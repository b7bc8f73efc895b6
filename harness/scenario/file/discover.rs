//! Finding scenario files below a folder.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::complaint::FileError;

/// Something that was found under the name of a scenario file.
#[derive(Debug)]
pub struct Found {
    /// The scenario's name: its path below `scenarios/`, without `.toml`, with `/` between folders.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Why it is not to be read, if it is not.
    pub problem: Option<FileError>,
}

/// A folder is not looked into deeper than this; nobody files scenarios so deep, and it bounds the
/// walk whatever the file system does.
const DEPTH_MAX: usize = 32;

/// Every scenario file below `root`, or `root` itself if it is no folder, in the order of the
/// names. Links are followed as long as they stay below `root`; what cannot be read is found with
/// its problem, and keeps nothing else from being found.
#[must_use]
pub fn discover(root: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    if root.is_dir() {
        let home = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        walk(root, &home, 0, &mut found);
    } else {
        found.push(Found { name: name_of(root), path: root.to_owned(), problem: None });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The name of the scenario at this path: what follows the folder `scenarios`, without `.toml`.
/// Outside such a folder it is the path itself.
#[must_use]
pub fn name_of(path: &Path) -> String {
    let parts: Vec<String> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    let below = parts.iter().rposition(|part| part == "scenarios").map_or(0, |at| at + 1);
    let name = parts[below..].join("/");
    name.strip_suffix(".toml").map_or(name.clone(), str::to_owned)
}

fn walk(folder: &Path, home: &Path, depth: usize, found: &mut Vec<Found>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return push(found, folder, Some(error.into())),
    };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        let named_like_a_file = path.extension().is_some_and(|extension| extension == "toml");
        if is_link && let Some(problem) = link_problem(&path, home) {
            if named_like_a_file || !matches!(problem, FileError::Io(_)) {
                push(found, &path, Some(problem));
            }
        } else if named_like_a_file {
            let problem = path.is_dir().then_some(FileError::NotAFile);
            push(found, &path, problem);
        } else if path.is_dir() {
            if depth == DEPTH_MAX {
                push(found, &path, Some(FileError::Circle));
            } else {
                walk(&path, home, depth + 1, found);
            }
        }
    }
}

fn push(found: &mut Vec<Found>, path: &Path, problem: Option<FileError>) {
    found.push(Found { name: name_of(path), path: path.to_owned(), problem });
}

/// Why a link is not to be followed.
fn link_problem(link: &Path, home: &Path) -> Option<FileError> {
    let target = match link.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(error.into()),
        Err(_) => return Some(FileError::Circle),
    };
    let stands_in = link.parent().and_then(|parent| parent.canonicalize().ok());
    if !target.starts_with(home) {
        return Some(FileError::LeadsOutside(home.display().to_string()));
    }
    stands_in.filter(|parent| parent.starts_with(&target)).map(|_| FileError::Circle)
}

#[cfg(test)]
mod tests {
    use super::name_of;
    use std::path::Path;

    #[test]
    fn a_scenario_is_named_by_its_path_below_scenarios() {
        assert_eq!(
            name_of(Path::new("scenarios/causes/tab-path-wrong.toml")),
            "causes/tab-path-wrong"
        );
        assert_eq!(name_of(Path::new("./a/scenarios/x.toml")), "x");
        assert_eq!(name_of(Path::new("elsewhere/x.toml")), "elsewhere/x");
    }
}
