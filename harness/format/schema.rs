//! The JSON Schema of the format, for editors that complete and check while one types.

use event70_model::{Category, Condition, Database, Exchange, Host, Keyword, Level, Repair};
use event70_rule::{Documented, REPAIRS};
use serde_json::{Map, Value, json};

use super::keys::{DIRSYNC, EXPORT_MAX, FORMAT, IMPORT_MAX, POLL_SECONDS, STEPS_MAX};
use super::{assume, steps};

/// The schema, made from the same keys and words that the reader knows.
///
/// ```
/// let schema = event70_format::schema();
/// assert_eq!(schema["title"], "event70 scenario");
/// ```
#[must_use]
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "event70 scenario",
        "description": "A site and what happens on it, held against the documents of Event 70.",
        "type": "object",
        "additionalProperties": false,
        "required": ["format", "title", "steps"],
        "properties": {
            "format": { "const": FORMAT, "description": "The version of the format." },
            "title": {
                "type": "string", "minLength": 1, "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$",
                "description": "What the scenario shows, in one line."
            },
            "source": {
                "type": "array", "items": { "type": "string" },
                "description": "The documents that it follows, for example \"Q166045 cause 3\"."
            },
            "notes": { "type": "string", "description": "Why this scenario is kept." },
            "assume": assume::described(),
            "site": site(),
            "steps": {
                "type": "array", "minItems": 1, "maxItems": STEPS_MAX, "items": steps::described(),
                "description": "What happens, in order."
            }
        }
    })
}

fn site() -> Value {
    let lasting: Vec<Condition> =
        Condition::ALL.iter().copied().filter(|c| *c != Condition::ForeignEvent70).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "description": "The site before the first step; healthy where nothing is said.",
        "properties": {
            "exchange": words::<Exchange>("The edition of Exchange."),
            "host": words::<Host>("Where the post office lives."),
            "database": words::<Database>("The version of the post office database."),
            "dirsync": {
                "enum": DIRSYNC,
                "description": "\"never\": the site entry is missing in the post office."
            },
            "logging": logging(),
            "conditions": {
                "type": "array", "items": conditions(&lasting),
                "description": "What is wrong from the start, in default settings."
            },
            POLL_SECONDS.key: count(POLL_SECONDS.most, "How many seconds a polling interval has; 15 by default."),
            EXPORT_MAX.key: count(EXPORT_MAX.most, "How many messages one EXPORT moves at most; 16 by default."),
            IMPORT_MAX.key: count(IMPORT_MAX.most, "How many messages one IMPORT moves at most; 5 by default.")
        }
    })
}

pub(super) fn count(most: impl Into<u32>, description: &str) -> Value {
    let most: u32 = most.into();
    json!({ "type": "integer", "minimum": 1, "maximum": most, "description": description })
}

pub(super) fn words<W: Keyword>(description: &str) -> Value {
    json!({ "enum": W::all_keywords(), "description": description })
}

/// Conditions with what they mean, so that an editor can show it while it completes the name.
pub(super) fn conditions(conditions: &[Condition]) -> Value {
    let choices: Vec<Value> = conditions
        .iter()
        .map(|condition| {
            let entry = condition.entry();
            json!({
                "const": condition.keyword(),
                "description": format!("{} ({}, {})", entry.meaning, entry.rows[0].class, entry.source[0])
            })
        })
        .collect();
    json!({ "type": "string", "oneOf": choices })
}

pub(super) fn repairs() -> Value {
    let choices: Vec<Value> = REPAIRS
        .iter()
        .map(|entry| {
            let description = format!("{} ({})", entry.instruction, entry.source[0]);
            json!({ "const": entry.repair.keyword(), "description": description })
        })
        .collect();
    debug_assert_eq!(choices.len(), Repair::ALL.len());
    json!({ "type": "string", "oneOf": choices })
}

pub(super) fn logging() -> Value {
    let level = words::<Level>("A diagnostics logging level.");
    let levels: Map<String, Value> =
        Category::ALL.iter().map(|c| (c.keyword().to_owned(), level.clone())).collect();
    json!({
        "description": "One level for every category, or a table of levels by category.",
        "anyOf": [
            level,
            { "type": "object", "additionalProperties": false, "properties": levels }
        ]
    })
}
