//! The last lines of both sides, for the report of a failure.

use std::collections::VecDeque;

use crate::words::plain;

/// So many lines are kept …
const LINES_MAX: usize = 16;
/// … with so many bytes each.
const LINE_BYTES_MAX: usize = 400;

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Harness,
    Connector,
}

/// The last lines of both sides, in order. Remembering one costs no allocation.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    lines: VecDeque<(Side, Vec<u8>)>,
}

impl Transcript {
    pub(super) fn note(&mut self, side: Side, line: &[u8]) {
        let kept = &line[..line.len().min(LINE_BYTES_MAX)];
        let mut buffer = if self.lines.len() < LINES_MAX {
            Vec::with_capacity(LINE_BYTES_MAX)
        } else {
            self.lines.pop_front().map(|(_, buffer)| buffer).unwrap_or_default()
        };
        buffer.clear();
        buffer.extend_from_slice(kept);
        if kept.len() < line.len() {
            buffer.extend_from_slice(" …".as_bytes());
        }
        self.lines.push_back((side, buffer));
    }

    /// The lines as a person reads them.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|(side, line)| {
            let side = match side {
                Side::Harness => "harness:  ",
                Side::Connector => "connector:",
            };
            format!("{side} {}", plain(String::from_utf8_lossy(line).trim_end()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_long_ones_are_cut() {
        let mut transcript = Transcript::default();
        for number in 0..100 {
            transcript.note(Side::Harness, format!("line {number}\n").as_bytes());
        }
        transcript.note(Side::Connector, &[b'\x1b'; 1000]);
        let lines: Vec<String> = transcript.lines().collect();
        assert_eq!(lines.len(), LINES_MAX);
        assert_eq!(lines[0], "harness:   line 85");
        let last = lines.last().unwrap();
        assert!(last.starts_with(r"connector: \u{1b}\u{1b}") && last.ends_with('…'), "{last}");
    }
}
