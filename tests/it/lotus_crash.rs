//! Goal: whatever happens to a Lotus program or to the files that it reads, no message is lost and
//! none comes twice. Method: real processes are killed at a spread of moments and at every system
//! call that changes a file; files are broken, cut, removed and replaced; the disk is full. Once
//! the trouble is over, every message is there exactly once.
#![cfg(all(unix, feature = "live"))]

use crate::support::is_long;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use event70::live::lotus;
use event70::live::lotus::{ProgramBug, fixture};
use event70::model::{DirectoryExport, Job};
use rstest::rstest;

use crate::lotus_site::traffic::Traffic;
use crate::lotus_site::{Dice, LotusFixture, set_mode};

/// At how many moments a program is killed, or how many faults there are.
fn points() -> u32 {
    if is_long() { 1000 } else { 40 }
}

/// Which program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Export,
    Import,
    Chkstat,
    Reclaim,
}

impl Victim {
    /// Gives the program something to do.
    fn prepare(self, traffic: &mut Traffic) {
        let folder = traffic.site.post_office();
        match self {
            Self::Export => traffic.send(18),
            Self::Import => traffic.submit(6),
            Self::Chkstat => {
                traffic.send(2);
                fixture::damage(&folder, 3).unwrap();
            }
            Self::Reclaim => {
                traffic.send(20);
                fixture::fragment(&folder, true).unwrap();
            }
        }
    }

    fn command(self, traffic: &mut Traffic) -> Command {
        match self {
            Self::Export => traffic.export(),
            Self::Import => traffic.import(),
            Self::Chkstat => traffic.site.tool_command("CHKSTAT"),
            Self::Reclaim => traffic.site.tool_command("RECLAIM"),
        }
    }

    /// What is run until it is done, and what must hold then.
    fn finish(self, traffic: &mut Traffic, after: &str) {
        match self {
            Self::Export | Self::Import => {}
            Self::Chkstat => (0..3).for_each(|_| assert_eq!(traffic.site.tool("CHKSTAT"), 0)),
            Self::Reclaim => assert_eq!(traffic.site.tool("RECLAIM"), 0, "{after}"),
        }
        if self == Self::Import {
            traffic.all_came_in(after);
        }
        traffic.all_came_out(after);
        traffic.all_came_in(after);
        traffic.is_clean(after);
    }
}

#[rstest]
#[case(Victim::Export)]
#[case(Victim::Import)]
#[case(Victim::Chkstat)]
#[case(Victim::Reclaim)]
#[ignore = "thorough: `just thorough` runs it"]
fn after_a_kill_and_a_rerun_no_mail_is_lost_or_doubled(#[case] victim: Victim) {
    let mut traffic = Traffic::new();
    let mut times = [0; 5].map(|_| {
        victim.prepare(&mut traffic);
        let mut process = victim.command(&mut traffic).stdout(Stdio::null()).spawn().unwrap();
        let began = Instant::now();
        assert!(process.wait().unwrap().success());
        began.elapsed()
    });
    times.sort_unstable();
    let whole = times[2];
    victim.finish(&mut traffic, "the measurement");
    let mut killed = 0;
    for point in 0..points() {
        let delay = whole * point / points();
        if point % 50 == 0 {
            traffic = Traffic::new();
        }
        victim.prepare(&mut traffic);
        let mut process = victim.command(&mut traffic).stdout(Stdio::null()).spawn().unwrap();
        let began = Instant::now();
        while began.elapsed() < delay {
            std::hint::spin_loop();
        }
        process.kill().unwrap();
        killed += u32::from(process.wait().unwrap().signal() == Some(9));
        victim.finish(&mut traffic, &format!("{victim:?} killed after {delay:?}"));
    }
    assert!(killed > 0, "none of {} was killed", points());
}

/// The calls by which a program changes something that outlives it, on one system or another.
const CHANGES: [&str; 9] = [
    "write",
    "pwrite64",
    "ftruncate",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "openat",
];

