//! `event70 completions` and `event70 man`: what a shell and a reader of manuals are given.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;
use event70_model::shown;

use super::{Cli, Output, Status};

/// The name of the program, for shells.
const NAME: &str = "event70";

/// Print the completions for a shell.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: event70 completions bash > ~/.local/share/bash-completion/completions/event70"
)]
pub(super) struct Args {
    /// The shell.
    shell: Shell,
}

pub(super) fn completions(args: &Args, output: &mut Output) -> io::Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut script);
    print(&script, output)
}

/// Print a page of the manual.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 man explore | man -l -")]
pub(super) struct ManArgs {
    /// The page of this command; without one, that of the program.
    command: Option<String>,
}

pub(super) fn manual(args: &ManArgs, output: &mut Output) -> io::Result<Status> {
    let mut program = Cli::command();
    program.build();
    let page = match &args.command {
        None => Some(&program),
        Some(name) => program.get_subcommands().find(|command| command.get_name() == name),
    };
    let Some(page) = page else {
        let name = args.command.as_deref().unwrap_or_default();
        output.complain(format!("error: there is no command {}", shown(name)))?;
        return Ok(Status::Usage);
    };
    let mut text = Vec::new();
    Man::new(page.clone()).render(&mut text)?;
    print(&text, output)
}

fn print(text: &[u8], output: &mut Output) -> io::Result<Status> {
    output.line(String::from_utf8_lossy(text).trim_end())?;
    Ok(Status::Agree)
}
