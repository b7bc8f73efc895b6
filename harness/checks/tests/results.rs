//! What `run` prints as JSON is valid by the JSON Schema that the program prints of it, whatever
//! comes of a run: agreement, every way to disagree, files that are none, connectors that fail.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::path::Path;
use std::process::Command;
use std::{fs, iter};

use event70_checks::event70;
use jsonschema::Validator;
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A scenario in which much happens.
const BUSY: &str = "format = 1
title = 'busy'
notes = 'much happens'
site = { database = 'db8', logging = 'maximum', conditions = ['postoffice-fragmented'] }
steps = [
    { do = 'start', event-70 = 1 },
    { inject = 'postoffice-damaged', passes = 3 },
    { inject = 'install-path-space', outcome = 'hang' },
    { inject = 'directory-index-damaged', code = 4 },
    { mail = 9, to = 'cc-mail' },
    { cycles = 2 },
    { do = 'dirsync' },
    { logging = { general = 'none' } },
    { repair = 'shorten-store-path' },
    { do = 'restart' },
    { repair = 'restore-postoffice' },
    { repair = 'analyze' },
    { cycles = 2 },
    { inject = 'programs-not-on-path' },
    { cycles = 40 },
    { do = 'kill' },
]
";

/// A connector that answers everything and, at a start, first does this.
fn connector(at_start: &str) -> String {
    format!(
        "while read -r line; do word=${{line#*:\\\"}}; word=${{word%%\\\"*}}\n\
         if [ \"$word\" = start ]; then {at_start}\nfi\n\
         printf '{{\"done\":\"%s\"}}\\n' \"$word\"\ndone\n"
    )
}

/// Something to say in the protocol; what comes back is read over.
const UNDOCUMENTED: &str =
    r#"echo '{"run":{"program":"FORMAT","arguments":["C:"]}}'; read -r answer"#;
const IN_ITS_OWN_WORDS: &str =
    r#"echo '{"event":{"id":70,"source":"me","type":"?","category":"!","strings":["a","b","c"]}}'"#;

fn project() -> TempDir {
    let project = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(project.path().join(name), text).unwrap();
    write("busy.toml", BUSY);
    write("wrong.toml", &BUSY.replace("event-70 = 1", "event-70 = 2"));
    write("bad.toml", "format = 1\nhots = 3\n");
    fs::create_dir(project.path().join("folder.toml")).unwrap();
    let known = |scenario| {
        format!("[[known]]\nscenario = '{scenario}'\nviolates = 'article'\nreason = 'r'\n")
    };
    // What ends in .toml is played.
    write("known.list", &(known("busy") + &known("wrong")));
    write("crashes.sh", &connector("exit 3"));
    write("undocumented.sh", &connector(UNDOCUMENTED));
    write("own-words.sh", &connector(IN_ITS_OWN_WORDS));
    project
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(event70()).args(arguments).current_dir(folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn schema(of: &str) -> Value {
    serde_json::from_str(&said(Path::new("."), &["schema", "--of", of])).unwrap()
}

fn validator(of: &str) -> Validator {
    jsonschema::draft202012::new(&schema(of)).unwrap()
}

fn is_valid(validator: &Validator, document: &Value) {
    let errors =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path()));
    let errors: Vec<String> = errors.take(3).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[rstest]
fn the_schemas_of_results_are_schemas_by_their_standard(
    #[values("run", "run-line", "explore", "diagnose")] of: &str,
) {
    let schema = schema(of);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(jsonschema::meta::is_valid(&schema));
}

#[rstest]
#[case::agreement(&[], "agree")]
#[case::author_alone(&[], "expectation")]
#[case::canary(&["--bug", "canary"], "missing")]
#[case::known(&["--known", "known.list", "--bug", "canary"], "missing")]
#[case::new_and_mended(&["--known", "known.list"], "expectation")]
#[case::breach_of_a_document(&["--bug", "not-found-silent"], "malformed")]
#[case::crash(&["--connector", "sh crashes.sh"], "connector-failed")]
#[case::no_program(&["--connector", "./no-such-program"], "connector-failed")]
#[case::undocumented(&["--connector", "sh undocumented.sh"], "malformed")]
#[case::own_words(&["--connector", "sh own-words.sh"], "extra")]
fn what_a_run_prints_is_valid_by_the_printed_schema(
    #[case] arguments: &[&str],
    #[case] verdict: &str,
) {
    let project = project();
    let [document, lines] = ["json", "jsonl"].map(|format| {
        said(project.path(), &[&["run", ".", "--format", format], arguments].concat())
    });
    let document: Value = serde_json::from_str(&document).unwrap();
    is_valid(&validator("run"), &document);
    let scenarios = document["scenarios"].as_array().unwrap();
    assert_eq!((scenarios.len(), document["invalid"].as_array().unwrap().len()), (2, 2));
    assert!(scenarios.iter().any(|scenario| scenario["verdict"] == verdict), "{document:#}");
    let validator = validator("run-line");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 6);
    lines.iter().for_each(|line| is_valid(&validator, line));
}