#[rstest]
#[case(Victim::Export)]
#[case(Victim::Import)]
#[case(Victim::Chkstat)]
#[case(Victim::Reclaim)]
#[ignore = "thorough: `just thorough` runs it"]
fn killed_at_every_call_that_changes_a_file_and_run_again(#[case] victim: Victim) {
    let mut traffic = Traffic::new();
    let usable = strace(&traffic, &traffic.import(), "none", 1);
    if !usable.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: strace is not there or may not be used");
        return;
    }
    let mut killed = 0;
    for call in CHANGES {
        // Were there more calls than this, the loop would not end where the program does.
        for count in 1..1000 {
            victim.prepare(&mut traffic);
            let command = victim.command(&mut traffic);
            let status = strace(&traffic, &command, call, count).unwrap().status;
            victim.finish(&mut traffic, &format!("{victim:?} killed at {call} {count}"));
            if status.success() {
                break;
            }
            killed += 1;
        }
    }
    assert!(killed > 20, "{victim:?} was killed {killed} times");
}

/// Runs a command until it makes a call for the so-many-th time, at which it is killed.
fn strace(traffic: &Traffic, command: &Command, call: &str, count: u32) -> std::io::Result<Output> {
    let inject = format!("inject=?{call}:signal=KILL:when={count}");
    let mut arguments = ["-qq", "-o", "/dev/null", "-e", &inject].map(str::to_owned).to_vec();
    arguments.push(command.get_program().to_str().unwrap().to_owned());
    arguments.extend(command.get_args().map(|word| word.to_str().unwrap().to_owned()));
    traffic.site.command(Path::new("strace"), &arguments).output()
}

/// What can happen to a file.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Flipped,
    Cut,
    Emptied,
    Removed,
    Folder,
    DeadLink,
}

/// So many of the faults are a flipped bit.
const FLIPS: usize = 8;
const FAULTS: [Fault; FLIPS + 6] = {
    let mut faults = [Fault::Flipped; FLIPS + 6];
    faults[FLIPS + 1] = Fault::Cut;
    faults[FLIPS + 2] = Fault::Emptied;
    faults[FLIPS + 3] = Fault::Removed;
    faults[FLIPS + 4] = Fault::Folder;
    faults[FLIPS + 5] = Fault::DeadLink;
    faults
};

/// A fault, and what it takes to undo it.
struct Broken {
    path: PathBuf,
    kept: PathBuf,
    /// Where a byte was flipped, and what it is now.
    flipped: Option<(usize, u8)>,
}

impl Broken {
    fn new(path: &Path, kept: &Path, fault: Fault, dice: &mut Dice) -> Self {
        let mut broken = Self { path: path.to_owned(), kept: kept.to_owned(), flipped: None };
        if path.is_dir() {
            fs::rename(path, kept).unwrap();
        } else {
            fs::copy(path, kept).unwrap();
        }
        let bytes = fs::read(kept).unwrap_or_default();
        match fault {
            Fault::Flipped if !bytes.is_empty() => {
                let at = dice.below(bytes.len());
                let mut bytes = bytes;
                bytes[at] ^= 1 << dice.below(8);
                broken.flipped = Some((at, bytes[at]));
                fs::write(path, bytes).unwrap();
            }
            Fault::Cut => {
                let length = dice.below(bytes.len());
                fs::write(path, &bytes[..length]).unwrap();
            }
            Fault::Flipped | Fault::Emptied => fs::write(path, "").unwrap(),
            Fault::Removed | Fault::Folder | Fault::DeadLink => {
                let _ = fs::remove_file(path);
                match fault {
                    Fault::Folder => {
                        // Where a folder should be, one that cannot be written to.
                        fs::create_dir(path).unwrap();
                        set_mode(path, 0o555);
                    }
                    Fault::DeadLink => symlink("nowhere", path).unwrap(),
                    _ => {}
                }
            }
        }
        if path.is_file() {
            set_mode(path, 0o666);
        }
        broken
    }

