//! Types and categories as the numbers that stand for them in a file.

use event70_model::{Category, EventType, Keyword, Source};

/// The type of this number in a .evt file (EVENTLOGRECORD).
pub(crate) fn type_of(number: u16) -> Option<EventType> {
    match number {
        1 => Some(EventType::Error),
        2 => Some(EventType::Warning),
        4 => Some(EventType::Information),
        _ => None,
    }
}

/// The number of a type in a .evt file; 0 is for none of them.
pub(crate) fn number_of_type(event_type: Option<EventType>) -> u16 {
    match event_type {
        Some(EventType::Error) => 1,
        Some(EventType::Warning) => 2,
        Some(EventType::Information) => 4,
        None => 0,
    }
}

/// The type of this level (winmeta.xml); 0 says nothing.
pub(crate) fn type_of_level(level: u64) -> Option<EventType> {
    match level {
        1 | 2 => Some(EventType::Error),
        3 => Some(EventType::Warning),
        4 => Some(EventType::Information),
        _ => None,
    }
}

/// The level of a type; 0 is for none of them.
pub(crate) fn level_of(event_type: Option<EventType>) -> u8 {
    match event_type {
        Some(EventType::Error) => 2,
        Some(EventType::Warning) => 3,
        Some(EventType::Information) => 4,
        None => 0,
    }
}

/// The type of this name as an English Event Viewer shows it.
pub(crate) fn type_named(name: &str) -> Option<EventType> {
    let name = name.trim();
    let critical = name.eq_ignore_ascii_case("Critical").then_some(EventType::Error);
    EventType::ALL
        .iter()
        .find(|known| known.keyword().eq_ignore_ascii_case(name))
        .copied()
        .or(critical)
}

/// The highest two bits of an event ID (WinNT.h).
pub(crate) fn severity_of(event_type: Option<EventType>) -> u32 {
    match event_type {
        Some(EventType::Error) => 3,
        Some(EventType::Warning) => 2,
        Some(EventType::Information) => 1,
        None => 0,
    }
}

/// The category of this number. Categories are numbered by the message file of each source, so those of
/// other sources are not known. The connector's is lost: that its categories are numbered from 1 in the
/// order in which its tab of diagnostics logging lists them is inferred.
pub(crate) fn category_of(source: &str, number: u16) -> Option<Category> {
    let index = usize::from(number).checked_sub(1)?;
    Category::ALL.get(index).copied().filter(|_| source == Source::Ccmc.keyword())
}

/// The number of a category, whatever its source; 0 is for none.
pub(crate) fn number_of_category(category: Option<Category>) -> u16 {
    let place = Category::ALL.iter().position(|known| Some(*known) == category);
    place.map_or(0, |index| index as u16 + 1)
}

/// The category of this title: `General`, or `(1)` as a viewer without the message file shows it.
pub(crate) fn category_titled(source: &str, title: &str) -> Option<Category> {
    let title = title.trim();
    let number = title.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    match number.and_then(|number| number.parse().ok()) {
        Some(number) => category_of(source, number),
        None => Category::ALL.iter().find(|c| c.title().eq_ignore_ascii_case(title)).copied(),
    }
}
