//! Who is tested.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Output;
use crate::connector::{Bug, Reference, Seeded};
#[cfg(unix)]
use crate::program::{Keeper, Launch, Program};
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

/// What is to be known of the connector under test, whoever it is.
pub(super) struct Tested<'a> {
    /// Who it is, in words.
    pub(super) who: &'a str,
    /// Set this to have whoever is waited for ended.
    pub(super) interrupted: &'a Arc<AtomicBool>,
}

/// What a command does with the connector under test.
pub(super) trait Use {
    /// What comes of it.
    type Outcome;

    /// Does it.
    fn of<B: Bench>(
        self,
        bench: &B,
        tested: &Tested<'_>,
        output: &mut Output,
    ) -> io::Result<Self::Outcome>;
}

impl Subject {
    /// Whether another process is tested.
    pub(super) fn is_program(&self) -> bool {
        self.connector != REFERENCE
    }

    /// Does something with the connector under test. Nothing comes of it if that is wrongly asked
    /// for; then it has been said what is wrong, and what to do.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub(super) fn put_to<U: Use>(
        &self,
        purpose: U,
        output: &mut Output,
    ) -> io::Result<Option<U::Outcome>> {
        let interrupted = &Arc::default();
        let outcome = match (self.is_program(), self.bug) {
            (false, None) => {
                let tested = Tested { who: "the reference", interrupted };
                purpose.of(&Simulation(Reference::new), &tested, output)?
            }
            (false, Some(bug)) => {
                let who = &format!("the reference with the seeded bug {}", bug.word());
                let tested = Tested { who, interrupted };
                purpose.of(&Simulation(|| Seeded::with(bug)), &tested, output)?
            }
            (true, None) => return self.put_program_to(purpose, output),
            (true, Some(_)) => {
                output.complain(
                    "error: --bug is for the reference; to test it behind the protocol, use \
                     --connector \"event70 connector --bug NAME\"",
                )?;
                return Ok(None);
            }
        };
        Ok(Some(outcome))
    }

    /// How the program is started.
    #[cfg(unix)]
    fn launch(&self) -> Result<Launch, String> {
        let here = std::env::current_dir()
            .map_err(|error| format!("error: the present folder is not known: {error}"))?;
        let mut launch = Launch::new(&self.connector, &here)
            .map_err(|error| format!("error: --connector {:?}: {error}", plain(&self.connector)))?;
        launch.deadline = self.deadline.unwrap_or(launch.deadline);
        Ok(launch)
    }

    #[cfg(unix)]
    fn put_program_to<U: Use>(
        &self,
        purpose: U,
        output: &mut Output,
    ) -> io::Result<Option<U::Outcome>> {
        let launch = match self.launch() {
            Ok(launch) => Arc::new(launch),
            Err(complaint) => {
                output.complain(complaint)?;
                return Ok(None);
            }
        };
        // Without a keeper only a harness that is killed leaves something behind.
        let keeper = std::env::current_exe()
            .and_then(|program| Keeper::start(&program, &["keeper"]))
            .map(Arc::new)
            .ok();
        let make = || Program::new(Arc::clone(&launch), keeper.clone());
        let who = &format!("the program `{}`", plain(&self.connector));
        let tested = Tested { who, interrupted: &launch.cancelled };
        purpose.of(&Simulation(make), &tested, output).map(Some)
    }

    #[cfg(not(unix))]
    fn put_program_to<U: Use>(
        &self,
        _purpose: U,
        output: &mut Output,
    ) -> io::Result<Option<U::Outcome>> {
        let command = plain(&self.connector);
        output.complain(format!(
            "error: --connector {command:?}: programs can be tested on Unix only"
        ))?;
        Ok(None)
    }
}
