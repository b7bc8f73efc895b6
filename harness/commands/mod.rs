//! The program: arguments in, text and an exit status out. One file for each command.
//!
//! Only this room prints, reads the environment and touches files that it was told of.

mod arguments;
mod assume;
mod assumptions;
mod certify;
mod completions;
mod connector;
mod control;
mod cover;
mod diagnose;
mod evt_log;
mod explain;
mod explore;
mod init;
mod input;
mod kept;
mod known;
mod merge;
mod mutants;
mod named;
mod new;
mod observer;
mod output;
mod pin;
mod play_files;
mod prove;
mod queue;
mod results;
mod review;
mod run;
mod save;
mod saw;
mod schema;
mod signals;
mod status;
mod subject;
mod target;
mod values;
#[cfg(unix)]
mod watchdog;

use clap::{Parser, Subcommand};

pub use arguments::EarlyExit;
use output::Format;
pub use output::Output;
use signals::{Signals, survive_long_files};
pub use status::Status;

/// Test a connector against the article that documents its Event ID 70.
#[derive(Debug, Parser)]
#[command(
    name = "event70",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Without a command, `run` is assumed.\n\nExit status: 0 all agree; 1 a verdict other than agree; \
                  2 wrong usage or an invalid\nscenario file; 3 the connector under test failed as a program; \
                  70 an internal error.\n\nExample: event70 explain scenarios/causes/tab-password-wrong.toml"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run scenario files and print their logs and verdicts.
    #[command(after_help = "Example, for a connector that does not pass everything yet:\n  \
                      event70 run --standard --connector CMD --write-known known.toml\n  \
                      event70 run --standard --connector CMD --known known.toml")]
    Run(run::Args),
    /// Explain why each run logged Event 70 or not, and which repairs would help.
    Explain(explain::Args),
    /// Find out from a log what is wrong.
    Diagnose(diagnose::Args),
    /// Play random scenarios until one disagrees, and reduce it.
    Explore(explore::Args),
    /// Put the results of all shards of an exploration together.
    Merge(merge::Args),
    /// Prove that connector and invariant agree on timelines of any length.
    Prove(prove::Args),
    /// Report what the scenario files cover, and write what is missing.
    Cover(cover::Args),
    /// Search for every seeded bug with every search, each within its budget.
    Mutants(mutants::Args),
    /// Show a reviewer which scenarios disagree or are invalid, and which snapshots change.
    Review(review::Args),
    /// Write a project that tests a connector of your own.
    Init(init::Args),
    /// Write a commented scenario file to start from.
    New(new::Args),
    /// Write into scenario files what their expectations rest on.
    Pin(pin::Args),
    /// List what the documents leave open about a connector, and what can be assumed.
    Assumptions,
    /// Print the JSON Schema of scenario files, known failures, results or the protocol.
    Schema(schema::Args),
    /// Print the completions for a shell.
    Completions(completions::Args),
    /// Print a page of the manual.
    Man(completions::ManArgs),
    /// Run the complete conformance suite against a connector, and certify it.
    Certify(certify::Args),
    /// Act as a connector: the reference, speaking the protocol on stdin and stdout.
    Connector(connector::Args),
    /// Clean up after a harness, however it ends; the harness starts this itself.
    #[cfg(unix)]
    #[command(hide = true)]
    Watchdog,
}

impl Cli {
    /// Carries out the command.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn execute(self, output: &mut Output) -> std::io::Result<Status> {
        survive_long_files();
        match self.command {
            None => heeding(output, |signals, output| run::run(&self.run, signals, output)),
            Some(Command::Run(args)) => heeding(output, |signals, o| run::run(&args, signals, o)),
            Some(Command::Explain(args)) => {
                heeding(output, |signals, output| explain::explain(&args, signals, output))
            }
            Some(Command::Explore(args)) => {
                heeding(output, |signals, output| explore::run(&args, signals, output))
            }
            Some(Command::Prove(args)) => {
                heeding(output, |signals, output| prove::prove(&args, signals, output))
            }
            Some(Command::Cover(args)) => {
                heeding(output, |signals, output| cover::cover(&args, signals, output))
            }
            Some(Command::Mutants(args)) => {
                heeding(output, |signals, output| mutants::mutants(&args, signals, output))
            }
            Some(Command::Certify(args)) => {
                heeding(output, |signals, output| certify::run(&args, signals, output))
            }
            Some(Command::Diagnose(args)) => diagnose::diagnose(&args, output),
            Some(Command::Merge(args)) => merge::merge(&args, output),
            Some(Command::Review(args)) => review::review(&args, output),
            Some(Command::Init(args)) => init::init(&args, output),
            Some(Command::New(args)) => new::new(&args, output),
            Some(Command::Pin(args)) => pin::pin(&args, output),
            Some(Command::Assumptions) => assumptions::print(output),
            Some(Command::Schema(args)) => schema::print(&args, output),
            Some(Command::Completions(args)) => completions::completions(&args, output),
            Some(Command::Man(args)) => completions::manual(&args, output),
            Some(Command::Connector(args)) => connector::run(&args, output),
            #[cfg(unix)]
            Some(Command::Watchdog) => Ok(watchdog::run()),
        }
    }
}

/// Carries out a command that comes to its end when a signal asks for it.
fn heeding(
    output: &mut Output,
    command: impl FnOnce(&Signals, &mut Output) -> std::io::Result<Status>,
) -> std::io::Result<Status> {
    let signals = Signals::watch();
    let status = command(&signals, output)?;
    let Some(number) = signals.number() else { return Ok(status) };
    output.complain("interrupted: the results are partial")?;
    Ok(status.or(Status::Interrupted(number)))
}
