//! Who is tested.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::connector::{Bug, Reference, Seeded};
use crate::search::{Bench, Simulation};
use crate::words::{Word, plain};

/// The connector under test.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Subject {
    /// Who is tested: `reference`, or the command that starts a connector that speaks the protocol.
    #[arg(long, value_name = "CMD", default_value = REFERENCE)]
    connector: String,
    /// How long a connector may take to answer, for example `5s` or `500ms` [default: 5s].
    #[arg(long, value_name = "TIME", value_parser = duration)]
    deadline: Option<Duration>,
    /// Test the reference with this seeded bug in it.
    #[arg(long, value_name = "NAME", value_parser = bug(), hide_possible_values = true)]
    bug: Option<Bug>,
}

const REFERENCE: &str = "reference";

/// The name of a seeded bug as it is written on the command line.
pub(super) fn bug() -> impl TypedValueParser<Value = Bug> {
    PossibleValuesParser::new(Bug::all_words())
        .map(|word| Bug::from_word(&word).unwrap_or(Bug::Canary))
}

/// A time as it is written on the command line.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let parsed: Result<jiff::SignedDuration, _> = text.parse();
    let positive = parsed.ok().filter(jiff::SignedDuration::is_positive);
    positive
        .and_then(|duration| Duration::try_from(duration).ok())
        .ok_or_else(|| "not a time such as 60s or 5m".to_owned())
}

/// What a command does with the connector under test, whoever that is.
pub(super) trait Use {
    /// What comes of it.
    type Outcome;

    /// Does it. `tested` says in words who is tested; whoever is waited for is ended once
    /// `interrupted` is set.
    fn of<B: Bench>(self, bench: &B, tested: &str, interrupted: &Arc<AtomicBool>) -> Self::Outcome;
}

impl Subject {
    /// Whether another process is tested.
    pub(super) fn is_program(&self) -> bool {
        self.connector != REFERENCE
    }

    /// Does something with the connector under test.
    ///
    /// # Errors
    /// If it is wrongly asked for: what is wrong, and what to do.
    pub(super) fn put_to<U: Use>(&self, purpose: U) -> Result<U::Outcome, String> {
        let interrupted = Arc::default();
        match (self.is_program(), self.bug) {
            (false, None) => {
                Ok(purpose.of(&Simulation(Reference::new), "the reference", &interrupted))
            }
            (false, Some(bug)) => {
                let tested = format!("the reference with the seeded bug {}", bug.word());
                Ok(purpose.of(&Simulation(|| Seeded::with(bug)), &tested, &interrupted))
            }
            (true, None) => self.put_program_to(purpose),
            (true, Some(_)) => Err("error: --bug is for the reference; to test it behind the \
                 protocol, use --connector \"event70 connector --bug NAME\""
                .to_owned()),
        }
    }

    #[cfg(unix)]
    fn put_program_to<U: Use>(&self, purpose: U) -> Result<U::Outcome, String> {
        use crate::program::{Keeper, Launch, Program};

        let command = plain(&self.connector);
        let here = std::env::current_dir()
            .map_err(|error| format!("error: the present folder is not known: {error}"))?;
        let mut launch = Launch::new(&self.connector, &here)
            .map_err(|error| format!("error: --connector {command:?}: {error}"))?;
        launch.deadline = self.deadline.unwrap_or(launch.deadline);
        let launch = Arc::new(launch);
        // Without a keeper only a harness that is killed leaves something behind.
        let keeper = std::env::current_exe()
            .and_then(|program| Keeper::start(&program, &["keeper"]))
            .map(Arc::new)
            .ok();
        let make = || Program::new(Arc::clone(&launch), keeper.clone());
        let tested = format!("the program `{command}`");
        Ok(purpose.of(&Simulation(make), &tested, &launch.cancelled))
    }

    #[cfg(not(unix))]
    fn put_program_to<U: Use>(&self, _purpose: U) -> Result<U::Outcome, String> {
        let command = plain(&self.connector);
        Err(format!("error: --connector {command:?}: programs can be tested on Unix only"))
    }
}
