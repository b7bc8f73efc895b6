//! `event70 run`: plays scenario files and prints log and verdict.

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use event70_engine::{Learned, Verdict};
use event70_format::{DiscoveredFile, FileError};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::evt_log::{PlayedLog, RECORDS_MAX};
use super::input::{SCENARIOS, complaints, found, none_below, wrong_expectation};
use super::known::{KnownArgs, Statuses};
use super::play_files::{PlayFiles, PlayedFile, say_where_kept};
use super::results::{ENTRIES_MAX, TreePrinter, header};
use super::save::{cannot_write, replace};
use super::signals::Signals;
use super::subject::Subject;
use super::{Output, Status, named};
use crate::report::results::{Header, KnownEntry};
use crate::report::{Case, Detail, Numbers, RunInfo, Summary, headline, junit, learned, story};
use crate::testing::known::Standing;
use crate::testing::standard::STANDARD;

/// Run scenario files.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario files, folders of them, or names of scenarios [default: scenarios].
    ///
    /// A file is printed with its whole log; for a folder, there is one line for each
    /// scenario, and the whole log of those that do not agree.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Run the standard set, event70's own scenario files, which are in the program: `standard:`
    /// where a path is asked for. It is run too where a program is tested and there is no folder
    /// `scenarios`.
    #[arg(long)]
    standard: bool,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Report::Text)]
    format: Report,
    /// Number of files played in parallel [default: 1; on a live site, one per processor]. Each job
    /// has a connector of its own; the output stays in order.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Also write a JUnit report to this file.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Also write what was logged to this file, as an event log of Windows NT (.evt): all scenarios in
    /// their order, each with times from the beginning of its timeline, by the clock of the site as UTC.
    #[arg(long, value_name = "FILE")]
    evt: Option<PathBuf>,
    #[command(flatten)]
    known: KnownArgs,
    #[command(flatten)]
    subject: Subject,
}

/// In which form the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Report {
    /// For people, with a last line `key=value …` for scripts.
    Text,
    /// One JSON document on one line.
    Json,
    /// One JSON document on a line for each file as soon as it is played; first a header, last a
    /// summary.
    Jsonl,
}

impl Report {
    /// What prints the tree of results, where that is asked for.
    fn tree(
        self,
        header: impl FnOnce() -> Header,
        output: &mut Output,
    ) -> io::Result<Option<TreePrinter>> {
        Ok(match self {
            Self::Text => None,
            Self::Json => Some(TreePrinter::document(header())),
            Self::Jsonl => Some(TreePrinter::lines(header(), output)?),
        })
    }
}

pub(super) fn run(args: &Args, signals: &Signals, output: &mut Output) -> io::Result<Status> {
    let (paths, found) = match files(args, output)? {
        Ok(files) => files,
        Err(status) => return Ok(status),
    };
    let mut known = match args.known.open(&found, output)? {
        Ok(known) => known,
        Err(status) => return Ok(status),
    };
    let at = Timestamp::now().to_zoned(TimeZone::UTC).datetime();
    let files = found.len() as u64;
    let target = match args.subject.target(signals, output)? {
        Ok(target) => target,
        Err(status) => return Ok(status),
    };
    let mut tree = args.format.tree(|| header(&args.subject, &target), output)?;
    let mut summary = Summary::default();
    let mut statuses = Statuses::default();
    let mut cases = Vec::new();
    let detail = Detail {
        entries_max: if tree.is_some() { ENTRIES_MAX } else { 0 },
        records_max: if args.evt.is_some() { RECORDS_MAX } else { 0 },
    };
    let mut played_log = PlayedLog::default();
    let each = |mut told: PlayedFile, output: &mut Output| {
        played_log.add(&mut told);
        let named = paths.contains(&told.path);
        if !named && matches!(told.account, Err(FileError::Assumes(_))) {
            summary.pass_over();
            return Ok(());
        }
        say_where_kept(told.kept.as_deref(), output)?;
        let beside = known.as_mut().zip(told.account.as_ref().ok());
        let standing = beside.and_then(|(known, account)| known.standing(&told.name, account));
        statuses.add(told.count_in(&mut summary), standing);
        cases.extend(args.junit.as_ref().map(|_| case(&told, standing)));
        match &mut tree {
            None => print(&told, named, standing, output),
            Some(tree) => {
                let played = told.account.map(|account| (account, None));
                let known = standing.and_then(KnownEntry::of);
                tree.add(told.name, &told.path, played, known, output)
            }
        }
    };
    let jobs = args.subject.jobs_of_files(args.jobs);
    let open = PlayFiles { found, jobs, detail, each }.on(&target, output)?;
    let is_whole = summary.unplayed(files) == 0;
    if !is_whole && !signals.came() {
        // It was given up.
        statuses.add(Status::ConnectorFailed, None);
    }
    if let Some(known) = &known {
        summary.set_known(known.tally());
    }
    match tree {
        None => print_end(&summary, &open, signals, output)?,
        Some(tree) => tree.end(summary.entry(files, signals.came(), open.left()), output)?,
    }
    let mut status = match &known {
        Some(known) => known.end(&statuses, is_whole && !signals.came(), output)?,
        None => statuses.now,
    };
    if let Some(file) = &args.evt {
        status = status.or(played_log.write(file, output)?);
    }
    if let Some(file) = &args.junit {
        let properties = args.subject.properties();
        let report = junit(&RunInfo { at, properties: &properties }, &cases);
        status = status.or(written(file, &report, output)?);
    }
    Ok(status)
}

