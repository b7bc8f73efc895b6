//! Writing files that are whole or not there, whenever this program ends.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use event70_format::{discover, load};
use event70_model::{Scenario, shown_path, trouble};
use tempfile::NamedTempFile;

/// Writes a file whole or not at all, and never over another. Where the system knows files without
/// a name, it has none until it is whole: even a kill leaves nothing.
///
/// # Errors
/// `AlreadyExists` if the name is taken, and only then; else whatever the system says.
pub(crate) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let folder = folder_of(path);
    // Of the errors here only the last may say that something is there already: the file itself.
    fs::create_dir_all(folder)
        .map_err(|error| within(error, &format!("{}: ", shown_path(folder))))?;
    match nameless(folder) {
        Some(mut file) => {
            write(&mut file, text.as_bytes())?;
            name(&file, path)
        }
        None => {
            let mut file = temporary(folder)?;
            write(file.as_file_mut(), text.as_bytes())?;
            file.persist_noclobber(path).map(drop).map_err(|error| error.error)
        }
    }
}

/// Writes a file whole or not at all, in the place of what was there: until the new one is whole,
/// the old one stays.
///
/// # Errors
/// Whatever the system says.
pub(crate) fn replace(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    let content = content.as_ref();
    // A terminal, a pipe or a device is written to, not replaced.
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return write(&mut File::options().write(true).open(path)?, content);
    }
    // What a link leads to is replaced, not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if let Some(mut file) = nameless(folder_of(&path)) {
        write(&mut file, content)?;
        match name(&file, &path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            named => return named,
        }
        // It is whole, and has another name for as long as it takes to rename it.
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!(".{file_name}.{}.new", std::process::id()));
        let _ = fs::remove_file(&beside);
        name(&file, &beside)?;
        return fs::rename(&beside, &path);
    }
    let mut file = temporary(folder_of(&path))?;
    write(file.as_file_mut(), content)?;
    file.persist(&path).map(drop).map_err(|error| error.error)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn write(file: &mut File, content: &[u8]) -> io::Result<()> {
    file.write_all(content)?;
    match file.sync_all() {
        // A pipe or a terminal keeps nothing.
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

/// An error with what it happened at, still known as trouble of the harness where it is.
fn within(error: io::Error, place: &str) -> io::Error {
    match trouble::advice(&error) {
        Some(_) => error,
        None => io::Error::other(format!("{place}{error}")),
    }
}

/// A file in this folder that has no name yet, where there are such files.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    // It is named by its path there.
    if !Path::new("/proc/self/fd").exists() {
        return None;
    }
    let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
    rustix::fs::open(folder, flags, Mode::from(0o644)).ok().map(File::from)
}

/// Names a file that had no name.
#[cfg(target_os = "linux")]
fn name(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD};
    let itself = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(rustix::fs::linkat(CWD, itself, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn name(_: &File, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// The file below a folder that holds this scenario already, under whatever name and with whatever
/// comments.
pub(crate) fn known(folder: &Path, scenario: &Scenario) -> Option<PathBuf> {
    let there = discover(folder).into_iter().filter(|found| found.problem.is_none());
    there
        .map(|found| found.path)
        .find(|path| load(path).is_ok_and(|file| file.scenario == *scenario))
}

/// Writes `text` below `folder` under the first free of the names `stem.extension`,
/// `stem-2.extension` and so on, unless one of them holds the same text already. Returns the path
/// that holds it.
pub(crate) fn write_under_free_name(
    folder: &Path,
    stem: &str,
    extension: &str,
    text: &str,
) -> io::Result<PathBuf> {
    let mut number: u32 = 1;
    loop {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{stem}{suffix}.{extension}"));
        match write_new(&path, text) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if fs::read_to_string(&path).is_ok_and(|there| there == text) {
                    return Ok(path);
                }
                number += 1;
            }
            written => return written.map(|()| path),
        }
    }
}

/// A file without a lasting name, which others may read once it has one.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "elsewhere there are no such permissions"))]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    builder.tempfile_in(folder)
}