#[test]
fn what_explain_prints_is_valid_by_the_same_schema() {
    let printed = said(project().path(), &["explain", ".", "--format", "json"]);
    let document: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(document["summary"]["scenarios"], 2);
    is_valid(&validator("run"), &document);
}

/// The scenarios of this project, but for those that try how long a timeline can be.
#[test]
fn what_diagnose_prints_is_valid_by_its_schema() {
    let folder = project();
    let log = folder.path().join("played.log");
    fs::write(&log, said(folder.path(), &["run", "busy.toml"])).unwrap();
    let document = said(folder.path(), &["diagnose", "played.log", "--format", "json"]);
    let document: Value = serde_json::from_str(&document).unwrap();
    assert!(document["logs"][0]["evidence"].as_u64().unwrap() > 0, "{document}");
    is_valid(&validator("diagnose"), &document);
}

#[rstest]
#[case::agrees(&[])]
#[case::finds(&["--bug", "canary"])]
fn what_explore_prints_is_valid_by_its_schema(#[case] options: &[&str]) {
    let folder = project();
    let explore = ["explore", "--cases", "50", "--seed", "1", "--format", "json"];
    let document = said(folder.path(), &[&explore, options].concat());
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["found"].is_null(), options.is_empty(), "{document}");
    is_valid(&validator("explore"), &document);
}

#[test]
fn the_results_of_the_project_are_valid_by_the_schema() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let folders = fs::read_dir(&scenarios).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir() && !path.ends_with("limits"));
    let folders: Vec<String> = folders.map(|path| path.to_str().unwrap().to_owned()).collect();
    let arguments = ["run", "--format", "jsonl"].into_iter().chain(folders.iter().map(|f| &**f));
    let printed = said(Path::new("."), &arguments.collect::<Vec<_>>());
    let validator = validator("run-line");
    let lines: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() > 100, "{} lines", lines.len());
    lines.iter().for_each(|line| is_valid(&validator, line));
}

/// Every place in a document that has a key, as a pointer to the table and the key.
fn keys(value: &Value, pointer: &str) -> Vec<(String, String)> {
    let below = |(key, value): (&String, &Value)| {
        let inside = keys(value, &format!("{pointer}/{key}"));
        iter::once((pointer.to_owned(), key.clone())).chain(inside).collect::<Vec<_>>()
    };
    match value {
        Value::Object(table) => table.iter().flat_map(below).collect(),
        Value::Array(items) => {
            let inside = |(n, item): (usize, &Value)| keys(item, &format!("{pointer}/{n}"));
            items.iter().enumerate().flat_map(inside).collect()
        }
        _ => Vec::new(),
    }
}

/// A schema that lets everything through would prove nothing. What stands below `verdicts` is a
/// list of whatever verdicts there are.
#[test]
fn a_document_without_a_key_or_with_another_word_is_refused() {
    let validator = validator("run");
    let printed = said(project().path(), &["explain", ".", "--format", "json"]);
    let document: Value = serde_json::from_str(&printed).unwrap();
    let keys = keys(&document, "");
    let is_map =
        |table: &String| ["/summary/verdicts", "/summary/assumptions"].contains(&table.as_str());
    let required = keys.iter().filter(|(table, _)| !is_map(table));
    let mut tried = std::collections::BTreeSet::new();
    for (table, key) in required {
        let kind = table.replace(|letter: char| letter.is_ascii_digit(), "");
        if !tried.insert((kind, key)) {
            continue;
        }
        let mut spoiled = document.clone();
        spoiled.pointer_mut(table).unwrap().as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&spoiled), "without {key} in {table}");
    }
    assert!(tried.len() > 80, "{}", tried.len());
    for place in [
        "/scenarios/0/verdict",
        "/scenarios/0/steps/0/action/operation",
        "/scenarios/0/steps/0/runs/0/ended",
        "/scenarios/0/steps/5/evidence/class",
        "/scenarios/0/steps/0/line",
        "/scenarios/0/steps/0/explanation/assumptions/0/assumption",
        "/scenarios/0/steps/5/explanation/order/masked/0/condition",
        "/scenarios/0/steps/6/explanation/dirsync/outcome",
        "/scenarios/0/explanation/down/because",
    ] {
        let mut spoiled = document.clone();
        *spoiled.pointer_mut(place).unwrap() = json!("nonsense");
        assert!(!validator.is_valid(&spoiled), "{place}");
    }
}
