//! Who is tested.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::builder::TypedValueParser;
#[cfg(all(unix, feature = "live"))]
use event70_live::Kit;
#[cfg(all(unix, feature = "live"))]
use event70_live::lotus::ProgramBug;
#[cfg(unix)]
use event70_model::shown_path;
use event70_model::{Keyword, shown};
#[cfg(unix)]
use event70_process::{CommandError, ConversationLog, Helper, Launch, sweep};
use event70_reference::Bug;

use super::assume::{AssumeArgs, Assumed};
use super::control::jobs;
use super::signals::Signals;
use super::target::{Kind, Target};
use super::values::{duration, word};
use super::{Output, Status};

/// The connector under test.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Subject {
    /// The connector under test: `reference`, or a command that starts one that speaks the protocol.
    #[arg(long, value_name = "CMD", default_value = REFERENCE)]
    connector: String,
    /// Maximum time for an answer of the connector, for example `5s` or `500ms` [default: 5s].
    #[arg(long, value_name = "TIME", value_parser = duration)]
    deadline: Option<Duration>,
    /// Write everything that the connector and the harness say to each other to this file, one JSON
    /// object for each line (with --connector CMD).
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Test the reference with this seeded bug.
    #[arg(long, value_name = "NAME", value_parser = bug(), hide_possible_values = true)]
    bug: Option<Bug>,
    #[command(flatten)]
    assume: AssumeArgs,
    /// The site on which it is tested.
    #[arg(long, value_enum, default_value_t = SiteWord::Simulated)]
    site: SiteWord,
    /// Plant this bug in the Lotus programs (with --site live).
    #[cfg(all(unix, feature = "live"))]
    #[arg(long, value_name = "NAME", value_parser = program_bug(), hide_possible_values = true)]
    program_bug: Option<ProgramBug>,
    /// Keep the sandbox of a scenario that does not agree, and print its path (with --site live).
    #[arg(long)]
    keep: bool,
}

/// Why a connector cannot be started.
#[cfg(unix)]
#[derive(Debug, thiserror::Error)]
enum LaunchError {
    #[error("the current directory is unknown: {0}")]
    Here(io::Error),
    #[error("--connector \"{0}\": {1}")]
    Command(String, CommandError),
    #[error("--trace {0}: {1}")]
    Trace(String, io::Error),
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
    word::<Bug>()
}

