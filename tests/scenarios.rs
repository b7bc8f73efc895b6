//! Each scenario file is a test of its own, named after its path below `scenarios/`.
//!
//! The files are found when the tests run, so a new file is a new test without touching code. A
//! test plays its file twice, wants the same bytes both times and agreement with the invariant and
//! with the author, and holds the whole story against the snapshot at the same path below
//! `snapshots/`. Four guards prove that no file is skipped and that snapshots and files match.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use event70::connector::Reference;
use event70::judge::Verdict;
use event70::report::{Account, LINES_MAX, story};
use event70::scenario::file::{Found, discover, load};
use event70::site::Simulated;
use event70::trial::Trial;
use libtest_mimic::{Arguments, Failed, Trial as Test};

/// Where the guards have this program look for scenarios instead of the project.
const ROOT_VARIABLE: &str = "EVENT70_TEST_ROOT";
const REVIEW: &str = "look at them with `just review`, or take them all with `just accept`";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    // A scenario is named by its path from here, wherever the project lies.
    if let Err(error) = env::set_current_dir(root()) {
        eprintln!("{}: {error}", root().display());
        return ExitCode::FAILURE;
    }
    let mut tests = scenario_tests();
    if env::var_os(ROOT_VARIABLE).is_none() {
        tests.extend(guards());
    }
    libtest_mimic::run(&arguments, tests).exit_code()
}

fn root() -> PathBuf {
    env::var_os(ROOT_VARIABLE).map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
}

fn scenario_tests() -> Vec<Test> {
    let found = discover(Path::new("scenarios"));
    let test = |found: Found| {
        let Found { name, path, problem } = found;
        Test::test(name.clone(), move || match problem {
            Some(problem) => Err(format!("{}: {problem}", path.display()).into()),
            None => scenario_holds(&name, &path),
        })
    };
    found.into_iter().map(test).collect()
}

fn scenario_holds(name: &str, path: &Path) -> Result<(), Failed> {
    let account = tell(name, path)?;
    let told = story(&account);
    if told != story(&tell(name, path)?) {
        return Err("two plays of the same file differ".into());
    }
    if account.verdict() != Verdict::Agree {
        return Err(told.into());
    }
    hold_against_snapshot(name, &told);
    Ok(())
}

fn tell(name: &str, path: &Path) -> Result<Account, Failed> {
    let file = load(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let site = Simulated::new(&file.scenario.setup);
    Ok(Account::of(name, file, &mut Trial::new(), site, &mut Reference::new(), LINES_MAX))
}

fn hold_against_snapshot(name: &str, told: &str) {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(root().join("snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(file, told));
}

fn guards() -> Vec<Test> {
    vec![
        Test::test("guard: every file below scenarios/ is a test", no_file_is_skipped),
        Test::test("guard: a new file is a test at once", a_new_file_is_a_test_at_once),
        Test::test("guard: every snapshot has its scenario", no_snapshot_is_orphaned),
        Test::test(
            "guard: an orphan is removed by the command that is printed",
            orphans_are_removed,
        ),
        Test::test("guard: no snapshot waits for review", no_snapshot_is_pending),
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
    removal_of_orphans(&root()).map_or(Ok(()), |command| {
        Err(format!("no scenario for these snapshots; remove them: {command}").into())
    })
}

/// The command that removes the snapshots without a scenario, in git or not yet.
fn removal_of_orphans(root: &Path) -> Option<String> {
    let scenarios = files_below(&root.join("scenarios"), ".toml");
    let snapshots = files_below(&root.join("snapshots"), ".snap");
    let orphans = snapshots.difference(&scenarios);
    let files: Vec<_> = orphans.map(|name| format!("snapshots/{name}.snap")).collect();
    let command = ["rm", "--"].into_iter().chain(files.iter().map(String::as_str));
    (!files.is_empty()).then(|| shell_words::join(command))
}

fn orphans_are_removed() -> Result<(), Failed> {
    let project = tempfile::tempdir().map_err(|error| error.to_string())?;
    let folder = project.path().join("snapshots/my cases");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for file in ["new one.snap", "it's $(false).snap", "-n.snap"] {
        fs::write(folder.join(file), "").map_err(|error| error.to_string())?;
    }
    let command = removal_of_orphans(project.path()).ok_or("no orphan was found")?;
    if cfg!(unix) {
        let shell = Command::new("sh").args(["-c", &command]).current_dir(project.path()).status();
        shell.map_err(|error| error.to_string())?;
        return match removal_of_orphans(project.path()) {
            None => Ok(()),
            Some(left) => Err(format!("{command} leaves what {left} would remove").into()),
        };
    }
    Ok(())
}

fn no_snapshot_is_pending() -> Result<(), Failed> {
    let pending = files_below(&root().join("snapshots"), ".snap.new");
    if pending.is_empty() {
        return Ok(());
    }
    Err(format!("snapshots wait for review: {pending:?}; {REVIEW}").into())
}

/// The names of the tests that this program would run in another project.
fn listed(root: &Path) -> Result<BTreeSet<String>, Failed> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(this)
        .args(["--list", "--format", "terse"])
        .env(ROOT_VARIABLE, root)
        .output()
        .map_err(|error| error.to_string())?;
    let lines = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    Ok(lines.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
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
