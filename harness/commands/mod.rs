//! The program: arguments in, text and an exit status out. One file for each command.
//!
//! Only this room prints, reads the environment and touches files that it was told of.

mod certify;
mod connector;
mod control;
mod cover;
mod explain;
mod explore;
mod input;
mod mutants;
mod named;
mod new;
mod output;
mod prove;
mod run;
mod save;
mod schema;
mod status;
mod subject;
mod tell;
#[cfg(unix)]
mod watchdog;

use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

pub use output::Output;
pub use status::Status;

use crate::words::nearest;

/// Hold a connector against the article that documents its Event ID 70.
#[derive(Debug, Parser)]
#[command(
    name = "event70",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Without a command it does `run`.\n\nExit status: 0 all agree; 1 a verdict other than agree; \
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
    /// Run scenario files and print log and verdict.
    Run(run::Args),
    /// Say for every run why it logged Event 70 or not, and which repairs would help.
    Explain(explain::Args),
    /// Play random scenarios until one disagrees, and make that one small.
    Explore(explore::Args),
    /// Prove that connector and invariant agree on timelines of any length.
    Prove(prove::Args),
    /// Say what the scenario files cover, and write what is missing.
    Cover(cover::Args),
    /// Hunt every seeded bug with every search, each within its budget.
    Mutants(mutants::Args),
    /// Write a commented scenario file to start from.
    New(new::Args),
    /// Print the JSON Schema of scenario files.
    Schema,
    /// Hold a connector against the complete conformance suite, and certify it.
    Certify(certify::Args),
    /// Be a connector: the reference, speaking the protocol on stdin and stdout.
    Connector(connector::Args),
    /// End and remove what a harness leaves, however it ends; the harness starts this itself.
    #[cfg(unix)]
    #[command(hide = true)]
    Watchdog,
}

impl Cli {
    /// What the arguments of this process ask for.
    ///
    /// # Errors
    /// If they ask for nothing that there is, or for help. A first argument that leads nowhere but is
    /// near to the name of a command is that command with a slip, and is told as one.
    pub fn of_this_process() -> Result<Self, clap::Error> {
        let parsed = Self::try_parse();
        let first = match &parsed {
            Ok(cli) => cli.run.paths.first().cloned(),
            Err(error) if error.kind() == ErrorKind::UnknownArgument => {
                std::env::args_os().nth(1).map(PathBuf::from)
            }
            Err(_) => None,
        };
        match first.and_then(|first| slip(&first)) {
            Some(error) => Err(error),
            None => parsed,
        }
    }

    /// Carries out the command.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn execute(self, output: &mut Output) -> std::io::Result<Status> {
        match self.command {
            None => run::run(&self.run, output),
            Some(Command::Run(args)) => run::run(&args, output),
            Some(Command::Explain(args)) => explain::explain(&args, output),
            Some(Command::Explore(args)) => explore::run(&args, output),
            Some(Command::Prove(args)) => prove::prove(&args, output),
            Some(Command::Cover(args)) => cover::cover(&args, output),
            Some(Command::Mutants(args)) => mutants::mutants(&args, output),
            Some(Command::New(args)) => new::new(&args, output),
            Some(Command::Schema) => schema::print(output),
            Some(Command::Certify(args)) => certify::run(&args, output),
            Some(Command::Connector(args)) => connector::run(&args, output),
            #[cfg(unix)]
            Some(Command::Watchdog) => Ok(watchdog::run()),
        }
    }
}

/// What clap says of an unknown command, for an argument that seems to be one.
fn slip(argument: &Path) -> Option<clap::Error> {
    let text = argument.to_str().filter(|text| text.len() < 30 && !text.starts_with('-'))?;
    let mut cli = Cli::command();
    cli.build();
    let shown = cli.get_subcommands().filter(|command| !command.is_hide_set());
    let commands: Vec<&str> = shown.map(clap::Command::get_name).collect();
    let meant = nearest(text, &commands).map(str::to_owned)?;
    if commands.contains(&text) || named::meant(argument).is_some() {
        return None;
    }
    let mut error = clap::Error::new(ErrorKind::InvalidSubcommand).with_cmd(&cli);
    error.insert(ContextKind::InvalidSubcommand, ContextValue::String(text.to_owned()));
    error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![meant]));
    Some(error)
}
