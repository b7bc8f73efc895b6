//! The tree of results, printed as one document or line by line.

use std::io;
use std::path::Path;

use event70_format::{FileError, step_lines};
use event70_model::Foreign;

use super::Output;
use super::subject::Subject;
use super::target::Target;
use crate::report::results::{
    Header, InvalidEntry, KnownEntry, ResultLine, Results, ScenarioEntry, Tested,
};
use crate::report::{Account, Explained, SummaryEntry};
use crate::testing::standard::text_of;

/// The maximum number of runs and events of a step in the tree.
pub(super) const ENTRIES_MAX: usize = 50_000;

/// Prints results as they come, or keeps them for a document.
pub(super) enum TreePrinter {
    /// One document at the end.
    Document { header: Header, scenarios: Vec<ScenarioEntry>, invalid: Vec<InvalidEntry> },
    /// One line for each; nothing is kept.
    Lines,
}

/// Who is tested, where.
pub(super) fn header(subject: &Subject, target: &Target<'_>) -> Header {
    let properties = subject.properties();
    let property = |key: &str| {
        properties.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone())
    };
    Header::new(Tested {
        connector: property("connector").unwrap_or_default(),
        bug: property("bug"),
        site: property("site").unwrap_or_default(),
        description: target.who.clone(),
    })
}

impl TreePrinter {
    /// Keeps results for one document.
    pub(super) fn document(header: Header) -> Self {
        Self::Document { header, scenarios: Vec::new(), invalid: Vec::new() }
    }

    /// Prints results line by line, and first of all the header.
    pub(super) fn lines(header: Header, output: &mut Output) -> io::Result<Self> {
        output.json(&ResultLine::Header(header))?;
        Ok(Self::Lines)
    }

    /// The next file and what came of it, with what is explained and what is known of it, if anything
    /// is.
    pub(super) fn add(
        &mut self,
        name: Foreign,
        path: &Path,
        account: Result<(Account, Option<Explained>), FileError>,
        known: Option<KnownEntry>,
        output: &mut Output,
    ) -> io::Result<()> {
        let entry = account.map(|(account, explained)| {
            let text = text_of(path).unwrap_or_default();
            let entry = ScenarioEntry::of(account, explained, path, &step_lines(&text));
            ScenarioEntry { known, ..entry }
        });
        let entry = entry.map_err(|error| InvalidEntry::of(name, path, &error));
        match (self, entry) {
            (Self::Document { scenarios, .. }, Ok(entry)) => scenarios.push(entry),
            (Self::Document { invalid, .. }, Err(entry)) => invalid.push(entry),
            (Self::Lines, Ok(entry)) => output.json(&ResultLine::Scenario(entry.into()))?,
            (Self::Lines, Err(entry)) => output.json(&ResultLine::Invalid(entry))?,
        }
        Ok(())
    }

    /// Prints what is left to print: the document, or the last line.
    pub(super) fn end(self, summary: SummaryEntry, output: &mut Output) -> io::Result<()> {
        match self {
            Self::Document { header, scenarios, invalid } => {
                output.json(&Results { header, scenarios, invalid, summary })
            }
            Self::Lines => output.json(&ResultLine::Summary(summary)),
        }
    }
}