    /// Whether everything is as it was. A run that went well may have changed a file so that this
    /// can no longer be said.
    fn undo(self, changed: bool) -> bool {
        if changed {
            let Some((at, now)) = self.flipped else { return false };
            let (kept, mut bytes) = (fs::read(&self.kept).unwrap(), fs::read(&self.path).unwrap());
            let _ = fs::remove_file(&self.kept);
            if bytes.get(at) != Some(&now) {
                return false;
            }
            bytes[at] = kept[at];
            fs::write(&self.path, bytes).unwrap();
            return true;
        }
        if self.kept.is_dir() || !self.path.is_file() {
            let _ = fs::remove_dir_all(&self.path).or_else(|_| fs::remove_file(&self.path));
            fs::rename(&self.kept, &self.path).unwrap();
        } else {
            // In place, so that owner and permissions stay.
            fs::write(&self.path, fs::read(&self.kept).unwrap()).unwrap();
            fs::remove_file(&self.kept).unwrap();
        }
        set_mode(&self.path, if self.path.is_dir() { 0o777 } else { 0o666 });
        true
    }
}

fn is_allowed(output: &Output) -> bool {
    match output.status.code() {
        Some(code) => [0, 1, 2, 3, 4, i32::from(lotus::NO_ROOM), 126].contains(&code),
        None => output.status.signal().is_some(),
    }
}

