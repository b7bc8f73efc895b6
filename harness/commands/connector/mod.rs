//! `event70 connector`: the reference, or one seeded bug, as a program behind the protocol.

mod memory;
mod remote_server;

use std::cell::RefCell;
use std::io;

use event70_model::{Assignment, Assumption, Connector, Failure, Stage, Tabbed, Trace};
use event70_process::{Command, CommandWord, ConnectorLine, SiteLine};
use event70_reference::{Bug, Reference, Seeded};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::assume::AssumeArgs;
use super::subject::bug;
use super::{Output, Status};
use memory::Memory;
use remote_server::{Pipes, RemoteServer};

/// Act as a connector: speak the protocol on stdin and stdout.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: event70 explore --connector \"event70 connector --bug once-per-life\""
)]
pub(in crate::commands) struct Args {
    /// Act as the reference with this seeded bug.
    #[arg(long, value_name = "NAME", value_parser = bug(), hide_possible_values = true)]
    bug: Option<Bug>,
    #[command(flatten)]
    assume: AssumeArgs,
}

pub(in crate::commands) fn run(args: &Args, output: &mut Output) -> io::Result<Status> {
    let assignment = args.assume.assignment();
    let served = match args.bug {
        None => serve(Reference::new().assuming(assignment), assignment),
        Some(bug) => serve(Seeded::with(bug).assuming(assignment), assignment),
    };
    match served {
        Ok(()) => Ok(Status::Agree),
        Err(error) => {
            output.complain(format!("error: {error}"))?;
            Ok(Status::Usage)
        }
    }
}

/// Why the conversation ended before its end.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the connection to the harness failed: {0}")]
    Pipe(#[from] io::Error),
    #[error("invalid line from the harness: {0}")]
    Line(#[from] serde_json::Error),
    #[error("the harness's command has no {0}")]
    Lacks(&'static str),
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Carries out commands until the harness closes the pipe.
fn serve<C: Connector + Serialize + DeserializeOwned>(
    mut connector: C,
    assignment: Assignment,
) -> Result<(), Broken> {
    // The words of the tab that are in force, where a start is when they are read.
    let reads_at_start = !assignment.has(Assumption::TabTakesEffect);
    let mut in_force: Option<Tabbed> = None;
    let pipes = RefCell::new(Pipes::default());
    let mut memory = Memory::default();
    let mut trace = Trace::default();
    let mut line = String::new();
    if let Some(remembered) = memory.recall()? {
        connector = remembered;
        // What is assumed is said now, not remembered.
        connector.assume(assignment);
        connector.kill()?;
    }
    loop {
        pipes.borrow_mut().hear(&mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        let command: Command<'_> = serde_json::from_str(&line)?;
        if command.word == CommandWord::Start && reads_at_start {
            in_force = command.site.as_ref().map(SiteLine::tab);
        }
        carry_out(&command, in_force.as_ref(), &mut connector, &pipes, &mut trace)?;
        if command.word == CommandWord::Reset {
            memory = Memory::default();
        } else {
            memory.keep(&connector)?;
        }
        let mut pipes = pipes.borrow_mut();
        pipes.is_whole()?;
        pipes.say(&ConnectorLine::Done(command.word.keyword().into()))?;
        pipes.flush()?;
    }
}

fn carry_out<C: Connector>(
    command: &Command<'_>,
    in_force: Option<&Tabbed>,
    connector: &mut C,
    pipes: &RefCell<Pipes>,
    trace: &mut Trace,
) -> Result<(), Broken> {
    trace.clear();
    let site = command.site.as_ref();
    let mut asked = RemoteServer::new(site, in_force, command.outbound.unwrap_or_default(), pipes);
    let stage = &mut Stage::new(&mut asked, trace, 0);
    match (command.word, site, command.outbound) {
        (CommandWord::Reset, ..) => connector.reset()?,
        (CommandWord::Stop, ..) => connector.stop(stage)?,
        (CommandWord::Cycle, _, None) => return Err(Broken::Lacks("outbound")),
        (_, None, _) => return Err(Broken::Lacks("site")),
        (CommandWord::Start, ..) => connector.start(stage)?,
        (CommandWord::Cycle, ..) => connector.cycle(stage)?,
        (CommandWord::Dirsync, ..) => connector.dirsync(stage)?,
    }
    Ok(())
}
