//! A whole test program.

use std::collections::BTreeSet;
use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use event70_format::{DiscoveredFile, FileError, discover_all};
use event70_model::{Pins, shown, shown_path};
use libtest_mimic::{Arguments, Failed, FormatSetting, Trial as Test};

use super::assumed::{Assumed, Given, given};
use super::known::Known;
use super::order::Order;
use super::played::{holds, told_of};
use super::running::Running;
use super::searches::{below_target, certified, explored};
use super::snapshots::none_is_orphaned;
use super::standard::{self, STANDARD};
use super::subject::{Bed, Made, Subject};

/// The seed of random scenarios unless another is given.
const SEED: u64 = 70;

/// A test program for one connector, with a test for each scenario file.
///
/// In a package of one's own, `Cargo.toml` has `[[test]] name = "event70", harness = false`, and
/// `tests/event70.rs` is this and no more:
///
/// ```no_run
/// # use event70::reference::Reference as MyConnector;
/// fn main() -> std::process::ExitCode {
///     event70::testing::Suite::new(MyConnector::default)
///         .standard() // event70's own scenario set
///         .folder("tests/faults") // scenario files of one's own
///         .snapshots("tests/snapshots") // what happens in each, to be reviewed
///         .explore(20_000) // random scenarios; the first that disagrees is reduced and kept
///         .certify(0) // the complete conformance suite
///         .main()
/// }
/// ```
///
/// `cargo test --test event70 causes/` plays a part of it, `cargo nextest run` each test in a process
/// of its own. Paths are those of the package under test (`CARGO_MANIFEST_DIR` when the tests run).
///
/// What the documents leave open is learned from the connector, over all files of a run in their
/// order: it agrees as long as one of the readings fits all that was seen of it. Where each test is a
/// run of its own, as in nextest, no test learns from another: [`assume`](Self::assume) what the end
/// of a whole run tells to assume. An archive of nextest can be run on another machine and in parts, in
/// a copy of the package (`--archive-file`, `--workspace-remap`, `--partition`): scenario files,
/// snapshots and the list of known failures are those of the copy.
#[must_use = "a suite tests nothing before `main`"]
pub struct Suite<S> {
    subject: S,
    given: Vec<String>,
    is_pinned: bool,
    is_standard: bool,
    folders: Vec<PathBuf>,
    snapshots: Option<PathBuf>,
    known: Option<PathBuf>,
    found: Option<PathBuf>,
    explore: Option<u64>,
    seed: u64,
    certify: Option<usize>,
    tests: Vec<Test>,
}

/// Why there are no tests.
#[derive(Debug, thiserror::Error)]
enum SuiteError {
    #[error("{}: {}", shown_path(.0), .1)]
    Io(PathBuf, io::Error),
    #[error("{}", told_of(.0, .1))]
    Known(PathBuf, FileError),
    #[error("assume {}: {}", shown(.0), .1)]
    Assume(String, String),
    #[error("{0}")]
    Subject(String),
    #[error(
        "nothing to test: give the standard set, a folder of scenario files, `explore` or `certify`"
    )]
    Nothing,
}

impl<C: event70_model::Connector, F: Fn() -> C + Send + Sync + 'static> Suite<Made<F>> {
    /// A suite for the connectors that `make` makes.
    pub fn new(make: F) -> Self {
        Self::of(Made(make))
    }
}

#[cfg(unix)]
impl Suite<super::Program> {
    /// A suite for a program that speaks the protocol, started by a command. Words of it that name a
    /// file do so from the package under test. Nothing of the program is left behind: this test
    /// program starts itself once more to clean up after it.
    pub fn program(command: &str) -> Self {
        Self::of(super::Program { command: command.to_owned(), deadline: None })
    }

    /// How long the program may take for an answer: 5 seconds unless told otherwise.
    pub fn deadline(mut self, deadline: std::time::Duration) -> Self {
        self.subject.deadline = Some(deadline);
        self
    }
}

impl<S: Subject> Suite<S> {
    fn of(subject: S) -> Self {
        Self {
            subject,
            given: Vec::new(),
            is_pinned: false,
            is_standard: false,
            folders: Vec::new(),
            snapshots: None,
            known: None,
            found: None,
            explore: None,
            seed: SEED,
            certify: None,
            tests: Vec::new(),
        }
    }

