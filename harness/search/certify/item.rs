//! What a connector puts out between two inputs, as far as it is compared.
//!
//! File numbers are checked by their rule rather than compared (C4): each message EXPORT takes the
//! number after the one before, whatever the first was, and an event names the file of the run
//! before it. What keeps the rule becomes file 0 here. The strings of 11001 name a message, which
//! the protocol does not tell a connector of, so they are not compared.

use std::fmt;

use crate::connector::{Happening, Journal};
use crate::event_log::{Event, Insert, Verbatim};
use crate::files::FileName;
use crate::site::{Job, Run};

/// The event for a message that is handed over.
const HANDED_OVER: u16 = 11001;

/// One thing that a connector did.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Item {
    /// It asked for a run.
    Asked(Run),
    /// It logged an event so many times in a row.
    Logged(Event, u32),
    /// It did something that the reference never does.
    Other(String),
}

/// The file numbers of one test.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Numbers {
    last: Option<u16>,
}

impl Numbers {
    /// What was done during one command, file numbers checked.
    pub(super) fn items(&mut self, journal: &Journal) -> Vec<Item> {
        let mut items = Vec::with_capacity(journal.happenings.len());
        for happening in &journal.happenings {
            match happening {
                Happening::Ran { run, .. } => items.push(self.asked(*run)),
                Happening::Logged(record) => {
                    push(&mut items, self.logged(record.event, record.times))
                }
                Happening::Verbatim { index, .. } => {
                    push(&mut items, verbatim(&journal.verbatim[*index as usize]));
                }
                Happening::Undocumented { index, .. } => {
                    let undocumented = &journal.undocumented[*index as usize];
                    items.push(Item::Other(format!("asks for {undocumented}")));
                }
                Happening::Foreign(_) => {}
            }
        }
        items
    }

    fn asked(&mut self, run: Run) -> Item {
        let Job::ExportMessages(number) = run.job else { return Item::Asked(run) };
        let due = self.last.replace(number).map_or(number, |last| last.wrapping_add(1));
        if number == due {
            return Item::Asked(Run { job: Job::ExportMessages(0), ..run });
        }
        let (file, due) = (FileName::Message(number), FileName::Message(due));
        Item::Other(format!("asks for EXPORT to {file}, although {due} was next"))
    }

    fn logged(&self, event: Event, times: u32) -> Item {
        if event.id == HANDED_OVER {
            return Item::Logged(Event { strings: [Insert::Empty; 2], ..event }, times);
        }
        let mut strings = event.strings;
        for string in &mut strings {
            if let Insert::File(FileName::Message(number)) = string {
                if Some(*number) != self.last {
                    let file = FileName::Message(*number);
                    return Item::Other(format!("logs Event {} about {file}", event.id));
                }
                *number = 0;
            }
        }
        Item::Logged(Event { strings, ..event }, times)
    }
}

/// An event in a connector's own words is like none of the reference's, but for 11001.
fn verbatim(event: &Verbatim) -> Item {
    let bare = Verbatim { strings: Vec::new(), ..event.clone() };
    match bare.known() {
        Some(known) if known.id == HANDED_OVER => Item::Logged(known, 1),
        _ => Item::Other(format!(
            "logs {} {} {} {} with {:?}",
            event.event_type, event.id, event.source, event.category, event.strings
        )),
    }
}

/// Adds an item; the same event twice in a row is one item.
fn push(items: &mut Vec<Item>, item: Item) {
    if let (Some(Item::Logged(last, so_far)), Item::Logged(event, times)) =
        (items.last_mut(), &item)
        && last == event
    {
        *so_far += times;
        return;
    }
    items.push(item);
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked(Run { job: Job::ExportMessages(_), .. }) => {
                f.write_str("asks for EXPORT to the next file")
            }
            Self::Asked(run) => write!(f, "asks for {}", run.job),
            Self::Logged(event, times) => {
                write!(f, "logs {} {} {}", event.event_type, event.id, event.category.title())?;
                let file = Insert::File(FileName::Message(0));
                for string in event.strings.iter().filter(|string| **string != Insert::Empty) {
                    match string {
                        string if *string == file => f.write_str(" about the file of the run")?,
                        string => write!(f, " about {string}")?,
                    }
                }
                if *times > 1 { write!(f, ", {times} times") } else { Ok(()) }
            }
            Self::Other(what) => f.write_str(what),
        }
    }
}
