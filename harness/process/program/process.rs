//! One process of a connector, and the lines that pass through its pipes.
//!
//! Where there is a [watchdog](super::watchdog), it starts the process and ends all that came of it.
//! Otherwise the process leads a group of its own, which is killed as a whole. Its pipes are read and
//! written without ever waiting longer than the deadline: a program that hangs, floods or leaves its
//! pipes to a child of its own cannot hold the harness up, nor make it hoard what was written.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::deadline::{Deadline, SLICE};
use super::launch::Launch;
use super::watchdog::{Ended, Start, Watchdog};
use crate::LINE_BYTES_MAX;

/// A process whose pipes are closed has so long to end.
const GRACE: Duration = Duration::from_millis(200);
/// The maximum number of bytes read at a time.
const READ_BYTES_MAX: usize = 4 * 1024;
/// The maximum number of bytes kept of stderr: the last ones.
const STDERR_BYTES_MAX: usize = 8 * 1024;

/// A process that runs, or has ended and was not yet reaped.
#[derive(Debug)]
pub(super) struct Process {
    running: Running,
    /// Nothing once it was closed.
    stdin: Option<PipeWriter>,
    stdout: PipeReader,
    stderr: Option<PipeReader>,
    /// What was read of stdout; from `read` on it was not yet handed out.
    heard: Vec<u8>,
    read: usize,
    /// The end of what it wrote to stderr.
    complaints: Vec<u8>,
    /// Whether nothing was read of stdout yet.
    said_nothing: bool,
    /// Set from outside if nothing is to be waited for any longer.
    cancelled: Arc<AtomicBool>,
}

/// Why no line came, or none could be sent.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The process has ended, or closed the pipe.
    Ended(String),
    /// The deadline has passed.
    Hung,
    /// It was cancelled from outside.
    Cancelled,
    /// The line is longer than the protocol allows.
    TooLong,
    /// Something is there to be read while nothing was asked.
    Unasked,
    /// The harness's own system call failed.
    System(io::Error),
}

impl From<rustix::io::Errno> for Trouble {
    fn from(error: rustix::io::Errno) -> Self {
        Self::System(error.into())
    }
}

/// Whose child the process is.
#[derive(Debug)]
enum Running {
    /// Our own.
    Here(Child),
    /// The watchdog's; a descriptor tells whether it has ended.
    Watched { watchdog: Arc<Watchdog>, process: OwnedFd },
    /// It was ended, and this is how.
    Over(Option<Ended>),
}

impl Process {
    pub(super) fn start(
        launch: &Launch,
        directory: &Path,
        watchdog: Option<&Arc<Watchdog>>,
    ) -> io::Result<Self> {
        let (their_stdin, stdin) = io::pipe()?;
        let (stdout, their_stdout) = io::pipe()?;
        let (stderr, their_stderr) = io::pipe()?;
        never_wait(&stdin)?;
        never_wait(&stdout)?;
        never_wait(&stderr)?;
        let running = match watchdog {
            Some(watchdog) => {
                let streams = [their_stdin.as_fd(), their_stdout.as_fd(), their_stderr.as_fd()];
                let (program, arguments) = (launch.program.as_str(), launch.arguments.as_slice());
                let start = Start { directory, program, arguments, streams };
                Running::watched(watchdog, &start)?
            }
            None => Running::Here(
                Command::new(&launch.program)
                    .args(&launch.arguments)
                    .current_dir(directory)
                    .process_group(0)
                    .stdin(Stdio::from(their_stdin))
                    .stdout(Stdio::from(their_stdout))
                    .stderr(Stdio::from(their_stderr))
                    .spawn()?,
            ),
        };
        Ok(Self {
            running,
            stdin: Some(stdin),
            stdout,
            stderr: Some(stderr),
            heard: Vec::with_capacity(READ_BYTES_MAX),
            read: 0,
            complaints: Vec::new(),
            said_nothing: true,
            cancelled: Arc::clone(&launch.cancelled),
        })
    }

    /// Sends one line, its end included.
    pub(super) fn send(&mut self, mut line: &[u8], deadline: &mut Deadline) -> Result<(), Trouble> {
        while !line.is_empty() {
            let Some(stdin) = &mut self.stdin else { return Err(Trouble::Hung) };
            match stdin.write(line) {
                Ok(written) => line = &line[written..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.wait(PollFlags::OUT, deadline)?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                    return Err(self.ended("closed its input", ""));
                }
                Err(error) => return Err(Trouble::System(error)),
            }
        }
        Ok(())
    }

