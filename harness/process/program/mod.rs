//! A connector in another process and any language, behind the line protocol.
//!
//! A [`ProgramConnector`] is a [`Connector`]: it sends each command as a line, has the site execute
//! what the program asks for, and records what it logs. The process lives for many scenarios;
//! `reset` begins a new one in it, and after a kill the next start goes to a new process in the
//! same working directory. Whatever a program does wrong ends in a [`Failure`] within the deadline,
//! and nothing of it stays behind.

mod bounds;
mod conversation_log;
mod deadline;
mod launch;
mod private_folder;
mod process;
mod removal;
mod transcript;
mod watchdog;

use std::io;
use std::path::Path;
use std::sync::Arc;

pub use conversation_log::ConversationLog;
pub use launch::{CommandError, DEADLINE, Launch};
pub use private_folder::{PrivateFolder, sweep};
pub use watchdog::{Helper, Watchdog, serve};

use event70_model::{
    CommandLine, Connector, Failure, FailureKind, RunResult, Server, Stage, Verbatim, shown,
    trouble,
};

use crate::{Answer, Command, CommandWord, ConnectorLine, LINE_BYTES_MAX, SiteLine, write_line};
use bounds::Bounds;
use deadline::Deadline;
use private_folder::EmptyError;
use process::{Process, Trouble};
use transcript::{Side, Transcript};

/// A connector behind the protocol. No process is started before it is needed.
#[derive(Debug)]
pub struct ProgramConnector {
    launch: Arc<Launch>,
    helper: Option<Arc<Helper>>,
    watchdog: Option<Arc<Watchdog>>,
    directory: Option<PrivateFolder>,
    process: Option<Process>,
    transcript: Transcript,
    bounds: Bounds,
    line: Vec<u8>,
}

impl ProgramConnector {
    /// A connector that is started like this. With a helper to start a [`Watchdog`], nothing of it
    /// stays behind, daemons included, even if the harness is killed; without one, what leaves the
    /// process group of the connector does.
    #[must_use]
    pub fn new(launch: Arc<Launch>, helper: Option<Arc<Helper>>) -> Self {
        let transcript = Transcript::new(launch.log.as_ref());
        Self {
            launch,
            helper,
            watchdog: None,
            directory: None,
            process: None,
            transcript,
            bounds: Bounds::new(),
            line: Vec::new(),
        }
    }

