//! Who is tested.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::connector::{Bug, Reference, Seeded};
use crate::report::Account;
use crate::scenario::ScenarioFile;
use crate::site::Simulated;
use crate::trial::Trial;
use crate::words::Word;

/// The connector under test.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Subject {
    /// Test the reference with this seeded bug in it.
    #[arg(long, value_name = "NAME", value_parser = bug(), hide_possible_values = true)]
    pub(super) bug: Option<Bug>,
}

/// The name of a seeded bug as it is written on the command line.
pub(super) fn bug() -> impl TypedValueParser<Value = Bug> {
    PossibleValuesParser::new(Bug::all_words())
        .map(|word| Bug::from_word(&word).unwrap_or(Bug::Canary))
}

impl Subject {
    /// Tries a scenario file on this connector and tells of it.
    pub(super) fn account(
        self,
        name: &str,
        file: ScenarioFile,
        trial: &mut Trial,
        lines_max: usize,
    ) -> Account {
        let site = Simulated::new(&file.scenario.setup);
        match self.bug {
            None => Account::of(name, file, trial, site, &mut Reference::new(), lines_max),
            Some(bug) => Account::of(name, file, trial, site, &mut Seeded::with(bug), lines_max),
        }
    }
}
