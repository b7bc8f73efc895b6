//! Scenario files: a scenario that a person wrote, keeps and reviews.
//!
//! The format is TOML, one scenario a file. [`read`] turns text into a [`ScenarioFile`] or into a
//! list of complaints, each with the place in the text; [`write()`] does the reverse; [`discover`] finds files below a folder,
//! under names that [`check_name`] allows; [`schema`] is the JSON Schema for editors and [`template`] the file to start from. All of them
//! take the keys and words from one place.

mod assume;
mod complaint;
mod decode;
mod discover;
mod encoding;
mod expectation;
mod keys;
mod known;
mod letters;
mod names;
mod places;
mod reader;
mod schema;
mod steps;
mod template;
mod toml_1_0;
mod write;

pub use assume::{read_assumptions, with_assumptions, written_assumptions};
pub use complaint::{Complaint, FileError, Position};
pub use discover::{DiscoveredFile, discover, discover_all};
pub use expectation::written_expectation;
pub use keys::{CYCLES_MAX, FILE_BYTES_MAX, FORMAT, MAIL_MAX, STEPS_MAX};
pub use known::{Known, KnownFailure, known_schema};
pub use names::{
    BadName, check_name, folded_name, is_folder, name_of, suggested_name, without_ending,
};
pub use places::{place_of_expectation, step_lines};
pub use reader::{load, read};
pub use schema::schema;
pub use template::template;
pub use write::{Comments, quoted, write};

use std::fmt;

use event70_model::{Expectation, Foreign, Pins, Scenario};

/// A scenario as a file holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioFile {
    /// What the scenario shows, in one line.
    pub title: Foreign,
    /// The documents that it follows.
    pub source: Vec<Foreign>,
    /// Why it is kept.
    pub notes: Option<Foreign>,
    /// Where the documents leave something open: under which assignments the expectations hold.
    pub assume: Pins,
    /// The scenario itself.
    pub scenario: Scenario,
    /// For each step what its author expects of it.
    pub expected: Vec<Expectation>,
}

/// A scenario as a file that nobody has written yet: without a word of an author.
///
/// ```
/// use event70_format::{ScenarioFile, read};
/// use event70_model::{Operation, Scenario, Setup, Step};
///
/// let timeline = vec![Step::Do(Operation::Start), Step::Cycles(3)];
/// let scenario = Scenario { setup: Setup::default(), timeline };
/// let text = ScenarioFile::from(scenario.clone()).to_string();
/// assert!(text.ends_with("[[steps]]\ndo = \"start\"\n\n[[steps]]\ncycles = 3\n"));
/// assert_eq!(read(&text).unwrap().scenario, scenario);
/// ```
impl From<Scenario> for ScenarioFile {
    fn from(scenario: Scenario) -> Self {
        Self {
            title: "A scenario".into(),
            source: Vec::new(),
            notes: None,
            assume: Pins::default(),
            expected: vec![Expectation::NONE; scenario.timeline.len()],
            scenario,
        }
    }
}

/// The text of the file: TOML that reads back as the same.
impl fmt::Display for ScenarioFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write(self, &Comments::default()))
    }
}
