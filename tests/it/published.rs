//! Each log that a document prints comes out of a scenario of the set, entry for entry and in order, or
//! its file says why none can play it.
//!
//! `tests/published` holds the facts: event numbers and files in the order of the article. Numbers of
//! message files are no evidence, so `msg*.ccm` stands for any.

use std::fs;
use std::path::{Path, PathBuf};

use event70::engine::{Expectations, Trial};
use event70::format::load;
use event70::model::{FileName, TraceEvent};
use event70::reference::{Reference, Simulated};
use event70::rule::LogEntry;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    article: String,
    /// The scenario of the set that plays it.
    scenario: Option<String>,
    /// Why none can.
    unplayed: Option<String>,
    entries: Vec<Printed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Printed {
    event: u16,
    file: Option<String>,
}

impl Printed {
    fn is(&self, entry: &LogEntry) -> bool {
        let named = entry.strings.first().map_or("", |string| string.raw());
        let is_file = |file: &String| match file.as_str() {
            "msg*.ccm" => matches!(FileName::from_text(named), Some(FileName::Message(_))),
            file => named == file,
        };
        entry.event_id == self.event && self.file.as_ref().is_none_or(is_file)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn published() -> Vec<(PathBuf, Published)> {
    let folder = fs::read_dir(root().join("tests/published")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let mut paths: Vec<PathBuf> = files.collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let published = serde_json::from_str(&text);
        let published = published.unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        (path, published)
    };
    paths.into_iter().map(read).collect()
}

/// The name of each log that a document prints.
pub(crate) fn names() -> Vec<String> {
    let stem = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    published().into_iter().map(|(path, _)| stem(path)).collect()
}

/// The events that the document of this file prints, each with its file, where that is printed.
pub(crate) fn printed(name: &Path) -> Vec<(u16, Option<String>)> {
    let found = published().into_iter().find(|(path, _)| path.file_name() == name.file_name());
    let (_, published) = found.expect("there is such a file");
    let named = |file: String| file.replace('*', if file == "msg*.ccm" { "0001" } else { "*" });
    published.entries.into_iter().map(|one| (one.event, one.file.map(named))).collect()
}

/// What the reference logs in a scenario of the set.
pub(crate) fn log_of(name: &str) -> Vec<LogEntry> {
    let file = load(&root().join(format!("scenarios/{name}.toml"))).unwrap();
    let (scenario, assumed) = (file.scenario, file.assume.assignment());
    let site = Simulated::new(&scenario.setup);
    let mut log = Vec::new();
    let mut trial = Trial::assuming(assumed.into());
    let mut reference = Reference::new().assuming(assumed);
    trial.show(&scenario, Expectations::NONE, site, &mut reference, |seen| {
        for traced in &seen.trace.events {
            if let TraceEvent::Logged(record) | TraceEvent::Foreign(record) = traced {
                for _ in 0..record.times {
                    log.push(LogEntry::new(log.len() as u64 + 1, record));
                }
            }
        }
    });
    log
}

#[test]
fn each_printed_log_is_played_entry_for_entry() {
    let mut played = 0;
    for (path, Published { article, scenario, unplayed, entries }) in published() {
        assert!(path.file_stem().unwrap().to_str().unwrap().starts_with(&article.to_lowercase()));
        assert!(!entries.is_empty(), "{article}");
        let Some(name) = scenario else {
            let why = unplayed.unwrap_or_else(|| panic!("{article}: no scenario, and no reason"));
            println!("{article} is not played: {why}");
            continue;
        };
        assert_eq!(unplayed, None, "{article} is played and is not");
        let log = log_of(&name);
        let mut rest = log.iter();
        for (place, printed) in entries.iter().enumerate() {
            let found = rest.any(|entry| printed.is(entry));
            assert!(found, "{article}: entry {} ({}) is not in {name}", place + 1, printed.event);
        }
        played += 1;
    }
    assert!(played >= 12, "{played}");
}
