//! The watchdog's own process.

use std::collections::BTreeSet;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use event70_model::shown_path;
use rustix::process::{Pid, Signal, kill_process_group};

use super::Ended;
use super::descendants::{end_all, end_programs_in};
use super::packet::{ReceivedRequest, Reply, receive_request, send_reply};
use crate::program::removal;

/// Serves the harness at the other end of this socket until it is gone, then kills and removes what
/// it left. Returns what could not be, one line each.
#[must_use]
pub fn serve(harness: impl AsFd) -> Vec<String> {
    // Elsewhere than on Linux only the process group of a connector can be killed.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
    let mut folders = BTreeSet::new();
    let mut child = None;
    while let Ok(Some(asked)) = receive_request(&harness) {
        let reply = match asked {
            ReceivedRequest::FolderBegins(folder) => {
                folders.insert(folder);
                continue;
            }
            ReceivedRequest::FolderEnds(folder) => {
                folders.remove(&folder);
                continue;
            }
            ReceivedRequest::Start { words, streams } => match start(&words, streams) {
                Ok(started) => Reply::Started(child.insert(started).id().cast_signed()),
                Err(error) => Reply::Failed(number_of(&error)),
            },
            ReceivedRequest::Kill => Reply::Ended(end(child.take())),
        };
        if send_reply(&harness, &reply).is_err() {
            break;
        }
    }
    end(child);
    let processes = (!end_all()).then(|| "processes of the connector cannot be ended".to_owned());
    let folders =
        folders.iter().filter_map(|folder| remove(folder).err().map(|error| error.to_string()));
    processes.into_iter().chain(folders).collect()
}

fn start(words: &[PathBuf], streams: Vec<OwnedFd>) -> io::Result<Child> {
    let (Ok([stdin, stdout, stderr]), [directory, program, arguments @ ..]) =
        (<[OwnedFd; 3]>::try_from(streams), words)
    else {
        // Descriptors are missing only where there are none left to be had.
        return Err(rustix::io::Errno::MFILE.into());
    };
    Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .process_group(0)
        .stdin(Stdio::from(stdin))
        .stdout(Stdio::from(stdout))
        .stderr(Stdio::from(stderr))
        .spawn()
}

/// An error that the system has no number for is that of a name no program can have.
fn number_of(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(rustix::io::Errno::INVAL.raw_os_error())
}

/// Kills the process, its group, and all that came of it; how the process ended.
fn end(child: Option<Child>) -> Option<Ended> {
    let status = child.and_then(|mut child| {
        // What has ended, or left its group, is no error.
        let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
        let _ = child.kill();
        child.wait().ok()
    });
    end_all();
    status.and_then(Ended::of)
}

fn remove(folder: &Path) -> io::Result<()> {
    end_programs_in(folder);
    removal::remove(folder).map_err(|error| {
        io::Error::new(error.kind(), format!("{} cannot be removed: {error}", shown_path(folder)))
    })
}
