//! Goal: nothing that stands in a file, on a command line or in a database makes the library of the
//! Lotus programs panic, take much memory, or leave the site. Method: good inputs, changed a
//! little in many ways, the same in every run; what is still read must be what is there.
#![cfg(all(unix, feature = "live"))]

use crate::support::is_long;
use std::fs;
use std::path::{Component, Path, PathBuf};

use event70::live::lotus::ccm::{CcMailMessage, Reader, framed};
use event70::live::lotus::fixture::Office;
use event70::live::lotus::place::{Place, is_short};
use event70::live::lotus::settings::{Ini, Redirector, Registry};
use event70::live::lotus::{fixture, record};
use event70::model::{
    CommandLine, Database, DirectoryExport, DirectoryImport, IndexCode, IndexCodes, Job, Tab,
    Tabbed,
};

use crate::lotus_site::{Dice, ENTRY, network, registry};

/// How many inputs each reader of text is given.
fn inputs() -> u64 {
    if is_long() { 1_000_000 } else { 20_000 }
}

/// What readers look for, and what numbers go wrong at.
const WORDS: &[&str] = &[
    "Message: ",
    "Contents: ",
    "Text item: ",
    "Subject:",
    "\r\n",
    "\n",
    ":",
    "0",
    "-1",
    "18446744073709551615",
    "18446744073709551616",
    "4294967296",
    "/N",
    "/P",
    "/@EXPORT\\",
    "/DIRECTORY",
    "..",
    "\\",
    "/",
    "\0",
    "{",
    "null",
    "\"",
    "Version=",
    "=",
    "\u{202e}",
    "\u{1F600}",
];

/// Changes bytes in a few ways.
fn change(dice: &mut Dice, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(12)).min(bytes.len());
        match dice.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => {
                let word = WORDS[dice.below(WORDS.len())].as_bytes();
                drop(bytes.splice(at..end, word.iter().copied()));
            }
            4 => {
                let copy = bytes[at..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                drop(bytes.splice(to..to, copy));
            }
            5 => {
                let from = dice.below(other.len() + 1);
                drop(bytes.splice(at.., other[from..].iter().copied()));
            }
            _ => bytes.insert(at, u8::try_from(dice.below(256)).unwrap()),
        }
    }
}

/// Gives a reader every input that comes of some good ones, and shows the one that it cannot take.
fn feed(seed: u64, good: &[Vec<u8>], mut read: impl FnMut(&[u8])) {
    struct Shown(Vec<u8>);
    impl Drop for Shown {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("input: {:?}", self.0.escape_ascii().to_string());
            }
        }
    }
    let mut dice = Dice(seed);
    for _ in 0..inputs() {
        let mut bytes = good[dice.below(good.len())].clone();
        let other = dice.below(good.len());
        change(&mut dice, &mut bytes, &good[other]);
        let shown = Shown(bytes);
        read(&shown.0);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn message() -> CcMailMessage<'static> {
    CcMailMessage { from: "a", date: "b", to: "c", subject: "d", text: b"some\r\ntext\r\n" }
}

#[test]
fn the_reader_of_messages_takes_anything() {
    let (good, corrupt) = (framed(&message().to_bytes()), framed(&message().without_contents()));
    let seeds = [good.clone(), [good.clone(), corrupt, good].concat(), Vec::new()];
    feed(0xCC_0001, &seeds, |bytes| {
        let (mut count, mut length) = (0, 0);
        for message in Reader::new(bytes) {
            count += 1;
            let Ok(message) = message else { continue };
            length += message.text.len();
            let again = framed(&message.to_bytes());
            assert_eq!(Reader::new(&again).collect::<Vec<_>>(), [Ok(message)]);
        }
        assert!(count <= bytes.len() && length <= bytes.len());
    });
}

#[test]
fn a_command_line_may_be_anything() {
    let mut jobs = vec![Job::ExportMessages(0xAF.into()), Job::ImportMessages];
    jobs.extend(DirectoryExport::ALL.map(Job::ExportDirectory));
    jobs.extend(DirectoryImport::ALL.map(Job::ImportDirectory));
    let tab = Tabbed::of(Tab::CORRECT);
    let line = |job: Job| {
        let line = CommandLine::of(job, ENTRY, &tab);
        format!("{}\n{}", line.program, line.arguments.join("\n")).into_bytes()
    };
    let seeds: Vec<Vec<u8>> = jobs.into_iter().map(line).collect();
    feed(0xC0_0002, &seeds, |bytes| {
        let mut words = text(bytes).split('\n').map(str::to_owned).collect::<Vec<_>>().into_iter();
        let program = words.next().unwrap_or_default();
        let line = CommandLine { program, arguments: words.collect() };
        match line.parse() {
            Ok(asked) => {
                assert_eq!(asked.job.program(), line.program);
                let file = format!(r"/@{}\{}", line.program, asked.job.file());
                let is_it = |argument: &String| argument.eq_ignore_ascii_case(&file);
                assert!(line.arguments.iter().any(is_it), "{line}");
            }
            Err(undocumented) => assert!(!undocumented.to_string().is_empty()),
        }
    });
}

