//! The sandboxes of the live site are closed to everybody else, and no room on the disk is no
//! verdict. Both need root: one to be another account, the other to make a small file system.
#![cfg(all(target_os = "linux", feature = "live"))]
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{ProgramOutput, Project, scenario, skip};

/// Somebody else, who is in no group.
const OTHER: u32 = 54_321;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A project that the other account can look into, with a folder for temporary files.
fn project() -> Project {
    let steps = "start; mail 40 exchange; cycles 3; inject read-only-access; cycles 1; \
                 repair grant-access; inject share-access-denied; cycles 1; repair grant-access; \
                 inject postoffice-fragmented; repair reclaim; cycles 2; dirsync";
    let project = Project::with(&[("x", &scenario("", steps))]);
    fs::set_permissions(project.path(""), Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(project.path("tmp")).unwrap();
    fs::set_permissions(project.path("tmp"), Permissions::from_mode(0o1777)).unwrap();
    project
}

fn live(project: &Project) -> Command {
    let mut command = crate::support::process(project);
    command.args(["run", "--site", "live", "scenarios/x.toml"]);
    command.env("TMPDIR", project.path("tmp")).stdin(Stdio::null());
    command
}

/// What another account tries in a loop while the harness plays: to list and enter every folder, to
/// put links to a file of root in the place of what is there or will be, and to change what it finds.
/// It says what it got at.
const INTRUDER: &str = r#"
cd "$TMPDIR"
while [ -e ../playing ]; do
    for folder in event70-*; do
        [ -e "$folder" ] || continue
        [ -d "$folder" ] && echo seen >> ../seen
        ls "$folder" >/dev/null 2>&1 && echo "listed $folder"
        (cd "$folder") 2>/dev/null && echo "entered $folder"
        for file in CCSRV/CCDATA/CLANDATA CCSRV/CCDATA/CLANDATA-journal CCSRV/CCDATA/MLANDATA-journal \
            CCSRV/CCDATA/USR/USR00001-journal EXCH1/RUNS EXCH1/CONSOLE program db6/EXCH1/RUNS; do
            cat "$folder/$file" >/dev/null 2>&1 && echo "read $folder/$file"
            ln -s "$SECRET" "$folder/$file" 2>/dev/null && echo "linked $folder/$file"
            ln "$SECRET" "$folder/$file" 2>/dev/null && echo "hard-linked $folder/$file"
            echo x 2>/dev/null >> "$folder/$file" && echo "wrote $folder/$file"
        done
        rm -rf "$folder" 2>/dev/null; mv "$folder" moved 2>/dev/null && echo "moved $folder"
    done
done
"#;

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn another_account_gets_at_nothing_of_a_live_site() {
    if !is_root() {
        return skip("another account at a live site, for this is not root");
    }
    let project = project();
    let secret = project.write("secret", "secret");
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
    for shared in ["playing", "seen"] {
        let shared = project.write(shared, "");
        fs::set_permissions(shared, Permissions::from_mode(0o666)).unwrap();
    }
    let intruder = Command::new("sh")
        .args(["-c", INTRUDER])
        .env("TMPDIR", project.path("tmp"))
        .env("SECRET", &secret)
        .uid(OTHER)
        .gid(OTHER)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..10 {
        ProgramOutput::of(&live(&project).output().unwrap()).with_status(0);
    }
    fs::remove_file(project.path("playing")).unwrap();
    let got_at = String::from_utf8(intruder.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(got_at, "");
    assert!(!project.read("seen").is_empty(), "the intruder was there in time");
    let metadata = fs::metadata(&secret).unwrap();
    assert_eq!((metadata.mode() & 0o7777, project.read("secret").as_str()), (0o600, "secret"));
}

/// No file of a sandbox is set-user-ID, and none lies in a folder that others may enter.
#[test]
fn a_sandbox_has_no_setuid_file_and_its_own_user_id() {
    if !is_root() {
        return skip("the account of the programs, for this is not root");
    }
    let project = project();
    let keep = ["--keep", "--bug", "canary"];
    let said = ProgramOutput::of(&live(&project).args(keep).output().unwrap()).with_status(1);
    let kept = fs::read_dir(project.path("tmp")).unwrap().next().unwrap().unwrap().path();
    let outer = fs::metadata(&kept).unwrap();
    assert_eq!((outer.uid(), outer.mode() & 0o7777), (0, 0o710), "{}", said.err);
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    assert!(outer.gid() != 0 && !passwd.contains(&format!(":{}:", outer.gid())));
    let mut programs = 0;
    each_below(&kept, &mut |path| {
        let metadata = fs::symlink_metadata(path).unwrap();
        assert_eq!(metadata.mode() & 0o6000, 0, "{}", path.display());
        programs += u32::from(metadata.uid() == outer.gid());
    });
    assert!(programs > 0, "EXPORT has made files of its own");
}

fn each_below(folder: &Path, see: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        see(&path);
        if fs::symlink_metadata(&path).unwrap().is_dir() {
            each_below(&path, see);
        }
    }
}

/// A connector of root that starts the programs itself starts them as root: they change to their
/// account before they do anything, so that a closed folder is closed.
#[test]
fn programs_started_by_a_connector_of_root_drop_root() {
    if !is_root() {
        return skip("a connector of root, for this is not root");
    }
    let project = project();
    project.write("connector.sh", STARTS_EXPORT_ITSELF);
    project.write("scenarios/x.toml", scenario("", "inject share-access-denied; start"));
    let mut command = live(&project);
    command.args(["--connector", "sh connector.sh", "--format", "json"]);
    let said = ProgramOutput::of(&command.output().unwrap());
    let run = &said.json()["scenarios"][0]["steps"][1]["runs"][0];
    assert_eq!(run["code"], 3, "{run} {}", said.err);
}

/// Starts EXPORT by the path that it is told, once.
const STARTS_EXPORT_ITSELF: &str = r#"
while read -r line; do
    word=${line#*\"do\":\"}; word=${word%%\"*}
    if [ "$word" = start ]; then
        export=${line#*\"export\":\"}; export=${export%%\"*}
        "$export" /NEXCHANGE /PSECRET '/D\\CCSRV\CCDATA' /ITEMSIZE /FORMAT/FAN /BATCH /FILES/MACBIN2 \
            '/@EXPORT\msg0001.ccm' >/dev/null
    fi
    printf '{"done":"%s"}\n' "$word"
done
"#;

/// At every size of the file system either all goes well or there is no verdict.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_disk_that_fills_up_is_harness_trouble_and_no_verdict() {
    if !is_root() {
        return skip("a full disk, for only root can make a small file system");
    }
    let project = Project::with(&[(
        "x",
        &scenario(
            "",
            "start; mail 40 exchange; mail 20 cc-mail; cycles 3; mail 32 exchange; cycles 3",
        ),
    )]);
    let small = project.path("small");
    fs::create_dir(&small).unwrap();
    let mount = |options: &str| {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&small).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success())
    };
    let kib = |path: &Path| {
        let size = fs::metadata(path).unwrap().len() / 1024;
        u32::try_from(size).unwrap()
    };
    // The copy of the program takes nearly all of it.
    let program = kib(assert_cmd::cargo::cargo_bin!("event70"));
    if !mount(&format!("size={}k,mode=1777", program + 1000)) {
        return skip("a full disk, for no file system can be mounted here");
    }
    let mut ended = [0, 0];
    for more in (100..900).step_by(25) {
        assert!(mount(&format!("remount,size={}k", program + more)));
        let said = ProgramOutput::of(&live(&project).env("TMPDIR", &small).output().unwrap());
        match said.status {
            0 => ended[0] += 1,
            70 => ended[1] += 1,
            status => panic!("{status} with {more} KiB more: {} {}", said.out, said.err),
        }
        assert_eq!(fs::read_dir(&small).unwrap().count(), 0, "left with {more} KiB more");
    }
    assert!(Command::new("umount").arg(&small).status().unwrap().success());
    assert!(ended.iter().all(|times| *times > 0), "both ends were met: {ended:?}");
}