    /// Each scenario of the standard set, event70's own, is a test, named `standard/causes/…`. It is
    /// judged, and has no snapshot.
    pub fn standard(mut self) -> Self {
        self.is_standard = true;
        self
    }

    /// Each scenario file below this folder is a test, named after its path.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folders.push(folder.into());
        self
    }

    /// The story of each scenario that agrees is held against its snapshot below this folder, as
    /// with insta: `cargo insta review`, `INSTA_UPDATE=always`.
    pub fn snapshots(mut self, folder: impl Into<PathBuf>) -> Self {
        self.snapshots = Some(folder.into());
        self
    }

    /// What is assumed where the documents leave something open: `KEY=VALUE`, `KEY=A|B` or the path
    /// of a TOML file. What is not given stays open.
    pub fn assume(mut self, given: &str) -> Self {
        self.given.push(given.to_owned());
        self
    }

    /// Nothing stays open: each file is played under what it assumes itself, else under what was
    /// given, else under every default, and the connector is told
    /// ([`Connector::assume`](event70_model::Connector::assume)). For the reference, and connectors
    /// that can be as they are told.
    pub fn pinned(mut self) -> Self {
        self.is_pinned = true;
        self
    }

    /// The failures in this file are [known](Known): the suite passes while exactly these fail. What
    /// is told of a new one ends with the entry that makes it known; `event70 run --known` takes the
    /// same file.
    pub fn known(mut self, file: impl Into<PathBuf>) -> Self {
        self.known = Some(file.into());
        self
    }

    /// So many random scenarios are one test. The first that disagrees is reduced, told, and
    /// [kept](Self::keep).
    pub fn explore(mut self, cases: u64) -> Self {
        self.explore = Some(cases);
        self
    }

    /// The seed of the random scenarios: case *i* of a seed is the same everywhere.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The conformance suite that is complete for connectors with at most so many states more than
    /// the reference is one test.
    pub fn certify(mut self, extra_states: u8) -> Self {
        self.certify = Some(extra_states.into());
        self
    }

    /// What is found is kept in this folder. Without it, and always where `CI` is set, it is kept
    /// below `target/event70`: of the folder that cargo builds in, or of the package where the tests are
    /// run from a nextest archive. What is told of a finding names its file.
    pub fn keep(mut self, folder: impl Into<PathBuf>) -> Self {
        self.found = Some(folder.into());
        self
    }

    /// One more test, of one's own.
    pub fn test(
        mut self,
        name: &str,
        test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
    ) -> Self {
        self.tests.push(Test::test(name, test));
        self
    }

    /// Runs the tests that the arguments of this program ask for: those of any test program.
    pub fn main(self) -> ExitCode {
        #[cfg(unix)]
        if super::subject::serve_as_watchdog() {
            return ExitCode::SUCCESS;
        }
        let arguments = Arguments::from_args();
        self.run(&arguments).unwrap_or_else(|error| {
            // Where nobody listens, the status says it.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        })
    }

    fn run(mut self, arguments: &Arguments) -> Result<ExitCode, SuiteError> {
        let root = root()?;
        // A scenario is named by its path from here, wherever the package lies.
        env::set_current_dir(&root).map_err(|error| SuiteError::Io(root.clone(), error))?;
        let standard = self.is_standard.then(|| standard::found(Path::new(STANDARD)));
        let mut found = standard.flatten().unwrap_or_default();
        for file in &mut found {
            // A name that a snapshot can have on every system.
            file.name = file.name.raw().replacen(STANDARD, "standard/", 1).into();
        }
        found.extend(discover_all(&self.folders));
        if found.is_empty() && self.explore.is_none() && self.certify.is_none() {
            return Err(SuiteError::Nothing);
        }
        let own = std::mem::take(&mut self.tests);
        let snapshots = self.snapshots.clone();
        let (explore, certify) = (self.explore.map(|cases| (cases, self.seed)), self.certify);
        let running = Arc::new(self.running(&root)?);
        let names: BTreeSet<String> = found.iter().map(|f| f.name.raw().to_owned()).collect();
        let mut tests = file_tests(&running, found, arguments);
        if let Some(folder) = snapshots {
            let names = names.clone();
            let test = move || Ok(none_is_orphaned(&folder, &names)?);
            tests.push(Test::test("guard: every snapshot has its scenario", test));
        }
        if running.known.is_some() {
            let running = Arc::clone(&running);
            let test = move || Ok(running.all_known_are_played(&names)?);
            tests.push(Test::test("guard: every known failure has its scenario", test));
        }
        if let Some((cases, seed)) = explore {
            let (name, running) = (format!("explore: {cases} random scenarios"), running.clone());
            tests.push(Test::test(name.clone(), move || explored(&running, &name, (cases, seed))));
        }
        if let Some(extra) = certify {
            let name = format!("certify: the conformance suite, K = {extra}");
            let running = running.clone();
            tests.push(Test::test(name.clone(), move || certified(&running, &name, extra)));
        }
        tests.extend(own);
        let code = libtest_mimic::run(arguments, tests).exit_code();
        if !arguments.list && !matches!(arguments.format, Some(FormatSetting::Json)) {
            running.say_what_was_learned();
        }
        Ok(code)
    }

    fn running(self, root: &Path) -> Result<Running<S::Make>, SuiteError> {
        let read = |text: &String| {
            given(text).map_err(|why| SuiteError::Assume(text.clone(), why.to_string()))
        };
        let given = self.given.iter().map(read).collect::<Result<Vec<Given>, _>>()?;
        let assumed = Assumed::given(&given, !self.is_pinned);
        let read = |path: PathBuf| match Known::load(&path) {
            Ok(known) => Ok((path, known)),
            Err(error) => Err(SuiteError::Known(path, error)),
        };
        let known = self.known.map(read).transpose()?;
        let program = env::current_exe();
        let program = program.map_err(|error| SuiteError::Io("this program".into(), error))?;
        let is_ci = env::var_os("CI").is_some();
        let found = self.found.filter(|_| !is_ci);
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let found = found.unwrap_or_else(|| {
            below_target(&canonical(&program), &canonical(root), &canonical(&env::temp_dir()))
        });
        let who = self.subject.who();
        let make = self.subject.ready(root).map_err(SuiteError::Subject)?;
        Ok(Running {
            bed: Bed { make, assumed },
            who,
            known,
            snapshots: self.snapshots.map(|folder| root.join(folder)),
            found,
            program,
            order: Order::new(assumed.of(&Pins::default()).0),
            tally: Default::default(),
        })
    }
}

/// The package under test.
fn root() -> Result<PathBuf, SuiteError> {
    match env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => Ok(folder.into()),
        None => env::current_dir().map_err(|error| SuiteError::Io(".".into(), error)),
    }
}

