//! `event70 diagnose`: from a log back to its cause.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use event70_diagnosis::{Diagnoser, Diagnosis, Evidence, Group, Kinds, Observed, Options, Saw};
use event70_format::{Comments, ScenarioFile, write};
use event70_logs::LogFile;
use event70_model::{
    Assumption, Database, Exchange, Host, Keyword, Level, Pins, shown, shown_path, trouble,
};

use super::assume::AssumeArgs;
use super::save::{folder, keep_scenario};
use super::saw::saw;
use super::values::word;
use super::{Format, Output, Status};
use crate::report::{DiagnosedEntry, Diagnoses, diagnosed_text};

/// Find out from a log what is wrong.
///
/// Reads .evt, .evtx, XML of wevtutil, JSON of Get-WinEvent, CSV and text as Event Viewer saves them,
/// and what `event70 run` prints; which of these a file is it tells by its content. Prints the smallest
/// histories that explain the log, what is certain, possible and ruled out, and what to look at next.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 0 every log has a history and no judged record of it is \
                        unexplained;\n1 otherwise; 2 a log cannot be read, or nothing in it can be told from.\n\nExample: event70 diagnose AppEvent.Evt \
                        --saw \"repair grant-access; cycles 1: 70\"")]
pub(super) struct Args {
    /// Log files; `-` is standard input.
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,
    /// The edition of Exchange, where it is known.
    #[arg(long, value_name = "EDITION", value_parser = word::<Exchange>())]
    exchange: Option<Exchange>,
    /// Where the post office lies, where that is known.
    #[arg(long, value_name = "HOST", value_parser = word::<Host>())]
    host: Option<Host>,
    /// The database of the post office, where it is known.
    #[arg(long, value_name = "DATABASE", value_parser = word::<Database>())]
    database: Option<Database>,
    /// The diagnostics logging level of every category at the first record, where it is known.
    #[arg(long, value_name = "LEVEL", value_parser = word::<Level>())]
    logging: Option<Level>,
    #[command(flatten)]
    assume: AssumeArgs,
    /// Nothing of the connector is missing between the first record and the last. So it is by default
    /// with .evt, .evtx and what `event70 run` prints.
    #[arg(long, conflicts_with = "excerpt")]
    whole: bool,
    /// Records may be missing. So it is by default with every other kind of file.
    #[arg(long)]
    excerpt: bool,
    /// What is certain and what is ruled out allows for so many unseen changes [default: as many as
    /// the smallest histories have].
    #[arg(long, value_name = "K")]
    changes: Option<u16>,
    /// What was done after the log and what was logged then: steps as in a scenario, and the numbers of
    /// all events of which something is judged, or `none`; can be given several times, in order.
    #[arg(long, value_name = "STEP; STEP: EVENTS", value_parser = saw)]
    saw: Vec<Saw>,
    /// Write a scenario file for each of the smallest histories, which plays the log.
    #[arg(long, value_name = "DIR", value_parser = folder())]
    save: Option<PathBuf>,
    /// Print so many of the smallest histories.
    #[arg(long, value_name = "N", default_value_t = 5)]
    histories: usize,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why a log cannot be diagnosed.
#[derive(Debug, thiserror::Error)]
enum LogError {
    #[error("cannot be read: {}", trouble::described(.0))]
    Read(io::Error),
    #[error("is larger than {} MiB: give a part of it", BYTES_MAX >> 20)]
    TooLarge,
    #[error(transparent)]
    Content(#[from] event70_logs::Unreadable),
}

/// A log may be so large, in bytes.
const BYTES_MAX: u64 = 512 << 20;

pub(super) fn diagnose(args: &Args, output: &mut Output) -> io::Result<Status> {
    let kinds = args.kinds();
    let (mut status, mut diagnoser) = (Status::Agree, Diagnoser::default());
    let mut entries = Vec::new();
    for path in &args.logs {
        let log = match read(path) {
            Ok(log) => log,
            Err(error) => {
                output.complain(format!("error: {}: {error}", shown_path(path)))?;
                status = status.or(Status::Usage);
                continue;
            }
        };
        let is_whole = args.whole || log.is_whole() && !args.excerpt;
        let observed: Vec<Observed> = log.records.iter().map(Observed::from).collect();
        let options = args.options(kinds, is_whole);
        let evidence = Evidence::of(&observed, is_whole);
        let diagnosis = diagnoser.diagnose(evidence, &options);
        status = status.or(status_of(&diagnosis));
        let entry = DiagnosedEntry::of(&path.to_string_lossy(), &log, is_whole, &diagnosis);
        if args.format == Format::Text {
            let gap = if entries.is_empty() { "" } else { "\n" };
            output.line(format!("{gap}{}", diagnosed_text(&entry, args.histories)))?;
        }
        if let Some(folder) = &args.save {
            for group in &diagnosis.groups {
                status = status.or(save(folder, path, group, &diagnosis, is_whole, output)?);
            }
        }
        entries.push(entry);
    }
    match args.format {
        Format::Json => output.json(&Diagnoses::new(entries))?,
        Format::Text => {
            let explained = entries.iter().filter(|entry| entry.cost.is_some()).count();
            let histories: usize = entries.iter().map(|entry| entry.histories.len()).sum();
            let unexplained: usize = entries.iter().map(|entry| entry.unexplained.len()).sum();
            output.line(format!(
                "\nlogs={} explained={explained} histories={histories} unexplained={unexplained}",
                args.logs.len()
            ))?;
        }
    }
    Ok(status)
}

impl Args {
    /// The kinds of site that may be meant.
    fn kinds(&self) -> Kinds {
        Kinds::such(|setup| {
            self.exchange.is_none_or(|exchange| exchange == setup.exchange)
                && self.host.is_none_or(|host| host == setup.host)
                && self.database.is_none_or(|database| database == setup.database)
        })
    }

