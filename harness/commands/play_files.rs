//! Scenario files, tried one after the other on the connector under test.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use event70_engine::{Bench, Disagreement, RESET, Verdict};
use event70_format::FileError;
use event70_model::{Failure, FailureKind, Foreign, count, pasted_path, shown_path};

use super::Output;
use super::input::Input;
use super::target::Target;
use crate::report::Account;

/// A file and what came of it.
pub(super) struct PlayedFile {
    pub(super) name: Foreign,
    pub(super) path: PathBuf,
    pub(super) account: Result<Account, FileError>,
    /// What it left behind, if that is kept because they do not agree.
    pub(super) kept: Option<PathBuf>,
    /// How long it took.
    pub(super) took: Duration,
}

/// Tries files in the same connector and shows each to `each`.
pub(super) struct PlayFiles<F> {
    pub(super) inputs: Vec<Input>,
    /// Of each step at most so many lines are told.
    pub(super) lines_max: usize,
    pub(super) each: F,
}

impl<F: FnMut(PlayedFile, &mut Output) -> io::Result<()>> PlayFiles<F> {
    pub(super) fn on(mut self, target: &Target<'_>, output: &mut Output) -> io::Result<()> {
        let (mut trial, mut connector) = (target.trial(), target.connector());
        let mut at_reset = AtReset::default();
        let mut left = self.inputs.len();
        for Input { name, path, file } in self.inputs {
            if target.signals.came() {
                break;
            }
            left -= 1;
            let began = Instant::now();
            let account = file.map(|file| {
                let site = target.site(&file.scenario.setup);
                Account::of(&name, file, &mut trial, site, &mut connector, self.lines_max)
            });
            let failure = account.as_ref().ok().and_then(failure);
            if target.signals.came() && failure.is_some() {
                // Whoever was not waited for has not failed.
                break;
            }
            let gives_up = at_reset.is_enough(failure);
            let gives_up = gives_up.then(|| failure.map(ToString::to_string)).flatten();
            let disagrees =
                account.as_ref().is_ok_and(|account| account.verdict() != Verdict::Agree);
            let kept = if disagrees { target.keep() } else { None };
            let took = began.elapsed();
            (self.each)(PlayedFile { name, path, account, kept, took }, output)?;
            if let Some(why) = gives_up.filter(|_| left > 0) {
                let left = count(left as u64, "file");
                output.complain(format!(
                    "error: {TIMES_AT_RESET} times in a row the connector does not get through \
                     `reset`, so the other {left} are not played: {why}"
                ))?;
                break;
            }
        }
        Ok(())
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