#[test]
fn a_path_leads_below_the_site_or_nowhere() {
    let place = Place::new("/site");
    let seeds = [r"\\CCSRV\CCDATA", r"C:\EXCHSRVR\CCMCDATA", r"C:\PROGRA~1\A.B\C.DEF"];
    let seeds = seeds.map(|path| path.as_bytes().to_vec());
    feed(0xDA_0003, &seeds, |bytes| {
        let path = text(bytes);
        let share = place.unc(&path);
        if let Some(share) = &share {
            assert_eq!(share.components().count(), 4, "{share:?}");
        }
        let file = place.host_path(&path);
        assert!(file.is_some() || !is_short(&path), "{path:?}");
        for path in share.iter().chain(&file) {
            let below = path.strip_prefix("/site").unwrap();
            assert!(below.components().all(|part| matches!(part, Component::Normal(_))));
            assert!(!path.to_str().unwrap().contains(char::is_control));
        }
    });
}

#[test]
fn settings_may_be_anything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    registry().write(&path).unwrap();
    seeds.push(fs::read(&path).unwrap());
    network().write(&path).unwrap();
    seeds.push(fs::read(&path).unwrap());
    Ini::of("HQ", Database::Db6).write(&path).unwrap();
    seeds.push(fs::read(&path).unwrap());
    feed(0x1A_0004, &seeds, |bytes| {
        let text = text(bytes);
        let _ = (Registry::from_text(&text), Redirector::from_text(&text));
        if let Ok(ini) = Ini::from_text(&text) {
            assert!(text.contains(&ini.post_office));
        }
    });
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_record_may_be_anything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("RUNS");
    let seed = br#"{"run":7,"program":"EXPORT","arguments":["/NEXCHANGE"]}
{"ended":7,"code":0,"messages":16,"corrupt":1}
"#;
    feed(0x2E_0005, &[seed.to_vec()], |bytes| {
        fs::write(&path, bytes).unwrap();
        let mut offset = 0;
        let lines = record::read_new(&path, &mut offset).unwrap();
        assert_eq!(lines.len(), bytes.iter().filter(|byte| **byte == b'\n').count());
        assert!(offset <= bytes.len() as u64);
        assert_eq!(record::read_new(&path, &mut offset).unwrap(), []);
    });
}

/// A post office with mail and space that lies idle, and its files.
fn post_office() -> (tempfile::TempDir, Vec<(PathBuf, Vec<u8>)>) {
    let folder = tempfile::tempdir().unwrap();
    let office = folder.path().canonicalize().unwrap();
    let new = Office { name: "HQ", password: "SECRET", entry: ENTRY, database: Database::Db6 };
    fixture::create(&office, &new).unwrap();
    fixture::send(&office, 40).unwrap();
    fixture::set_corrupt_message(&office, true).unwrap();
    let files = ["CLANDATA", "MLANDATA", "USR/USR00001"].map(|name| office.join(name));
    let files = files.map(|path| {
        let bytes = fs::read(&path).unwrap();
        (path, bytes)
    });
    (folder, files.into())
}

/// What people do to a post office, one after the other, whatever comes of it.
fn act(office: &Path) {
    let _ = fixture::settle(office);
    let _ = fixture::waiting(office);
    let _ = fixture::send(office, 2);
    let _ = fixture::set_corrupt_message(office, false);
    let _ = fixture::set_site_entry(office, ENTRY, fixture::SiteEntry::Missing);
    let _ = fixture::damage_index(office, Some(IndexCodes::both(IndexCode::Four)));
    let _ = fixture::damage_index(office, Some(IndexCodes::both(IndexCode::One)));
    let _ = fixture::damage(office, 3);
    let _ = fixture::fragment(office, true);
    let _ = fixture::restore(office);
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_post_office_may_be_anything() {
    let (folder, files) = post_office();
    let office = folder.path().canonicalize().unwrap();
    let mut dice = Dice(0xDB_0006);
    for _ in 0..inputs() / 100 {
        for (path, bytes) in &files {
            fs::write(path, bytes).unwrap();
            let _ = fs::remove_file(path.with_extension("-journal"));
        }
        let (path, bytes) = &files[dice.below(files.len())];
        let mut bytes = bytes.clone();
        for _ in 0..=dice.below(6) {
            let at = dice.below(bytes.len());
            // The first page says how everything else is to be read.
            let at = if dice.below(2) == 0 { at % 1024 } else { at };
            bytes[at] = u8::try_from(dice.below(256)).unwrap();
        }
        if dice.below(8) == 0 {
            bytes.truncate(dice.below(bytes.len()));
        }
        fs::write(path, bytes).unwrap();
        act(&office);
        let size: u64 = files.iter().map(|(path, _)| path.metadata().map_or(0, |m| m.len())).sum();
        assert!(size < 64 * 1024 * 1024, "{size} bytes of a post office of a few pages");
    }
}
