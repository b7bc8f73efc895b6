//! The JSON Schema of the protocol says of a line what the two sides say of it: every line of real
//! conversations is valid, with an adapter that shows all it can, and one without a key that it needs
//! is not.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use event70::engine::Trial;
use event70::format::{discover, load};
use event70::model::Assignments;
use event70::process::{
    ConversationLog, Launch, ProgramConnector, conversation_schema, line_schema,
};
use event70::reference::Simulated;
use jsonschema::Validator;
use serde_json::{Value, json};

/// Folders whose scenarios have every command, every end of a run and every key in them.
const FOLDERS: [&str; 4] = ["causes", "decoys", "sites", "stories"];

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn validator(schema: &Value) -> Validator {
    assert!(jsonschema::meta::is_valid(schema));
    jsonschema::draft202012::new(schema).unwrap()
}

/// Memory that a log can be written to.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was said while the shell adapter played the scenarios of these folders.
fn conversation() -> Vec<Value> {
    let written = Shared::default();
    let mut launch = Launch::new("sh harness/examples/connector.sh", &project()).unwrap();
    launch.deadline = std::time::Duration::from_secs(60);
    launch.log = Some(Arc::new(ConversationLog::new(written.clone())));
    let mut connector = ProgramConnector::new(Arc::new(launch), None);
    let mut trial = Trial::assuming(Assignments::ALL);
    for folder in FOLDERS {
        for found in discover(&project().join("scenarios").join(folder)) {
            let Ok(file) = load(&found.path) else { continue };
            let site = Simulated::new(&file.scenario.setup);
            trial.until_finding(&file.scenario, site, &mut connector, |_| {});
        }
    }
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_line_of_real_conversations_is_valid() {
    let (lines, of_line, of_trace) =
        (conversation(), validator(&line_schema()), validator(&conversation_schema()));
    let mut kinds = std::collections::BTreeSet::new();
    for entry in &lines {
        assert!(of_trace.is_valid(entry), "{entry}");
        let Some(line) = entry.get("line") else {
            kinds.insert("kill".to_owned());
            continue;
        };
        assert!(of_line.is_valid(line), "{line}");
        let value = |key: &str| line.get(key).and_then(Value::as_str).map(str::to_owned);
        let key = line.as_object().unwrap().keys().find(|key| ["event", "run"].contains(&&***key));
        kinds.extend(value("do").or(value("ran")).or(value("done").map(|done| done + " done")));
        kinds.extend(key.cloned());
    }
    let all = [
        "cycle",
        "cycle done",
        "dirsync",
        "dirsync done",
        "event",
        "exited",
        "failed",
        "kill",
        "not-found",
        "reset",
        "reset done",
        "run",
        "start",
        "start done",
        "stop",
        "stop done",
        "unfinished",
    ];
    assert_eq!(kinds, all.map(str::to_owned).into());
}

/// Every object within a value, as the path to it and its keys.
fn keys(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        found.push((path.to_owned(), key.clone()));
        keys(inner, &format!("{path}/{key}"), found);
    }
}

#[test]
fn a_line_without_a_key_that_it_needs_is_not_valid() {
    let of_line = validator(&line_schema());
    let tab = json!({ "name": "HQ", "password": "SECRET", "path": "P" });
    let levels =
        json!({ "general": "none", "outbound": "none", "inbound": "none", "dir-synch": "none" });
    let site = json!({
        "tab": tab, "entry": "E", "store": "S", "exchange": "5.0", "logging": levels, "computer": "C"
    });
    let at = "1997-12-06T09:00:00";
    let lines = [
        json!({ "do": "reset", "protocol": 1 }),
        json!({ "do": "start", "at": at, "site": site }),
        json!({ "do": "cycle", "at": at, "outbound": 2, "site": site }),
        json!({ "do": "stop", "at": at }),
        json!({ "ran": "exited", "code": 0, "console": "", "messages": 1, "corrupt": 0, "returned": 0 }),
        json!({ "ran": "not-found", "code": 2, "console": "" }),
        json!({ "ran": "failed", "console": "" }),
        json!({ "event": { "id": 70, "source": "S", "type": "Error", "category": "General" } }),
        json!({ "run": { "program": "EXPORT" } }),
        json!({ "done": "cycle" }),
    ];
    let mut tried = 0;
    for line in &lines {
        assert!(of_line.is_valid(line), "{line}");
        let mut found = Vec::new();
        keys(line, "", &mut found);
        for (path, key) in found {
            let mut without = line.clone();
            without.pointer_mut(&path).unwrap().as_object_mut().unwrap().remove(&key);
            assert!(!of_line.is_valid(&without), "{without}");
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried}");
}
