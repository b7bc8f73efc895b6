//! Which errors of the system are trouble of the harness, and what to do about them.
//!
//! A harness that has no descriptor, process, memory or disk space left can say nothing about a
//! connector. Such an error is never a verdict: the program exits with status 70 and says what to
//! do.

use std::io;

/// What to do about an error, if it is the harness's own trouble: it has run out of something that
/// whoever runs it has to provide.
///
/// ```
/// let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
/// assert!(event70_model::trouble::advice(&full).unwrap().contains("disk"));
/// let absent = std::io::Error::from(std::io::ErrorKind::NotFound);
/// assert_eq!(event70_model::trouble::advice(&absent), None);
/// ```
#[must_use]
pub fn advice(error: &io::Error) -> Option<&'static str> {
    #[cfg(unix)]
    if let Some(number) = error.raw_os_error() {
        return of_number(number);
    }
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(DISK),
        io::ErrorKind::OutOfMemory => Some(MEMORY),
        io::ErrorKind::FileTooLarge => Some(FILE_SIZE),
        _ => None,
    }
}

const DISK: &str = "free some disk space, or name another folder with TMPDIR";
const MEMORY: &str = "free some memory, or raise its limit (ulimit -v)";
const FILE_SIZE: &str = "raise the limit of file sizes (ulimit -f)";

#[cfg(unix)]
fn of_number(number: i32) -> Option<&'static str> {
    let advice = match number {
        libc::EMFILE => "raise the limit of open files (ulimit -n), or use fewer --jobs",
        libc::ENFILE => "the system has no open files left; close other programs first",
        libc::EAGAIN => "raise the limit of processes (ulimit -u), or use fewer --jobs",
        libc::ENOMEM => MEMORY,
        libc::ENOSPC | libc::EDQUOT => DISK,
        libc::EFBIG => FILE_SIZE,
        libc::EIO | libc::ENODEV => "check the disk: the system cannot read or write it",
        _ => return None,
    };
    Some(advice)
}

/// An error in words, with what to do about it if it is the harness's own trouble.
#[must_use]
pub fn described(error: &io::Error) -> String {
    match advice(error) {
        Some(advice) => format!("{error}; {advice}"),
        None => error.to_string(),
    }
}
