//! The last lines of both sides, for the report of a failure.

use std::collections::VecDeque;
use std::sync::Arc;

use event70_model::shown;

use super::conversation_log::ConversationLog;

/// The maximum number of lines kept of each side …
const LINES_MAX: usize = 8;
/// … and of bytes of each line.
const LINE_BYTES_MAX: usize = 400;

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Harness,
    Connector,
}

/// The last lines of both sides. Remembering one costs no allocation, once there were some.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    harness: VecDeque<Line>,
    connector: VecDeque<Line>,
    /// How many lines there were.
    lines: u64,
    /// Where every line is written down, and as whose.
    log: Option<(Arc<ConversationLog>, u32)>,
}

#[derive(Debug, Default)]
struct Line {
    number: u64,
    kept: Vec<u8>,
}

impl Transcript {
    /// A transcript of another connector, whose lines are all written to this log too.
    pub(super) fn new(log: Option<&Arc<ConversationLog>>) -> Self {
        let log = log.map(|log| (Arc::clone(log), log.next_connector()));
        Self { log, ..Self::default() }
    }

    /// Forgets the lines so far.
    pub(super) fn clear(&mut self) {
        *self = Self { log: self.log.take(), ..Self::default() };
    }

    /// The connector is killed.
    pub(super) fn note_kill(&self) {
        if let Some((log, connector)) = &self.log {
            log.note_kill(*connector);
        }
    }

    /// Why the lines could not be written to the log, if they could not.
    pub(super) fn error(&self) -> Option<std::io::Error> {
        self.log.as_ref()?.0.error()
    }

    pub(super) fn note(&mut self, side: Side, line: &[u8]) {
        if let Some((log, connector)) = &self.log {
            log.note(*connector, side, line);
        }
        self.lines += 1;
        let lines = match side {
            Side::Harness => &mut self.harness,
            Side::Connector => &mut self.connector,
        };
        let oldest = if lines.len() < LINES_MAX { None } else { lines.pop_front() };
        let mut new = oldest.unwrap_or_default();
        new.number = self.lines;
        new.kept.clear();
        new.kept.extend_from_slice(&line[..line.len().min(LINE_BYTES_MAX)]);
        if new.kept.len() < line.len() {
            new.kept.extend_from_slice(" …".as_bytes());
        }
        lines.push_back(new);
    }

    /// The lines as a person reads them, in the order in which they were said.
    pub(super) fn lines(&self) -> Vec<String> {
        let harness = self.harness.iter().map(|line| ("harness:  ", line));
        let connector = self.connector.iter().map(|line| ("connector:", line));
        let mut lines: Vec<(&str, &Line)> = harness.chain(connector).collect();
        lines.sort_by_key(|(_, line)| line.number);
        let told = |(side, line): &(&str, &Line)| {
            format!("{side} {}", shown(String::from_utf8_lossy(&line.kept).trim_end()))
        };
        lines.iter().map(told).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_in_order_and_long_ones_are_cut() {
        let mut transcript = Transcript::default();
        transcript.note(Side::Harness, b"the question\n");
        for number in 0..100 {
            transcript.note(Side::Connector, format!("line {number}\n").as_bytes());
        }
        transcript.note(Side::Connector, &[b'\x1b'; 1000]);
        let lines = transcript.lines();
        assert_eq!(lines.len(), 1 + LINES_MAX);
        assert_eq!(lines[0], "harness:   the question");
        assert_eq!(lines[1], "connector: line 93");
        let last = &lines[LINES_MAX];
        assert!(last.starts_with(r"connector: \u{1b}\u{1b}") && last.ends_with('…'), "{last}");
    }
}
