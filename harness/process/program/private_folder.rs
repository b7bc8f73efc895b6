//! A folder for one run of the harness, closed to every other account.
//!
//! It is closed from the moment it is made, has a name that nobody can guess, and is locked for as
//! long as its owner lives. The watchdog is told of it before it is made, so that it goes even if
//! the harness is killed at that very moment; and what a harness and its watchdog left that were
//! both killed, the next [`sweep`] takes away: it is known by its name and owner, and by its lock
//! that nobody holds.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use event70_model::shown_path;
use rustix::fs::{FlockOperation, flock};

use super::removal::{self, Identity};
use super::watchdog::Watchdog;

/// Every private folder's name begins so.
const PREFIX: &str = "event70-";
/// The name of one that is kept for good begins so.
const KEPT_PREFIX: &str = "event70-kept-";
/// The number of random bytes in its name.
const RANDOM_BYTES: usize = 16;
/// Only its owner may do anything with it.
const MODE: u32 = 0o700;
/// A sweep of another harness can take a folder away before it is locked: then another is made.
const TRIES_MAX: u32 = 8;

/// A private folder. It stays when it is dropped: [`remove`](Self::remove) it.
#[derive(Debug)]
pub struct PrivateFolder {
    path: PathBuf,
    /// The folder itself, locked.
    folder: OwnedFd,
}

/// Something else stands in the place of a folder.
#[derive(Debug, thiserror::Error)]
pub(super) enum EmptyError {
    /// The path leads to a link, a file or another folder now, or to nothing.
    #[error("something else is in its place")]
    Replaced,
    /// Something in it cannot be removed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl PrivateFolder {
    /// Whether a file could be written in it now.
    ///
    /// # Errors
    /// Why not. Where there are no files without a name, nothing is found out, and nothing said.
    pub(super) fn has_room(&self) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            const SOME: [u8; 4096] = [0; 4096];
            use rustix::fs::{Mode, OFlags, openat};
            let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
            match openat(&self.folder, ".", flags, Mode::RUSR | Mode::WUSR) {
                Ok(file) => io::Write::write_all(&mut std::fs::File::from(file), &SOME)?,
                Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::ISDIR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Makes a folder below the system's temporary folder. The watchdog is told first.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn new(watchdog: Option<&Watchdog>) -> io::Result<Self> {
        for _ in 0..TRIES_MAX {
            let path = temporary_folder()?.join(format!("{PREFIX}{}", random_name()?));
            if let Some(watchdog) = watchdog {
                watchdog.folder_begins(&path);
            }
            let made = Self::make(&path);
            if let Ok(Some(folder)) = made {
                return Ok(Self { path, folder });
            }
            // Without a descriptor it could not be opened, and would not be found by anyone.
            let _ = fs::remove_dir(&path);
            if let Some(watchdog) = watchdog {
                watchdog.folder_ends(&path);
            }
            made?;
        }
        let what = format!("a folder in {} cannot be locked", shown_path(&std::env::temp_dir()));
        Err(io::Error::other(what))
    }

    /// Makes one at a path and locks it. Nothing if another harness has swept it away before.
    fn make(path: &Path) -> io::Result<Option<OwnedFd>> {
        DirBuilder::new().mode(MODE).create(path)?;
        let folder = match removal::open_folder(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            folder => folder?,
        };
        let locked = flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok();
        Ok((locked && is_at(&folder, path)).then_some(folder))
    }

