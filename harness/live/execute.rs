//! Starts a program, watches it and ends it.
//!
//! A program that prompts waits at the console of its server. Where somebody might answer, which
//! here means a FIFO at whose other end is nobody, it waits for ever (Q164695): that is seen at the
//! FIFO itself, not guessed from a time, and such a run is ended as one that does not finish.

use std::io::{self, ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::console;
use super::service::ServiceAccount;

/// The deadline of a run: no Lotus program needs longer for anything a scenario can hold.
const DEADLINE: Duration = Duration::from_secs(120);
/// How often to check whether a program waits at a console at which somebody might answer.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 500_000 };
/// How often to check the deadline otherwise.
const SLICE: Timespec = Timespec { tv_sec: 5, tv_nsec: 0 };
/// How many bytes of output are read at a time.
const CONSOLE_BYTES_MAX: usize = 8 * 1024;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It exited with this code.
    Exited(u8),
    /// It was killed because it would not have finished.
    Killed,
    /// There is no such program.
    NotFound,
}

/// Runs `program` to its end, or until it waits at the console. Returns how it ended and its process
/// ID. It runs under `account`, or as an administrator under the harness's own.
///
/// # Errors
/// If it cannot be started, although it exists, or cannot be watched; if it crashes or takes too
/// long.
pub(super) fn execute(
    program: &Path,
    arguments: &[String],
    root: &Path,
    console: &Path,
    account: Option<&ServiceAccount>,
) -> io::Result<(End, u32)> {
    let mut child = match start(program, arguments, root, account) {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((End::NotFound, 0)),
        Err(error) => return Err(error),
    };
    let number = child.id();
    let watched = watch(&mut child, console);
    if matches!(watched, Ok(Watched::Finished)) {
        return Ok((end(child.wait()?)?, number));
    }
    // It may have ended in the meantime. Where it waits at the console, the other end is held until
    // it is dead, or it would take the closing for an answer.
    let _ = child.kill();
    child.wait()?;
    if let Ok(Watched::Waits { .. }) = watched {
        // A process that another thread is starting may hold that end a moment longer: the next
        // program must not find it at its console.
        console::leave_open(console)?;
    }
    watched.map(|_| (End::Killed, number))
}

/// The result of watching a program.
enum Watched {
    /// It has closed its output.
    Finished,
    /// It waits at the console, of which this is the other end.
    Waits { _console: OwnedFd },
}

fn start(
    program: &Path,
    arguments: &[String],
    root: &Path,
    account: Option<&ServiceAccount>,
) -> io::Result<Child> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(root)
        .env_clear()
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if let Some(account) = account {
        account.apply_to(&mut command);
    }
    command.spawn()
}

/// Reads what the program prints until it has ended, or will not end.
fn watch(child: &mut Child, console: &Path) -> io::Result<Watched> {
    let Some(mut stdout) = child.stdout.take() else { return Ok(Watched::Finished) };
    let somebody_might_answer = console::is_open(console);
    let slice = if somebody_might_answer { LOOK } else { SLICE };
    let deadline = Instant::now() + DEADLINE;
    let mut printed = [0; CONSOLE_BYTES_MAX];
    loop {
        let ready = match poll(&mut [PollFd::new(&stdout, PollFlags::IN)], Some(&slice)) {
            Ok(ready) => ready > 0,
            Err(rustix::io::Errno::INTR) => false,
            Err(error) => return Err(error.into()),
        };
        if ready {
            match stdout.read(&mut printed) {
                Ok(0) => return Ok(Watched::Finished),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        } else if Instant::now() > deadline {
            return Err(io::Error::new(ErrorKind::TimedOut, "it does not come to an end"));
        } else if somebody_might_answer && let Some(console) = console::whoever_waits(console) {
            return Ok(Watched::Waits { _console: console });
        }
    }
}

/// A program that nobody has killed and that ends by a signal has crashed.
fn end(status: ExitStatus) -> io::Result<End> {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map(End::Exited).ok_or_else(|| io::Error::other(format!("it ended with {status}")))
}
