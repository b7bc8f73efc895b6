//! Removing what others have filled: a folder, whatever they have put into it.
//!
//! Everything goes through descriptors, never through a path: no link is followed, and what has
//! been moved elsewhere in the meantime is not removed in its place. However deep the folders are
//! nested, two descriptors are open at a time.

use std::ffi::{CString, OsStr};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat, chmodat, fstat, openat, statat, unlinkat,
};
use rustix::io::Errno;

const FOLDER: OFlags =
    OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC).union(OFlags::RDONLY);
const OWNER_ONLY: Mode = Mode::RWXU;

/// Which file something is, under whatever name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    pub(super) fn of(open: impl AsFd) -> io::Result<Self> {
        Ok(Self::from(&fstat(open)?))
    }

    /// What stands at a path: a link itself, not what it leads to.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self::from(&statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW)?))
    }
}

#[allow(
    clippy::useless_conversion,
    clippy::unnecessary_cast,
    reason = "widths and signs differ from system to system"
)]
impl From<&Stat> for Identity {
    fn from(stat: &Stat) -> Self {
        Self { device: stat.st_dev as u64, inode: u64::from(stat.st_ino) }
    }
}

/// Opens a folder that is one, and no link to one.
pub(super) fn open_folder(path: &Path) -> io::Result<OwnedFd> {
    Ok(openat(CWD, path, FOLDER, Mode::empty())?)
}

/// Removes a folder with everything in it. One that is not there is no error.
///
/// # Errors
/// If it, or something in it, cannot be removed, or is not a folder.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    let folder = match open_closed(CWD, path.as_os_str()) {
        Err(Errno::NOENT) => return Ok(()),
        folder => folder?,
    };
    empty(folder)?;
    match unlinkat(CWD, path, AtFlags::REMOVEDIR) {
        Err(Errno::NOENT) => Ok(()),
        removed => Ok(removed?),
    }
}

/// Removes everything in a folder.
///
/// # Errors
/// If something cannot be removed; what could be is gone.
pub(super) fn empty(folder: impl Into<OwnedFd>) -> io::Result<()> {
    let mut walk = Walk { here: folder.into(), stuck: Vec::new(), above: Vec::new(), failed: None };
    while walk.step()? {}
    walk.failed.map_or(Ok(()), Err)
}

/// A walk through nested folders that keeps only the present one open.
struct Walk {
    here: OwnedFd,
    /// What could not be removed from here.
    stuck: Vec<CString>,
    /// The folders that lead here.
    above: Vec<Above>,
    /// The first error.
    failed: Option<io::Error>,
}

/// A folder that was left for one inside it.
struct Above {
    identity: Identity,
    /// The name of the folder inside it.
    inner: CString,
    stuck: Vec<CString>,
}

impl Walk {
    /// Removes what can be removed at once, then goes into a folder or back out of this one;
    /// whether there is more to do.
    fn step(&mut self) -> io::Result<bool> {
        let Some(name) = self.remove_until_folder()? else { return self.leave() };
        match open_closed(self.here.as_fd(), OsStr::from_bytes(name.to_bytes())) {
            Ok(inner) => {
                let identity = Identity::of(&self.here)?;
                let stuck = std::mem::take(&mut self.stuck);
                self.above.push(Above { identity, inner: name, stuck });
                self.here = inner;
            }
            Err(error) => self.give_up(name, error),
        }
        Ok(true)
    }

