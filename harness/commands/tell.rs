//! Scenario files, tried one after the other on the connector under test.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Output;
use super::input::Input;
use super::subject::{Tested, Use};
use crate::foreign::{Foreign, pasted_path, shown_path};
use crate::judge::Verdict;
use crate::report::Account;
use crate::scenario::file::FileError;
use crate::search::Bench;
use crate::trial::Trial;

/// A file and what came of it.
pub(super) struct Told {
    pub(super) name: Foreign,
    pub(super) path: PathBuf,
    pub(super) account: Result<Account, FileError>,
    /// What it left behind, if that is kept because they do not agree.
    pub(super) kept: Option<PathBuf>,
    /// How long it took.
    pub(super) took: Duration,
}

/// Tries files in the same connector and shows each to `each`.
pub(super) struct Tell<F> {
    pub(super) inputs: Vec<Input>,
    /// Of each step at most so many lines are told.
    pub(super) lines_max: usize,
    pub(super) each: F,
}

impl<F: FnMut(Told, &mut Output) -> io::Result<()>> Use for Tell<F> {
    type Outcome = ();

    fn of<B: Bench>(
        mut self,
        bench: &B,
        _tested: &Tested<'_>,
        output: &mut Output,
    ) -> io::Result<()> {
        let mut trial = Trial::new();
        let mut connector = bench.connector();
        for Input { name, path, file } in self.inputs {
            let began = Instant::now();
            let account = file.map(|file| {
                let site = bench.site(&file.scenario.setup);
                Account::of(&name, file, &mut trial, site, &mut connector, self.lines_max)
            });
            let disagrees =
                account.as_ref().is_ok_and(|account| account.verdict() != Verdict::Agree);
            let kept = if disagrees { bench.keep() } else { None };
            let took = began.elapsed();
            (self.each)(Told { name, path, account, kept, took }, output)?;
        }
        Ok(())
    }
}

/// Says where a sandbox was kept, and how to look inside.
pub(super) fn tell_where_kept(kept: Option<&Path>, output: &mut Output) -> io::Result<()> {
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
