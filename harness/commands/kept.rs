//! What `explore` found, told and saved.

use std::io;
use std::path::Path;

use super::save::{keep_scenario, say_again};
use super::subject::Subject;
use super::{Format, Output, Status};
use crate::report::{BesideEntry, Counterexample, FoundEntry};
pub(super) use crate::testing::kept::Kept;

impl Kept {
    /// Writes the scenarios where they are to be kept, and says which command plays them again with this
    /// subject. Where that fails, they are printed whole, and the status says so. Cases that contradicted
    /// each other once and never again are not kept.
    pub(super) fn keep(
        &self,
        folder: &Path,
        (format, subject): (Format, &Subject),
        output: &mut Output,
    ) -> io::Result<Status> {
        let verdict = self.verdict();
        let (mut status, mut files) = (Status::Agree, Vec::new());
        for (case, _, Counterexample { stem, file, text }) in &self.reduced {
            if format == Format::Text {
                let title = file.title.shown();
                output.verdict_line(verdict, &format!("{verdict}  case {case}: {title}"))?;
                output.line(format!("\n{text}"))?;
            }
            if self.never_came_again() {
                continue;
            }
            match keep_scenario(folder, stem, &file.scenario, text, output)? {
                Ok(file) => files.push(file),
                Err(cannot) => {
                    status = status.or(cannot);
                    if format == Format::Json {
                        output.complain(text)?;
                    }
                }
            }
        }
        if self.never_came_again() {
            output.complain("these cases contradicted each other only once; nothing was saved")?;
        }
        if !files.is_empty() && status == Status::Agree {
            say_again("run", &files, &subject.words(), output)?;
        }
        Ok(status)
    }

    /// The same in the result of an exploration.
    pub(super) fn entry(&self) -> Option<FoundEntry> {
        let ((_, reduced, told), beside) = self.reduced.split_first()?;
        let beside = beside
            .iter()
            .map(|(case, _, told)| BesideEntry { case: *case, scenario: told.text.clone() });
        Some(FoundEntry {
            case: self.case,
            verdict: self.verdict().to_string(),
            class: reduced.class.to_string(),
            title: told.file.title.raw().to_owned(),
            message: reduced.finding.disagreement.to_string(),
            repeats: [self.repeats.alike, self.repeats.times],
            runs: reduced.minimality.runs,
            one_minimal: reduced.minimality.one_minimal,
            two_minimal: reduced.minimality.two_minimal,
            scenario: told.text.clone(),
            beside: beside.collect(),
        })
    }
}
