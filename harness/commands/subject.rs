//! Who is tested.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use event70_model::{Connector, shown};
use event70_reference::{Bug, Reference, Seeded};

#[cfg(all(unix, feature = "live"))]
use super::installation::Installation;
use event70_conformance::Simulation;
use event70_engine::Bench;

use super::signals::Signals;
use super::{Output, Status};
#[cfg(all(unix, feature = "live"))]
use event70_live::Kit;
#[cfg(all(unix, feature = "live"))]
use event70_live::lotus::ProgramBug;
use event70_model::Word;
#[cfg(unix)]
use event70_process::{Helper, Launch, Program, sweep};

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
    /// Where it is tested.
    #[arg(long, value_enum, default_value_t = SiteWord::Simulated)]
    site: SiteWord,
    /// Plant this bug in the Lotus programs (with --site live).
    #[cfg(all(unix, feature = "live"))]
    #[arg(long, value_name = "NAME", value_parser = program_bug(), hide_possible_values = true)]
    program_bug: Option<ProgramBug>,
    /// Keep the sandbox of what does not agree, and say where it lies (with --site live).
    #[arg(long)]
    keep: bool,
}

/// Where a connector is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum SiteWord {
    /// A site in memory, on which a fault is a flag.
    Simulated,
    /// A site of real files, processes and databases, on which a fault is the thing itself.
    Live,
}

const REFERENCE: &str = "reference";

/// The name of a seeded bug as it is written on the command line.
pub(super) fn bug() -> impl TypedValueParser<Value = Bug> {
    PossibleValuesParser::new(Bug::all_words())
        .map(|word| Bug::from_word(&word).unwrap_or(Bug::Canary))
}

/// The name of a bug of the Lotus programs as it is written on the command line.
#[cfg(all(unix, feature = "live"))]
fn program_bug() -> impl TypedValueParser<Value = ProgramBug> {
    PossibleValuesParser::new(ProgramBug::all_words())
        .map(|word| ProgramBug::from_word(&word).unwrap_or(ProgramBug::AnyCredentials))
}

/// No search and no connector takes longer.
const TIME_MAX: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// A time as it is written on the command line.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let parsed: Result<jiff::SignedDuration, _> = text.parse();
    let positive = parsed.ok().filter(jiff::SignedDuration::is_positive);
    let duration = positive.and_then(|duration| Duration::try_from(duration).ok());
    match duration {
        Some(duration) if duration <= TIME_MAX => Ok(duration),
        Some(_) => Err("longer than ten years".to_owned()),
        None => Err("not a time such as 60s or 5m".to_owned()),
    }
}

/// How a watchdog is started: the same program again. Where it is not known which file that is,
/// that is said.
#[cfg(unix)]
fn helper(output: &mut Output) -> io::Result<Result<Helper, Status>> {
    match std::env::current_exe() {
        Ok(program) => Ok(Ok(Helper { program, arguments: vec!["watchdog".to_owned()] })),
        Err(error) => {
            output.complain(format!(
                "error: event70 does not find its own program, to start its watchdog: {error}\n  \
                 help: mount /proc, or test the reference on the simulated site"
            ))?;
            Ok(Err(Status::Internal))
        }
    }
}

/// Removes what earlier runs left that were killed together with their watchdogs.
#[cfg(unix)]
fn sweep_what_was_left(output: &mut Output) -> io::Result<()> {
    sweep().into_iter().try_for_each(|error| output.complain(format!("warning: {error}")))
}

impl Subject {
    /// What was tested, for a report: each setting with its name.
    pub(super) fn properties(&self) -> Vec<(&'static str, String)> {
        let site = match self.site {
            SiteWord::Simulated => "simulated",
            SiteWord::Live => "live",
        };
        let mut properties = vec![
            ("event70.version", env!("CARGO_PKG_VERSION").to_owned()),
            ("connector", shown(&self.connector).to_string()),
            ("site", site.to_owned()),
        ];
        properties.extend(self.bug.map(|bug| ("bug", bug.to_string())));
        properties
    }
}

