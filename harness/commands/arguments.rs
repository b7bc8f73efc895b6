//! The command line, and what is said where it is none.

use std::io;

use clap::Parser;
use clap::error::ErrorKind;

use super::{Cli, Output, Status};

/// What is to be printed in place of carrying out a command: a help text, the version, or what is
/// wrong with the arguments.
#[derive(Debug)]
pub struct Told(clap::Error);

impl Cli {
    /// Reads the arguments of this process.
    ///
    /// # Errors
    /// What is to be printed in place of a command.
    pub fn read() -> Result<Self, Told> {
        Self::try_parse().map_err(Told)
    }
}

impl Told {
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