/// The name of a bug of the Lotus programs as it is written on the command line.
#[cfg(all(unix, feature = "live"))]
fn program_bug() -> impl TypedValueParser<Value = ProgramBug> {
    word::<ProgramBug>()
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

impl Subject {
    /// The words that name the same subject again.
    pub(super) fn words(&self) -> Vec<String> {
        let word = |option: &str, value: String| [option.to_owned(), value];
        let mut words = Vec::new();
        if self.is_program() {
            words.extend(word("--connector", self.connector.clone()));
        }
        if let Some(deadline) = self.deadline.and_then(|d| jiff::SignedDuration::try_from(d).ok()) {
            words.extend(word("--deadline", format!("{deadline:#}").replace(' ', "")));
        }
        words.extend(self.bug.into_iter().flat_map(|bug| word("--bug", bug.to_string())));
        if self.is_on_live_site() {
            words.extend(word("--site", "live".to_owned()));
        }
        #[cfg(all(unix, feature = "live"))]
        words.extend(
            self.program_bug.into_iter().flat_map(|bug| word("--program-bug", bug.to_string())),
        );
        words.extend(self.assume.words());
        words
    }
}

impl Subject {
    /// What is assumed of it.
    pub(super) fn assumed(&self) -> Assumed {
        self.assume.assumed(self.is_program())
    }

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

    /// How many files are played at a time. What is to be kept of a sandbox is what the last has left.
    pub(super) fn jobs_of_files(&self, asked_for: Option<u16>) -> usize {
        match (self.keep, asked_for, self.is_on_live_site()) {
            (true, ..) | (false, None, false) => 1,
            (false, asked_for, _) => jobs(asked_for),
        }
    }

    /// Whether something is asked for that only a live site can do.
    fn wants_live_site(&self) -> bool {
        #[cfg(all(unix, feature = "live"))]
        let planted = self.program_bug.is_some();
        #[cfg(not(all(unix, feature = "live")))]
        let planted = false;
        self.keep || planted
    }

    /// The connector under test and its sites. Where there can be none, it has been said why, and
    /// what to do; the status is what is left.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub(super) fn target<'a>(
        &self,
        signals: &'a Signals,
        output: &mut Output,
    ) -> io::Result<Result<Target<'a>, Status>> {
        if self.wants_live_site() && !self.is_on_live_site() {
            output.complain("error: --keep and --program-bug go with --site live")?;
            return Ok(Err(Status::Usage));
        }
        if self.trace.is_some() && !self.is_program() {
            output.complain("error: --trace goes with --connector CMD, a program")?;
            return Ok(Err(Status::Usage));
        }
        let (kind, who) = match self.kind(output)? {
            Ok(kind) => kind,
            Err(status) => return Ok(Err(status)),
        };
        let cancelled = match &kind {
            #[cfg(unix)]
            Kind::Program(launch, _) => Arc::clone(&launch.cancelled),
            _ => Arc::default(),
        };
        signals.also_set(&cancelled);
        let target = Target {
            who,
            cancelled,
            signals,
            kind,
            assumed: self.assumed(),
            #[cfg(all(unix, feature = "live"))]
            kit: None,
        };
        if self.is_on_live_site() { self.on_live_site(target, output) } else { Ok(Ok(target)) }
    }

    /// Who is tested, and who that is in words.
    fn kind(&self, output: &mut Output) -> io::Result<Result<(Kind, String), Status>> {
        match (self.is_program(), self.bug) {
            (false, None) => Ok(Ok((Kind::Reference, "the reference".to_owned()))),
            (false, Some(bug)) => {
                let who = format!("the reference with the seeded bug {}", bug.keyword());
                Ok(Ok((Kind::Seeded(bug), who)))
            }
            (true, None) => self.program(output),
            (true, Some(_)) => {
                output.complain(
                    "error: --bug is for the reference; to test it behind the protocol, use \
                     --connector \"event70 connector --bug NAME\"",
                )?;
                Ok(Err(Status::Usage))
            }
        }
    }

    #[cfg(all(unix, feature = "live"))]
    fn on_live_site<'a>(
        &self,
        target: Target<'a>,
        output: &mut Output,
    ) -> io::Result<Result<Target<'a>, Status>> {
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
        let mut who = format!("{} on a live site", target.who);
        if let Some(bug) = self.program_bug {
            kit.plant(bug);
            who += &format!(" whose programs have the bug {bug}");
        }
        Ok(Ok(Target { who, kit: Some(kit), ..target }))
    }

    #[cfg(not(all(unix, feature = "live")))]
    fn on_live_site<'a>(
        &self,
        _target: Target<'a>,
        output: &mut Output,
    ) -> io::Result<Result<Target<'a>, Status>> {
        output.complain(
            "error: --site live: this event70 has no live site; build it on Unix with the feature \
             `live`",
        )?;
        Ok(Err(Status::Usage))
    }

    /// The program that is tested, not started yet.
    #[cfg(unix)]
    fn program(&self, output: &mut Output) -> io::Result<Result<(Kind, String), Status>> {
        let launch = match self.launch() {
            Ok(launch) => Arc::new(launch),
            Err(error) => {
                output.complain(format!("error: {error}"))?;
                return Ok(Err(Status::Usage));
            }
        };
        sweep_what_was_left(output)?;
        let helper = match helper(output)? {
            Ok(helper) => Arc::new(helper),
            Err(status) => return Ok(Err(status)),
        };
        let who = format!("the program `{}`", shown(&self.connector));
        Ok(Ok((Kind::Program(launch, helper), who)))
    }

    /// How the program is started.
    #[cfg(unix)]
    fn launch(&self) -> Result<Launch, LaunchError> {
        let here = std::env::current_dir().map_err(LaunchError::Here)?;
        let mut launch = Launch::new(&self.connector, &here)
            .map_err(|why| LaunchError::Command(shown(&self.connector).to_string(), why))?;
        launch.deadline = self.deadline.unwrap_or(launch.deadline);
        if let Some(path) = &self.trace {
            let file = std::fs::File::create(path)
                .map_err(|why| LaunchError::Trace(shown_path(path), why))?;
            launch.log = Some(Arc::new(ConversationLog::new(file)));
        }
        Ok(launch)
    }

    #[cfg(not(unix))]
    fn program(&self, output: &mut Output) -> io::Result<Result<(Kind, String), Status>> {
        let command = shown(&self.connector);
        output.complain(format!(
            "error: --connector {command:?}: programs can be tested on Unix only"
        ))?;
        Ok(Err(Status::Usage))
    }
}
