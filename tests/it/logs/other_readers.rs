//! Other people's readers of .evt see what we wrote, and we see what they see in real logs.
//!
//! Method: libevt's `evtexport` and the Python package `dissect.eventlog` read a log of random records that
//! is written here; then theirs and ours read the logs that come with the source of that package. Both are
//! fetched into a temporary folder by the clients of their registries; where that cannot be done, the test
//! says so and why.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use event70::logs::{LogKind, LogRecord, TroubleKind, read, write};
use event70::model::EventType;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::sample::records;
use crate::support::skip;

/// Prints every record of a log as one line of JSON.
const DISSECT: &str = "
import json, sys
from dissect.eventlog.evt import Evt
for r in Evt(open(sys.argv[1], 'rb')):
    print(json.dumps([r.RecordNumber, int(r.TimeGenerated.timestamp()), r.EventID, r.EventType,
                      r.EventCategory, r.SourceName, r.Computername, r.Strings]))
";

/// What a command prints, or why it does not.
pub(super) fn output(command: &mut Command) -> Result<String, String> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|why| format!("{shown}: {why}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().last().unwrap_or_default();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(text) } else { Err(format!("{shown}: {last}")) }
}

/// Python with `dissect.eventlog`.
pub(super) fn dissect(folder: &Path) -> Result<PathBuf, String> {
    let venv = folder.join("venv");
    output(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    let python = venv.join("bin/python");
    let install = ["-m", "pip", "install", "--quiet", "dissect.eventlog>=3.11"];
    output(Command::new(&python).args(install))?;
    Ok(python)
}

/// The folder of logs that come with the source of `dissect.eventlog`.
pub(super) fn samples(folder: &Path, python: &Path) -> Result<PathBuf, String> {
    let download = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"];
    let mut fetch = Command::new(python);
    output(fetch.args(download).arg("dissect.eventlog==3.11").current_dir(folder))?;
    let unpack = "tar xzf dissect*.tar.gz --strip-components=1";
    output(Command::new("sh").args(["-c", unpack]).current_dir(folder))?;
    Ok(folder.join("tests/_data"))
}

/// `evtexport`: the one that is installed, or out of the packages of Debian.
fn evtexport(folder: &Path) -> Result<Command, String> {
    if Command::new("evtexport").arg("-V").output().is_ok_and(|output| output.status.success()) {
        return Ok(Command::new("evtexport"));
    }
    let packages = ["libevt-utils", "libevt1", "libbfio1"];
    output(Command::new("apt-get").arg("download").args(packages).current_dir(folder))?;
    let unpack = "for package in *.deb; do dpkg -x \"$package\" unpacked || exit; done";
    output(Command::new("sh").args(["-c", unpack]).current_dir(folder))?;
    let libraries = "dirname \"$(find \"$PWD/unpacked\" -name 'libevt.so.1')\"";
    let libraries = output(Command::new("sh").args(["-c", libraries]).current_dir(folder))?;
    let mut command = Command::new(folder.join("unpacked/usr/bin/evtexport"));
    command.env("LD_LIBRARY_PATH", libraries.trim());
    Ok(command)
}

/// A log of random records, each with a computer.
fn log() -> Vec<LogRecord> {
    let mut runner = TestRunner::deterministic();
    let mut records = records(400).new_tree(&mut runner).unwrap().current();
    for record in &mut records {
        record.computer = Some("EXCH1".to_owned());
    }
    assert!(records.len() > 50, "{}", records.len());
    records
}

fn in_file(folder: &Path, records: &[LogRecord]) -> PathBuf {
    let mut file = Vec::new();
    write(LogKind::Evt, records, &mut file).unwrap();
    let path = folder.join("ours.evt");
    std::fs::write(&path, file).unwrap();
    path
}

fn type_number(event_type: Option<EventType>) -> u16 {
    match event_type {
        None => 0,
        Some(EventType::Error) => 1,
        Some(EventType::Warning) => 2,
        Some(EventType::Information) => 4,
    }
}

/// The whole event ID: the severity that belongs to the type, and the number.
fn whole_id(record: &LogRecord) -> u32 {
    let severity: u32 = match record.event_type {
        None => 0,
        Some(EventType::Information) => 1,
        Some(EventType::Warning) => 2,
        Some(EventType::Error) => 3,
    };
    severity << 30 | u32::from(record.id)
}

fn category_number(record: &LogRecord) -> usize {
    record.category.map_or(0, |category| category as usize + 1)
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn dissect_reads_from_our_file_what_we_wrote() {
    let folder = TempDir::new().unwrap();
    let python = match dissect(folder.path()) {
        Ok(python) => python,
        Err(why) => return skip(&format!("dissect.eventlog cannot be had: {why}")),
    };
    let records = log();
    let file = in_file(folder.path(), &records);
    let told = output(Command::new(python).args(["-c", DISSECT]).arg(file)).unwrap();
    let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = records.iter().map(|record| {
        json!([
            record.number,
            record.time,
            whole_id(record),
            type_number(record.event_type),
            category_number(record),
            record.source,
            record.computer,
            record.strings
        ])
    });
    assert_eq!(told, expected.collect::<Vec<_>>());
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn evtexport_reads_from_our_file_what_we_wrote() {
    let folder = TempDir::new().unwrap();
    let mut evtexport = match evtexport(folder.path()) {
        Ok(command) => command,
        Err(why) => return skip(&format!("evtexport cannot be had: {why}")),
    };
    let mut records = log();
    for string in records.iter_mut().flat_map(|record| &mut record.strings) {
        // It joins surrogates wrongly (libuna as Debian 12 has it), and ends lines where strings do.
        string.retain(|letter| letter <= '\u{ffff}' && !letter.is_control());
    }
    let file = in_file(folder.path(), &records);
    let told = output(evtexport.arg(file)).unwrap();
    let (_, told) = told.split_once("\n\n").unwrap();
    let name = |event_type| match event_type {
        None => "(Unknown)",
        Some(EventType::Error) => "Error event",
        Some(EventType::Warning) => "Warning event",
        Some(EventType::Information) => "Information event",
    };
    let mut expected = String::new();
    for record in &records {
        let time = jiff::Timestamp::from_second(record.time.unwrap()).unwrap();
        let time = time.strftime("%b %d, %Y %H:%M:%S UTC");
        let LogRecord { number, source, strings, .. } = record;
        let id = whole_id(record);
        let _ = write!(
            expected,
            "Event number\t\t\t: {}\nCreation time\t\t\t: {time}\nWritten time\t\t\t: {time}\n\
             Event type\t\t\t: {} ({})\nComputer name\t\t\t: EXCH1\nSource name\t\t\t: {source}\n\
             Event category\t\t\t: {}\nEvent identifier\t\t: 0x{id:08x} ({id})\n\
             Number of strings\t\t: {}\n",
            number.unwrap(),
            name(record.event_type),
            type_number(record.event_type),
            category_number(record),
            strings.len(),
        );
        for (string, index) in strings.iter().zip(1..) {
            let _ = writeln!(expected, "String: {index}\t\t\t: {string}");
        }
        expected.push('\n');
    }
    assert_same_lines(told, &expected);
}

/// That two texts are one, line by line, so that a difference is told shortly.
fn assert_same_lines(told: &str, expected: &str) {
    for ((told, expected), line) in told.lines().zip(expected.lines()).zip(1..) {
        assert_eq!(told, expected, "line {line}");
    }
    assert_eq!(told.lines().count(), expected.lines().count());
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn we_read_from_logs_of_windows_what_dissect_reads() {
    let folder = TempDir::new().unwrap();
    let python = match dissect(folder.path()) {
        Ok(python) => python,
        Err(why) => return skip(&format!("dissect.eventlog cannot be had: {why}")),
    };
    let samples = match samples(folder.path(), &python) {
        Ok(samples) => samples,
        Err(why) => return skip(&format!("the logs of dissect.eventlog cannot be had: {why}")),
    };
    for (name, is_dirty) in [("TestLog.evt", false), ("TestLog-dirty.evt", true)] {
        let path = samples.join(name);
        let theirs = output(Command::new(&python).args(["-c", DISSECT]).arg(&path)).unwrap();
        let ours = read(&std::fs::read(&path).unwrap()).unwrap();
        let theirs: Vec<Value> =
            theirs.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(theirs.len() >= 3, "{name}");
        assert_eq!(ours.records.len(), theirs.len(), "{name}");
        for (ours, theirs) in ours.records.iter().zip(&theirs) {
            let id = theirs[2].as_u64().unwrap() & 0xFFFF;
            // We know no audits.
            let event_type = theirs[3].as_u64().filter(|number| *number <= 4).unwrap_or(0);
            let told =
                json!([theirs[0], theirs[1], id, event_type, theirs[5], theirs[6], theirs[7]]);
            let LogRecord { number, time, id, source, computer, strings, .. } = ours;
            let event_type = type_number(ours.event_type);
            assert_eq!(json!([number, time, id, event_type, source, computer, strings]), told);
        }
        let is_header = |kind: &TroubleKind| matches!(kind, TroubleKind::Header(_));
        assert!(ours.troubles.iter().all(|trouble| is_header(&trouble.kind)), "{ours:?}");
        assert_eq!(!ours.troubles.is_empty(), is_dirty, "{name}");
    }
}
