//! Somebody who outlives the harness, to clean up after it.
//!
//! A connector leads a process group of its own, so that neither Ctrl-C nor the death of the
//! harness reaches it. The keeper is a second process of the harness's program: it is told over a
//! pipe which groups and folders there are, and when the pipe ends, however the harness ended, it
//! kills and removes what is left.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::directory;

/// Between two looks for processes that the harness has left.
const PAUSE: Duration = Duration::from_millis(50);

/// The harness's side of a keeper.
#[derive(Debug)]
pub struct Keeper {
    pipe: Mutex<ChildStdin>,
}

impl Keeper {
    /// Starts a keeper: `program` with `arguments` is expected to call [`keep`] with its stdin.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(program: &Path, arguments: &[&str]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let pipe = child.stdin.take().ok_or_else(|| io::Error::other("a pipe is missing"))?;
        Ok(Self { pipe: Mutex::new(pipe) })
    }

    pub(super) fn group_begins(&self, group: i32) {
        self.tell(format_args!("+group {group}"));
    }

    pub(super) fn group_ends(&self, group: i32) {
        self.tell(format_args!("-group {group}"));
    }

    /// This folder is to be removed with what runs in it, unless it is told otherwise.
    pub fn folder_begins(&self, folder: &Path) {
        // A name that does not come through as it is could be that of another folder.
        if let Some(name) = folder.to_str().filter(|name| !name.contains('\n')) {
            self.tell(format_args!("+folder {name}"));
        }
    }

    /// This folder is gone, or is to stay.
    pub fn folder_ends(&self, folder: &Path) {
        self.tell(format_args!("-folder {}", folder.display()));
    }

    fn tell(&self, line: std::fmt::Arguments<'_>) {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        // Without a keeper nothing is lost but its help.
        let _ = pipe.write_all(format!("{line}\n").as_bytes());
    }
}

/// Listens until the harness has ended, then cleans up what it left.
pub fn keep(harness: impl BufRead) {
    let (mut groups, mut folders) = (BTreeSet::new(), BTreeSet::new());
    for line in harness.lines().map_while(Result::ok) {
        match line.split_once(' ') {
            Some(("+group", group)) => drop(groups.insert(group.to_owned())),
            Some(("-group", group)) => drop(groups.remove(group)),
            Some(("+folder", folder)) => drop(folders.insert(PathBuf::from(folder))),
            Some(("-folder", folder)) => drop(folders.remove(Path::new(folder))),
            _ => {}
        }
    }
    for group in groups.iter().filter_map(|group| Pid::from_raw(group.parse().ok()?)) {
        // It may have ended by itself.
        let _ = kill_process_group(group, Signal::KILL);
    }
    // A process that was being started when the harness was killed shows itself a little later.
    for folder in &folders {
        directory::kill_stragglers(folder);
    }
    if !folders.is_empty() {
        std::thread::sleep(PAUSE);
    }
    for folder in folders {
        directory::kill_stragglers(&folder);
        let _ = directory::remove(&folder);
    }
}
