//! What a record says to a diagnosis: which event it is, and about which kind of run.

use std::fmt;

use event70_logs::LogRecord;
use event70_model::{Category, Event, EventType, FileName, Insert, Keyword, Source};
use event70_rule::{RunKind, is_judged, prints};

/// A judged event of the connector: its number, and the kind of run that it names.
///
/// Numbers of message files are no evidence, nor is the order of the three directory EXPORTs, so a
/// file tells the kind of its run only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol {
    /// The event's number.
    pub id: u16,
    /// The kind of run whose file it names; nothing, where it names none or the log does not tell.
    pub run: Option<RunKind>,
}

/// One record of a log, as far as a diagnosis looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed {
    /// Who wrote it.
    pub source: String,
    /// The event's number.
    pub id: u16,
    /// Its type, where the log tells.
    pub event_type: Option<EventType>,
    /// Its category, where the log tells.
    pub category: Option<Category>,
    /// `%1`, `%2` …; none where the log does not tell.
    pub strings: Vec<String>,
}

impl From<&LogRecord> for Observed {
    fn from(record: &LogRecord) -> Self {
        Self {
            source: record.source.clone(),
            id: record.id,
            event_type: record.event_type,
            category: record.category,
            strings: record.strings.clone(),
        }
    }
}

/// What a record is to a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Evidence.
    Evidence(Symbol),
    /// Of another source, or of an event of which nothing is ever judged.
    Passed,
    /// No run, launch or command of the model can have made it.
    Unexplained(Why),
}

/// Why nothing of the model can have made a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The connector had an exception, or no disk space: nothing that the model has.
    BeyondModel,
    /// It is not filed under the type that a document prints.
    Type,
    /// It is not filed under the category that a document prints.
    Category,
    /// It names no file that a run of its program has.
    File,
    /// The service gives up, and no program was reported missing before.
    NoLaunchBefore,
    /// No program, and no command, logs an event of this number.
    NoRun,
}

impl Why {
    /// Whether it is a record of which something is judged.
    #[must_use]
    pub fn is_judged(self) -> bool {
        self != Self::BeyondModel
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BeyondModel => "an exception or a full disk is not part of the model",
            Self::Type => "it is not of the type that the documents print",
            Self::Category => "it is not in the category that the documents print",
            Self::File => "its first string names no file that such a run has",
            Self::NoLaunchBefore => "no Event 43 comes before it",
            Self::NoRun => "no run, launch or command logs it",
        })
    }
}

/// Events that say that something happened which the model does not have (Q168556, Q176375, Q178758).
const BEYOND_MODEL: [u16; 4] = [82, 83, 87, 98];

impl Symbol {
    /// What this event of the model says; nothing, if it is never judged.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        let file = match event.strings[0] {
            Insert::File(file) => Some(kind_of(file)),
            _ => None,
        };
        is_judged(event.id).then_some(Self { id: event.id, run: file })
    }

    /// Whether a record that says this can be one that says `other`, which tells all.
    #[must_use]
    pub fn fits(self, other: Self) -> bool {
        self.id == other.id && (self.run.is_none() || self.run == other.run)
    }
}

/// The kind of run that has this file.
fn kind_of(file: FileName) -> RunKind {
    match file {
        FileName::Message(_) => RunKind::MessageExport,
        FileName::DirectoryExport(_) => RunKind::DirectoryExport,
        FileName::AllMessages => RunKind::MessageImport,
        FileName::DirectoryImport(_) => RunKind::DirectoryImport,
    }
}

/// Whether EXPORT is run, not IMPORT.
fn is_export(run: RunKind) -> bool {
    matches!(run, RunKind::MessageExport | RunKind::DirectoryExport)
}

impl Reading {
    /// What this record says. What is missing in it is not held against it.
    #[must_use]
    pub fn of(record: &Observed) -> Self {
        if record.source != Source::Ccmc.keyword() {
            return Self::Passed;
        }
        let id = record.id;
        if BEYOND_MODEL.contains(&id) {
            return Self::Unexplained(Why::BeyondModel);
        }
        if !is_judged(id) {
            return Self::Passed;
        }
        let filed = event70_rule::message(id);
        let [prints_type, prints_category] = prints(id);
        let differs = |wrong: Option<bool>| wrong.unwrap_or(false);
        if prints_type
            && differs(record.event_type.zip(filed).map(|(told, filed)| told != filed.event_type))
        {
            return Self::Unexplained(Why::Type);
        }
        if prints_category
            && differs(record.category.zip(filed).map(|(told, filed)| told != filed.category))
        {
            return Self::Unexplained(Why::Category);
        }
        let of_export = match id {
            65 | 67..=71 => true,
            58..=63 => false,
            43 | 54 | 85 | 14001 | 14031 => return Self::Evidence(Symbol { id, run: None }),
            _ => return Self::Unexplained(Why::NoRun),
        };
        let Some(name) = record.strings.first() else {
            return Self::Evidence(Symbol { id, run: None });
        };
        match FileName::from_text(name).map(kind_of) {
            Some(run) if is_export(run) == of_export => {
                Self::Evidence(Symbol { id, run: Some(run) })
            }
            _ => Self::Unexplained(Why::File),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u16, first: &[&str]) -> Observed {
        let strings = first.iter().map(|text| (*text).to_owned()).collect();
        Observed { source: "MSExchangeCCMC".into(), id, strings, ..Observed::default() }
    }

    fn evidence(id: u16, run: Option<RunKind>) -> Reading {
        Reading::Evidence(Symbol { id, run })
    }

    #[test]
    fn a_file_tells_the_kind_of_its_run_and_not_its_number() {
        let run = Some(RunKind::MessageExport);
        assert_eq!(Reading::of(&record(70, &["msg65F9.ccm"])), evidence(70, run));
        assert_eq!(Reading::of(&record(70, &["MSG0001.CCM", ""])), evidence(70, run));
        assert_eq!(
            Reading::of(&record(61, &["*.ccm"])),
            evidence(61, Some(RunKind::MessageImport))
        );
        assert_eq!(Reading::of(&record(70, &[])), evidence(70, None));
    }

    #[test]
    fn what_no_run_can_have_logged_says_why() {
        let why = |record: &Observed| match Reading::of(record) {
            Reading::Unexplained(why) => Some(why),
            _ => None,
        };
        assert_eq!(why(&record(70, &["*.ccm"])), Some(Why::File));
        assert_eq!(why(&record(95, &[])), Some(Why::NoRun));
        assert_eq!(why(&record(83, &[])), Some(Why::BeyondModel));
        let warning =
            Observed { event_type: Some(EventType::Warning), ..record(70, &["msg0001.ccm"]) };
        assert_eq!(why(&warning), Some(Why::Type));
        let filed = Observed { category: Some(Category::Outbound), ..record(70, &["msg0001.ccm"]) };
        assert_eq!(why(&filed), Some(Why::Category));
    }

    #[test]
    fn other_sources_and_what_is_never_judged_are_passed_over() {
        let foreign = Observed { source: "MSExchangeMTA".into(), ..record(70, &[]) };
        assert_eq!(Reading::of(&foreign), Reading::Passed);
        for id in [45, 86, 11001, 14005, 12345] {
            assert_eq!(Reading::of(&record(id, &[])), Reading::Passed, "{id}");
        }
    }
}
