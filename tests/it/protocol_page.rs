//! PROTOCOL.md says what the protocol is: every line that it prints is one, every key of the schema is
//! explained, the table of events is the data's, and its defaults and bounds are those in force.

use std::fs;
use std::path::Path;

use event70::model::Keyword;
use event70::process::{
    Answer, Command, ConnectorLine, LINE_BYTES_MAX, PROTOCOL, conversation_schema, line_schema,
};
use event70::rule::{Basis, MESSAGES, is_judged, prints};
use rstest::rstest;
use serde_json::Value;

use crate::support::{event70_here, page_is_up_to_date};

const PAGE: &str = "harness/examples/PROTOCOL.md";
const HEAD: &str =
    "| number | type | category | document | judged | text |\n|--:|---|---|---|---|---|\n";

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).unwrap()
}

/// The rows of the table of events, from the data.
fn rows() -> String {
    let row = |message: &event70::rule::EventMessage| {
        let [prints_type, prints_category] = prints(message.id);
        let printed =
            |is_printed: bool, word: &'static str| if is_printed { word } else { "*any*" };
        let judged = if is_judged(message.id) { "yes" } else { "no" };
        let text = if message.basis == Basis::Stated { message.text } else { "*any*" };
        format!(
            "| {} | {} | {} | {} | {judged} | {text} |\n",
            message.id,
            printed(prints_type, message.event_type.keyword()),
            printed(prints_category, message.category.title()),
            message.source.article,
        )
    };
    MESSAGES.iter().map(row).collect()
}

/// `INSTA_UPDATE=always cargo test --test it table_of_events` writes it anew.
#[test]
fn the_table_of_events_is_what_the_data_says() {
    let page = page();
    let (before, rest) = page.split_once(HEAD).unwrap();
    let after = rest.find("\n## ").unwrap();
    let expected = format!("{before}{HEAD}{}{}", rows(), &rest[after..]);
    page_is_up_to_date(PAGE, &expected);
}

#[test]
fn every_line_that_it_prints_is_one() {
    let page = page();
    let blocks = page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut kinds = [0; 3];
    for line in blocks.flat_map(str::lines) {
        let value: Value = serde_json::from_str(line).unwrap();
        let kind = ["do", "ran"].iter().position(|key| value.get(key).is_some()).unwrap_or(2);
        kinds[kind] += 1;
        match kind {
            0 => assert!(serde_json::from_str::<Command<'_>>(line).is_ok(), "{line}"),
            1 => assert!(serde_json::from_str::<Answer<'_>>(line).is_ok(), "{line}"),
            _ => assert!(ConnectorLine::read(line.as_bytes()).is_ok(), "{line}"),
        }
    }
    assert_eq!(kinds, [3, 4, 3]);
}

/// Every key that may stand below a value of a schema, and every word that must be one of several.
fn keys_and_words(schema: &Value, found: &mut Vec<String>) {
    let Value::Object(entries) = schema else { return };
    for key in ["oneOf", "anyOf"] {
        let choices = entries.get(key).and_then(Value::as_array);
        choices.into_iter().flatten().for_each(|choice| keys_and_words(choice, found));
    }
    let words = entries.get("enum").and_then(Value::as_array).into_iter().flatten();
    found.extend(words.chain(entries.get("const")).filter_map(Value::as_str).map(str::to_owned));
    for key in ["properties", "$defs"] {
        for (name, value) in entries.get(key).and_then(Value::as_object).into_iter().flatten() {
            if key == "properties" {
                found.push(name.clone());
            }
            keys_and_words(value, found);
        }
    }
}

#[rstest]
#[case::of_the_protocol(line_schema(), 50)]
#[case::of_a_trace(conversation_schema(), 55)]
fn it_explains_every_key_and_word(#[case] schema: Value, #[case] at_least: usize) {
    let (page, mut found) = (page(), Vec::new());
    keys_and_words(&schema, &mut found);
    assert!(found.len() >= at_least, "{found:?}");
    let is_told =
        |word: &str| page.contains(&format!("`{word}`")) || page.contains(&format!("\"{word}\":"));
    let missing: Vec<&String> = found.iter().filter(|word| !is_told(word)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn its_figures_are_those_in_force() {
    let page = page().replace(',', "").split_whitespace().collect::<Vec<_>>().join(" ");
    let deadline = event70::process::DEADLINE.as_secs();
    for figure in [
        format!("at most {LINE_BYTES_MAX} bytes"),
        format!("version of the protocol: {PROTOCOL} "),
        format!("{deadline} seconds or `--deadline TIME`"),
        format!("{} where it is missing", event70::model::Limits::default().poll_seconds),
    ] {
        assert!(page.contains(&figure), "{figure}");
    }
}

#[test]
fn the_program_prints_the_schemas() {
    for (of, schema) in [("protocol", line_schema()), ("trace", conversation_schema())] {
        assert_eq!(event70_here(&["schema", "--of", of]).with_status(0).json(), schema);
    }
}
