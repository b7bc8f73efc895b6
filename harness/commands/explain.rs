//! `event70 explain`: why each run logged Event 70 or not, and which repairs would help.

use std::io;
use std::path::PathBuf;

use event70_format::discover_all;
use serde_json::json;

use super::input::{complaints, none_below};
use super::play_files::{PlayFiles, PlayedFile, say_where_kept};
use super::signals::Signals;
use super::subject::Subject;
use super::{Format, Output, Status, named};
use crate::report::{Summary, account_json, explanation};

/// Explain scenarios.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 explain scenarios/causes/tab-password-wrong.toml")]
pub(super) struct Args {
    /// The scenario file, a folder of them, or the name of a scenario.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    subject: Subject,
}

pub(super) fn explain(args: &Args, signals: &Signals, output: &mut Output) -> io::Result<Status> {
    let paths = match named::paths(std::slice::from_ref(&args.path)) {
        Ok(paths) => paths,
        Err(complaint) => {
            output.complain(complaint)?;
            return Ok(Status::Usage);
        }
    };
    let found = discover_all(&paths);
    if found.is_empty() {
        output.complain(none_below(std::slice::from_ref(&args.path)))?;
        return Ok(Status::Usage);
    }
    let (mut status, mut summary) = (Status::Agree, Summary::default());
    let mut documents = Vec::new();
    let each = |told: PlayedFile, output: &mut Output| match told.account {
        Ok(account) => {
            say_where_kept(told.kept.as_deref(), output)?;
            summary.add(&account);
            status = status.or(account.verdict().into());
            match args.format {
                Format::Text => output.line(explanation(&account))?,
                Format::Json => documents.push(account_json(&account)),
            }
            Ok(())
        }
        Err(error) => {
            summary.add_invalid();
            status = status.or(Status::Usage);
            output.complain(complaints(&told.path, &error))
        }
    };
    let jobs = args.subject.jobs_of_files(None);
    let tell = PlayFiles { found, jobs, lines_max: args.format.lines_max(), each };
    match args.subject.target(signals, output)? {
        Ok(target) => {
            tell.on(&target, output)?;
        }
        Err(status) => return Ok(status),
    }
    match args.format {
        Format::Text => output.line(format!("{summary}{}", signals.suffix()))?,
        Format::Json => {
            output.json(&json!({ "scenarios": documents, "summary": format!("{summary}{}", signals.suffix()) }))?;
        }
    }
    Ok(status)
}