    fn options(&self, kinds: Kinds, is_whole: bool) -> Options {
        // A log tells what its connector does, so all is open that is not given.
        let assumed = self.assume.assumed(true);
        // Between the two nothing is told of what is shown.
        let shown = self.logging.and_then(|level| match level {
            Level::Maximum => Some(true),
            Level::None => Some(false),
            Level::Minimum | Level::Medium => None,
        });
        Options {
            kinds,
            shown: [shown; 2],
            assignments: assumed.given.or_open(),
            is_whole,
            changes: self.changes,
            saw: self.saw.clone(),
        }
    }
}

fn read(path: &Path) -> Result<LogFile, LogError> {
    let bytes = if path == Path::new("-") {
        limited(io::stdin().lock())
    } else {
        fs::File::open(path).and_then(limited)
    };
    let bytes = bytes.map_err(LogError::Read)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(LogError::TooLarge);
    }
    Ok(event70_logs::read(&bytes)?)
}

/// All that there is to read, or a byte more than is read of one log.
fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn status_of(diagnosis: &Diagnosis) -> Status {
    let evidence = &diagnosis.evidence;
    if evidence.symbols.is_empty() && evidence.unexplained.is_empty() {
        return Status::Usage;
    }
    let is_unexplained = diagnosis.evidence.unexplained.iter().any(|(_, why)| why.is_judged());
    if diagnosis.groups.is_empty() || is_unexplained { Status::Disagree } else { Status::Agree }
}

/// Writes the scenario of a history, once it was played to the same log.
fn save(
    folder: &Path,
    log: &Path,
    group: &Group,
    diagnosis: &Diagnosis,
    is_whole: bool,
    output: &mut Output,
) -> io::Result<Status> {
    let history = &group.history;
    if history.scenario.timeline.is_empty() {
        // A scenario that plays nothing is none.
        return Ok(Status::Agree);
    }
    if !diagnosis.is_played_by(history, is_whole) {
        output.complain("internal error: a history does not play its log; it was not saved")?;
        return Ok(Status::Internal);
    }
    let names: Vec<&str> = group.conditions.iter().map(Keyword::keyword).collect();
    let stem = if names.is_empty() { "no-condition".to_owned() } else { names.join("-and-") };
    let about = if names.is_empty() { "no condition".to_owned() } else { names.join(", ") };
    let file = shown(&log.file_name().unwrap_or_default().to_string_lossy()).to_string();
    let file = ScenarioFile {
        title: format!("Diagnosed from {file}: {about}").as_str().into(),
        assume: used_assumptions(group, diagnosis, is_whole),
        ..ScenarioFile::from(history.scenario.clone())
    };
    let mut comments = Comments::default();
    if history.before > 0 {
        comments.steps.push((0, "What was so before the first record.".to_owned()));
    }
    comments.steps.push((history.before, "The log begins with what follows.".to_owned()));
    let text = write(&file, &comments);
    let kept = keep_scenario(folder, &stem, &history.scenario, &text, output)?;
    Ok(kept.map_or_else(|status| status, |_| Status::Agree))
}

/// The assumptions that a history rests on: those that are not as by default, and those under whose
/// other value it would not play the log.
fn used_assumptions(group: &Group, diagnosis: &Diagnosis, is_whole: bool) -> Pins {
    let assignment = group.history.assignment;
    let is_used = |key: &Assumption| {
        let mut other = group.history.clone();
        other.assignment = assignment.with(*key, !assignment.has(*key));
        assignment.has(*key) || !diagnosis.is_played_by(&other, is_whole)
    };
    let used = Assumption::ALL.iter().filter(|key| key.is_inferable() && is_used(key));
    used.fold(Pins::default(), |pins, key| pins.with(*key, assignment.value(*key)).unwrap_or(pins))
}
