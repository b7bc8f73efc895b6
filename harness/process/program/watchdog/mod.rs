//! A second process of the harness that cleans up after a connector, and after the harness.
//!
//! The watchdog starts the connector in the harness's place, hands it the harness's pipes, and is
//! the *child subreaper* of everything that comes of it: whatever a process does (a session of its
//! own, no environment, two forks), it stays a descendant of the watchdog and is found and killed.
//! No process of the harness itself, which may be somebody's test program, becomes a subreaper.
//!
//! It is told over a socket what there is. When the socket ends, however the harness ended, it kills
//! and removes what is left. If harness and watchdog are both killed, the connector's processes are
//! on their own, and the next start of the harness [sweeps](super::sweep) the folders.

mod descendants;
mod packet;
mod serve;

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

pub use serve::serve;

use packet::{Reply, Request, receive_reply, send_request};

/// How a watchdog is started: a program that calls [`serve`] when it is given these arguments.
#[derive(Debug, Clone)]
pub struct Helper {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// The harness's side of a watchdog. When it is dropped, the watchdog kills and removes what it
/// still knows of, and ends.
#[derive(Debug)]
pub struct Watchdog {
    /// Nothing once it is dropped.
    socket: Mutex<Option<OwnedFd>>,
    process: Child,
}

/// What a connector's process is to be started with.
#[derive(Debug)]
pub(super) struct Start<'a> {
    pub(super) directory: &'a Path,
    pub(super) program: &'a str,
    pub(super) arguments: &'a [String],
    /// Its standard input, output and error.
    pub(super) streams: [BorrowedFd<'a>; 3],
}

/// How a process ended: with a status or by a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Exited(i32),
    Signaled(i32),
}

impl Ended {
    pub(super) fn of(status: ExitStatus) -> Option<Self> {
        match (status.code(), status.signal()) {
            (Some(code), _) => Some(Self::Exited(code)),
            (None, signal) => signal.map(Self::Signaled),
        }
    }
}

impl Watchdog {
    /// Starts a watchdog, on Linux: elsewhere there is none, for no process could be the subreaper
    /// of what it starts.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(helper: &Helper) -> io::Result<Option<Arc<Self>>> {
        if !cfg!(target_os = "linux") {
            return Ok(None);
        }
        let flags = SocketFlags::CLOEXEC;
        let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        let process = Command::new(&helper.program)
            .args(&helper.arguments)
            .process_group(0)
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Some(Arc::new(Self { socket: Mutex::new(Some(ours)), process })))
    }

    /// This folder is to be removed unless the watchdog is told otherwise. Programs of the harness
    /// that lie in it are ended first.
    pub(super) fn folder_begins(&self, folder: &Path) {
        self.tell(&Request::FolderBegins(folder));
    }

    /// This folder is gone, or is to stay.
    pub(super) fn folder_ends(&self, folder: &Path) {
        self.tell(&Request::FolderEnds(folder));
    }

    /// Starts a process; its number.
    pub(super) fn spawn(&self, start: &Start<'_>) -> io::Result<i32> {
        match self.ask(&Request::Start(start))? {
            Reply::Started(process) => Ok(process),
            Reply::Failed(error) => Err(io::Error::from_raw_os_error(error)),
            Reply::Ended(_) => Err(io::Error::other("unexpected answer from the watchdog")),
        }
    }

    /// Kills everything that was started and all that came of it; how the process that was started
    /// last ended, if there was one.
    pub(super) fn kill(&self) -> io::Result<Option<Ended>> {
        match self.ask(&Request::Kill)? {
            Reply::Ended(ended) => Ok(ended),
            Reply::Failed(error) => Err(io::Error::from_raw_os_error(error)),
            Reply::Started(_) => Err(io::Error::other("unexpected answer from the watchdog")),
        }
    }

    /// Without a watchdog nothing is lost but its help.
    fn tell(&self, request: &Request<'_>) {
        let socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(socket) = &*socket {
            let _ = send_request(socket, request);
        }
    }

    fn ask(&self, request: &Request<'_>) -> io::Result<Reply> {
        let socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        let gone = || io::Error::other("the watchdog of the harness is gone");
        let socket = socket.as_ref().ok_or_else(gone)?;
        send_request(socket, request)?;
        receive_reply(socket)?.ok_or_else(gone)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.socket.get_mut().unwrap_or_else(PoisonError::into_inner).take());
        // It ends once it has cleaned up; how it ends is its own affair.
        let _ = self.process.wait();
    }
}
