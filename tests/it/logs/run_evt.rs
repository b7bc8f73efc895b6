//! `run --evt FILE` writes what was logged, all scenarios in order.

use std::path::Path;

use event70::logs::{LogKind, LogRecord, read};

use crate::published::log_of;
use crate::support::{HEALTHY, Project, event70_in, skip};

const NAMES: [&str; 3] =
    ["causes/tab-path-wrong", "near-misses/message-corrupt", "decoys/every-decoy-at-once"];

#[test]
fn run_writes_the_logs_of_all_scenarios_in_their_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = Project::new();
    let file = project.path("all.evt");
    let paths = NAMES.map(|name| format!("scenarios/{name}.toml"));
    let mut arguments = vec!["run", "--evt", file.to_str().unwrap()];
    arguments.extend(paths.iter().map(String::as_str));
    event70_in(root, &arguments).with_status(0);
    let log = read(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!((log.kind, &log.troubles[..], log.is_whole()), (LogKind::Evt, &[][..], true));
    // Files are played in the order in which they were named.
    let entries = NAMES.iter().flat_map(|name| log_of(name));
    let expected: Vec<LogRecord> = entries.map(|entry| LogRecord::from(&entry)).collect();
    assert!(expected.len() > 10, "{}", expected.len());
    assert_eq!(log.records.len(), expected.len());
    for ((read, expected), number) in log.records.iter().zip(expected).zip(1..) {
        let category = expected.category.filter(|_| expected.source == "MSExchangeCCMC");
        let expected = LogRecord { number: Some(number), place: read.place, category, ..expected };
        assert_eq!(*read, expected);
    }
    assert_eq!(log.records[0].time, Some(881_398_800), "6 December 1997, 09:00:00");
}

#[test]
fn a_log_that_cannot_be_written_is_told_and_nothing_is_left() {
    let project = Project::with(&[("healthy", HEALTHY)]);
    let said = project.event70(&["run", "--evt", "nowhere/all.evt"]).with_status(2);
    assert!(said.err.contains("nowhere/all.evt: cannot be written"), "{}", said.err);
    project.event70(&["run", "--evt", "all.evt"]).with_status(0);
    let log = read(&std::fs::read(project.path("all.evt")).unwrap()).unwrap();
    assert_eq!((log.kind, log.records.len()), (LogKind::Evt, 0), "a healthy site is silent");
    if !Path::new("/dev/full").exists() {
        return skip("there is no /dev/full");
    }
    let said = project.event70(&["run", "--evt", "/dev/full"]);
    assert_ne!(said.status, 0, "{}", said.err);
}
