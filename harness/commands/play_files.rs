//! Scenario files, tried one after the other on the connector under test.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{io, thread};

use event70_engine::{Disagreement, Learned, RESET, Seen, TestBed, Trial, Verdict};
use event70_format::{DiscoveredFile, FileError};
use event70_model::{
    Assignments, Failure, FailureKind, Foreign, Pins, Setup, count, pasted_path, shown_path,
};

use super::input::{Input, input};
use super::queue::Queue;
use super::target::{AnyConnector, Target};
use super::{Output, Status};
use crate::report::{Account, Detail, Summary};

/// A file and what came of it.
pub(super) struct PlayedFile {
    pub(super) name: Foreign,
    pub(super) path: PathBuf,
    pub(super) account: Result<Account, FileError>,
    /// Where something is open: what fits all that was seen of its runs, and what was seen.
    seen: Option<(Assignments, Vec<Seen>)>,
    /// What it left behind, if that is kept because they do not agree.
    pub(super) kept: Option<PathBuf>,
    /// How long it took.
    pub(super) took: Duration,
}

impl PlayedFile {
    /// Counts it; the status that it calls for.
    pub(super) fn count_in(&self, summary: &mut Summary) -> Status {
        match &self.account {
            Ok(account) => {
                summary.add(account);
                account.verdict().into()
            }
            Err(_) => {
                summary.add_invalid();
                Status::Usage
            }
        }
    }
}

/// So many files for each job may be played before the first that is not shown.
const AHEAD_MAX: usize = 4;

/// Plays files, each job in a connector of its own, and shows each to `each` in their order.
pub(super) struct PlayFiles<F> {
    pub(super) found: Vec<DiscoveredFile>,
    /// How many at a time.
    pub(super) jobs: usize,
    /// How much is told one by one.
    pub(super) detail: Detail,
    pub(super) each: F,
}

impl<F: FnMut(PlayedFile, &mut Output) -> io::Result<()>> PlayFiles<F> {
    /// Plays them; returns what was learned of the connector.
    pub(super) fn on(
        self,
        target: &Target<'_>,
        output: &mut Output,
    ) -> io::Result<Learned<String>> {
        let mut order = Order {
            left: self.found.len(),
            at_reset: AtReset::default(),
            learned: Learned::new(target.assumed.of(&Pins::default()).0),
            each: self.each,
        };
        if self.jobs == 1 {
            let mut job = Job::new(target, self.detail);
            for found in self.found {
                let Some(played) = job.play(found) else { break };
                if order.shows(played, output)?.is_break() {
                    break;
                }
            }
            return Ok(order.learned);
        }
        let (send, receive) = mpsc::channel();
        let queue = Queue::new(self.found, AHEAD_MAX * self.jobs);
        thread::scope(|scope| {
            // However this ends, nobody goes on waiting.
            let shows = queue.user();
            for _ in 0..self.jobs {
                let (send, queue) = (send.clone(), queue.user());
                thread::Builder::new().spawn_scoped(scope, move || {
                    let mut job = Job::new(target, self.detail);
                    while let Some((number, found)) = queue.next() {
                        let Some(played) = job.play(found) else { return };
                        // Nobody listens any more: the others are not played.
                        if send.send((number, played)).is_err() {
                            return;
                        }
                    }
                })?;
            }
            drop(send);
            let (mut early, mut next) = (BTreeMap::new(), 0);
            for (number, played) in receive {
                early.insert(number, played);
                while let Some(played) = early.remove(&next) {
                    next += 1;
                    if order.shows(played, output)?.is_break() {
                        return Ok(());
                    }
                    shows.has_shown();
                }
            }
            Ok::<(), io::Error>(())
        })?;
        Ok(order.learned)
    }
}

/// One connector, and what plays files in it.
struct Job<'a> {
    target: &'a Target<'a>,
    trial: Trial,
    connector: AnyConnector,
    detail: Detail,
}

impl<'a> Job<'a> {
    fn new(target: &'a Target<'a>, detail: Detail) -> Self {
        Self { target, trial: target.trial(), connector: target.connector(), detail }
    }

