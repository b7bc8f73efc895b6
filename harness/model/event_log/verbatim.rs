//! An event in a connector's own words: anything that a program may report.

use super::event::{Event, Insert};
use super::filing::{Category, EventType, Source};
use crate::{Foreign, Keyword};

/// An event as a program reported it, with words or strings that no table knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verbatim {
    /// The event's number.
    pub id: u16,
    /// Who is said to write it.
    pub source: Foreign,
    /// Error, warning or information, or whatever stood there.
    pub event_type: Foreign,
    /// The category's title, or whatever stood there.
    pub category: Foreign,
    /// The insertion strings.
    pub strings: Vec<Foreign>,
    /// Its text with the strings in place, if the program gave that too.
    pub text: Option<Foreign>,
}

impl Verbatim {
    /// The same event as a small value, if it is made of words that the documents use and has no text
    /// of its own. Empty strings at the end say nothing.
    #[must_use]
    pub fn known(&self) -> Option<Event> {
        let titled = |category: &&Category| category.title() == self.category.raw();
        let mut strings = self.strings.iter();
        let mut next =
            || strings.next().map_or(Some(Insert::Empty), |text| Insert::read(text.raw()));
        let known = [next()?, next()?];
        let rest_is_empty = strings.all(|text| text.raw().is_empty());
        (rest_is_empty && self.text.is_none()).then_some(Event {
            id: self.id,
            source: Source::from_keyword(self.source.raw())?,
            event_type: EventType::from_keyword(self.event_type.raw())?,
            category: Category::ALL.iter().find(titled).copied()?,
            strings: known,
        })
    }

    /// The insertion string of this number, from 0; empty where there is none.
    #[must_use]
    pub fn string(&self, index: usize) -> &str {
        self.strings.get(index).map_or("", Foreign::raw)
    }
}

impl From<&Event> for Verbatim {
    fn from(event: &Event) -> Self {
        Self {
            id: event.id,
            source: event.source.keyword().into(),
            event_type: event.event_type.keyword().into(),
            category: event.category.title().into(),
            strings: event.strings.iter().map(|insert| insert.to_string().into()).collect(),
            text: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileName, Printed};

    #[test]
    fn what_is_made_of_known_words_is_known_again() {
        let texts = [
            Insert::Empty,
            Insert::File(FileName::Message(0xAB.into())),
            Insert::Number(26),
            Insert::Printed(Printed::NotFound),
        ];
        let sources = Source::ALL.iter();
        let types = sources.flat_map(|source| EventType::ALL.iter().map(move |t| (*source, *t)));
        let filed = types.flat_map(|(s, t)| Category::ALL.iter().map(move |c| (s, t, *c)));
        for (source, event_type, category) in filed {
            for strings in texts.iter().flat_map(|one| texts.iter().map(|two| [*one, *two])) {
                let event = Event { id: 86, source, event_type, category, strings };
                assert_eq!(Verbatim::from(&event).known(), Some(event));
            }
        }
    }

    #[test]
    fn words_that_no_document_uses_stay_as_they_are() {
        let event = Event {
            id: 70,
            source: Source::Ccmc,
            event_type: EventType::Error,
            category: Category::General,
            strings: [Insert::File(FileName::Message(1.into())), Insert::Empty],
        };
        let verbatim = Verbatim::from(&event);
        let longer = Verbatim { strings: vec!["msg0001.ccm".into()], ..verbatim.clone() };
        assert_eq!(longer.known(), Some(event), "an empty string at the end says nothing");
        let spoiled = [
            Verbatim { source: "msexchangeccmc".into(), ..verbatim.clone() },
            Verbatim { event_type: "error".into(), ..verbatim.clone() },
            Verbatim { category: "general".into(), ..verbatim.clone() },
            Verbatim { strings: vec!["msg.ccm".into()], ..verbatim.clone() },
            Verbatim { strings: vec!["".into(), "".into(), "3".into()], ..verbatim.clone() },
            Verbatim { text: Some("".into()), ..verbatim.clone() },
            Verbatim { strings: vec!["007".into()], ..verbatim },
        ];
        for verbatim in spoiled {
            assert_eq!(verbatim.known(), None, "{verbatim:?}");
        }
    }
}
