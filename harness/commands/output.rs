//! Where the program writes.

use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, Write};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use event70_engine::Verdict;
use event70_model::{flowed, in_json};
use serde::Serialize;

/// In which form a command prints. `run` has a list of its own, for reports that only it can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, with a last line `key=value …` for scripts.
    Text,
    /// One JSON document on one line.
    Json,
}

/// Standard output for results, standard error for complaints; colour on a terminal only.
///
/// Whatever is written is looked over on its way out: no text that got into it, whoever wrote it,
/// moves a cursor or gives a CI system a command.
///
/// Whoever reads the results may stop reading: the rest is then not written, and the command goes
/// on to its exit status.
#[derive(Debug)]
pub struct Output {
    out: BufWriter<anstream::AutoStream<io::Stdout>>,
}

impl Output {
    /// The program's own streams.
    #[must_use]
    pub fn new() -> Self {
        Self { out: BufWriter::new(anstream::AutoStream::auto(io::stdout())) }
    }

    /// Writes one line of results, or several.
    ///
    /// # Errors
    /// If it cannot be written, other than for want of a reader.
    pub fn line(&mut self, text: impl Display) -> io::Result<()> {
        let text = text.to_string();
        unless_closed(writeln!(self.out, "{}", flowed(&text)))
    }

    /// Writes a line of results that begins with the word of a verdict, that word in colour.
    ///
    /// # Errors
    /// As [`line`](Self::line).
    pub fn verdict_line(&mut self, verdict: Verdict, text: &str) -> io::Result<()> {
        let colour = if verdict == Verdict::Agree { AnsiColor::Green } else { AnsiColor::Red };
        let style = Style::new().fg_color(Some(colour.into()));
        let text = flowed(text);
        let (word, rest) = text.split_at(verdict.to_string().len());
        unless_closed(writeln!(self.out, "{style}{word}{style:#}{rest}"))
    }

    /// Writes a document as JSON, on one line; whoever waits for it has it at once.
    ///
    /// # Errors
    /// As [`line`](Self::line).
    pub fn json(&mut self, document: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string(document)?;
        self.flush()?;
        // There is nothing left in it to be taken out for what is no terminal: it goes past that.
        unless_closed(writeln!(io::stdout().lock(), "{}", in_json(&text)))
    }

    /// Writes a command to the CI system: a line of this program's own making.
    ///
    /// # Errors
    /// As [`line`](Self::line).
    pub fn workflow_command(&mut self, command: &str) -> io::Result<()> {
        unless_closed(writeln!(self.out, "{command}"))
    }

    /// Writes a complaint to standard error, after everything that was written before it.
    ///
    /// # Errors
    /// As [`line`](Self::line).
    pub fn complain(&mut self, text: impl Display) -> io::Result<()> {
        self.flush()?;
        let text = text.to_string();
        unless_closed(writeln!(anstream::AutoStream::auto(io::stderr()), "{}", flowed(&text)))
    }

    /// Writes why there is no result, if that can be written.
    pub fn last_words(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{}", flowed(text));
    }

    /// Writes out what is still held back.
    ///
    /// # Errors
    /// As [`line`](Self::line).
    pub fn flush(&mut self) -> io::Result<()> {
        unless_closed(self.out.flush())
    }
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}

fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
