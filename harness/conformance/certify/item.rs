//! What a connector puts out between two inputs, as far as it is compared.
//!
//! Events that are never judged are left out: 11001 and others are a connector's own affair. Message
//! files are checked by their rule rather than compared: in one life of the service each message
//! EXPORT takes another file than the one before, and an event names the file of the run before it.
//! What keeps the rule becomes file 0 here.

use std::hash::{Hash, Hasher};
use std::{fmt, mem};

use event70_model::{
    CommandLine, DirectoryExport, Event, FileName, Foreign, Insert, Job, Keyword, MessageFile, Run,
    Trace, TraceEvent, Undocumented, Verbatim,
};
use event70_rule::{is_judged, message, prints};

/// What stands for the file of the run, whichever it is.
const ITS_FILE: MessageFile = MessageFile::numbered(0);

/// One thing that a connector did.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Item {
    /// It asked for a run.
    Run(Run),
    /// It logged an event so many times in a row.
    Logged(Event, u32),
    /// It did something that the reference never does.
    Other(Box<Oddity>),
}

/// Something that the reference never does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Oddity {
    /// It asked for EXPORT to the file of the one before.
    SameFile(MessageFile),
    /// It logged an event about a file that is not that of the run.
    About {
        /// The event's number.
        id: u16,
        /// That file.
        file: MessageFile,
    },
    /// It asked for a command line that no document knows.
    Undocumented(Undocumented),
    /// It logged an event in its own words.
    Verbatim(Verbatim),
}

/// Two that are equal are of one kind, which is all that is hashed: words of other programs are
/// compared, not looked up.
impl Hash for Oddity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        mem::discriminant(self).hash(state);
    }
}

/// The message files of one life of the service.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    last: Option<MessageFile>,
    /// The files of the directory EXPORTs of this command, in their order, which is not judged.
    directory: Vec<DirectoryExport>,
}

impl Files {
    /// What was done during one command, files checked; and for each item the first event of the trace
    /// that it came of.
    pub(super) fn items(&mut self, trace: &Trace, origins: &mut Vec<usize>) -> Vec<Item> {
        let mut items = Vec::with_capacity(trace.events.len());
        origins.clear();
        self.directory = Vec::new();
        for (origin, traced) in trace.events.iter().enumerate() {
            let before = items.len();
            match traced {
                TraceEvent::Run { run, .. } => items.push(self.asked(*run)),
                TraceEvent::Logged(record) if is_judged(record.event.id) => {
                    push(&mut items, self.logged(record.event, record.times));
                }
                TraceEvent::Verbatim { index, .. } => {
                    let event = as_filed(&trace.verbatim[*index as usize]);
                    match event.known() {
                        _ if !is_judged(event.id) => {}
                        Some(known) => push(&mut items, self.logged(known, 1)),
                        None => items.push(Item::other(Oddity::Verbatim(event))),
                    }
                }
                TraceEvent::Undocumented { index, .. } => {
                    let undocumented = trace.undocumented[*index as usize].clone();
                    items.push(Item::other(Oddity::Undocumented(undocumented)));
                }
                TraceEvent::Logged(_) | TraceEvent::Foreign(_) => {}
            }
            origins.extend((before..items.len()).map(|_| origin));
        }
        items
    }

    fn asked(&mut self, run: Run) -> Item {
        if let Job::ExportDirectory(file) = run.job {
            if !self.directory.contains(&file) {
                self.directory.push(file);
            }
            return Item::Run(Run { job: Job::ExportDirectory(self.in_order(file)), ..run });
        }
        let Job::ExportMessages(file) = run.job else { return Item::Run(run) };
        if self.last.replace(file) == Some(file) {
            return Item::other(Oddity::SameFile(file));
        }
        Item::Run(Run { job: Job::ExportMessages(ITS_FILE), ..run })
    }

    /// What stands for a file of a directory EXPORT: the one that the reference exports in its place.
    fn in_order(&self, file: DirectoryExport) -> DirectoryExport {
        let place = self.directory.iter().position(|other| *other == file);
        place.and_then(|place| DirectoryExport::ALL.get(place).copied()).unwrap_or(file)
    }

    fn logged(&self, mut event: Event, times: u32) -> Item {
        if let Some(message) = message(event.id) {
            let [prints_type, prints_category] = prints(event.id);
            if !prints_type {
                event.event_type = message.event_type;
            }
            if !prints_category {
                event.category = message.category;
            }
        }
        let mut strings = event.strings;
        for string in &mut strings {
            if let Insert::File(FileName::DirectoryExport(file)) = string {
                *file = self.in_order(*file);
            }
            if let Insert::File(FileName::Message(file)) = string {
                if Some(*file) != self.last {
                    return Item::other(Oddity::About { id: event.id, file: *file });
                }
                *file = ITS_FILE;
            }
        }
        Item::Logged(Event { strings, ..event }, times)
    }
}

