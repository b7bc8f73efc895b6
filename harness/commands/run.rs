//! `event70 run`: plays scenario files and prints log and verdict.

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use event70_engine::Verdict;
use event70_format::{FileError, discover_all};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::input::{SCENARIOS, complaints, none_below, wrong_expectation};
use super::play_files::{PlayFiles, PlayedFile, say_where_kept};
use super::save::{cannot_write, replace};
use super::signals::Signals;
use super::subject::Subject;
use super::{Format, Output, Status, named};
use crate::report::{
    Case, Numbers, RunInfo, Summary, account_json, faulty_json, headline, junit, learned, story,
};

/// Run scenario files.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scenario files, folders of them, or names of scenarios [default: scenarios].
    ///
    /// A file is printed with its whole log; for a folder, there is one line for each
    /// scenario, and the whole log of those that do not agree.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
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
}

impl Report {
    /// The maximum number of log lines of a scenario.
    fn lines_max(self) -> usize {
        match self {
            Self::Json => Format::Json.lines_max(),
            _ => Format::Text.lines_max(),
        }
    }
}

pub(super) fn run(args: &Args, signals: &Signals, output: &mut Output) -> io::Result<Status> {
    let default = [PathBuf::from(SCENARIOS)];
    if args.paths.is_empty() && !Path::new(SCENARIOS).exists() {
        output.complain(NO_SCENARIOS)?;
        return Ok(Status::Usage);
    }
    let paths = if args.paths.is_empty() { &default[..] } else { &args.paths[..] };
    let paths = match named::paths(paths) {
        Ok(paths) => paths,
        Err(complaint) => {
            output.complain(complaint)?;
            return Ok(Status::Usage);
        }
    };
    let found = discover_all(&paths);
    if found.is_empty() {
        output.complain(none_below(&paths))?;
        return Ok(Status::Usage);
    }
    let at = Timestamp::now().to_zoned(TimeZone::UTC).datetime();
    let mut summary = Summary::default();
    let mut status = Status::Agree;
    let mut outcomes = Vec::new();
    let each = |told: PlayedFile, output: &mut Output| {
        let named = paths.contains(&told.path);
        if !named && matches!(told.account, Err(FileError::Assumes(_))) {
            summary.pass_over();
            return Ok(());
        }
        say_where_kept(told.kept.as_deref(), output)?;
        status = status.or(count(&told, &mut summary));
        if args.format == Report::Text {
            print(&told, named, output)?;
        }
        if args.format != Report::Text || args.junit.is_some() {
            outcomes.push(told);
        }
        Ok(())
    };
    let jobs = args.subject.jobs_of_files(args.jobs);
    let tell = PlayFiles { found, jobs, lines_max: args.format.lines_max(), each };
    let open = match args.subject.target(signals, output)? {
        Ok(target) => tell.on(&target, output)?,
        Err(status) => return Ok(status),
    };
    match args.format {
        Report::Text => {
            output.line(format!("\n{}", summary.sentence()))?;
            let told = learned(open.assumed(), open.left());
            if !told.is_empty() {
                output.line(told.trim_end())?;
            }
            let left = format!(" assignments={}", open.left().len());
            let left = if told.is_empty() { "" } else { left.as_str() };
            output.line(format!("{summary}{left}{}", signals.suffix()))?;
        }
        Report::Json => print_json(&outcomes, &summary, signals, output)?,
    }
    if let Some(file) = &args.junit {
        let properties = args.subject.properties();
        let run = RunInfo { at, properties: &properties };
        status = status.or(write_junit(file, &run, &outcomes, output)?);
    }
    Ok(status)
}

const NO_SCENARIOS: &str = "error: scenarios: no such file or folder
  help: run event70 where the folder `scenarios` lies, or name files and folders";

fn count(outcome: &PlayedFile, summary: &mut Summary) -> Status {
    match &outcome.account {
        Ok(account) => {
            summary.add(account);
            account.verdict().into()
        }
        Err(_) => {
            summary.add_invalid();
            Status::Usage
        }
    }
}

fn print(outcome: &PlayedFile, named: bool, output: &mut Output) -> io::Result<()> {
    match &outcome.account {
        Ok(account) => {
            output.verdict_line(account.verdict(), &headline(account))?;
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

fn print_json(
    outcomes: &[PlayedFile],
    summary: &Summary,
    signals: &Signals,
    output: &mut Output,
) -> io::Result<()> {
    let accounts = outcomes.iter().filter_map(|outcome| outcome.account.as_ref().ok());
    let invalid = outcomes.iter().filter_map(|outcome| {
        let error = outcome.account.as_ref().err()?;
        Some(faulty_json(&outcome.path, error))
    });
    output.json(&json!({
        "scenarios": accounts.map(account_json).collect::<Vec<_>>(),
        "invalid": invalid.collect::<Vec<_>>(),
        "summary": format!("{summary}{}", signals.suffix()),
    }))
}

fn write_junit(
    file: &Path,
    run: &RunInfo<'_>,
    outcomes: &[PlayedFile],
    output: &mut Output,
) -> io::Result<Status> {
    let cases = outcomes.iter().map(|outcome| {
        let account = outcome.account.as_ref();
        let came_of_it = account.map_err(|error| complaints(&outcome.path, error));
        let (name, file, took) = (&outcome.name, outcome.path.clone(), outcome.took);
        Case { name, file, took, came_of_it }
    });
    match replace(file, &junit(run, &cases.collect::<Vec<_>>())) {
        Ok(()) => Ok(Status::Agree),
        Err(error) => cannot_write(file, &error, output),
    }
}