    /// The working directory, once there is one.
    #[must_use]
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_ref().map(PrivateFolder::path)
    }

    /// Makes sure that there is a process.
    fn process(&mut self) -> Result<&mut Process, Failure> {
        let process = match self.process.take() {
            Some(process) => process,
            None => self.start_process()?,
        };
        Ok(self.process.insert(process))
    }

    fn start_process(&mut self) -> Result<Process, Failure> {
        self.start_watchdog()?;
        let directory = match self.directory.take() {
            Some(directory) => directory,
            None => PrivateFolder::new(self.watchdog.as_deref())
                .map_err(of_harness("a working directory for the connector cannot be made"))?,
        };
        let directory = self.directory.insert(directory).path();
        Process::start(&self.launch, directory, self.watchdog.as_ref()).map_err(|error| {
            let what = "the connector cannot be started";
            if trouble::advice(&error).is_some() {
                return of_harness(what)(error);
            }
            self.failure(FailureKind::CannotStart, format!("{what}: {error}"), "")
        })
    }

    fn start_watchdog(&mut self) -> Result<(), Failure> {
        if let (None, Some(helper)) = (&self.watchdog, &self.helper) {
            let started = Watchdog::start(helper);
            self.watchdog = started.map_err(of_harness("a watchdog cannot be started"))?;
        }
        Ok(())
    }

    /// Sends a message.
    fn send(&mut self, message: &impl serde::Serialize) -> Result<(), Failure> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let written = write_line(&mut line, message);
        self.transcript.note(Side::Harness, &line);
        let mut deadline = Deadline::after(self.launch.deadline);
        let sent = match (self.process(), written) {
            (Ok(process), Ok(())) => process.send(&line, &mut deadline),
            (Err(failure), _) => return Err(failure),
            (_, Err(error)) => Err(Trouble::System(error.into())),
        };
        self.line = line;
        sent.map_err(|trouble| self.failed(trouble))
    }

    /// Sends a command and carries it through. `on_run` executes a command line, `on_event` notes
    /// an event.
    fn converse(
        &mut self,
        command: &Command<'_>,
        mut on_run: impl FnMut(&CommandLine) -> (RunResult, Answer<'static>),
        mut on_event: impl FnMut(Verbatim),
    ) -> Result<(), Failure> {
        let quiet = self.process()?.is_quiet();
        quiet.map_err(|trouble| self.failed(trouble))?;
        self.send(command)?;
        self.bounds.command(command);
        let mut deadline = Deadline::after(self.launch.deadline);
        loop {
            let Some(process) = &mut self.process else {
                return Err(self.failed(Trouble::Ended("is gone".to_owned())));
            };
            let said = match process.receive(&mut deadline) {
                Ok(line) => {
                    self.transcript.note(Side::Connector, line);
                    ConnectorLine::read(line)
                        .map_err(|why| format!("{why}{}", byte_order_mark(line)))
                }
                Err(trouble) => return Err(self.failed(trouble)),
            };
            match said {
                Ok(ConnectorLine::Event(event)) => {
                    let event = Verbatim::from(event);
                    if !self.bounds.allow_event(&event) {
                        return Err(self.flooded("logged events without end"));
                    }
                    on_event(event);
                }
                Ok(ConnectorLine::Run(run)) => {
                    let line = CommandLine::from(run);
                    let (ran, answer) = on_run(&line);
                    if !self.bounds.allow_run(&line, ran) {
                        return Err(self.flooded("asked for runs without end"));
                    }
                    self.send(&answer)?;
                    deadline = Deadline::after(self.launch.deadline);
                }
                Ok(ConnectorLine::Done(word)) if word == command.word.keyword() => {
                    let more =
                        self.process.as_ref().is_some_and(|process| !process.unread().is_empty());
                    if more {
                        return Err(self.failed(Trouble::Unasked));
                    }
                    let error = self.transcript.error();
                    return error.map_or(Ok(()), |error| Err(of_harness(NOT_WRITTEN)(error)));
                }
                Ok(ConnectorLine::Done(word)) => {
                    let what = format!(
                        "the connector said that {:?} is done, but it was asked for {:?}",
                        shown(&word),
                        command.word.keyword()
                    );
                    return Err(self.fail(FailureKind::BrokeProtocol, what));
                }
                Err(why) => {
                    let what = format!("the connector's line {}", shown(&why));
                    return Err(self.fail(FailureKind::BrokeProtocol, what));
                }
            }
        }
    }

    /// Carries out a command on a stage.
    fn command<S: Server>(
        &mut self,
        stage: &mut Stage<'_, S>,
        word: CommandWord,
    ) -> Result<(), Failure> {
        let description = stage.description();
        let mut command = Command::at(word, stage.at());
        if word != CommandWord::Stop {
            command.site = Some(SiteLine::of(&description));
        }
        if word == CommandWord::Cycle {
            command.outbound = Some(stage.view().outbound);
        }
        let stage = std::cell::RefCell::new(stage);
        self.converse(
            &command,
            |line| {
                let mut stage = stage.borrow_mut();
                let (ran, printed) = stage.execute(line);
                (ran, Answer::from(ran).printing(printed))
            },
            |event| stage.borrow_mut().report(event),
        )?;
        stage.borrow_mut().witness(true);
        Ok(())
    }

    /// Empties the working directory, if it is still the one that the connector was given.
    fn empty_directory(&mut self) -> Result<(), Failure> {
        let Some(directory) = &self.directory else { return Ok(()) };
        match directory.empty() {
            Ok(()) => Ok(()),
            Err(EmptyError::Replaced) => {
                let what = "the connector has moved or replaced its working directory";
                let failure = self.fail(FailureKind::BrokeProtocol, what.to_owned());
                if let Some(directory) = self.directory.take() {
                    let _ = directory.remove(self.watchdog.as_deref());
                }
                Err(failure)
            }
            Err(EmptyError::Io(error)) => {
                let what = "the connector's working directory cannot be emptied";
                if trouble::advice(&error).is_some() {
                    return Err(of_harness(what)(error));
                }
                Err(self.fail(FailureKind::CannotStart, format!("{what}: {error}")))
            }
        }
    }

    fn flooded(&mut self, how: &str) -> Failure {
        self.fail(FailureKind::Flooded, format!("the connector {how} (C24)"))
    }

    /// What a trouble with the process amounts to. The process is ended.
    fn failed(&mut self, trouble: Trouble) -> Failure {
        let (kind, what) = match trouble {
            Trouble::Ended(how) => {
                (FailureKind::Ended, format!("the connector {how} before it had answered"))
            }
            Trouble::Hung => (FailureKind::Hung, self.hung()),
            Trouble::Cancelled => {
                (FailureKind::Hung, "waiting for the connector was cancelled".to_owned())
            }
            Trouble::TooLong => (
                FailureKind::BrokeProtocol,
                format!("the connector's line is longer than {LINE_BYTES_MAX} bytes"),
            ),
            Trouble::Unasked => {
                let unread = self.process.as_ref().map_or(&[][..], Process::unread);
                let mark = byte_order_mark(unread);
                let what = "the connector wrote a line after `done`, before the next command";
                (FailureKind::BrokeProtocol, format!("{what}{mark}"))
            }
            Trouble::System(error) => {
                self.process = None;
                return of_harness("the connector cannot be reached")(error);
            }
        };
        self.fail(kind, what)
    }

    fn hung(&self) -> String {
        let deadline = self.launch.deadline.as_secs_f64();
        let received = match &self.process {
            Some(process) if !process.unread().is_empty() => {
                "; only the beginning of a line was received"
            }
            Some(process) if process.has_said_nothing() => {
                "; nothing at all was received: does it write a line for every answer, and flush its \
                 stdout after it?"
            }
            _ => "",
        };
        format!("the connector did not answer within {deadline} s{received}")
    }

    /// A failure with the process's last words. The process is ended.
    fn fail(&mut self, kind: FailureKind, what: String) -> Failure {
        if let Some(process) = &self.process
            && !process.unread().is_empty()
        {
            self.transcript.note(Side::Connector, process.unread());
        }
        let complaints = self.process.as_mut().map(|process| process.complaints().to_vec());
        self.process = None;
        // A connector that finds no room to work in is not to blame: nor does the harness find any.
        if let Some(Err(error)) = self.directory.as_ref().map(PrivateFolder::has_room)
            && trouble::advice(&error).is_some()
        {
            return of_harness(&format!("{what}, and its working directory has no room"))(error);
        }
        let complaints = String::from_utf8_lossy(&complaints.unwrap_or_default()).into_owned();
        self.failure(kind, what, &complaints)
    }

    fn failure(&mut self, kind: FailureKind, what: String, complaints: &str) -> Failure {
        let mut report = vec![format!("command:   {}", shown(&self.launch.command))];
        report.extend(self.transcript.lines());
        self.transcript.clear();
        report.extend(complaints.lines().map(|line| format!("stderr:    {}", shown(line))));
        Failure { kind, what, report: report.join("\n"), during: None }
    }
}