/// An event in words with the type and category of the table, where no document prints them.
fn as_filed(event: &Verbatim) -> Verbatim {
    let (mut filed, [prints_type, prints_category]) = (event.clone(), prints(event.id));
    if let Some(message) = message(event.id) {
        if !prints_type {
            filed.event_type = message.event_type.keyword().into();
        }
        if !prints_category {
            filed.category = message.category.title().into();
        }
    }
    filed
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

impl Item {
    fn other(oddity: Oddity) -> Self {
        Self::Other(Box::new(oddity))
    }

    /// The same without what depends on how long a test is: numbers of files, numbers that are
    /// counted, and how many times an event comes in a row.
    pub(super) fn unnumbered(self) -> Self {
        match self {
            Self::Run(run) => Self::Run(run),
            Self::Logged(event, _) => {
                Self::Logged(Event { strings: event.strings.map(unnumbered), ..event }, 1)
            }
            Self::Other(oddity) => Self::other(match *oddity {
                Oddity::SameFile(_) => Oddity::SameFile(ITS_FILE),
                Oddity::About { id, .. } => Oddity::About { id, file: ITS_FILE },
                Oddity::Undocumented(Undocumented { line, why }) => {
                    let arguments = line.arguments.into_iter().map(unnumbered_text).collect();
                    let line = CommandLine { arguments, ..line };
                    Oddity::Undocumented(Undocumented { line, why: unnumbered_text(why) })
                }
                Oddity::Verbatim(event) => {
                    let plain = |text: &Foreign| unnumbered_text(text.raw().to_owned()).into();
                    let strings = event.strings.iter().map(plain).collect();
                    let text = event.text.as_ref().map(plain);
                    Oddity::Verbatim(Verbatim { strings, text, ..event })
                }
            }),
        }
    }
}

fn unnumbered(string: Insert) -> Insert {
    match string {
        Insert::Number(_) => Insert::Number(0),
        Insert::File(FileName::Message(_)) => Insert::File(FileName::Message(ITS_FILE)),
        Insert::Empty | Insert::File(_) | Insert::Printed(_) => string,
    }
}

/// A connector's own words without what may be a number in them: where digits stand there is one,
/// with the letters around it that may be digits of a file's number.
fn unnumbered_text(text: String) -> String {
    let is_digit = |c: &char| c.is_ascii_hexdigit();
    let (mut plain, mut left) = (String::with_capacity(text.len()), text.as_str());
    while let Some(next) = left.chars().next() {
        let digits: String = left.chars().take_while(is_digit).collect();
        left = &left[digits.len().max(next.len_utf8())..];
        match digits.as_str() {
            "" => plain.push(next),
            digits if digits.contains(|c: char| c.is_ascii_digit()) => plain.push('0'),
            digits => plain.push_str(digits),
        }
    }
    plain
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(Run { job: Job::ExportMessages(_), .. }) => {
                f.write_str("asks for EXPORT to another file")
            }
            Self::Run(run) => write!(f, "asks for {}", run.job),
            Self::Logged(event, times) => {
                write!(f, "logs {} {} {}", event.event_type, event.id, event.category.title())?;
                let file = Insert::File(FileName::Message(ITS_FILE));
                for string in event.strings.iter().filter(|string| **string != Insert::Empty) {
                    match string {
                        string if *string == file => f.write_str(" about the file of the run")?,
                        string => write!(f, " about {string}")?,
                    }
                }
                if *times > 1 { write!(f, ", {times} times") } else { Ok(()) }
            }
            Self::Other(oddity) => oddity.fmt(f),
        }
    }
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameFile(file) => {
                write!(f, "asks for EXPORT to {file}, as it did before in this life of the service")
            }
            Self::About { id, file } => write!(f, "logs Event {id} about {file}"),
            Self::Undocumented(undocumented) => write!(f, "asks for {undocumented}"),
            Self::Verbatim(event) => write!(
                f,
                "logs {} {} {} {} with {:?}{}",
                event.event_type.shown(),
                event.id,
                event.source.shown(),
                event.category.shown(),
                event.strings,
                event
                    .text
                    .as_ref()
                    .map_or_else(String::new, |text| format!(", in words: {text:?}"))
            ),
        }
    }
}
