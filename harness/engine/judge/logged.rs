//! What a connector wrote into the log, whoever's words it is in.

use event70_model::{FileName, Record, Trace, TraceEvent, Verbatim};
use event70_rule::Rules;

use super::Judged;
use super::record;

/// An event that the connector logged, in words that the tables know or in its own.
pub(super) enum Logged<'a> {
    Known(&'a Record),
    Verbatim(&'a Verbatim),
}

impl<'a> Logged<'a> {
    #[inline]
    pub(super) fn of(traced: &'a TraceEvent, trace: &'a Trace) -> Option<Self> {
        match traced {
            TraceEvent::Logged(record) => Some(Self::Known(record)),
            TraceEvent::Verbatim { index, .. } => {
                Some(Self::Verbatim(&trace.verbatim[*index as usize]))
            }
            _ => None,
        }
    }

    #[inline]
    pub(super) fn id(&self) -> u16 {
        match self {
            Self::Known(record) => record.event.id,
            Self::Verbatim(event) => event.id,
        }
    }

    #[inline]
    pub(super) fn times(&self) -> u32 {
        match self {
            Self::Known(record) => record.times,
            Self::Verbatim(_) => 1,
        }
    }

    #[inline]
    pub(super) fn check(&self, rules: &Rules) -> Judged {
        match self {
            Self::Known(record) => record::check(&record.event, rules),
            Self::Verbatim(event) => record::check_words(event, rules),
        }
    }

    /// Whether it names this file.
    pub(super) fn names_file(&self, file: FileName) -> Judged {
        match self {
            Self::Known(record) => record::names_file(&record.event, file),
            Self::Verbatim(event) => record::names_file_in_words(event, file),
        }
    }

    /// Whether, being Event 70, it reports this run and nothing else.
    pub(super) fn reports(&self, run: record::Reported<'_>) -> Judged {
        match self {
            Self::Known(record) => record::reports(&record.event, run),
            Self::Verbatim(event) => record::reports_in_words(event, run),
        }
    }
}
