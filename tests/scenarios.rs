//! Each scenario file is a test of its own, named after its path below `scenarios/`.
//!
//! The files are found when the tests run, so a new file is a new test without touching code. A
//! test plays its file twice, wants the same bytes both times and agreement with the invariant and
//! with the author, and holds the whole story against the snapshot at the same path below
//! `snapshots/`. Guards prove that no file is skipped, that snapshots and files match, and that one
//! accepting run is enough.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use event70::engine::{Trial, Verdict};
use event70::format::{DiscoveredFile, FileError, Position, discover, load, place_of_expectation};
use event70::model::Pins;
use event70::reference::{Reference, Simulated};
use event70::report::{Account, Numbers, story};
use libtest_mimic::{Arguments, Failed, Trial as Test};

/// Where the guards have this program look for scenarios instead of the project.
const ROOT_VARIABLE: &str = "EVENT70_TEST_ROOT";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    // A scenario is named by its path from here, wherever the project lies.
    if let Err(error) = env::set_current_dir(root()) {
        eprintln!("{}: {error}", root().display());
        return ExitCode::FAILURE;
    }
    let mut tests = scenario_tests();
    tests.push(Test::test("guard: every snapshot has its scenario", no_snapshot_is_orphaned));
    if env::var_os(ROOT_VARIABLE).is_none() {
        tests.extend(guards());
    }
    let whole =
        arguments.filter.is_none() && !arguments.list && env::var_os(ROOT_VARIABLE).is_none();
    let code = libtest_mimic::run(&arguments, tests).exit_code();
    if whole && env::var_os("EVENT70_THOROUGH").is_none() {
        println!(
            "quick tier: what kills, floods, waits or repeats was left out; `just thorough`, or"
        );
        println!("EVENT70_THOROUGH=1 cargo test --workspace -- --include-ignored, runs it too\n");
    }
    code
}

fn root() -> PathBuf {
    env::var_os(ROOT_VARIABLE).map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
}

fn scenario_tests() -> Vec<Test> {
    let found = discover(Path::new("scenarios"));
    let test = |found: DiscoveredFile| {
        let DiscoveredFile { name, path, problem } = found;
        let name = name.raw().to_owned();
        Test::test(name.clone(), move || match problem {
            Some(problem) => Err(told_of(&path, &problem).into()),
            None => scenario_holds(&name, &path),
        })
    };
    found.into_iter().map(test).collect()
}

fn scenario_holds(name: &str, path: &Path) -> Result<(), Failed> {
    let account = tell(name, path)?;
    let told = story(&account, Numbers::FromStep);
    if told != story(&tell(name, path)?, Numbers::FromStep) {
        return Err("two plays of the same file differ".into());
    }
    if account.verdict() != Verdict::Agree {
        let place = place_of_finding(path, &account);
        return Err(format!("{place}{}", story(&account, Numbers::AsLogged)).into());
    }
    hold_against_snapshot(name, &told);
    Ok(())
}

fn tell(name: &str, path: &Path) -> Result<Account, Failed> {
    let file = load(path).map_err(|error| told_of(path, &error))?;
    let (site, assumed) = (Simulated::new(&file.scenario.setup), file.assume.assignment());
    let mut trial = Trial::assuming(assumed.into());
    let mut reference = Reference::new().assuming(assumed);
    Ok(Account::of(&name.into(), file, &mut trial, site, &mut reference, &Pins::default(), 0))
}

/// Every fault of a file with its place.
fn told_of(path: &Path, error: &FileError) -> String {
    let FileError::Faulty { text, complaints } = error else {
        return format!("{}: {error}", path.display());
    };
    let told = complaints.iter().map(|complaint| {
        let Position { line, column } = Position::of(text, complaint.span.start);
        format!("{}:{line}:{column}: {}", path.display(), complaint.message)
    });
    told.collect::<Vec<_>>().join("\n")
}

/// Where the author's expectation stands that nobody else shares.
fn place_of_finding(path: &Path, account: &Account) -> String {
    let Some(finding) = &account.finding else { return String::new() };
    let text = fs::read_to_string(path).unwrap_or_default();
    let keys = finding.disagreement.author_keys().unwrap_or_default();
    let span = place_of_expectation(&text, finding.step, &keys);
    let Some(span) = span else { return String::new() };
    let Position { line, column } = Position::of(&text, span.start);
    format!("{}:{line}:{column}: {}\n", path.display(), finding.disagreement)
}

fn hold_against_snapshot(name: &str, told: &str) {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let folder = root().join("snapshots").join(folder);
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(file, told));
    // The snapshot is as it should be, so nothing waits any more: an accepting run leaves what an
    // earlier one found.
    let _ = fs::remove_file(folder.join(format!("{file}.snap.new")));
}

fn guards() -> Vec<Test> {
    vec![
        Test::test("guard: every file below scenarios/ is a test", no_file_is_skipped),
        Test::test("guard: a new file is a test at once", a_new_file_is_a_test_at_once),
        Test::test("guard: a new file fails one test, and one accepting run is enough", accepting),
        Test::test("guard: what tells to remove an orphan removes it", orphans_are_removed),
    ]
}

/// The walk here is another one than the program's, so that a fault of one shows. A link may lead to
/// a file that is a test by itself; the tests of the program hold what becomes of links.
fn no_file_is_skipped() -> Result<(), Failed> {
    let on_disk = files_below(&root().join("scenarios"), ".toml");
    let tests: BTreeSet<String> = listed(&root())?;
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

fn no_snapshot_is_orphaned() -> Result<(), Failed> {
    let scenarios: BTreeSet<String> = discover(Path::new("scenarios"))
        .into_iter()
        .map(|found| found.name.raw().to_owned())
        .collect();
    let orphans = |ending: &'static str| {
        let names = files_below(&root().join("snapshots"), ending).into_iter();
        let scenarios = &scenarios;
        let names = names.filter(move |name| !scenarios.contains(name));
        names.map(move |name| format!("snapshots/{name}{ending}"))
    };
    let orphans: Vec<String> = orphans(".snap").chain(orphans(".snap.new")).collect();
    if orphans.is_empty() {
        return Ok(());
    }
    // Whether git knows a file or not.
    let files = shell_words::join(&orphans);
    let command = format!("git rm -qf --ignore-unmatch -- {files} && rm -f -- {files}");
    Err(format!("no scenario for these snapshots; remove them:\n{command}").into())
}

/// What a run of this program in another project came to, and the tests that failed.
fn run_in(project: &Path, update: &str) -> Result<(bool, String), Failed> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(this)
        .env(ROOT_VARIABLE, project)
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
        .env(ROOT_VARIABLE, root)
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