/// What is to be known of the connector under test, whoever it is.
#[derive(Clone, Copy)]
pub(super) struct Tested<'a> {
    /// Who it is, in words.
    pub(super) who: &'a str,
    /// Set this to have whoever is waited for ended.
    pub(super) cancelled: &'a Arc<AtomicBool>,
    /// Whether all is to come to its end.
    pub(super) signals: &'a Signals,
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

    /// Whether it is tested on a live site.
    pub(super) fn is_on_live_site(&self) -> bool {
        self.site == SiteWord::Live
    }

    /// Whether it is the reference as it is, on the simulated site.
    pub(super) fn is_plain_reference(&self) -> bool {
        !self.is_program() && self.bug.is_none() && !self.is_on_live_site()
    }

    /// Whether the sandbox of what does not agree is to be kept.
    pub(super) fn keeps(&self) -> bool {
        self.keep
    }

    /// Whether something is asked for that only a live site can do.
    fn wants_live_site(&self) -> bool {
        #[cfg(all(unix, feature = "live"))]
        let planted = self.program_bug.is_some();
        #[cfg(not(all(unix, feature = "live")))]
        let planted = false;
        self.keep || planted
    }

    /// Does something with the connector under test. Where that cannot be done, it has been
    /// said why, and what to do; the status is what is left.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub(super) fn put_to<U: Use>(
        &self,
        purpose: U,
        signals: &Signals,
        output: &mut Output,
    ) -> io::Result<Result<U::Outcome, Status>> {
        if self.wants_live_site() && !self.is_on_live_site() {
            output.complain("error: --keep and --program-bug go with --site live")?;
            return Ok(Err(Status::Usage));
        }
        let cancelled = &Arc::default();
        match (self.is_program(), self.bug) {
            (false, None) => {
                let tested = Tested { who: "the reference", cancelled, signals };
                self.put_on_site(Reference::new, purpose, &tested, output)
            }
            (false, Some(bug)) => {
                let who = &format!("the reference with the seeded bug {}", bug.word());
                let tested = Tested { who, cancelled, signals };
                self.put_on_site(|| Seeded::with(bug), purpose, &tested, output)
            }
            (true, None) => self.put_program_to(purpose, signals, output),
            (true, Some(_)) => {
                output.complain(
                    "error: --bug is for the reference; to test it behind the protocol, use \
                     --connector \"event70 connector --bug NAME\"",
                )?;
                Ok(Err(Status::Usage))
            }
        }
    }

    /// Does something with the connectors that `make` makes, where they are to be tested.
    fn put_on_site<U: Use, C: Connector>(
        &self,
        make: impl Fn() -> C + Sync,
        purpose: U,
        tested: &Tested<'_>,
        output: &mut Output,
    ) -> io::Result<Result<U::Outcome, Status>> {
        match self.site {
            SiteWord::Simulated => purpose.of(&Simulation(make), tested, output).map(Ok),
            SiteWord::Live => self.put_on_live_site(make, purpose, tested, output),
        }
    }

    #[cfg(all(unix, feature = "live"))]
    fn put_on_live_site<U: Use, C: Connector>(
        &self,
        make: impl Fn() -> C + Sync,
        purpose: U,
        tested: &Tested<'_>,
        output: &mut Output,
    ) -> io::Result<Result<U::Outcome, Status>> {
        sweep_what_was_left(output)?;
        if rustix::process::geteuid().is_root() {
            // The account of the programs has to be able to read what is made for it.
            rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
        }
        let helper = match helper(output)? {
            Ok(helper) => helper,
            Err(status) => return Ok(Err(status)),
        };
        let kit = match Kit::new(&helper) {
            Ok(kit) => kit,
            Err(unfit) => {
                output.complain(format!("error: --site live: {unfit}"))?;
                return Ok(Err(Status::Internal));
            }
        };
        if self.keep {
            kit.set_aside();
        }
        let mut who = format!("{} on a live site", tested.who);
        if let Some(bug) = self.program_bug {
            kit.plant(bug);
            who += &format!(" whose programs have the bug {bug}");
        }
        let tested = Tested { who: &who, ..*tested };
        purpose.of(&Installation(make, kit), &tested, output).map(Ok)
    }

    #[cfg(not(all(unix, feature = "live")))]
    fn put_on_live_site<U: Use, C: Connector>(
        &self,
        _make: impl Fn() -> C + Sync,
        _purpose: U,
        _tested: &Tested<'_>,
        output: &mut Output,
    ) -> io::Result<Result<U::Outcome, Status>> {
        output.complain(
            "error: --site live: this event70 has no live site; build it on Unix with the feature \
             `live`",
        )?;
        Ok(Err(Status::Usage))
    }

    /// How the program is started.
    #[cfg(unix)]
    fn launch(&self) -> Result<Launch, String> {
        let here = std::env::current_dir()
            .map_err(|error| format!("error: the present folder is not known: {error}"))?;
        let mut launch = Launch::new(&self.connector, &here)
            .map_err(|error| format!("error: --connector {:?}: {error}", shown(&self.connector)))?;
        launch.deadline = self.deadline.unwrap_or(launch.deadline);
        Ok(launch)
    }

    #[cfg(unix)]
    fn put_program_to<U: Use>(
        &self,
        purpose: U,
        signals: &Signals,
        output: &mut Output,
    ) -> io::Result<Result<U::Outcome, Status>> {
        let launch = match self.launch() {
            Ok(launch) => Arc::new(launch),
            Err(complaint) => {
                output.complain(complaint)?;
                return Ok(Err(Status::Usage));
            }
        };
        sweep_what_was_left(output)?;
        let helper = match helper(output)? {
            Ok(helper) => Arc::new(helper),
            Err(status) => return Ok(Err(status)),
        };
        let make = || Program::new(Arc::clone(&launch), Some(Arc::clone(&helper)));
        let who = &format!("the program `{}`", shown(&self.connector));
        signals.also_set(&launch.cancelled);
        let tested = Tested { who, cancelled: &launch.cancelled, signals };
        self.put_on_site(make, purpose, &tested, output)
    }

    #[cfg(not(unix))]
    fn put_program_to<U: Use>(
        &self,
        _purpose: U,
        _signals: &Signals,
        output: &mut Output,
    ) -> io::Result<Result<U::Outcome, Status>> {
        let command = shown(&self.connector);
        output.complain(format!(
            "error: --connector {command:?}: programs can be tested on Unix only"
        ))?;
        Ok(Err(Status::Usage))
    }
}