/// Writes a report.
fn written(file: &Path, report: &str, output: &mut Output) -> io::Result<Status> {
    match replace(file, report) {
        Ok(()) => Ok(Status::Agree),
        Err(error) => cannot_write(file, &error, output),
    }
}

/// What was asked for, and the files that it leads to; where there are none, it has been said why.
fn files(args: &Args, output: &mut Output) -> io::Result<Result<Files, Status>> {
    let Some(paths) = asked_for(args, output)? else { return Ok(Err(Status::Usage)) };
    let paths = match named::paths(&paths) {
        Ok(paths) => paths,
        Err(complaint) => {
            output.complain(complaint)?;
            return Ok(Err(Status::Usage));
        }
    };
    let found = found(&paths);
    if found.is_empty() {
        output.complain(none_below(&paths))?;
        return Ok(Err(Status::Usage));
    }
    Ok(Ok((paths, found)))
}

/// Paths, and the files that they lead to.
type Files = (Vec<PathBuf>, Vec<DiscoveredFile>);

/// The files and folders that were asked for; nothing, which has been said, where there are none.
fn asked_for(args: &Args, output: &mut Output) -> io::Result<Option<Vec<PathBuf>>> {
    let mut paths = args.paths.clone();
    if args.standard {
        paths.push(STANDARD.into());
    }
    if !paths.is_empty() {
        return Ok(Some(paths));
    }
    if Path::new(SCENARIOS).exists() {
        return Ok(Some(vec![SCENARIOS.into()]));
    }
    if args.subject.is_program() {
        output.complain(NO_SCENARIOS_STANDARD)?;
        return Ok(Some(vec![STANDARD.into()]));
    }
    output.complain(NO_SCENARIOS)?;
    Ok(None)
}

const NO_SCENARIOS: &str = "error: scenarios: no such file or folder
  help: run event70 where the folder `scenarios` lies, name files and folders, or run the standard \
                            set: --standard";
const NO_SCENARIOS_STANDARD: &str =
    "note: there is no folder `scenarios` here, so this is the standard set (--standard)";

fn print(
    outcome: &PlayedFile,
    named: bool,
    standing: Option<Standing<'_>>,
    output: &mut Output,
) -> io::Result<()> {
    match &outcome.account {
        Ok(account) => {
            output.verdict_line(account.verdict(), &headline(account))?;
            if let Some(standing) = standing.filter(|standing| standing.word().is_some()) {
                output.line(format!("          {standing}"))?;
            }
            if matches!(standing, Some(Standing::Known(_))) && !named {
                return Ok(());
            }
            if named || account.verdict() != Verdict::Agree {
                output.line(format!("\n{}", story(account, Numbers::AsLogged)))?;
            }
            if let Some(error) = wrong_expectation(&outcome.path, account) {
                output.complain(complaints(&outcome.path, &error))?;
            }
            Ok(())
        }
        Err(error) => output.complain(complaints(&outcome.path, error)),
    }
}

/// What came of it all, what was learned of the connector, and the last line.
fn print_end(
    summary: &Summary,
    open: &Learned<String>,
    signals: &Signals,
    output: &mut Output,
) -> io::Result<()> {
    output.line(format!("\n{}", summary.sentence()))?;
    let told = learned(open.assumed(), open.left());
    if told.is_empty() {
        return output.line(format!("{summary}{}", signals.suffix()));
    }
    output.line(told.trim_end())?;
    output.line(format!("{summary} assignments={}{}", open.left().len(), signals.suffix()))
}

/// A file as a test case of a report.
fn case(told: &PlayedFile, standing: Option<Standing<'_>>) -> Case {
    let account = told.account.as_ref();
    let came_of_it = account.map_err(|error| complaints(&told.path, error));
    Case::new(&told.name, &told.path, told.took, came_of_it, standing)
}