/// Every file and folder below the site's that a run comes by, and whether EXPORT and IMPORT
/// change it.
fn targets(site: &LotusFixture) -> Vec<(PathBuf, [bool; 2])> {
    let (place, store, office) = (&site.place, site.place.store(), site.post_office());
    let mut targets = vec![
        (office.join("CLANDATA"), [false, false]),
        (office.join("MLANDATA"), [false, true]),
        (office.join("USR").join("USR00001"), [true, false]),
    ];
    let others = [
        office.join("USR"),
        store.export(),
        store.import(),
        store.submit(),
        store.export_ini(),
        store.import_ini(),
        place.registry(),
        place.redirector(),
        place.build(),
        place.resource_file(),
        place.console(),
        place.runs(),
    ];
    targets.extend(others.map(|path| (path, [false, false])));
    let below = |path: PathBuf| path.strip_prefix(&place.root).unwrap().to_owned();
    targets.into_iter().map(|(path, changes)| (below(path), changes)).collect()
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn whatever_happens_to_a_file_nothing_is_lost_once_it_is_undone() {
    let mut dice = Dice(0x5EED_0070);
    for round in 0..points() / 10 {
        let mut traffic = Traffic::new();
        for (index, (path, changes)) in targets(&traffic.site).into_iter().enumerate() {
            // A database has many bytes; beside them each fault is worth a try or two.
            let faults = match index {
                0..3 => &FAULTS[..],
                _ if round < 2 => &FAULTS[FLIPS..],
                _ => &[],
            };
            let jobs = [(false, changes[0]), (true, changes[1])];
            for (fault, job) in faults.iter().flat_map(|fault| jobs.map(|job| (*fault, job))) {
                let after = format!("round {round}, {fault:?} {path:?}, import {}", job.0);
                let path = traffic.site.place.root.join(&path);
                if !survives(&mut traffic, &path, fault, job, &mut dice, &after) {
                    traffic = Traffic::new();
                }
            }
        }
    }
}

/// Breaks a file, runs a program, mends the file, and looks. Where it cannot be mended, nothing can
/// be said, and the site is of no use any more.
fn survives(
    traffic: &mut Traffic,
    path: &Path,
    fault: Fault,
    (is_import, may_change): (bool, bool),
    dice: &mut Dice,
    after: &str,
) -> bool {
    traffic.send(2);
    traffic.submit(1);
    let kept = traffic.site.outer.path().join("kept");
    let broken = Broken::new(path, &kept, fault, dice);
    let mut command = if is_import { traffic.import() } else { traffic.export() };
    let output = command.output().unwrap();
    assert!(is_allowed(&output), "{after}: {output:?}");
    assert!(output.stderr.is_empty(), "{after}: {output:?}");
    let moved = output.status.code() == Some(0);
    if !broken.undo(moved && may_change) {
        return false;
    }
    traffic.all_came_out(after);
    traffic.all_came_in(after);
    true
}

/// A full disk: no file may be longer than so many blocks. With the signal ignored the programs
/// see the error themselves.
#[rstest]
#[case::by_signal("ulimit -f")]
#[case::by_error("trap '' XFSZ; ulimit -f")]
#[ignore = "thorough: `just thorough` runs it"]
fn a_full_disk_loses_nothing(#[case] limit: &str) {
    let mut traffic = Traffic::new();
    traffic.send(40);
    for blocks in 0..points() {
        traffic.send(3);
        traffic.submit(2);
        for command in [traffic.export(), traffic.import()] {
            let script = format!("{limit} {blocks}; exec \"$@\"");
            let mut arguments = vec!["-c".to_owned(), script, "sh".to_owned()];
            arguments.push(command.get_program().to_str().unwrap().to_owned());
            arguments.extend(command.get_args().map(|word| word.to_str().unwrap().to_owned()));
            let output = traffic.site.command(Path::new("sh"), &arguments).output().unwrap();
            assert!(is_allowed(&output), "{blocks} blocks: {output:?}");
        }
    }
    traffic.all_came_out("a full disk");
    traffic.all_came_in("a full disk");
    traffic.is_clean("a full disk");
}

#[test]
fn a_listing_that_could_not_be_written_leaves_the_old_one() {
    let site = LotusFixture::new();
    let job = Job::ExportDirectory(DirectoryExport::Directory);
    assert_eq!(site.run(job).code, Some(0));
    let listing = site.place.store().export().join("CCMDIR.EXP");
    let before = fs::read(&listing).unwrap();
    let line = site.line(job);
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
    let mut arguments = ["-c", script, "sh"].map(str::to_owned).to_vec();
    arguments.push(site.place.program("EXPORT").to_str().unwrap().to_owned());
    arguments.extend(line.arguments);
    let output = site.command(Path::new("sh"), &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(lotus::NO_ROOM.into()), "{output:?}");
    assert_eq!(fs::read(&listing).unwrap(), before);
    assert_eq!(site.run(job).code, Some(0), "and the next one is written");
}

/// Programs that lose mail or bring it twice are noticed.
#[rstest]
#[case::in_none(None, true, true)]
#[case(Some(ProgramBug::LosesMail), false, true)]
#[case(Some(ProgramBug::LeavesMail), false, true)]
#[case(Some(ProgramBug::LeavesFiles), true, false)]
fn these_looks_notice(#[case] bug: Option<ProgramBug>, #[case] out: bool, #[case] within: bool) {
    let mut traffic = Traffic::new();
    if let Some(bug) = bug {
        fs::write(traffic.site.place.bug(), bug.to_string()).unwrap();
    }
    traffic.send(3);
    traffic.submit(3);
    let looks: [fn(&mut Traffic, &str); 2] = [Traffic::all_came_out, Traffic::all_came_in];
    let found = looks.map(|look| {
        let look = AssertUnwindSafe(|| look(&mut traffic, "a planted bug"));
        catch_unwind(look).is_ok()
    });
    assert_eq!(found, [out, within]);
}

#[test]
fn the_dice_are_not_loaded() {
    let mut dice = Dice(1);
    let mut seen = [0_u32; 6];
    (0..6000).for_each(|_| seen[dice.below(6)] += 1);
    assert!(seen.iter().all(|count| (800..1200).contains(count)), "{seen:?}");
}
