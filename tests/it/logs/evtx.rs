//! Logs of Windows Vista and later are read as `dissect.eventlog` reads them.
//!
//! Method: both read the log that comes with the source of that package, of another source than the
//! connector's: nobody keeps a writer of such files. Damaged a thousand times, it is refused, or what is
//! broken in it is named.

use std::process::Command;

use event70::logs::{LogKind, LogRecord, read};
use event70::model::EventType;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::mutated::{config, damages};
use super::other_readers::{dissect, output, samples};
use crate::support::skip;

/// Prints every record of a log as one line of JSON.
const DISSECT: &str = "
import json, sys
from datetime import datetime
from dissect.eventlog.evtx import Evtx
for r in Evtx(open(sys.argv[1], 'rb')):
    at = datetime.fromisoformat(str(r['TimeCreated_SystemTime']))
    print(json.dumps([int(str(r['EventRecordID'])), int(at.timestamp()), int(str(r['EventID'])),
                      int(str(r['Level'])), str(r['Provider_Name']), str(r['Computer']),
                      [str(text) for text in r['Data']]]))
";

fn level(event_type: Option<EventType>) -> u8 {
    match event_type {
        None => 0,
        Some(EventType::Error) => 2,
        Some(EventType::Warning) => 3,
        Some(EventType::Information) => 4,
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_log_of_windows_is_read_as_dissect_reads_it_and_broken_ones_are_named() {
    let folder = TempDir::new().unwrap();
    let python = dissect(folder.path());
    let fetched = python.and_then(|python| Ok((samples(folder.path(), &python)?, python)));
    let (samples, python) = match fetched {
        Ok(fetched) => fetched,
        Err(why) => return skip(&format!("dissect.eventlog and its logs cannot be had: {why}")),
    };
    let path = samples.join("TestLogX.evtx");
    let theirs = output(Command::new(&python).args(["-c", DISSECT]).arg(&path)).unwrap();
    let theirs: Vec<Value> =
        theirs.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let bytes = std::fs::read(&path).unwrap();
    let ours = read(&bytes).unwrap();
    assert_eq!((ours.kind, &ours.troubles[..], ours.is_whole()), (LogKind::Evtx, &[][..], true));
    let told = ours.records.iter().map(|record| {
        let LogRecord { number, time, id, source, computer, strings, .. } = record;
        json!([number, time, id, level(record.event_type), source, computer, strings])
    });
    assert_eq!(told.collect::<Vec<_>>(), theirs);
    assert!(theirs.len() >= 3, "{}", theirs.len());
    let outcome = TestRunner::new(config()).run(&damages(), |damages| {
        let mut file = bytes.clone();
        damages.iter().for_each(|damage| damage.does(&mut file));
        let _ = read(&file);
        Ok(())
    });
    outcome.unwrap();
}
