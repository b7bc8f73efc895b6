//! Each scenario file is a test of its own, named after its path below `scenarios/`.
//!
//! This is the suite that anybody has for a connector of their own, with the reference for one. The
//! guards prove of it that no file is skipped, that snapshots and files match, and that one accepting
//! run is enough.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use event70::reference::Reference;
use event70::testing::Suite;
use libtest_mimic::Failed;

/// Names the package whose files are played; the guards have this program play others.
const ROOT: &str = "CARGO_MANIFEST_DIR";

fn main() -> ExitCode {
    let suite = Suite::new(Reference::new).pinned().folder("scenarios").snapshots("snapshots");
    if env::var_os(ROOT).is_some_and(|root| root != env!("CARGO_MANIFEST_DIR")) {
        return suite.main();
    }
    let code = suite
        .test("guard: every file below scenarios/ is a test", no_file_is_skipped)
        .test("guard: a new file is a test at once", a_new_file_is_a_test_at_once)
        .test("guard: a new file fails one test, and one accepting run is enough", accepting)
        .test("guard: what tells to remove an orphan removes it", orphans_are_removed)
        .main();
    if env::args_os().len() == 1 && env::var_os("EVENT70_THOROUGH").is_none() {
        println!(
            "quick tier: what kills, floods, waits or repeats was left out; `just thorough`, or"
        );
        println!("EVENT70_THOROUGH=1 cargo test --workspace -- --include-ignored, runs it too\n");
    }
    code
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The walk here is another one than the program's, so that a fault of one shows. A link may lead to
/// a file that is a test by itself; the tests of the program hold what becomes of links.
fn no_file_is_skipped() -> Result<(), Failed> {
    let on_disk = files_below(&root().join("scenarios"), ".toml");
    let tests: BTreeSet<String> = listed(root())?;
    let skipped: Vec<_> = on_disk.difference(&tests).collect();
    if skipped.is_empty() && !on_disk.is_empty() {
        return Ok(());
    }
    Err(format!("{} files, {} tests; not run: {skipped:?}", on_disk.len(), tests.len()).into())
}

fn a_new_file_is_a_test_at_once() -> Result<(), Failed> {
    let project = tempfile::tempdir().map_err(|error| error.to_string())?;
    let folder = project.path().join("scenarios/deep/inside");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for file in ["new.toml", "Second.TOML", ".#new.toml", "no-scenario.txt"] {
        fs::write(folder.join(file), "").map_err(|error| error.to_string())?;
    }
    let tests = listed(project.path())?;
    if tests == ["deep/inside/Second", "deep/inside/new"].map(str::to_owned).into() {
        return Ok(());
    }
    Err(format!("expected the two new files and no other: {tests:?}").into())
}

/// What a run of this program in another project came to, and the tests that failed.
fn run_in(project: &Path, update: &str) -> Result<(bool, String), Failed> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(this)
        .env(ROOT, project)
        .env("INSTA_UPDATE", update)
        .env("INSTA_WORKSPACE_ROOT", project)
        .env_remove("INSTA_PENDING_DIR")
        .env_remove("INSTA_FORCE_PASS")
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    Ok((output.status.success(), text.into_owned()))
}

fn project_with(names: &[&str]) -> Result<tempfile::TempDir, Failed> {
    let project = tempfile::tempdir().map_err(|error| error.to_string())?;
    for name in names {
        let path = project.path().join("scenarios").join(format!("{name}.toml"));
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let text = "format = 1\ntitle = \"x\"\n[[steps]]\ndo = \"start\"\n";
        fs::write(path, text).map_err(|error| error.to_string())?;
    }
    Ok(project)
}

fn is(holds: bool, what: &str, text: &str) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(format!("{what}:\n{text}").into()) }
}

fn accepting() -> Result<(), Failed> {
    let project = project_with(&["deep/new one"])?;
    let snapshots = project.path().join("snapshots");
    let (passed, text) = run_in(project.path(), "new")?;
    is(!passed && text.contains("1 failed"), "a new file fails one test", &text)?;
    let waiting = files_below(&snapshots, ".snap.new");
    is(waiting.len() == 1, "and its snapshot waits", &format!("{waiting:?}"))?;
    let (passed, text) = run_in(project.path(), "always")?;
    is(passed, "the accepting run is green", &text)?;
    let waiting = files_below(&snapshots, ".snap.new");
    is(waiting.is_empty(), "and nothing waits any more", &format!("{waiting:?}"))?;
    let taken = snapshots.join("deep/new one.snap");
    let taken = fs::read_to_string(taken).map_err(|error| error.to_string())?;
    is(!taken.contains("assertion_line"), "no line of this program moves a snapshot", &taken)?;
    let (passed, text) = run_in(project.path(), "no")?;
    is(passed, "and the next run is green", &text)
}

fn orphans_are_removed() -> Result<(), Failed> {
    let project = project_with(&["my cases/it's new"])?;
    run_in(project.path(), "always")?;
    let scenarios = project.path().join("scenarios/my cases");
    fs::rename(scenarios.join("it's new.toml"), scenarios.join("renamed.toml"))
        .map_err(|error| error.to_string())?;
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(project.path()).args(arguments).output().is_ok_and(|o| o.status.success())
    };
    if !git(&["init", "-q"]) {
        println!("skipped: what removes an orphan was not tried, for git cannot be executed");
        return Ok(());
    }
    for is_known_to_git in [false, true] {
        run_in(project.path(), "always")?;
        let orphan = project.path().join("snapshots/my cases/it's new.snap");
        fs::write(&orphan, "x").map_err(|error| error.to_string())?;
        is(!is_known_to_git || git(&["add", "-A"]), "git add", "")?;
        let (passed, text) = run_in(project.path(), "always")?;
        is(!passed, "an orphan fails", &text)?;
        let command = text.lines().find(|line| line.starts_with("git rm")).unwrap_or_default();
        let shell = Command::new("sh").current_dir(project.path()).args(["-c", command]).output();
        is(shell.is_ok_and(|output| output.status.success()), "the command works", command)?;
        is(!orphan.exists(), "the orphan is gone", command)?;
    }
    let (passed, text) = run_in(project.path(), "always")?;
    is(passed, "and then all is well", &text)
}

/// The scenarios that this program would test in another project.
fn listed(root: &Path) -> Result<BTreeSet<String>, Failed> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(this)
        .args(["--list", "--format", "terse"])
        .env(ROOT, root)
        .output()
        .map_err(|error| error.to_string())?;
    let lines = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    let tests = lines.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(tests.filter(|name| !name.starts_with("guard: ")).map(str::to_owned).collect())
}

/// The paths of every file below `folder` that ends so in any case, without that ending. What begins
/// with a dot is left out.
fn files_below(folder: &Path, ending: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(below) = path.strip_prefix(folder) else { continue };
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            let name = parts.join("/");
            let is_hidden = parts.last().is_some_and(|part| part.starts_with('.'));
            if is_hidden || path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if name.to_lowercase().ends_with(ending) {
                names.insert(name[..name.len() - ending.len()].to_owned());
            }
        }
    }
    names
}
