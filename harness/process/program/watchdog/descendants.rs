//! The processes that come of a process: found and ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, getpid, kill_process, waitid};

/// Between two looks what was killed has so long to go.
const PAUSE: Duration = Duration::from_millis(1);
/// So many looks in a row find something at most. A process that forks faster than it can be found
/// is stopped before it is killed, so that it cannot.
const LOOKS_MAX: u32 = 2000;

/// Kills every descendant of this process, which is their subreaper, and waits until they are gone;
/// whether nothing is left.
///
/// Where the system does not tell of processes in `/proc`, only what has ended by itself goes.
pub(super) fn end_all() -> bool {
    for _ in 0..LOOKS_MAX {
        // Whatever comes of this process is its child in the end, or that of one.
        if !has_children() {
            return true;
        }
        stop_all().into_iter().for_each(|process| signal(process, Signal::KILL));
        std::thread::sleep(PAUSE);
    }
    false
}

/// Whether there is any child, after those that have ended were taken note of.
fn has_children() -> bool {
    loop {
        match waitid(WaitId::All, WaitIdOptions::EXITED | WaitIdOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// Stops every descendant, until a look finds none that was not stopped before.
fn stop_all() -> BTreeSet<i32> {
    let mut stopped = BTreeSet::new();
    for _ in 0..LOOKS_MAX {
        let found = descendants();
        let new: Vec<i32> = found.difference(&stopped).copied().collect();
        if new.is_empty() {
            return found;
        }
        new.iter().for_each(|process| signal(*process, Signal::STOP));
        stopped.extend(new);
    }
    stopped
}

fn signal(process: i32, signal: Signal) {
    if let Some(process) = Pid::from_raw(process) {
        // It may have ended in the meantime.
        let _ = kill_process(process, signal);
    }
}

/// Every process below this one that has not ended.
fn descendants() -> BTreeSet<i32> {
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for process in processes() {
        if let Some(parent) = living_parent(process) {
            children.entry(parent).or_default().push(process);
        }
    }
    let mut found = BTreeSet::new();
    let mut next = vec![getpid().as_raw_nonzero().get()];
    while let Some(parent) = next.pop() {
        for child in children.remove(&parent).unwrap_or_default() {
            found.insert(child);
            next.push(child);
        }
    }
    found
}

fn processes() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The parent of a process that has not ended.
fn living_parent(process: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before stands in parentheses, and may hold any.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(parent)
}

/// Kills the programs that lie in this folder and run, which are the harness's own.
pub(super) fn end_programs_in(folder: &Path) {
    for _ in 0..LOOKS_MAX {
        let runs = |process: &i32| {
            let program = fs::read_link(format!("/proc/{process}/exe"));
            program.is_ok_and(|program| program.starts_with(folder))
        };
        let found: Vec<i32> = processes().filter(runs).collect();
        if found.is_empty() {
            return;
        }
        found.iter().for_each(|process| signal(*process, Signal::KILL));
        std::thread::sleep(PAUSE);
    }
}
