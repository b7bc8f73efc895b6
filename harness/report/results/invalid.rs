//! A file that is no scenario in the tree of results.

use std::path::Path;

use event70_format::{Complaint, FileError, Position};
use event70_model::Foreign;
use schemars::JsonSchema;
use serde::Serialize;

/// A file that is no scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct InvalidEntry {
    /// The name that the scenario would have.
    #[schemars(with = "String")]
    pub name: Foreign,
    /// The file.
    pub file: String,
    /// Why it is none, for a person.
    pub message: String,
    /// Every fault of its text; empty where the text is not what is wrong.
    pub complaints: Vec<ComplaintEntry>,
}

/// A fault in the text of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ComplaintEntry {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl InvalidEntry {
    /// What is wrong with the file of this name.
    #[must_use]
    pub fn of(name: Foreign, file: &Path, error: &FileError) -> Self {
        let complaints = match error {
            FileError::Faulty { text, complaints } => {
                complaints.iter().map(|complaint| ComplaintEntry::of(text, complaint)).collect()
            }
            _ => Vec::new(),
        };
        let (file, message) = (file.to_string_lossy().into_owned(), error.to_string());
        Self { name, file, message, complaints }
    }
}

impl ComplaintEntry {
    fn of(text: &str, complaint: &Complaint) -> Self {
        let Position { line, column } = Position::of(text, complaint.span.start);
        let (message, help) = (complaint.message.clone(), complaint.help.clone());
        Self { line, column, message, help }
    }
}
