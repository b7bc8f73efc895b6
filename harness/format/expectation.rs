//! What an author expects of a step: its keys, and how they are read, written and described to editors.

use event70_model::{Direction, EVENT_70, Expectation, Keyword};
use event70_rule::{MESSAGES, is_judged};
use serde_json::{Map, Value as Json, json};

use super::decode::{Decoder, Fields, Value};

/// How many Event 70 a step must log.
pub(super) const EVENT_70_KEY: &str = "event-70";
/// How many of other events.
pub(super) const EVENTS: &str = "events";
/// How many messages wait after it.
pub(super) const WAITING: &str = "waiting";
/// The keys of an expectation.
pub(super) const KEYS: [&str; 3] = [EVENT_70_KEY, EVENTS, WAITING];

/// Whether an author may expect something of events of this number in `events`: what is never judged
/// proves nothing, and Event 70 has a key of its own.
fn may_be_expected(id: u16) -> bool {
    id != EVENT_70 && MESSAGES.iter().any(|message| message.id == id) && is_judged(id)
}

/// What is expected of a step with these keys.
pub(super) fn expectation(decoder: &mut Decoder, fields: &Fields<'_, '_>) -> Expectation {
    let mut expectation = Expectation::NONE;
    if let Some(value) = fields.get(EVENT_70_KEY) {
        expectation.event_70 = how_many(decoder, value, EVENT_70_KEY);
    }
    if let Some(value) = fields.get(EVENTS) {
        expectation.events = events(decoder, value);
    }
    if let Some(value) = fields.get(WAITING) {
        let span = value.span();
        let sides = Direction::all_keywords();
        if let Some(table) = decoder.table(value, &span, &sides, "waiting") {
            for to in Direction::ALL {
                let number = table.get(to.keyword());
                expectation.waiting[*to as usize] =
                    number.and_then(|value| how_many(decoder, value, WAITING));
            }
        }
    }
    expectation
}

fn how_many(decoder: &mut Decoder, value: &Value<'_>, what: &str) -> Option<u32> {
    let number = decoder.number(value, 0..=i64::from(u32::MAX), what)?;
    u32::try_from(number).ok()
}

/// A table of numbers of events, each with how many there must be.
fn events(decoder: &mut Decoder, value: &Value<'_>) -> Vec<(u16, u32)> {
    let Some(table) = value.get_ref().as_table() else {
        decoder.wrong_type(value, "a table of numbers of events, as { 54 = 0 }");
        return Vec::new();
    };
    let mut events = Vec::new();
    for (key, value) in table {
        let word = key.get_ref().as_ref();
        match word.parse().ok().filter(|id: &u16| id.to_string() == word) {
            Some(EVENT_70) => {
                let help = format!("say `{EVENT_70_KEY}` beside `{EVENTS}`");
                decoder.complain(key.span(), "Event 70 has a key of its own", help);
            }
            Some(id) if may_be_expected(id) => {
                events.extend(how_many(decoder, value, word).map(|times| (id, times)));
            }
            _ => {
                let message =
                    format!("of `{}` nothing can be expected", event70_model::shown(word));
                decoder.complain(key.span(), message, format!("the events are {}", listed()));
            }
        }
    }
    events.sort_unstable();
    events
}

/// The numbers of which something can be expected.
fn listed() -> String {
    let ids = MESSAGES.iter().map(|message| message.id).filter(|id| may_be_expected(*id));
    ids.map(|id| id.to_string()).collect::<Vec<_>>().join(", ")
}

/// An expectation as it stands in a file, a line for each key.
#[must_use]
pub fn written_expectation(expectation: &Expectation) -> Vec<String> {
    let Expectation { event_70, events, waiting } = expectation;
    let table = |key: &str, entries: Vec<String>| {
        (!entries.is_empty()).then(|| format!("{key} = {{ {} }}", entries.join(", ")))
    };
    let events = events.iter().map(|(id, times)| format!("{id} = {times}"));
    let waiting = Direction::ALL.iter().filter_map(|to| {
        let messages = waiting[*to as usize]?;
        Some(format!("{} = {messages}", to.keyword()))
    });
    let event_70 = event_70.map(|times| format!("{EVENT_70_KEY} = {times}"));
    let tables = [table(EVENTS, events.collect()), table(WAITING, waiting.collect())];
    event_70.into_iter().chain(tables.into_iter().flatten()).collect()
}

/// What the schema says of the keys.
pub(super) fn described() -> Map<String, Json> {
    let number = |says: &str| {
        json!({
            "type": "integer", "minimum": 0, "maximum": u32::MAX, "description": says
        })
    };
    let events = MESSAGES
        .iter()
        .filter(|message| may_be_expected(message.id))
        .map(|message| (message.id.to_string(), number(message.text)));
    let waiting = Direction::ALL
        .iter()
        .map(|to| (to.keyword().to_owned(), number("How many messages wait to go there.")));
    let table = |says: &str, properties: Map<String, Json>| {
        json!({
            "type": "object", "additionalProperties": false, "properties": properties,
            "description": says
        })
    };
    let keys = [
        (EVENT_70_KEY, number("How many Event 70 this step must log.")),
        (EVENTS, table("How many of other events this step must log.", events.collect())),
        (WAITING, table("How many messages wait after this step.", waiting.collect())),
    ];
    keys.into_iter().map(|(key, says)| (key.to_owned(), says)).collect()
}
