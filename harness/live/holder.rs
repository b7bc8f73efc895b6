//! A second process that holds the post office: somebody has ADMIN open (Q179072).

use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::lotus::place::Place;

/// A process that holds the post office exclusively for as long as this lives.
#[derive(Debug)]
pub(super) struct Holder {
    process: Child,
    /// Its stdin: it holds on until this is closed, by us or because we are no more.
    leash: Option<ChildStdin>,
}

impl Holder {
    /// Starts ADMIN with these arguments, and returns once it holds the post office.
    ///
    /// # Errors
    /// If it cannot be started, or does not come to hold the post office.
    pub(super) fn start(place: &Place, arguments: &[String]) -> io::Result<Self> {
        let mut process = Command::new(place.tool("ADMIN"))
            .args(arguments)
            .current_dir(&place.root)
            .env_clear()
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (leash, stdout) = (process.stdin.take(), process.stdout.take());
        let holder = Self { process, leash };
        let lines = stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).lines());
        if lines.map_while(Result::ok).any(|line| line == OPENED) {
            return Ok(holder);
        }
        Err(io::Error::other("ADMIN does not come to hold the post office"))
    }
}

/// What ADMIN says once it holds the post office.
const OPENED: &str = "Post office opened.";

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.leash.take());
        // It has nothing left to wait for.
        let _ = self.process.wait();
    }
}
