//! The JSON Schema that editors complete and check with says of a document what the reader says of
//! it.
//!
//! What a schema of one document cannot know is left to the reader, on purpose: which condition a
//! host or a database can have, a key that stands twice, and whether a number is written `1` or
//! `1.0`, which JSON does not tell apart.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::fs;
use std::path::{Path, PathBuf};

use event70::format::{Known, discover, known_schema, read};
use jsonschema::Validator;
use rstest::rstest;
use serde_json::{Map, Number, Value, json};
use toml::de::{DeTable, DeValue};

const HEADER: &str = "format = 1\ntitle = \"x\"\n";

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

fn schema() -> Value {
    serde_json::from_str(&fs::read_to_string(scenarios().join("schema.json")).unwrap()).unwrap()
}

/// The schema in the folder of the scenarios, ready to check documents.
fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

/// A TOML document as the JSON that an editor holds against the schema.
fn as_json(text: &str) -> Value {
    table(DeTable::parse(text).unwrap().get_ref())
}

fn table(table: &DeTable<'_>) -> Value {
    let pairs = table.iter().map(|(key, value)| (key.get_ref().to_string(), of(value.get_ref())));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text.as_ref()),
        DeValue::Integer(integer) => {
            let digits = integer.as_str().replace('_', "");
            json!(i64::from_str_radix(&digits, integer.radix()).unwrap())
        }
        DeValue::Float(float) => json!(Number::from_f64(float.as_str().parse().unwrap())),
        DeValue::Boolean(boolean) => json!(boolean),
        DeValue::Datetime(time) => json!(time.to_string()),
        DeValue::Array(items) => items.iter().map(|item| of(item.get_ref())).collect(),
        DeValue::Table(inner) => table(inner),
    }
}