    /// The next line, without its end.
    pub(super) fn receive(&mut self, deadline: &mut Deadline) -> Result<&[u8], Trouble> {
        let mut searched = self.read;
        loop {
            let unseen = &self.heard[searched..];
            if let Some(length) = unseen.iter().position(|byte| *byte == b'\n') {
                let line = self.read..searched + length;
                if line.len() >= LINE_BYTES_MAX {
                    return Err(Trouble::TooLong);
                }
                self.read = line.end + 1;
                return Ok(&self.heard[line]);
            }
            if self.heard.len() - self.read >= LINE_BYTES_MAX {
                return Err(Trouble::TooLong);
            }
            self.heard.drain(..self.read);
            self.read = 0;
            searched = self.heard.len();
            self.wait(PollFlags::IN, deadline)?;
            if self.hear()? == 0 {
                let half = !self.heard.is_empty();
                let where_ = if half { ", in the middle of a line" } else { "" };
                return Err(self.ended("closed its output", where_));
            }
        }
    }

    /// What was read and not yet handed out: the beginning of a line that is not complete.
    pub(super) fn unread(&self) -> &[u8] {
        &self.heard[self.read..]
    }

    /// Whether nothing was ever read of its stdout.
    pub(super) fn has_said_nothing(&self) -> bool {
        self.said_nothing
    }

    /// Makes sure that nothing was said unasked, and that the process is still there.
    pub(super) fn is_quiet(&mut self) -> Result<(), Trouble> {
        if self.read < self.heard.len() {
            return Err(Trouble::Unasked);
        }
        self.heard.clear();
        self.read = 0;
        match self.hear() {
            Err(Trouble::System(error)) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(trouble) => Err(trouble),
            Ok(0) => Err(self.ended("closed its output", "")),
            Ok(_) => Err(Trouble::Unasked),
        }
    }

    /// The end of what it wrote to stderr up to now.
    pub(super) fn complaints(&mut self) -> &[u8] {
        self.hear_complaints();
        &self.complaints
    }

    /// Reads something of what is there of stdout. Nothing is the end.
    fn hear(&mut self) -> Result<usize, Trouble> {
        let mut buffer = [0; READ_BYTES_MAX];
        let read = self.stdout.read(&mut buffer).map_err(Trouble::System)?;
        self.heard.extend_from_slice(&buffer[..read]);
        self.said_nothing &= read == 0;
        Ok(read)
    }

    /// Reads what is there of stderr and keeps the end of it. It is read a bounded number of times:
    /// a flood must not hold the harness up.
    fn hear_complaints(&mut self) {
        let mut buffer = [0; STDERR_BYTES_MAX];
        for _ in 0..16 {
            let Some(stderr) = &mut self.stderr else { return };
            match stderr.read(&mut buffer) {
                Ok(0) => self.stderr = None,
                Ok(read) => {
                    self.complaints.extend_from_slice(&buffer[..read]);
                    let surplus = self.complaints.len().saturating_sub(STDERR_BYTES_MAX);
                    self.complaints.drain(..surplus);
                }
                Err(_) => return,
            }
        }
    }

    /// Waits until stdin can be written or stdout be read.
    fn wait(&mut self, for_what: PollFlags, deadline: &mut Deadline) -> Result<(), Trouble> {
        loop {
            let left = deadline.left();
            let slice = Timespec::try_from(left.min(SLICE)).unwrap_or_default();
            let (ready, complains) = self.poll(for_what, &slice)?;
            if complains {
                self.hear_complaints();
            }
            if ready {
                return Ok(());
            }
            if self.running.has_ended()? {
                // It may have written something between the poll and its end.
                let (ready, _) = self.poll(for_what, &Timespec::default())?;
                return if ready { Ok(()) } else { Err(self.ended("ended", "")) };
            }
            if self.cancelled.load(Ordering::Relaxed) {
                return Err(Trouble::Cancelled);
            }
            if left.is_zero() {
                return Err(Trouble::Hung);
            }
        }
    }

