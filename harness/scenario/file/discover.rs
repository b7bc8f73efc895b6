//! Finding scenario files below a folder.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::complaint::FileError;
use crate::foreign::{Foreign, shown_path};

/// Something that was found under the name of a scenario file.
#[derive(Debug)]
pub struct Found {
    /// The scenario's name: its path below `scenarios/`, without `.toml`, with `/` between folders.
    pub name: Foreign,
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
        let mut walk = Walk { above: Vec::new(), found: &mut found };
        walk.folder(root);
    } else {
        found.push(Found { name: name_of(root), path: root.to_owned(), problem: None });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The name of the scenario at this path: what follows the folder `scenarios`, without `.toml`.
/// Outside such a folder it is the path itself.
#[must_use]
pub fn name_of(path: &Path) -> Foreign {
    let parts: Vec<String> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    let below = parts.iter().rposition(|part| part == "scenarios").map_or(0, |at| at + 1);
    let name = parts[below..].join("/");
    name.strip_suffix(".toml").unwrap_or(&name).into()
}

/// A walk through folders, in one of them.
struct Walk<'a> {
    /// The real paths of this folder and of those that the walk came through, the root first.
    above: Vec<PathBuf>,
    found: &'a mut Vec<Found>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path) {
        let entries = folder.canonicalize().and_then(|real| Ok((real, fs::read_dir(folder)?)));
        let (real, entries) = match entries {
            Ok(entries) => entries,
            Err(error) => return self.push(folder, Some(error.into())),
        };
        if self.above.contains(&real) {
            return self.push(folder, Some(FileError::Circle));
        }
        if self.above.len() == DEPTH_MAX {
            return self.push(folder, Some(FileError::TooDeep));
        }
        self.above.push(real);
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(&entry.path()),
                Err(error) => self.push(folder, Some(error.into())),
            }
        }
        self.above.pop();
    }

    fn entry(&mut self, path: &Path) {
        let named_like_a_file = path.extension().is_some_and(|extension| extension == "toml");
        match self.link_problem(path) {
            Some(FileError::Io(_)) if !named_like_a_file => {}
            Some(problem) => self.push(path, Some(problem)),
            None if named_like_a_file => {
                let problem = path.is_dir().then_some(FileError::NotAFile);
                self.push(path, problem);
            }
            None if path.is_dir() => self.folder(path),
            None => {}
        }
    }

    /// Why a path is not to be followed, if it is a link.
    fn link_problem(&self, path: &Path) -> Option<FileError> {
        if !path.is_symlink() {
            return None;
        }
        let root = self.above.first()?;
        match path.canonicalize() {
            Ok(target) if target.starts_with(root) => None,
            Ok(_) => Some(FileError::LeadsOutside(shown_path(root))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(error.into()),
            Err(_) => Some(FileError::Circle),
        }
    }

    fn push(&mut self, path: &Path, problem: Option<FileError>) {
        self.found.push(Found { name: name_of(path), path: path.to_owned(), problem });
    }
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
