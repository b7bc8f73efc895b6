//! The command line, and what is said where it is none.

use std::io;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use event70_model::nearest;

use super::{Cli, Output, Status, named};

/// What is to be printed in place of carrying out a command: a help text, the version, or what is
/// wrong with the arguments.
#[derive(Debug)]
pub struct EarlyExit(clap::Error);

impl Cli {
    /// Reads the arguments of this process. A first argument that leads nowhere but is near to the
    /// name of a command is that command with a slip, and is told as one.
    ///
    /// # Errors
    /// What is to be printed in place of a command.
    pub fn read() -> Result<Self, EarlyExit> {
        let parsed = Self::try_parse();
        let first = match &parsed {
            Ok(cli) => cli.run.paths.first().cloned(),
            Err(error) if error.kind() == ErrorKind::UnknownArgument => {
                std::env::args_os().nth(1).map(PathBuf::from)
            }
            Err(_) => None,
        };
        match first.and_then(|first| slip(&first)) {
            Some(error) => Err(EarlyExit(error)),
            None => parsed.map_err(EarlyExit),
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

impl EarlyExit {
    /// Prints it: help is a result, a complaint is none. Arguments are foreign text, so that a
    /// complaint has no colours and comes out as every other.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn print(&self, output: &mut Output) -> io::Result<Status> {
        let Self(error) = self;
        let text = error.render().to_string();
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                output.line(text.trim_end())?;
                Ok(Status::Agree)
            }
            _ => {
                output.complain(text.trim_end())?;
                Ok(Status::Usage)
            }
        }
    }
}
