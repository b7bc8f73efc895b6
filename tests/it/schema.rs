//! The JSON Schema that editors complete and check with is the one that the program prints. That it
//! says of a document what the reader says of it is held in `harness/checks`.

use std::fs;

use event70::model::{Condition, Keyword, Repair};
use serde_json::Value;

use crate::support::event70_here;

/// The schema in the folder of the scenarios.
fn schema() -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/schema.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_schema_in_the_repository_is_the_one_printed() {
    let said = event70_here(&["schema"]).with_status(0);
    assert!(
        said.json() == schema(),
        "scenarios/schema.json is out of date: cargo run -- schema > scenarios/schema.json"
    );
}

/// Every text below a value of the schema that a document may contain word for word.
fn words_of(schema: &Value) -> Vec<&str> {
    let mut words = Vec::new();
    let mut values = vec![schema];
    while let Some(value) = values.pop() {
        match value {
            Value::Object(entries) => {
                words.extend(entries.get("const").and_then(Value::as_str));
                let choices = entries.get("enum").and_then(Value::as_array);
                words.extend(choices.into_iter().flatten().filter_map(Value::as_str));
                values.extend(entries.values());
            }
            Value::Array(items) => values.extend(items),
            _ => {}
        }
    }
    words
}

#[test]
fn every_condition_and_every_repair_is_in_the_schema() {
    let schema = schema();
    let words = words_of(&schema["properties"]["steps"]);
    for word in [Condition::all_keywords(), Repair::all_keywords()].concat() {
        assert!(words.contains(&word), "{word} is missing");
    }
    let from_the_start = words_of(&schema["properties"]["site"]["properties"]["conditions"]);
    assert_eq!(from_the_start.len(), Condition::ALL.len() - 1, "all but foreign-event-70");
}
