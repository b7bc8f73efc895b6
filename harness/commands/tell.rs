//! Scenario files, tried one after the other on the connector under test.

use std::io;
use std::path::PathBuf;

use super::Output;
use super::input::Input;
use super::subject::{Tested, Use};
use crate::report::Account;
use crate::scenario::file::FileError;
use crate::search::Bench;
use crate::trial::Trial;

/// A file and what came of it.
pub(super) struct Told {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) account: Result<Account, FileError>,
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
            let account = file.map(|file| {
                let site = bench.site(&file.scenario.setup);
                Account::of(&name, file, &mut trial, site, &mut connector, self.lines_max)
            });
            (self.each)(Told { name, path, account }, output)?;
        }
        Ok(())
    }
}
