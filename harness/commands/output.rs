//! Where the program writes.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use crate::judge::Verdict;

/// Standard output for results, standard error for complaints; colour on a terminal only.
#[derive(Debug)]
pub struct Output {
    out: BufWriter<anstream::AutoStream<io::Stdout>>,
    terminal: bool,
}

impl Output {
    /// The program's own streams.
    #[must_use]
    pub fn new() -> Self {
        let terminal = io::stdout().is_terminal();
        Self { out: BufWriter::new(anstream::AutoStream::auto(io::stdout())), terminal }
    }

    /// Writes one line of results.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn line(&mut self, text: impl std::fmt::Display) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Writes a line of results in the colour of a verdict.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn verdict_line(&mut self, verdict: Verdict, text: &str) -> io::Result<()> {
        let colour = if verdict == Verdict::Agree { AnsiColor::Green } else { AnsiColor::Red };
        let style = Style::new().fg_color(Some(colour.into()));
        let (word, rest) = text.split_at(verdict.to_string().len());
        writeln!(self.out, "{style}{word}{style:#}{rest}")
    }

    /// Writes a complaint to standard error, after everything that was written before it.
    ///
    /// # Errors
    /// If either stream cannot be written.
    pub fn complain(&mut self, text: impl std::fmt::Display) -> io::Result<()> {
        self.out.flush()?;
        writeln!(anstream::AutoStream::auto(io::stderr()), "{text}")
    }

    /// Writes out what is still held back.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Whether results go to a terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}
