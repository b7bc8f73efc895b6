//! The console of the Exchange server, at which the prompts of programs are answered.
//!
//! It is closed, and a prompt ends at once; or somebody might answer, which is a FIFO at whose other
//! end is nobody, and a prompt never ends (Q164695 leaves open which it is).

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, RawMode, mknodat, open};

/// Everybody may read what is answered.
const READABLE: u32 = 0o644;

/// A console that is closed.
pub(super) fn close(console: &Path) -> io::Result<()> {
    fs::remove_file(console)?;
    File::create_new(console)?.set_permissions(Permissions::from_mode(READABLE))
}

/// A console at which somebody might answer; a new one, if there was one before.
pub(super) fn leave_open(console: &Path) -> io::Result<()> {
    fs::remove_file(console)?;
    mknodat(CWD, console, FileType::Fifo, Mode::from_raw_mode(READABLE as RawMode), 0)?;
    Ok(())
}

/// Whether somebody might answer.
pub(super) fn is_open(console: &Path) -> bool {
    fs::symlink_metadata(console).is_ok_and(|entry| entry.file_type().is_fifo())
}

/// The other end of the console if a program has opened it to read an answer: only then can it be
/// opened for writing without waiting.
pub(super) fn whoever_waits(console: &Path) -> Option<OwnedFd> {
    open(console, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).ok()
}