    /// Removes entries until one is a folder that has to be emptied first.
    fn remove_until_folder(&mut self) -> io::Result<Option<CString>> {
        let mut entries = Dir::read_from(&self.here)?;
        while let Some(entry) = entries.read() {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") || self.stuck.iter().any(|s| s == name) {
                continue;
            }
            if self.is_folder(name, entry.file_type()) {
                match unlinkat(&self.here, name, AtFlags::REMOVEDIR) {
                    Ok(()) | Err(Errno::NOENT) => {}
                    Err(Errno::NOTEMPTY | Errno::EXIST) => return Ok(Some(name.to_owned())),
                    Err(error) => self.give_up(name.to_owned(), error),
                }
            } else {
                match unlinkat(&self.here, name, AtFlags::empty()) {
                    Ok(()) | Err(Errno::NOENT) => {}
                    Err(error) => self.give_up(name.to_owned(), error),
                }
            }
        }
        Ok(None)
    }

    fn is_folder(&self, name: &std::ffi::CStr, listed: FileType) -> bool {
        if listed != FileType::Unknown {
            return listed == FileType::Directory;
        }
        let stat = statat(&self.here, name, AtFlags::SYMLINK_NOFOLLOW);
        stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory)
    }

    fn give_up(&mut self, name: CString, error: Errno) {
        let shown = name.to_string_lossy().escape_debug().to_string();
        let error = io::Error::from(error);
        self.failed
            .get_or_insert_with(|| io::Error::new(error.kind(), format!("{shown}: {error}")));
        self.stuck.push(name);
    }

    /// Goes back to the folder above, if this one was come to from there, and removes it.
    fn leave(&mut self) -> io::Result<bool> {
        let Some(Above { identity, inner, stuck }) = self.above.pop() else { return Ok(false) };
        let above = openat(&self.here, c"..", FOLDER, Mode::empty())?;
        if Identity::of(&above)? != identity {
            return Err(io::Error::other("a folder was moved while it was removed"));
        }
        (self.here, self.stuck) = (above, stuck);
        match unlinkat(&self.here, &inner, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => self.give_up(inner, error),
        }
        Ok(true)
    }
}

/// Opens a folder to be emptied, whatever its rights are.
fn open_closed(above: BorrowedFd<'_>, name: &OsStr) -> Result<OwnedFd, Errno> {
    let opened = openat(above, name, FOLDER, Mode::empty()).and_then(|folder| {
        // Entries can be removed only from a folder that may be written and entered.
        rustix::fs::fchmod(&folder, OWNER_ONLY).map(|()| folder)
    });
    match opened {
        Err(Errno::ACCESS) => {
            // A path descriptor needs no right to the folder, and cannot be moved from under us.
            let path = openat(above, name, OFlags::PATH | FOLDER, Mode::empty())?;
            let by_descriptor = format!("/proc/self/fd/{}", path.as_raw_fd());
            chmodat(CWD, by_descriptor, OWNER_ONLY, AtFlags::empty())?;
            openat(above, name, FOLDER, Mode::empty())
        }
        // What belongs to another account can be emptied where its rights allow it.
        Err(Errno::PERM) => openat(above, name, FOLDER, Mode::empty()),
        opened => opened,
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_folder_goes_with_everything_in_it_and_nothing_outside() {
        let outer = tempfile::tempdir().unwrap();
        let (inside, outside) = (outer.path().join("inside"), outer.path().join("outside"));
        fs::create_dir_all(inside.join("a/b/c")).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("kept"), "kept").unwrap();
        fs::write(inside.join("a/b/file"), "").unwrap();
        symlink(&outside, inside.join("a/link")).unwrap();
        fs::hard_link(outside.join("kept"), inside.join("hard")).unwrap();
        fs::set_permissions(inside.join("a/b"), Permissions::from_mode(0o0)).unwrap();
        remove(&inside).unwrap();
        assert!(!inside.exists());
        assert_eq!(fs::read_to_string(outside.join("kept")).unwrap(), "kept");
        remove(&inside).expect("what is not there is removed already");
    }

    #[test]
    fn a_link_in_the_place_of_a_folder_is_not_followed() {
        let outer = tempfile::tempdir().unwrap();
        let (link, outside) = (outer.path().join("link"), outer.path().join("outside"));
        fs::create_dir_all(outside.join("kept")).unwrap();
        symlink(&outside, &link).unwrap();
        remove(&link).unwrap_err();
        assert!(outside.join("kept").exists());
    }

    /// Deeper than descriptors and paths reach.
    #[test]
    fn folders_nested_five_thousand_deep_are_removed() {
        let outer = tempfile::tempdir().unwrap();
        let top = outer.path().join("top");
        fs::create_dir(&top).unwrap();
        let mut here = open_folder(&top).unwrap();
        for _ in 0..5000 {
            rustix::fs::mkdirat(&here, c"deeper", OWNER_ONLY).unwrap();
            here = openat(&here, c"deeper", FOLDER, Mode::empty()).unwrap();
        }
        drop(here);
        remove(&top).unwrap();
        assert!(!top.exists());
    }
}