#[test]
fn the_schema_is_one_by_its_own_standard() {
    assert_eq!(schema()["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(jsonschema::meta::is_valid(&schema()));
}

#[test]
fn every_scenario_file_is_valid_by_the_schema() {
    let validator = validator();
    let files = discover(&scenarios());
    let texts = files.iter().map(|found| (&found.name, fs::read_to_string(&found.path).unwrap()));
    // Whether a file is a scenario at all is the affair of the project's own test.
    let sound: Vec<_> = texts.filter(|(_, text)| read(text).is_ok()).collect();
    assert!(sound.len() >= 100, "only {} scenario files were found", sound.len());
    for (name, text) in sound {
        let document = as_json(&text);
        let error = validator.iter_errors(&document).next();
        assert!(error.is_none(), "{}: {}", name.shown(), error.unwrap());
    }
}

/// A text that has steps, so that it is not for want of them that it is refused.
fn with_a_step(text: &str) -> String {
    if text.contains("steps") {
        text.to_owned()
    } else {
        format!("{text}\n[[steps]]\ndo = \"start\"\n")
    }
}

#[test]
fn a_document_without_steps_is_refused_by_both() {
    assert!(read(HEADER).is_err(), "the reader takes it");
    assert!(!validator().is_valid(&as_json(HEADER)), "the schema takes it");
}

#[rstest]
#[case::bare("")]
#[case::source_and_notes("source = ['Q1']\nnotes = 'y'")]
#[case::empty_site("[site]")]
#[case::kind_of_site("[site]\nexchange = '5.5-sp1'\nhost = 'netware-direct'\ndatabase = 'db8'")]
#[case::wrong_from_the_start("[site]\ndirsync = 'never'\nconditions = ['tab-name-wrong']")]
#[case::level("[site]\nlogging = 'maximum'")]
#[case::least_limits("[site]\npoll-seconds = 1\nexport-max = 1\nimport-max = 1")]
#[case::greatest_limits("[site]\npoll-seconds = 86400\nexport-max = 1000\nimport-max = 1000")]
#[case::levels("[site]\nlogging = { general = 'none', dir-synch = 'medium' }")]
#[case::operations("steps = [{ do = 'start' }, { do = 'kill', event-70 = 0 }, { do = 'dirsync' }]")]
#[case::cycles("steps = [{ cycles = 1 }, { cycles = 10000, event-70 = 3 }]")]
#[case::mail("steps = [{ mail = 1, to = 'exchange' }, { mail = 10000, to = 'cc-mail' }]")]
#[case::passes("steps = [{ inject = 'postoffice-damaged', passes = 3 }]")]
#[case::outcome("steps = [{ inject = 'install-path-space', outcome = 'hang' }]")]
#[case::code("steps = [{ inject = 'directory-index-damaged', code = 4 }]")]
#[case::default_passes("steps = [{ inject = 'postoffice-damaged' }]")]
#[case::default_outcome("steps = [{ inject = 'install-path-space', event-70 = 0 }]")]
#[case::default_code("steps = [{ inject = 'directory-index-damaged' }]")]
#[case::foreign("steps = [{ inject = 'foreign-event-70', event-70 = 0 }]")]
#[case::repair("steps = [{ repair = 'analyze' }]")]
#[case::logging("steps = [{ logging = 'none' }, { logging = { outbound = 'maximum' } }]")]
fn what_the_reader_reads_the_schema_admits(#[case] body: &str) {
    let text = with_a_step(&format!("{HEADER}{body}\n"));
    assert!(read(&text).is_ok(), "the reader: {:?}", read(&text).unwrap_err());
    let validator = validator();
    let document = as_json(&text);
    let error = validator.iter_errors(&document).next();
    assert!(error.is_none(), "the schema: {}", error.unwrap());
}

#[rstest]
#[case::no_format("title = \"x\"")]
#[case::no_title("format = 1")]
#[case::later_format("format = 2\ntitle = \"x\"")]
#[case::format_0("format = 0\ntitle = \"x\"")]
#[case::format_as_text("format = \"1\"\ntitle = \"x\"")]
#[case::empty_title("format = 1\ntitle = \"\"")]
#[case::blank_title("format = 1\ntitle = \"  \"")]
#[case::title_of_two_lines("format = 1\ntitle = \"a\\nb\"")]
#[case::title_that_ends_in_a_line_break("format = 1\ntitle = \"a\\n\"")]
#[case::title_with_a_carriage_return("format = 1\ntitle = \"a\\rb\"")]
#[case::title_with_an_escape("format = 1\ntitle = \"\\u001b[31mred\"")]
#[case::title_as_number("format = 1\ntitle = 1")]
fn a_document_that_begins_wrongly_is_refused_by_both(#[case] text: &str) {
    let text = with_a_step(text);
    assert!(read(&text).is_err(), "the reader takes it");
    assert!(!validator().is_valid(&as_json(&text)), "the schema takes it");
}

#[rstest]
#[case::unknown_key("step = []")]
#[case::source_as_text("source = \"Q166045\"")]
#[case::source_of_numbers("source = [1]")]
#[case::notes_as_number("notes = 1")]
#[case::site_as_text("site = \"windows-nt\"")]
#[case::unknown_key_of_site("[site]\nhots = \"windows-nt\"")]
#[case::exchange("[site]\nexchange = \"5.5-sp2\"")]
#[case::exchange_as_number("[site]\nexchange = 5.0")]
#[case::host("[site]\nhost = \"unix\"")]
#[case::database("[site]\ndatabase = \"db7\"")]
#[case::dirsync("[site]\ndirsync = \"once\"")]
#[case::no_interval("[site]\npoll-seconds = 0")]
#[case::more_than_a_day("[site]\npoll-seconds = 86401")]
#[case::no_batch("[site]\nimport-max = 0")]
#[case::too_large_a_batch("[site]\nexport-max = 1001")]
#[case::limit_as_text("[site]\nexport-max = \"16\"")]
#[case::level("[site]\nlogging = \"some\"")]
#[case::level_as_number("[site]\nlogging = 3")]
#[case::category("[site]\nlogging = { special = \"none\" }")]
#[case::level_of_category("[site]\nlogging = { general = \"some\" }")]
#[case::condition("[site]\nconditions = [\"tab-wrong\"]")]
#[case::conditions_as_text("[site]\nconditions = \"tab-name-wrong\"")]
#[case::momentary_condition("[site]\nconditions = [\"foreign-event-70\"]")]
#[case::no_steps("steps = []")]
#[case::steps_as_table("[steps]\ndo = \"start\"")]
#[case::step_as_text("steps = [\"start\"]")]
#[case::empty_step("steps = [{}]")]
#[case::no_verb("steps = [{ event-70 = 1 }]")]
#[case::two_verbs("steps = [{ do = \"start\", cycles = 1 }]")]
#[case::unknown_key_of_step("steps = [{ do = \"start\", event70 = 1 }]")]
#[case::operation("steps = [{ do = \"pause\" }]")]
#[case::no_cycles("steps = [{ cycles = 0 }]")]
#[case::too_many_cycles("steps = [{ cycles = 10001 }]")]
#[case::half_a_cycle("steps = [{ cycles = 0.5 }]")]
#[case::cycles_as_text("steps = [{ cycles = \"1\" }]")]
#[case::no_mail("steps = [{ mail = 0, to = \"exchange\" }]")]
#[case::too_much_mail("steps = [{ mail = 10001, to = \"exchange\" }]")]
#[case::mail_to_nobody("steps = [{ mail = 1 }]")]
#[case::direction("steps = [{ mail = 1, to = \"lotus\" }]")]
#[case::direction_of_cycles("steps = [{ cycles = 1, to = \"exchange\" }]")]
#[case::injected("steps = [{ inject = \"rain\" }]")]
#[case::no_passes("steps = [{ inject = \"postoffice-damaged\", passes = 0 }]")]
#[case::four_passes("steps = [{ inject = \"postoffice-damaged\", passes = 4 }]")]
#[case::passes_of_another("steps = [{ inject = \"tab-name-wrong\", passes = 1 }]")]
#[case::outcome("steps = [{ inject = \"install-path-space\", outcome = \"3\" }]")]
#[case::outcome_of_another("steps = [{ inject = \"postoffice-damaged\", outcome = \"hang\" }]")]
#[case::code_2("steps = [{ inject = \"directory-index-damaged\", code = 2 }]")]
#[case::code_as_text("steps = [{ inject = \"directory-index-damaged\", code = \"1\" }]")]
#[case::code_of_another("steps = [{ inject = \"install-path-space\", code = 1 }]")]
#[case::passes_of_a_verb("steps = [{ do = \"start\", passes = 1 }]")]
#[case::repair("steps = [{ repair = \"reboot\" }]")]
#[case::condition_as_repair("steps = [{ repair = \"postoffice-locked\" }]")]
#[case::logging_as_boolean("steps = [{ logging = true }]")]
#[case::fewer_than_no_events("steps = [{ do = \"start\", event-70 = -1 }]")]
#[case::events_as_text("steps = [{ do = \"start\", event-70 = \"1\" }]")]
fn what_the_reader_refuses_the_schema_refuses(#[case] body: &str) {
    let text = with_a_step(&format!("{HEADER}{body}\n"));
    assert!(read(&text).is_err(), "the reader takes it");
    assert!(!validator().is_valid(&as_json(&text)), "the schema takes it");
}

#[test]
fn a_step_too_many_is_refused_by_both() {
    let steps = |count| format!("{HEADER}steps = [\n{}]\n", "{ cycles = 1 },\n".repeat(count));
    let validator = validator();
    let (most, too_many) = (steps(10_000), steps(10_001));
    assert!(read(&most).is_ok() && validator.is_valid(&as_json(&most)));
    assert!(read(&too_many).is_err() && !validator.is_valid(&as_json(&too_many)));
}

#[rstest]
#[case::host("[site]\nconditions = [\"lsa2-hotfix\"]")]
#[case::database("steps = [{ inject = \"resource-file-missing\" }]")]
fn what_depends_on_the_host_is_left_to_the_reader(#[case] body: &str) {
    let text = with_a_step(&format!("{HEADER}{body}\n"));
    assert!(read(&text).is_err(), "the reader takes it");
    assert!(validator().is_valid(&as_json(&text)), "the schema is cleverer than this file says");
}

/// That each scenario stands there once is left to the reader.
#[test]
fn a_list_of_known_failures_is_valid_where_it_can_be_read() {
    let schema = known_schema();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let entry = "[[known]]\nscenario = \"a\"\nviolates = \"article\"\nreason = \"r\"\n";
    let violates = |word: &str| entry.replace("article", word);
    let texts = [
        (String::new(), true),
        (entry.to_owned(), true),
        (violates("Q168211"), true),
        (violates("connector-failed"), true),
        (violates("missing"), false),
        (violates("Q"), false),
        (entry.replace("reason", "because"), false),
        (entry.replace("\"a\"", "1"), false),
        (entry.replace("known", "knwon"), false),
        (format!("{entry}more = 1\n"), false),
    ];
    for (text, is_valid) in texts {
        assert_eq!(Known::read(&text).is_ok(), is_valid, "{text}");
        assert_eq!(validator.is_valid(&as_json(&text)), is_valid, "{text}");
    }
}