/// A test for each file. Those that will run learn from each other, in their order.
fn file_tests<C, F>(
    running: &Arc<Running<F>>,
    found: Vec<DiscoveredFile>,
    arguments: &Arguments,
) -> Vec<Test>
where
    C: event70_model::Connector,
    F: Fn() -> C + Send + Sync + 'static,
{
    let is_open = running.bed.assumed.is_open;
    let mut places = 0..;
    let test = |DiscoveredFile { name, path, problem }: DiscoveredFile| {
        let name = name.raw().to_owned();
        let place = if is_open && will_run(&name, arguments) { places.next() } else { None };
        let running = Arc::clone(running);
        Test::ignorable_test(name.clone(), move || {
            let turn = place.map(|place| running.order.turn(place));
            match problem {
                Some(problem) => Err(told_of(&path, &problem).into()),
                None => holds(&running, (&name, &path), turn),
            }
        })
    };
    found.into_iter().map(test).collect()
}

/// Whether the arguments leave a test of this name in.
fn will_run(name: &str, arguments: &Arguments) -> bool {
    let fits = |filter: &String| match arguments.exact {
        true => name == filter,
        false => name.contains(filter.as_str()),
    };
    arguments.filter.as_ref().is_none_or(fits)
        && !arguments.skip.iter().any(fits)
        && !arguments.ignored
}
