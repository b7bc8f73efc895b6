//! How much a connector may bring: memory is bounded whatever it says.
//!
//! A scenario has a budget of events, of words that may have to be kept, and of runs that move
//! nothing. Each command adds a little to it, so that long timelines have enough, and mail adds what
//! mail needs; a connector that logs or asks without end has spent it soon.

use event70_model::{CommandLine, Foreign, RunResult, Verbatim};

use crate::Command;

/// What a scenario begins with (C24).
const AT_FIRST: Budget = Budget { runs: 10_000, events: 20_000, bytes: 4 * 1024 * 1024 };
/// What each command adds, as far as no more is left than at first: a dirsync has five runs.
const FOR_A_COMMAND: Budget = Budget { runs: 8, events: 32, bytes: 8 * 1024 };
/// An event and a line for each message that is new, and as much again for what is told of it …
const EVENTS_FOR_A_MESSAGE: u64 = 4;
/// … in whole sentences.
const BYTES_FOR_A_MESSAGE: u64 = 2 * 1024;

/// What may still come in this scenario.
#[derive(Debug)]
pub(super) struct Bounds {
    left: Budget,
    /// How many messages waited to go to cc:Mail at the last cycle.
    outbound: u32,
}

#[derive(Debug, Clone, Copy)]
struct Budget {
    /// Runs that move nothing.
    runs: u64,
    /// Events.
    events: u64,
    /// Bytes of words, and what it takes to keep them.
    bytes: u64,
}

impl Bounds {
    /// What a new scenario may bring.
    pub(super) fn new() -> Self {
        Self { left: AT_FIRST, outbound: 0 }
    }

    /// A command is given.
    pub(super) fn command(&mut self, command: &Command<'_>) {
        let left = &mut self.left;
        let add =
            |left: &mut u64, more: u64, most: u64| *left = (*left + more).min(most.max(*left));
        add(&mut left.runs, FOR_A_COMMAND.runs, AT_FIRST.runs);
        add(&mut left.events, FOR_A_COMMAND.events, AT_FIRST.events);
        add(&mut left.bytes, FOR_A_COMMAND.bytes, AT_FIRST.bytes);
        if let Some(outbound) = command.outbound {
            let new = outbound.saturating_sub(self.outbound);
            left.events += u64::from(new) * EVENTS_FOR_A_MESSAGE;
            left.bytes += u64::from(new) * BYTES_FOR_A_MESSAGE;
            self.outbound = outbound;
        }
    }

    /// Whether a run may be asked for. One that moves messages is bounded by the mail that there is.
    pub(super) fn allow_run(&mut self, line: &CommandLine, ran: RunResult) -> bool {
        if let RunResult::Exited { messages: messages @ 1.., .. } = ran {
            self.left.events += u64::from(messages) * EVENTS_FOR_A_MESSAGE;
            self.left.bytes += u64::from(messages) * BYTES_FOR_A_MESSAGE;
            return true;
        }
        let words = line.arguments.iter().chain([&line.program]).map(String::as_str);
        spend(&mut self.left.bytes, bytes(words)) && spend(&mut self.left.runs, 1)
    }

    /// Whether an event may be logged.
    pub(super) fn allow_event(&mut self, event: &Verbatim) -> bool {
        let filed = [&event.source, &event.event_type, &event.category];
        let words = event.strings.iter().chain(&event.text).chain(filed).map(Foreign::raw);
        let spent = event.known().is_some() || spend(&mut self.left.bytes, bytes(words));
        spent && spend(&mut self.left.events, 1)
    }
}

/// What it takes to keep some words.
fn bytes<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    words.map(|word| (word.len() + size_of::<String>()) as u64).sum()
}

fn spend(left: &mut u64, cost: u64) -> bool {
    left.checked_sub(cost).map(|rest| *left = rest).is_some()
}
