//! What a set of scenarios covers, and the rows that would cover the rest.
//!
//! A harness that agrees on four hundred files may have looked at one corner four hundred times.
//! So each set is measured against what *could* be looked at: which [`combinations`](tuples) of
//! conditions some EXPORT met, whether each cause ever decided alone and has a pair of files that
//! differ in it alone ([`causes`]), and whether every row of the catalogue's tables was exercised
//! ([`rows`]). [`rows_to_write`] answers the first of these with a greedy covering array, each row
//! of it a scenario.

mod array;
mod causes;
mod played;
mod rows;
mod tuples;
mod write;

pub use array::{is_covering, smallest_array};
pub use causes::Masking;
pub use write::{ArrayRow, rows_to_write};

use event70_model::{Assignment, Database, Host, Keyword, Scenario};

use super::TestBed;
use played::Played;

/// What was met of what there is to meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What is counted.
    pub name: String,
    /// Whether nothing of it may be missing.
    pub required: bool,
    /// How much of it was met.
    pub covered: u64,
    /// How much there is.
    pub total: u64,
    /// What was not met: the first of it, as many as were asked for.
    pub missing: Vec<String>,
}

/// Everything that is measured of a set of scenarios.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// How many scenarios there were.
    pub scenarios: usize,
    /// The measures, in the order in which they are shown.
    pub measures: Vec<Measure>,
    /// For each cause, how often it stood alone and how often it was hidden.
    pub masking: Vec<Masking>,
}

/// A kind of site, as far as it decides which conditions can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Where the post office lives.
    pub host: Host,
    /// The version of its database.
    pub database: Database,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.host, self.database)
    }
}

impl Kind {
    /// Every kind.
    fn all() -> impl Iterator<Item = Self> {
        Host::ALL.iter().flat_map(|host| {
            Database::ALL.iter().map(|database| Self { host: *host, database: *database })
        })
    }
}

/// Something that a scenario may show.
struct Item {
    says: String,
    shown_by: Box<dyn Fn(&Played<'_>) -> bool>,
}

impl Item {
    fn new(says: impl Into<String>, shown_by: impl Fn(&Played<'_>) -> bool + 'static) -> Self {
        Self { says: says.into(), shown_by: Box::new(shown_by) }
    }
}

impl Measure {
    /// Counts which of these things some scenario shows.
    fn of(name: &str, items: &[Item], played: &[Played<'_>], most: usize) -> Self {
        let unmet = |item: &&Item| !played.iter().any(|played| (item.shown_by)(played));
        let missing: Vec<String> =
            items.iter().filter(unmet).map(|item| item.says.clone()).collect();
        Self {
            name: name.to_owned(),
            required: true,
            covered: (items.len() - missing.len()) as u64,
            total: items.len() as u64,
            missing: missing.into_iter().take(most).collect(),
        }
    }

    /// Whether nothing is missing.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.covered == self.total
    }

    /// How much was met, in percent.
    #[must_use]
    pub fn percent(&self) -> f64 {
        if self.total == 0 { 100.0 } else { 100.0 * self.covered as f64 / self.total as f64 }
    }
}

impl Coverage {
    /// Whether every measure that must be full is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.measures.iter().all(|measure| !measure.required || measure.is_full())
    }
}

/// Measures these scenarios, each where this is assumed: combinations of up to `strength`
/// conditions, and of what is missing the first `most` for each measure.
pub fn coverage<B: TestBed>(
    test_bed: &B,
    scenarios: &[(Scenario, Assignment)],
    strength: usize,
    most: usize,
) -> Coverage {
    let played = played::play(test_bed, scenarios);
    let mut measures = tuples::measures(&played, strength, most);
    let masking = causes::masking(&played);
    measures.push(causes::alone(&masking, most));
    measures.push(causes::pairs(&played, most));
    measures.push(Measure::of("rows", &rows::of_conditions(), &played, most));
    measures.push(Measure::of("repairs", &rows::of_repairs(), &played, most));
    Coverage { scenarios: scenarios.len(), measures, masking }
}
