//! The working directory of a connector: kept for a scenario, emptied when the next begins.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

/// The connector finds its working directory in this variable, and so does whoever cleans up.
const DIRECTORY_VARIABLE: &str = "EVENT70_DIRECTORY";

/// Empties a folder.
///
/// # Errors
/// If something in it cannot be removed.
pub(super) fn empty(folder: &Path) -> io::Result<()> {
    remove_entries(folder).or_else(|_| {
        open_up(folder);
        remove_entries(folder)
    })
}

/// The environment of a process that belongs to a folder: whoever removes the folder ends the
/// process too, whatever has become of its group.
#[must_use]
pub fn mark(folder: &Path) -> (&'static str, &Path) {
    (DIRECTORY_VARIABLE, folder)
}

/// Removes a folder, whatever the rights of the folders in it.
///
/// # Errors
/// If it, or something in it, cannot be removed.
pub fn remove(folder: &Path) -> io::Result<()> {
    fs::remove_dir_all(folder).or_else(|_| {
        open_up(folder);
        fs::remove_dir_all(folder)
    })
}

/// Whatever a connector has done to the folders in its own: their entries can be removed. Links are
/// not followed.
fn open_up(folder: &Path) {
    // Where this is not allowed, the removal fails and says so.
    let _ = fs::set_permissions(folder, Permissions::from_mode(0o700));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

fn remove_entries(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The processes of a connector are looked for so often at most.
const PASSES_MAX: u32 = 100;
/// Between two looks what was killed has so long to go.
const PAUSE: Duration = Duration::from_millis(2);

/// Kills every process that was started with this working directory and has left its group: those
/// that a group cannot be killed with. Only where the system tells of processes in `/proc`.
///
/// What has just been started is not seen: the look is repeated until nothing is found.
pub(super) fn kill_stragglers(folder: &Path) {
    for _ in 0..PASSES_MAX {
        if !kill_those_seen(folder) {
            return;
        }
        std::thread::sleep(PAUSE);
    }
}

/// Whether there were any.
fn kill_those_seen(folder: &Path) -> bool {
    let mark =
        [DIRECTORY_VARIABLE.as_bytes(), b"=", folder.as_os_str().as_encoded_bytes()].concat();
    let Ok(processes) = fs::read_dir("/proc") else { return false };
    let mut any = false;
    for process in processes.flatten() {
        let number = process.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(number) = number.and_then(rustix::process::Pid::from_raw) else { continue };
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        if environment.split(|byte| *byte == 0).any(|variable| variable == mark) {
            // It may have ended in the meantime.
            any |= rustix::process::kill_process(number, rustix::process::Signal::KILL).is_ok();
        }
    }
    any
}
