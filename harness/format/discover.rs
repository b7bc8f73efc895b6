//! Finding scenario files below folders.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use event70_model::{Foreign, shown_path};

use super::complaint::FileError;
use super::names::{BadName, check_path, folded_name, name_of, without_ending};

/// Something that was found under the name of a scenario file.
#[derive(Debug)]
pub struct DiscoveredFile {
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
/// names. Names that begin with a dot are passed over. Links are followed as long as they stay
/// below `root` and lead to what is not found without them; what cannot be read is found with its
/// problem, and keeps nothing else from being found.
#[must_use]
pub fn discover(root: &Path) -> Vec<DiscoveredFile> {
    discover_all(&[root])
}

/// As [`discover`], below each of these in turn. A file that several of them lead to comes once.
#[must_use]
pub fn discover_all(roots: &[impl AsRef<Path>]) -> Vec<DiscoveredFile> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for root in roots {
        let below = below(root.as_ref()).into_iter();
        // Below a single root nothing comes twice.
        found.extend(below.filter(|found| roots.len() == 1 || seen.insert(real(&found.path))));
    }
    mark_names_that_meet(&mut found);
    found
}

/// The file itself, whatever the way to it; what leads nowhere is itself.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn below(root: &Path) -> Vec<DiscoveredFile> {
    if !root.is_dir() {
        let problem = bad_name(root, root);
        return vec![DiscoveredFile { name: name_of(root).into(), path: root.to_owned(), problem }];
    }
    let real_root = real(root);
    let mut walk = Walk {
        root,
        real_root: real_root.clone(),
        seen: BTreeSet::new(),
        links: VecDeque::new(),
        found: Vec::new(),
    };
    walk.folder(root, real_root, 0);
    // Only now: what is found without a link is not found through one.
    while let Some((link, depth)) = walk.links.pop_front() {
        walk.link(&link, depth);
    }
    walk.found.sort_by(|a, b| a.name.raw().cmp(b.name.raw()).then_with(|| a.path.cmp(&b.path)));
    walk.found
}

/// A walk through the folders below `root`.
struct Walk<'a> {
    root: &'a Path,
    real_root: PathBuf,
    /// The real paths of the folders and files that were met.
    seen: BTreeSet<PathBuf>,
    /// The links that are still to be followed, with the depth at which they lie.
    links: VecDeque<(PathBuf, usize)>,
    found: Vec<DiscoveredFile>,
}

impl Walk<'_> {
    /// Looks into a folder. What lies in it and is no link has its real path below the folder's, so
    /// none but links are asked for theirs.
    fn folder(&mut self, folder: &Path, real_folder: PathBuf, depth: usize) {
        if depth == DEPTH_MAX {
            return self.push(folder, Some(FileError::TooDeep));
        }
        if !self.seen.insert(real_folder.clone()) {
            return;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.push(folder, Some(error.into())),
        };
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => paths.push((entry.path(), entry.file_name(), entry.file_type().ok())),
                Err(error) => self.push(folder, Some(error.into())),
            }
        }
        // The order in which a folder lists its files is not always the same.
        paths.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        for (path, name, kind) in paths.into_iter().filter(|(path, ..)| !is_hidden(path)) {
            if kind.is_some_and(|kind| kind.is_symlink()) {
                self.links.push_back((path, depth));
            } else {
                let is_folder = kind.is_some_and(|kind| kind.is_dir());
                self.entry(&path, real_folder.join(name), is_folder, depth);
            }
        }
    }

    fn entry(&mut self, path: &Path, real_path: PathBuf, is_folder: bool, depth: usize) {
        if is_named_like_a_file(path) {
            let problem = is_folder.then_some(FileError::NotAFile);
            if self.seen.insert(real_path) {
                self.push(path, problem);
            }
        } else if is_folder {
            self.folder(path, real_path, depth + 1);
        }
    }

    fn link(&mut self, link: &Path, depth: usize) {
        let target = match link.canonicalize() {
            Ok(target) => target,
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return self.push(link, Some(FileError::Circle));
            }
            Err(error) if is_named_like_a_file(link) => return self.push(link, Some(error.into())),
            Err(_) => return,
        };
        if !target.starts_with(&self.real_root) {
            let root = shown_path(self.root);
            return self.push(link, Some(FileError::LeadsOutside(root)));
        }
        let holds_the_link = link.parent().is_some_and(|folder| real(folder).starts_with(&target));
        if holds_the_link {
            return self.push(link, Some(FileError::Circle));
        }
        self.entry(link, target, link.is_dir(), depth);
    }

    fn push(&mut self, path: &Path, problem: Option<FileError>) {
        let problem = problem.or_else(|| bad_name(path, self.root));
        self.found.push(DiscoveredFile {
            name: name_of(path).into(),
            path: path.to_owned(),
            problem,
        });
    }
}

/// What is wrong with the name of a file. Whoever names a file or a folder that begins with a dot
/// means it; of a walk none is left.
fn bad_name(path: &Path, root: &Path) -> Option<FileError> {
    let bad = check_path(path, root).err()?;
    (!matches!(bad, BadName::Hidden(_))).then(|| bad.into())
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn is_named_like_a_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| without_ending(&name.to_string_lossy()).is_some())
}

/// Files that are one and the same wherever case, normal form or ending are folded.
fn mark_names_that_meet(found: &mut [DiscoveredFile]) {
    let mut namesakes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, found) in found.iter().enumerate().filter(|(_, found)| found.problem.is_none()) {
        namesakes.entry(folded_name(found.name.raw())).or_default().push(index);
    }
    for namesakes in namesakes.values().filter(|namesakes| namesakes.len() > 1) {
        for (place, index) in namesakes.iter().enumerate() {
            let other = namesakes[usize::from(place == 0)];
            let other = shown_path(&found[other].path);
            found[*index].problem = Some(FileError::SameName(other));
        }
    }
}