    fn poll(&self, for_what: PollFlags, slice: &Timespec) -> Result<(bool, bool), Trouble> {
        let main = match &self.stdin {
            Some(stdin) if for_what == PollFlags::OUT => PollFd::new(stdin, for_what),
            _ => PollFd::new(&self.stdout, for_what),
        };
        let polled = match &self.stderr {
            Some(stderr) => {
                let mut both = [main, PollFd::new(stderr, PollFlags::IN)];
                poll(&mut both, Some(slice))
                    .map(|_| (!both[0].revents().is_empty(), !both[1].revents().is_empty()))
            }
            None => {
                let mut one = [main];
                poll(&mut one, Some(slice)).map(|_| (!one[0].revents().is_empty(), false))
            }
        };
        match polled {
            Err(rustix::io::Errno::INTR) => Ok((false, false)),
            polled => Ok(polled?),
        }
    }

    /// Says how the process ended, and `where_`; if it did not, that it `closed` a pipe.
    fn ended(&mut self, closed: &str, where_: &str) -> Trouble {
        let how = if self.ends_soon() {
            how(self.running.end())
        } else {
            format!("{closed} and went on running")
        };
        Trouble::Ended(format!("{how}{where_}"))
    }

    fn ends_soon(&self) -> bool {
        let until = Instant::now() + GRACE;
        while !self.running.has_ended().unwrap_or(true) {
            if Instant::now() >= until {
                return false;
            }
            std::thread::sleep(GRACE / 200);
        }
        true
    }

    /// Lets the process end by itself: its input is closed, and it has a short while to notice.
    pub(super) fn finish(&mut self) {
        self.stdin = None;
        self.ends_soon();
    }
}

impl Running {
    fn watched(watchdog: &Arc<Watchdog>, start: &Start<'_>) -> io::Result<Self> {
        let number = watchdog.spawn(start)?;
        let process = Pid::from_raw(number).ok_or(rustix::io::Errno::SRCH).and_then(pidfd);
        match process {
            Ok(process) => Ok(Self::Watched { watchdog: Arc::clone(watchdog), process }),
            Err(error) => {
                watchdog.kill()?;
                Err(error.into())
            }
        }
    }

    /// Whether the process has ended. It is not reaped: its number, which is its group's, stays
    /// taken until everything that came of it was killed.
    fn has_ended(&self) -> Result<bool, Trouble> {
        match self {
            Self::Here(child) => {
                let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
                Ok(waitid(WaitId::Pid(Pid::from_child(child)), options)?.is_some())
            }
            Self::Watched { process, .. } => {
                let mut ended = [PollFd::new(process, PollFlags::IN)];
                match poll(&mut ended, Some(&Timespec::default())) {
                    Err(rustix::io::Errno::INTR) => Ok(false),
                    polled => Ok(polled? > 0),
                }
            }
            Self::Over(_) => Ok(true),
        }
    }

    /// Kills all that came of the process; how it ended.
    fn end(&mut self) -> Option<Ended> {
        let ended = match self {
            Self::Here(child) => {
                // Nothing can be done about a group that cannot be killed; one that is gone is no
                // error. The process may have left its group.
                let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
                let _ = child.kill();
                child.wait().ok().and_then(Ended::of)
            }
            Self::Watched { watchdog, .. } => watchdog.kill().ok().flatten(),
            Self::Over(ended) => *ended,
        };
        *self = Self::Over(ended);
        ended
    }
}

/// A descriptor that can be read once the process has ended.
#[cfg(target_os = "linux")]
fn pidfd(process: Pid) -> rustix::io::Result<OwnedFd> {
    rustix::process::pidfd_open(process, rustix::process::PidfdFlags::empty())
}

#[cfg(not(target_os = "linux"))]
fn pidfd(_process: Pid) -> rustix::io::Result<OwnedFd> {
    Err(rustix::io::Errno::NOSYS)
}

impl Drop for Process {
    fn drop(&mut self) {
        self.running.end();
    }
}

fn how(ended: Option<Ended>) -> String {
    match ended {
        Some(Ended::Exited(code)) => format!("exited with status {code}"),
        Some(Ended::Signaled(signal)) => format!("was ended by signal {signal}"),
        None => "ended".to_owned(),
    }
}

fn never_wait(pipe: &impl std::os::fd::AsFd) -> io::Result<()> {
    fcntl_setfl(pipe, fcntl_getfl(pipe)? | OFlags::NONBLOCK)?;
    Ok(())
}
