//! `event70 merge`: the shards of an exploration put together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use event70_engine::Verdict;
use event70_model::{Keyword, shown_path};

use super::{Format, Output, Status};
use crate::report::{ExplorationEntry, FoundEntry, Part, merged};

/// Put the results of all shards of an exploration together.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  event70 explore --seed 5eed --shard 1/2 --format json > one.json\n  \
                  event70 explore --seed 5eed --shard 2/2 --format json > two.json\n  \
                  event70 merge one.json two.json"
)]
pub(super) struct Args {
    /// What `event70 explore --shard I/N --format json` printed, of every shard.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print the number of cases in which each claim was met.
    #[arg(long)]
    labels: bool,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why a file is no result of a shard.
#[derive(Debug, thiserror::Error)]
enum NoPart {
    #[error("{0}")]
    File(io::Error),
    #[error("this is not what `event70 explore --format json` prints: {0}")]
    Content(serde_json::Error),
    #[error("this is not what `event70 explore --format json` prints: {0:?} is no verdict")]
    Verdict(String),
}

pub(super) fn merge(args: &Args, output: &mut Output) -> io::Result<Status> {
    let mut parts = Vec::new();
    for file in &args.files {
        match part(file) {
            Ok(part) => parts.push(part),
            Err(why) => {
                output.complain(format!("error: {}: {why}", shown_path(file)))?;
                return Ok(Status::Usage);
            }
        }
    }
    let whole = match merged(&parts) {
        Ok(whole) => whole,
        Err(why) => {
            output.complain(format!("error: {why}"))?;
            return Ok(Status::Usage);
        }
    };
    match args.format {
        Format::Text => print(&whole, &parts, args.labels, output)?,
        Format::Json => output.json(&whole)?,
    }
    let verdict = whole.found.as_ref().and_then(verdict);
    let unknown = if whole.unknown() > 0 { Status::Disagree } else { Status::Agree };
    Ok(verdict.map_or(Status::Agree, Status::from).or(unknown))
}

/// Reads the result of a shard.
fn part(file: &Path) -> Result<Part, NoPart> {
    let text = fs::read_to_string(file).map_err(NoPart::File)?;
    let entry: ExplorationEntry = serde_json::from_str(&text).map_err(NoPart::Content)?;
    match &entry.found {
        Some(found) if verdict(found).is_none() => Err(NoPart::Verdict(found.verdict.clone())),
        _ => Ok(Part { name: shown_path(file), entry }),
    }
}

fn verdict(found: &FoundEntry) -> Option<Verdict> {
    Verdict::from_keyword(&found.verdict)
}

fn print(
    whole: &ExplorationEntry,
    parts: &[Part],
    labels: bool,
    output: &mut Output,
) -> io::Result<()> {
    if let Some(found) = &whole.found {
        tell(found, output)?;
        output.line(format!("{}\n", found.message))?;
        let texts = found.beside.iter().map(|beside| &beside.scenario);
        for text in std::iter::once(&found.scenario).chain(texts) {
            output.line(text)?;
        }
        if !parts.iter().any(|part| part.entry.found.as_ref() == Some(found)) {
            let (seed, cases) = (&whole.seed, found.case.saturating_add(1));
            output.complain(format!(
                "help: to reduce these cases and save them, run `event70 explore --seed {seed} \
                 --cases {cases}` with the same connector"
            ))?;
        }
    }
    let others = parts.iter().filter_map(|part| part.entry.found.as_ref());
    for other in others.filter(|other| whole.found.as_ref() != Some(*other)) {
        tell(other, output)?;
    }
    whole.lines(labels).into_iter().try_for_each(|line| output.line(line))
}

/// A finding in one line.
fn tell(found: &FoundEntry, output: &mut Output) -> io::Result<()> {
    let Some(verdict) = verdict(found) else { return Ok(()) };
    output.verdict_line(verdict, &format!("{verdict}  case {}: {}", found.case, found.title))
}
