//! The working directory of a connector: kept for a scenario, emptied when the next begins.

use std::fs;
use std::io;
use std::path::Path;

use super::process::DIRECTORY_VARIABLE;

/// Empties a folder.
///
/// # Errors
/// If something in it cannot be removed.
pub(super) fn empty(folder: &Path) -> io::Result<()> {
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

/// Kills every process that was started with this working directory and has left its group: those
/// that a group cannot be killed with. Only where the system tells of processes in `/proc`.
pub(super) fn kill_stragglers(folder: &Path) {
    let mark =
        [DIRECTORY_VARIABLE.as_bytes(), b"=", folder.as_os_str().as_encoded_bytes()].concat();
    let Ok(processes) = fs::read_dir("/proc") else { return };
    for process in processes.flatten() {
        let number = process.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(number) = number.and_then(rustix::process::Pid::from_raw) else { continue };
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        if environment.split(|byte| *byte == 0).any(|variable| variable == mark) {
            // It may have ended in the meantime.
            let _ = rustix::process::kill_process(number, rustix::process::Signal::KILL);
        }
    }
}
