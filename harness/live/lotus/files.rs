//! Reads and writes files, prepared to find something else in their place.
//!
//! A folder, a link, a pipe or a file without end where a small file should be must not hold a
//! program up, lead it out of the site, or fill its memory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, RawMode};

/// The maximum size of a file that a program reads whole.
pub(super) const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Open flags for a file that must be one: no link is followed, no pipe is waited for.
pub(super) fn flags() -> i32 {
    (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed()
}

/// Opens a file for reading that is a plain file.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).custom_flags(flags()).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a plain file")) }
}

/// Sets the rights of a folder or of a plain file that has this one name. No link is followed, not
/// even one that is put there in the meantime.
///
/// # Errors
/// If it is something else, or its rights cannot be set.
pub fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    let entry = open_path(path)?;
    let stat = rustix::fs::fstat(&entry)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => {}
        FileType::RegularFile if stat.st_nlink == 1 => {}
        _ => return Err(io::Error::other("a link, or no plain file")),
    }
    chmod_open(&entry, Mode::from_raw_mode(mode as RawMode))
}

/// Opens whatever has this name, which needs no right to it.
#[cfg(target_os = "linux")]
fn open_path(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

#[cfg(target_os = "linux")]
fn chmod_open(entry: &OwnedFd, mode: Mode) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    Ok(rustix::fs::chmod(format!("/proc/self/fd/{}", entry.as_raw_fd()), mode)?)
}

#[cfg(not(target_os = "linux"))]
fn open_path(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::fs::open(path, flags, Mode::empty());
    // What is closed to its owner is opened by name: others cannot come here.
    opened
        .or_else(|_| {
            rustix::fs::chmod(path, Mode::RWXU)?;
            rustix::fs::open(path, flags, Mode::empty())
        })
        .map_err(Into::into)
}

#[cfg(not(target_os = "linux"))]
fn chmod_open(entry: &OwnedFd, mode: Mode) -> io::Result<()> {
    Ok(rustix::fs::fchmod(entry, mode)?)
}

/// All of a plain file.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file is too long"));
    }
    Ok(bytes)
}

/// All of a plain file, as text.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(io::Error::other)
}

/// Writes a file that must not be there yet.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

/// Writes a file in one step: whoever looks sees the old one or the new one, whole.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("$$$");
    remove_if_there(&new)?;
    write_new(&new, bytes)?;
    fs::rename(&new, path)
}

/// Removes a file or link, if it is there.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether something of this name is there, a dead link too.
pub(super) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The plain files of a folder whose names end so, in the order of their names.
pub(super) fn files_in(folder: &Path, end: &str) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let fits = name.to_str().is_some_and(|name| {
            name.len() > end.len() && name.ends_with(end) && !name.contains(char::is_control)
        });
        if fits && entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// The name of a file, of a path that [`files_in`] gave.
pub(super) fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}
