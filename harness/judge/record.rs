//! Whether one record is what the message table says.

use super::disagreement::{Flaw, Judged};
use crate::event_log::{EVENT_70, Event, Insert, Source, Verbatim, message};
use crate::files::FileName;
use crate::words::Word;

/// A record of the connector bears its source, and an event that the documents know is filed under
/// their type and category. Events that no document knows are the connector's own affair.
pub(super) fn check(event: &Event) -> Judged {
    let flaw = |field, expected: &str, found: String| {
        let expected = expected.to_owned();
        Judged::from(Flaw::Field { id: event.id, field, expected, found })
    };
    if event.source != Source::Ccmc {
        return flaw("source", Source::Ccmc.word(), event.source.to_string());
    }
    let Some(message) = message(event.id) else { return Ok(()) };
    if event.event_type != message.event_type {
        return flaw("type", message.event_type.word(), event.event_type.to_string());
    }
    if event.category != message.category {
        return flaw("category", message.category.title(), event.category.title().to_owned());
    }
    Ok(())
}

/// As [`check`], for an event in a connector's own words.
pub(super) fn check_words(event: &Verbatim) -> Judged {
    let flaw = |field, expected: &str, found: &str| {
        let (expected, found) = (expected.to_owned(), found.to_owned());
        Judged::from(Flaw::Field { id: event.id, field, expected, found })
    };
    if event.source != Source::Ccmc.word() {
        return flaw("source", Source::Ccmc.word(), &event.source);
    }
    let Some(message) = message(event.id) else { return Ok(()) };
    if event.event_type != message.event_type.word() {
        return flaw("type", message.event_type.word(), &event.event_type);
    }
    if event.category != message.category.title() {
        return flaw("category", message.category.title(), &event.category);
    }
    Ok(())
}

/// As [`names`], for an event in a connector's own words.
pub(super) fn names_in_words(event: &Verbatim, file: Option<FileName>) -> Judged {
    let flaw = |field, expected: String, found: &str| {
        Judged::from(Flaw::Field { id: EVENT_70, field, expected, found: found.to_owned() })
    };
    if let Some(file) = file.map(|file| file.to_string())
        && event.string(0) != file
    {
        return flaw("file", file, event.string(0));
    }
    match event.strings.iter().skip(1).find(|string| !string.is_empty()) {
        Some(found) => flaw("text", NOTHING_MORE.to_owned(), found),
        None => Ok(()),
    }
}

/// What `%2` of Event 70 is expected to add.
const NOTHING_MORE: &str = "nothing after the article's sentence";

/// Event 70 names the file of its run, and adds nothing to the article's text.
pub(super) fn names(event: &Event, file: Option<FileName>) -> Judged {
    let flaw = |field, expected: String| {
        let found = event.strings.map(|string| string.to_string());
        let found = if field == "file" { found[0].clone() } else { found[1].clone() };
        Judged::from(Flaw::Field { id: EVENT_70, field, expected, found })
    };
    if let Some(file) = file
        && event.strings[0] != Insert::File(file)
    {
        return flaw("file", file.to_string());
    }
    if event.strings[1] != Insert::Empty {
        return flaw("text", NOTHING_MORE.to_owned());
    }
    Ok(())
}