impl Connector for ProgramConnector {
    fn reset(&mut self) -> Result<(), Failure> {
        self.transcript.clear();
        self.bounds = Bounds::new();
        self.empty_directory()?;
        let asked_for = std::cell::Cell::new(false);
        let on_run = |_: &CommandLine| {
            asked_for.set(true);
            (RunResult::NotFound, Answer::from(RunResult::NotFound))
        };
        self.converse(&Command::reset(), on_run, |_| asked_for.set(true))?;
        if asked_for.get() {
            let what = "the connector ran a program or logged an event during reset".to_owned();
            return Err(self.fail(FailureKind::BrokeProtocol, what));
        }
        Ok(())
    }

    fn start<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.command(stage, CommandWord::Start)
    }

    fn cycle<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.command(stage, CommandWord::Cycle)
    }

    fn dirsync<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.command(stage, CommandWord::Dirsync)
    }

    fn stop<S: Server>(&mut self, stage: &mut Stage<'_, S>) -> Result<(), Failure> {
        self.command(stage, CommandWord::Stop)
    }

    fn kill(&mut self) -> Result<(), Failure> {
        if self.process.take().is_some() {
            self.transcript.note_kill();
        }
        Ok(())
    }
}

impl Drop for ProgramConnector {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            process.finish();
        }
        self.process = None;
        if let Some(directory) = self.directory.take() {
            // What cannot be removed now is left to the watchdog, which says so if it cannot either.
            let _ = directory.remove(self.watchdog.as_deref());
        }
    }
}

const NOT_WRITTEN: &str = "the conversation cannot be written down";

/// The failure that an error of the harness itself is.
fn of_harness(what: &str) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::of_harness(format!("{what}: {}", trouble::described(&error)))
}

/// What is to be said of a line that begins with a byte-order mark, which nobody sees.
fn byte_order_mark(line: &[u8]) -> &'static str {
    match line {
        [0xEF, 0xBB, 0xBF, ..] => "; it begins with a byte-order mark: write UTF-8 without one",
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            "; it begins with the byte-order mark of UTF-16: write UTF-8"
        }
        _ => "",
    }
}