    /// Reads and plays one file; nothing once a signal has come.
    fn play(&mut self, found: DiscoveredFile) -> Option<PlayedFile> {
        let assumed = self.target.assumed;
        if self.target.signals.came() {
            return None;
        }
        let began = Instant::now();
        let Input { name, path, file } = input(found);
        let account = file.and_then(|file| {
            let (trial, connector) = (&mut self.trial, &mut self.connector);
            let site = |setup: &Setup| self.target.site(setup);
            assumed.play((&name, file), trial, connector, site, self.detail)
        });
        let seen = assumed.is_open.then(|| (*self.trial.left(), self.trial.seen().to_vec()));
        let failed = account.as_ref().ok().and_then(failure).is_some();
        if self.target.signals.came() && failed {
            // Whoever was not waited for has not failed.
            return None;
        }
        let disagrees = account.as_ref().is_ok_and(|account| account.verdict() != Verdict::Agree);
        let kept = if disagrees { self.target.keep() } else { None };
        Some(PlayedFile { name, path, account, seen, kept, took: began.elapsed() })
    }
}

/// Shows what was played, in the order of the files.
struct Order<F> {
    left: usize,
    at_reset: AtReset,
    learned: Learned<String>,
    each: F,
}

impl<F: FnMut(PlayedFile, &mut Output) -> io::Result<()>> Order<F> {
    /// Shows the next file; breaks off where the connector is given up.
    fn shows(
        &mut self,
        mut played: PlayedFile,
        output: &mut Output,
    ) -> io::Result<ControlFlow<()>> {
        self.left -= 1;
        self.learn(&mut played);
        let failure = played.account.as_ref().ok().and_then(failure);
        let gives_up = self.at_reset.is_enough(failure);
        let why = gives_up.then(|| failure.map(ToString::to_string)).flatten();
        (self.each)(played, output)?;
        let Some(why) = why.filter(|_| self.left > 0) else { return Ok(ControlFlow::Continue(())) };
        let left = count(self.left as u64, "file");
        output.complain(format!(
            "error: the connector failed `reset` {TIMES_AT_RESET} times in a row, \
             leaving {left} unplayed: {why}"
        ))?;
        Ok(ControlFlow::Break(()))
    }
}

impl<F> Order<F> {
    /// Learns from a file in which nothing disagrees. Where nothing fits it together with the files
    /// before it, that is its finding.
    fn learn(&mut self, played: &mut PlayedFile) {
        if let PlayedFile { account: Ok(account), seen: Some((fitting, seen)), .. } = played {
            account.learn(&mut self.learned, fitting, seen);
        }
    }
}

/// How the connector failed as a program, if that is what it did.
fn failure(account: &Account) -> Option<&Failure> {
    match &account.finding.as_ref()?.disagreement {
        Disagreement::Failed(failure) => Some(failure),
        _ => None,
    }
}

/// A connector that fails so often in the same way before a scenario begins fails in every one.
const TIMES_AT_RESET: u32 = 3;

/// How often in a row a connector has failed in the same way before a scenario began.
#[derive(Default)]
struct AtReset {
    kind: Option<FailureKind>,
    times: u32,
}

impl AtReset {
    /// Counts how the next file ended. Whether that is often enough.
    fn is_enough(&mut self, failure: Option<&Failure>) -> bool {
        let at_reset = failure.filter(|failure| failure.during == Some(RESET));
        let kind = at_reset.map(|failure| failure.kind);
        self.times = match kind {
            None => 0,
            kind if kind == self.kind => self.times + 1,
            _ => 1,
        };
        self.kind = kind;
        self.times == TIMES_AT_RESET
    }
}

/// Says where a sandbox was kept, and how to look inside.
pub(super) fn say_where_kept(kept: Option<&Path>, output: &mut Output) -> io::Result<()> {
    let Some(kept) = kept else { return Ok(()) };
    let folder = shown_path(kept);
    let mailboxes = pasted_path(&kept.join("CCSRV/CCDATA/MLANDATA"));
    let analyze = pasted_path(&kept.join("CCSRV/CCADMIN/ANALYZE.EXE"));
    output.complain(format!(
        "the sandbox is kept: {folder}\n  \
         EXCH1/RUNS has every run with its arguments and its code, EXCH1/C the connector store and \
         the programs;\n  \
         CCSRV/CCDATA is the post office: `sqlite3 {mailboxes} .dump` shows it;\n  \
         CCSRV/CCADMIN has the tools: `{analyze} '/D\\\\CCSRV\\CCDATA' /NHQ /PSECRET` looks for \
         damage"
    ))
}