    /// Where it lies. Without links, so that programs in it find it from their own path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder, to be acted upon whatever becomes of its path.
    #[must_use]
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }

    /// Removes everything in it.
    ///
    /// # Errors
    /// If something else is in its place now: then nothing at all is removed.
    pub(super) fn empty(&self) -> Result<(), EmptyError> {
        if !is_at(&self.folder, &self.path) {
            return Err(EmptyError::Replaced);
        }
        Ok(removal::empty(self.folder.try_clone()?)?)
    }

    /// Removes it with everything in it. What stands in its place instead stays as it is, but for a
    /// link or a file.
    ///
    /// # Errors
    /// If something of it is left, which the error names. The watchdog tries once more when the
    /// harness ends, and says so if it fails too.
    pub fn remove(self, watchdog: Option<&Watchdog>) -> io::Result<()> {
        self.remove_what_is_there()?;
        if let Some(watchdog) = watchdog {
            watchdog.folder_ends(&self.path);
        }
        Ok(())
    }

    /// Keeps it for good, under a name that no sweep removes. Returns where it lies now.
    ///
    /// # Errors
    /// If it cannot be renamed.
    pub fn keep(self, watchdog: Option<&Watchdog>) -> io::Result<PathBuf> {
        let kept = self.path.with_file_name(format!("{KEPT_PREFIX}{}", random_name()?));
        fs::rename(&self.path, &kept)?;
        if let Some(watchdog) = watchdog {
            watchdog.folder_ends(&self.path);
        }
        Ok(kept)
    }

    fn remove_what_is_there(&self) -> io::Result<()> {
        let named = |error: io::Error| {
            let path = shown_path(&self.path);
            io::Error::new(error.kind(), format!("{path} cannot be removed: {error}"))
        };
        removal::empty(self.folder.try_clone()?).map_err(named)?;
        if is_at(&self.folder, &self.path) {
            return fs::remove_dir(&self.path).map_err(named);
        }
        match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Ok(entry) if !entry.is_dir() => fs::remove_file(&self.path).map_err(named),
            Ok(_) => Err(named(io::Error::other("another folder is in its place"))),
            Err(error) => Err(named(error)),
        }
    }
}

/// Whether this is the folder that the path leads to, without following a link. Takes no
/// descriptor, so that a lack of them is never taken for a folder that was replaced.
fn is_at(folder: &OwnedFd, path: &Path) -> bool {
    let there = Identity::at(path);
    there.is_ok_and(|there| Identity::of(folder).is_ok_and(|folder| folder == there))
}

/// The system's temporary folder, without links.
fn temporary_folder() -> io::Result<PathBuf> {
    let folder = std::env::temp_dir();
    fs::canonicalize(&folder).map_err(|error| {
        io::Error::new(error.kind(), format!("{} (TMPDIR): {error}", shown_path(&folder)))
    })
}

fn random_name() -> io::Result<String> {
    let mut bytes = [0; RANDOM_BYTES];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Removes the private folders of this account that nobody holds any more. Returns what could not
/// be removed, each with the reason.
pub fn sweep() -> Vec<io::Error> {
    let Ok(temporary) = temporary_folder() else { return Vec::new() };
    let entries = fs::read_dir(temporary).into_iter().flatten().flatten();
    let left = entries.filter(|entry| is_private_name(&entry.file_name()));
    left.filter_map(|entry| sweep_one(&entry.path()).err()).collect()
}

fn is_private_name(name: &std::ffi::OsStr) -> bool {
    let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    random.is_some_and(|random| {
        random.len() == 2 * RANDOM_BYTES && random.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

fn sweep_one(path: &Path) -> io::Result<()> {
    // What cannot be opened as a folder, belongs to somebody else or is in use is not ours.
    let Ok(folder) = removal::open_folder(path) else { return Ok(()) };
    let folder = File::from(folder);
    let is_ours = folder.metadata()?.uid() == rustix::process::geteuid().as_raw();
    if !is_ours || flock(&folder, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Ok(());
    }
    PrivateFolder { path: path.to_owned(), folder: folder.into() }.remove(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_is_closed_and_swept_only_when_not_held() {
        let folder = PrivateFolder::new(None).unwrap();
        let path = folder.path().to_owned();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, MODE);
        fs::write(path.join("file"), "").unwrap();
        sweep();
        assert!(path.join("file").exists(), "it is in use");
        drop(folder);
        sweep();
        assert!(!path.exists(), "nobody holds it");
    }

    #[test]
    fn a_folder_that_was_replaced_is_not_emptied_in_its_place() {
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("kept"), "").unwrap();
        let folder = PrivateFolder::new(None).unwrap();
        fs::remove_dir(folder.path()).unwrap();
        std::os::unix::fs::symlink(other.path(), folder.path()).unwrap();
        assert!(matches!(folder.empty(), Err(EmptyError::Replaced)));
        let path = folder.path().to_owned();
        folder.remove(None).unwrap();
        assert!(other.path().join("kept").exists());
        assert!(fs::symlink_metadata(&path).is_err(), "the link itself is gone");
    }
}
