//! Goal: the Lotus programs give the result code that the documents give for what they meet.
//! Method: a site on disk, real processes, one thing wrong at a time and then two; and what moves
//! through a healthy post office arrives, sixteen and five at a time.
#![cfg(all(unix, feature = "live"))]

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use event70::live::lotus::fixture::DirectoryEntry;
use event70::live::lotus::fixture::{self, SiteEntry};
use event70::live::lotus::record::RecordLine;
use event70::live::lotus::settings::Registry;
use event70::model::{
    Database, DirectoryExport, DirectoryImport, IndexCode, IndexCodes, Job, MessageFile,
};
use rstest::rstest;

use crate::lotus_site::cases::{
    CASES, denied, no_resource_file, no_site_entry, read_only, shut_down, spaced,
};
use crate::lotus_site::{ENTRY, LotusFixture, is_root, registry, set_mode};

const JOBS: [Job; 3] = [
    Job::ExportMessages(MessageFile::numbered(1)),
    Job::ExportDirectory(DirectoryExport::Directory),
    Job::ImportMessages,
];

/// How a job ends on a site; `None` if it does not.
fn end(site: &LotusFixture, job: Job, expected: Option<u8>) -> Option<u8> {
    let mut process = site.job(job).stdout(Stdio::null()).spawn().unwrap();
    let patience = Duration::from_millis(if expected.is_none() { 150 } else { 30_000 });
    let began = Instant::now();
    while began.elapsed() < patience {
        if let Some(status) = process.try_wait().unwrap() {
            return Some(u8::try_from(status.code().expect("a signal")).unwrap());
        }
        sleep(Duration::from_millis(1));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    None
}

fn end_admin(admin: Option<Child>) {
    if let Some(mut admin) = admin {
        drop(admin.stdin.take());
        assert!(admin.wait().unwrap().success());
    }
}

#[test]
fn a_healthy_site_lets_every_run_through() {
    for database in [Database::Db6, Database::Db8] {
        let site = LotusFixture::with(database);
        for job in JOBS {
            assert_eq!(end(&site, job, Some(0)), Some(0), "{database}: {job}");
        }
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn each_thing_that_is_wrong_ends_a_run_as_documented() {
    for case in CASES {
        let mut site = LotusFixture::new();
        let admin = (case.harm)(&mut site);
        for (job, expected) in JOBS.into_iter().zip(case.ends) {
            assert_eq!(end(&site, job, expected), expected, "{}: {job}", case.name);
        }
        end_admin(admin);
    }
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn of_two_things_that_are_wrong_the_first_barrier_decides() {
    for (index, first) in CASES.iter().enumerate() {
        for second in CASES[index + 1..].iter().filter(|second| second.group != first.group) {
            let mut site = LotusFixture::new();
            let (last, before) =
                if second.rank > first.rank { (second, first) } else { (first, second) };
            let admins = [(before.harm)(&mut site), (last.harm)(&mut site)];
            let ends = first.ends.into_iter().zip(second.ends);
            for (job, (one, other)) in JOBS.into_iter().zip(ends) {
                let expected = if one == Some(0) { other } else { one };
                let both = format!("{} and {}: {job}", first.name, second.name);
                assert_eq!(end(&site, job, expected), expected, "{both}");
                if expected.is_none() {
                    // It takes time to see that nothing happens: once is enough here.
                    break;
                }
            }
            admins.into_iter().for_each(end_admin);
        }
    }
}

#[test]
fn a_corrupt_message_stands_first_and_holds_up_the_rest() {
    let site = LotusFixture::new();
    fixture::send(&site.post_office(), 20).unwrap();
    fixture::set_corrupt_message(&site.post_office(), true).unwrap();
    fixture::send(&site.post_office(), 20).unwrap();
    for number in [1, 2] {
        let ended = site.export(number);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert_eq!(site.last(), (0, 1));
        let file = site.place.store().export().join(format!("msg{number:04X}.ccm"));
        let converted = fixture::convert(&file).unwrap();
        assert_eq!((converted.messages, converted.corrupt), (0, 1));
        assert_eq!(fixture::waiting(&site.post_office()).unwrap(), 40);
    }
    fixture::set_corrupt_message(&site.post_office(), false).unwrap();
    for (number, moved) in [(3, 16), (4, 16), (5, 8), (6, 0)] {
        assert_eq!((site.export(number).code, site.last()), (Some(0), (moved, 0)));
    }
    assert!(!site.place.store().export().join("msg0006.ccm").exists(), "nothing, so no file");
    let (mut subjects, corrupt) = site.exported();
    subjects.dedup();
    assert_eq!((subjects.len(), corrupt), (40, 2));
    assert_eq!(site.tool("ANALYZE"), 0);
}

#[test]
fn import_takes_five_files_at_a_time() {
    let site = LotusFixture::new();
    fixture::submit(&site.place.store(), 12, 1).unwrap();
    for (moved, left) in [(5, 7), (5, 2), (2, 0), (0, 0)] {
        assert_eq!(site.import().code, Some(0));
        assert_eq!(site.last(), (moved, 0));
        assert_eq!(fixture::outbound(&site.place.store()).unwrap(), left);
    }
    let mut imported = site.imported();
    imported.dedup();
    assert_eq!(imported.len(), 12);
    assert_eq!(site.tool("ANALYZE"), 0);
}

#[test]
fn the_registry_says_how_many_messages_a_run_moves() {
    let site = LotusFixture::new();
    let limited = Registry { export_max: 3, import_max: 2, ..registry() };
    limited.write(&site.place.registry()).unwrap();
    fixture::send(&site.post_office(), 7).unwrap();
    for (number, moved) in [(1, 3), (2, 3), (3, 1), (4, 0)] {
        assert_eq!((site.export(number).code, site.last()), (Some(0), (moved, 0)));
    }
    fixture::submit(&site.place.store(), 5, 1).unwrap();
    for (moved, left) in [(2, 3), (2, 1), (1, 0), (0, 0)] {
        assert_eq!((site.import().code, site.last()), (Some(0), (moved, 0)));
        assert_eq!(fixture::outbound(&site.place.store()).unwrap(), left);
    }
}

#[test]
fn a_file_that_is_no_message_stays_and_import_says_so() {
    let site = LotusFixture::new();
    fs::write(site.place.store().submit().join("OUT00000000.ccm"), "Message: 1\r\n").unwrap();
    fixture::submit(&site.place.store(), 1, 1).unwrap();
    assert_eq!(site.import().code, Some(1));
    assert_eq!(fixture::outbound(&site.place.store()).unwrap(), 2);
    assert_eq!(site.imported(), [""; 0]);
}

#[test]
fn read_only_access_to_the_post_office_still_takes_mail_out() {
    let mut site = LotusFixture::new();
    fixture::send(&site.post_office(), 17).unwrap();
    read_only(&mut site);
    assert_eq!((site.export(1).code, site.last()), (Some(0), (16, 0)));
    assert_eq!((site.export(2).code, site.last()), (Some(0), (1, 0)));
    assert_eq!(site.import().code, Some(1));
}

#[rstest]
#[case(1)]
#[case(2)]
#[case(3)]
#[ignore = "thorough: `just thorough` runs it"]
fn damage_takes_as_many_passes_of_chkstat(#[case] passes: u8) {
    let site = LotusFixture::new();
    fixture::send(&site.post_office(), 3).unwrap();
    fixture::fragment(&site.post_office(), true).unwrap();
    fixture::damage(&site.post_office(), passes).unwrap();
    fixture::send(&site.post_office(), 300).unwrap();
    fixture::set_corrupt_message(&site.post_office(), true).unwrap();
    for _ in 0..passes {
        assert_eq!((site.export(1).code, site.import().code), (Some(3), Some(1)));
        assert_eq!((site.tool("RECLAIM"), site.tool("ANALYZE")), (1, 1));
        assert_eq!(site.tool("CHKSTAT"), 0);
    }
    assert_eq!((site.export(1).code, site.tool("ANALYZE")), (Some(3), 1), "still fragmented");
    assert_eq!((site.tool("RECLAIM"), site.tool("ANALYZE")), (0, 0));
    assert_eq!((site.export(1).code, site.last()), (Some(0), (0, 1)));
    assert_eq!(fixture::waiting(&site.post_office()).unwrap(), 303);
}

#[test]
fn damage_replaces_damage_and_a_restore_has_every_message() {
    let site = LotusFixture::new();
    let folder = site.post_office();
    fixture::send(&folder, 5).unwrap();
    for passes in [3, 1, 2, 0] {
        fixture::damage(&folder, passes).unwrap();
    }
    assert_eq!(site.tool("ANALYZE"), 0);
    for code in [IndexCode::One, IndexCode::Four, IndexCode::One] {
        fixture::damage_index(&folder, Some(IndexCodes::both(code))).unwrap();
        let expected = if code == IndexCode::One { 1 } else { 4 };
        assert_eq!((site.export(1).code, site.tool("ANALYZE")), (Some(expected), 1));
    }
    fixture::damage(&folder, 3).unwrap();
    fixture::fragment(&folder, true).unwrap();
    fixture::restore(&folder).unwrap();
    assert_eq!(site.tool("ANALYZE"), 0);
    assert_eq!((site.export(1).code, site.last()), (Some(0), (5, 0)));
}

#[test]
fn reclaim_deletes_what_has_been_taken_out_and_nothing_else() {
    let site = LotusFixture::new();
    fixture::send(&site.post_office(), 20).unwrap();
    fixture::submit(&site.place.store(), 3, 1).unwrap();
    assert_eq!((site.export(1).code, site.import().code), (Some(0), Some(0)));
    assert_eq!((site.tool("RECLAIM"), site.tool("ANALYZE")), (0, 0));
    fixture::send(&site.post_office(), 1).unwrap();
    assert_eq!((site.export(2).code, site.last()), (Some(0), (5, 0)));
    let (mut subjects, _) = site.exported();
    subjects.dedup();
    assert_eq!((subjects.len(), site.imported().len()), (21, 3));
}

#[test]
fn neither_people_nor_maintenance_wait_for_a_directory_lock() {
    let site = LotusFixture::new();
    let folder = site.post_office();
    let admin = site.admin();
    fixture::send(&folder, 1).unwrap();
    fixture::set_site_entry(&folder, ENTRY, SiteEntry::Missing).unwrap();
    fixture::set_site_entry(&folder, ENTRY, SiteEntry::ByDirsync).unwrap();
    fixture::damage_index(&folder, Some(IndexCodes::both(IndexCode::One))).unwrap();
    fixture::restore(&folder).unwrap();
    fixture::settle(&folder).unwrap();
    for tool in ["CHKSTAT", "RECLAIM", "ANALYZE"] {
        assert_eq!(site.tool(tool), 0, "{tool}");
    }
    assert_eq!(site.export(1).code, Some(4), "it is still held");
    end_admin(Some(admin));
    assert_eq!((site.export(2).code, site.last()), (Some(0), (1, 0)));
}

#[test]
fn dirsync_writes_the_directory_and_adds_the_site_entry() {
    let mut site = LotusFixture::new();
    no_site_entry(&mut site);
    for part in DirectoryExport::ALL {
        assert_eq!(site.run(Job::ExportDirectory(part)).code, Some(0));
    }
    let listing = fs::read_to_string(site.place.store().export().join("CCMDIR.EXP")).unwrap();
    assert!(listing.starts_with("Name: Ann\r\nLocn: L\r\n"), "{listing}");
    for part in DirectoryImport::ALL {
        assert_eq!(site.run(Job::ImportDirectory(part)).code, Some(0), "without a file");
    }
    assert_eq!(site.export(1).code, Some(3));
    let entry = DirectoryEntry::site(ENTRY, "EXCH1");
    let old = DirectoryEntry { name: "Ann".to_owned(), ..entry.clone() };
    fixture::write_updates(&site.place.store(), &[old], std::slice::from_ref(&entry)).unwrap();
    for _ in 0..2 {
        for part in DirectoryImport::ALL {
            assert_eq!(site.run(Job::ImportDirectory(part)).code, Some(0));
        }
    }
    assert_eq!(site.export(2).code, Some(0));
    site.run(Job::ExportDirectory(DirectoryExport::Directory));
    let listing = fs::read_to_string(site.place.store().export().join("CCMDIR.EXP")).unwrap();
    assert!(listing.starts_with("Name: EXCHANGE\r\nLocn: P\r\n"), "{listing}");
    assert!(!listing.contains("Ann"), "{listing}");
    assert_eq!(site.tool("ANALYZE"), 0);
}

/// Messages flow, and both files of a dirsync are refused.
#[test]
fn a_hand_made_entry_and_a_strange_name_stop_updates_alone() {
    type Harm = fn(&std::path::Path, bool);
    let harms: [Harm; 2] = [
        |folder, wrong| {
            let state = if wrong { SiteEntry::ByHand } else { SiteEntry::ByDirsync };
            fixture::set_site_entry(folder, ENTRY, state).unwrap();
        },
        |folder, wrong| fixture::spell_name(folder, wrong).unwrap(),
    ];
    for harm in harms {
        let site = LotusFixture::new();
        fixture::submit(&site.place.store(), 1, 1).unwrap();
        harm(&site.post_office(), true);
        assert_eq!((site.export(1).code, site.import().code), (Some(0), Some(0)));
        for (wrong, code) in [(true, 1), (false, 0)] {
            harm(&site.post_office(), wrong);
            for part in DirectoryImport::ALL {
                assert_eq!(site.run(Job::ImportDirectory(part)).code, Some(code), "{part:?}");
            }
        }
    }
}

#[test]
fn an_undocumented_command_line_ends_with_2_once_started() {
    let mut site = LotusFixture::new();
    let run = |site: &LotusFixture, arguments: &[&str]| {
        let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
        let command = site.command(&site.place.program("EXPORT"), &arguments).output().unwrap();
        crate::lotus_site::ProgramEnd::of(&command)
    };
    assert_eq!(run(&site, &["/QUIET"]).code, Some(2));
    assert_eq!(run(&site, &[]).code, Some(2));
    no_resource_file(&mut site);
    let ended = run(&site, &["/QUIET"]);
    assert_eq!(ended.code, Some(126));
    assert!(ended.printed.starts_with(r"R0002 Resource file not found: C:\WINNT\IE.RI."));
}

#[test]
fn what_is_printed_is_in_the_words_of_the_articles() {
    let mut site = LotusFixture::new();
    fixture::send(&site.post_office(), 1).unwrap();
    let printed = site.export(0x4A27).printed;
    let words = r#"Exporting messages in mailbox "EXCHANGE" to file EXPORT\MSG4A27.CCM"#;
    assert!(printed.contains(words), "{printed}");
    shut_down(&mut site);
    let printed = site.export(1).printed;
    let words = "Post office directory: \\\\CCSRV\\CCDATA\nPost office is temporarily shut down.\n\
                 EXPORT process ended with error: 4.\n";
    assert!(printed.ends_with(words), "{printed}");
}

#[test]
fn a_launcher_starts_the_program_or_says_that_it_is_not_there() {
    let site = LotusFixture::new();
    fixture::send(&site.post_office(), 1).unwrap();
    let line = site.line(Job::ExportMessages(1.into()));
    let mut command = site.command(&site.place.launcher("EXPORT"), &line.arguments);
    assert_eq!(command.output().unwrap().status.code(), Some(0));
    assert_eq!(site.last(), (1, 0));
    fs::remove_file(site.place.program("EXPORT")).unwrap();
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(127));
    assert_eq!(output.stdout, b"The system cannot find the file specified.\n");
    let record = site.record();
    let [
        RecordLine::Started { run, program, arguments },
        RecordLine::Ended { run: ended, code, .. },
    ] = &record[2..]
    else {
        panic!("{record:?}")
    };
    assert_eq!((run, program.as_str(), arguments, *code), (ended, "EXPORT", &line.arguments, 127));
}

#[test]
fn a_short_path_and_an_answer_at_the_console_are_cures() {
    let mut site = LotusFixture::new();
    spaced(&mut site, false);
    symlink("Program Files", site.place.drive().join("PROGRA~1")).unwrap();
    assert_eq!(site.export(1).code, Some(3));
    let short = r"C:\PROGRA~1\EXCHSRVR\CCMCDATA";
    fs::write(site.place.console(), format!("{short}\r\n")).unwrap();
    let ended = site.export(2);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.printed.contains("Path of EXPORT.INI: "), "{ended:?}");
    fs::write(site.place.console(), "C:\\NOWHERE\r\n").unwrap();
    assert_eq!(site.export(3).code, Some(3));
    let path = Registry::read(&site.place.registry()).unwrap().connector_store_path;
    let shortened = Some(short.to_owned());
    let registry = Registry { connector_store_path: path, shortened, ..registry() };
    registry.write(&site.place.registry()).unwrap();
    assert_eq!((site.export(4).code, site.import().code), (Some(0), Some(0)));
}

#[test]
fn a_file_of_this_name_is_never_written_over() {
    let site = LotusFixture::new();
    fixture::send(&site.post_office(), 1).unwrap();
    let file = site.place.store().export().join("msg0001.ccm");
    fs::write(&file, "somebody else's").unwrap();
    assert_eq!(site.export(1).code, Some(1));
    assert_eq!(fs::read_to_string(&file).unwrap(), "somebody else's");
    assert_eq!((site.export(2).code, site.last()), (Some(0), (1, 0)));
}

/// Links, `..` and odd names lead nowhere else than where they would lead a program of 1997.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn nothing_outside_the_site_is_written() {
    let outside = |site: &LotusFixture| {
        let outside = site.outer.path().join("outside");
        fs::create_dir(&outside).unwrap();
        set_mode(&outside, 0o777);
        outside
    };
    let harms: &[fn(&mut LotusFixture, &std::path::Path)] = &[
        |site, outside| {
            fs::remove_dir(site.place.store().export()).unwrap();
            symlink(outside, site.place.store().export()).unwrap();
        },
        |site, outside| {
            let data = outside.join("CCDATA");
            fs::rename(site.post_office(), &data).unwrap();
            symlink(&data, site.post_office()).unwrap();
        },
        |site, outside| {
            let (from, to) = (site.post_office().join("MLANDATA"), outside.join("MLANDATA"));
            fs::rename(&from, &to).unwrap();
            symlink(to, from).unwrap();
        },
        |site, _| site.tab.path = r"\\..\outside".to_owned(),
        |site, _| site.tab.path = r"\\CCSRV\../../outside".to_owned(),
        |site, outside| {
            fs::rename(site.place.store().folder, outside.join("CCMCDATA")).unwrap();
            symlink(outside, site.place.drive().join("OUT")).unwrap();
            let connector_store_path = r"C:\OUT\CCMCDATA".to_owned();
            let registry = Registry { connector_store_path, ..registry() };
            registry.write(&site.place.registry()).unwrap();
        },
        |site, outside| {
            fs::remove_file(site.place.runs()).unwrap();
            symlink(outside.join("RUNS"), site.place.runs()).unwrap();
        },
    ];
    for (index, harm) in harms.iter().enumerate() {
        let mut site = LotusFixture::new();
        fixture::send(&site.post_office(), 1).unwrap();
        let outside = outside(&site);
        harm(&mut site, &outside);
        let before = listing(&outside);
        for job in JOBS {
            assert!(site.run(job).code.is_some(), "{index}: {job}");
        }
        assert_eq!(listing(&outside), before, "{index}");
    }
}

/// Every file below a folder, with its length and the time of its last change.
fn listing(folder: &std::path::Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(listing(&path));
        } else {
            let about = path.metadata().unwrap();
            files.push(format!("{path:?} {} {:?}", about.len(), about.modified().unwrap()));
        }
    }
    files.sort_unstable();
    files
}

/// The table above says nothing about access if permissions are no obstacle.
#[test]
fn the_programs_run_as_somebody_whom_permissions_hold() {
    if is_root() {
        eprintln!("the tests run as root; the programs run as another account");
    }
    let mut site = LotusFixture::new();
    denied(&mut site);
    assert_eq!(site.export(1).code, Some(3));
    set_mode(&site.post_office(), 0o755);
    assert_eq!(site.export(2).code, Some(0));
}
