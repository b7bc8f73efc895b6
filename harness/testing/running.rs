//! What the tests of a suite share while they run.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use event70_engine::{Finding, Verdict};
use event70_format::FileError;
use event70_model::{pasted, shown_path};

use super::known::{Known, Standing, Tally, to_be_known};
use super::order::Order;
use super::played::told_of;
use super::subject::Bed;
use crate::report::learned_to_be_written;

/// What the tests of a suite share.
pub(super) struct Running<F> {
    pub(super) bed: Bed<F>,
    pub(super) who: String,
    /// The failures that are known, and in which file.
    pub(super) known: Option<(PathBuf, Known)>,
    pub(super) tally: Mutex<Tally>,
    /// Where snapshots lie, from anywhere.
    pub(super) snapshots: Option<PathBuf>,
    /// The folder for what is found.
    pub(super) found: PathBuf,
    pub(super) program: PathBuf,
    pub(super) order: Order,
}

impl<F> Running<F> {
    /// What is to be said of a scenario beside what is known, which is counted. What kept the harness
    /// from going on is never known.
    pub(super) fn standing(&self, name: &str, violates: Option<&str>) -> Standing<'_> {
        let Some((_, known)) = &self.known else {
            return violates.map_or(Standing::Agrees, |_| Standing::New(None));
        };
        let standing = Standing::of(known, name, violates);
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).add(standing);
        standing
    }

    /// What is to be said of a failure that is not known: what is known in its place, and what to add
    /// to the list.
    pub(super) fn new_failure(
        &self,
        name: &str,
        finding: &Finding,
        standing: Standing<'_>,
    ) -> [String; 2] {
        let Some((file, _)) = self.known.as_ref() else { return Default::default() };
        if finding.disagreement.verdict() == Verdict::None {
            return Default::default();
        }
        let entry: Known = [to_be_known(name, finding)].into_iter().collect();
        let verb = if standing.listed().is_some() { "write into" } else { "add to" };
        [
            format!("{standing}\n"),
            format!("\nto have it known, {verb} {}:\n\n{entry}", shown_path(file)),
        ]
    }

    /// The command that runs a test again.
    pub(super) fn again(&self, test: &str) -> String {
        let stem = self.program.file_stem().unwrap_or_default().to_string_lossy();
        let program = match stem.rsplit_once('-') {
            Some((name, hash)) if hash.len() == 16 => name,
            _ => &*stem,
        };
        let test = pasted(test);
        format!("to run it again: cargo test --test {} -- --exact {test}", pasted(program))
    }

    /// That each known failure is one of a scenario of this suite.
    pub(super) fn all_known_are_played(&self, names: &BTreeSet<String>) -> Result<(), String> {
        let Some((file, known)) = &self.known else { return Ok(()) };
        let complaints = known.without_scenario(names.iter().map(String::as_str), |_| None);
        if complaints.is_empty() {
            return Ok(());
        }
        let text = std::fs::read_to_string(file).unwrap_or_default();
        Err(told_of(file, &FileError::Faulty { text, complaints }))
    }

    /// Says what failures were known, and how the connector decides what the documents leave open.
    pub(super) fn say_what_was_learned(&self) {
        let mut text = String::new();
        if self.known.is_some() {
            let tally = *self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = writeln!(text, "{tally}");
        }
        let (assumed, left) = self.order.learned();
        if assumed != left {
            text += &learned_to_be_written(&assumed, &left, |pin| format!(".assume(\"{pin}\")"));
        }
        if !text.is_empty() {
            // Where nobody listens, there is nobody to tell.
            let _ = writeln!(io::stdout(), "{text}");
        }
    }
}
