//! `event70 explain`: why each run logged Event 70 or not, and which repairs would help.

use std::io;
use std::path::PathBuf;

use super::input::{complaints, found, none_below};
use super::play_files::{PlayFiles, PlayedFile, say_where_kept};
use super::results::{ENTRIES_MAX, TreePrinter, header};
use super::signals::Signals;
use super::subject::Subject;
use super::{Format, Output, Status, named};
use crate::report::{Detail, Explained, Summary, explanation};

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
    let found = found(&paths);
    if found.is_empty() {
        output.complain(none_below(std::slice::from_ref(&args.path)))?;
        return Ok(Status::Usage);
    }
    let files = found.len() as u64;
    let target = match args.subject.target(signals, output)? {
        Ok(target) => target,
        Err(status) => return Ok(status),
    };
    let mut tree = match args.format {
        Format::Text => None,
        Format::Json => Some(TreePrinter::document(header(&args.subject, &target))),
    };
    let (mut status, mut summary) = (Status::Agree, Summary::default());
    let entries_max = if tree.is_some() { ENTRIES_MAX } else { 0 };
    let detail = Detail { entries_max, records_max: 0 };
    let each = |told: PlayedFile, output: &mut Output| {
        say_where_kept(told.kept.as_deref(), output)?;
        status = status.or(told.count_in(&mut summary));
        if let Err(error) = &told.account {
            output.complain(complaints(&told.path, error))?;
        }
        match (&mut tree, told.account) {
            (Some(tree), account) => {
                let explained = account.map(|account| {
                    let explained = Explained::of(&account);
                    (account, Some(explained))
                });
                tree.add(told.name, &told.path, explained, None, output)
            }
            (None, Ok(account)) => output.line(explanation(&account, &Explained::of(&account))),
            (None, Err(_)) => Ok(()),
        }
    };
    let jobs = args.subject.jobs_of_files(None);
    let open = PlayFiles { found, jobs, detail, each }.on(&target, output)?;
    match tree {
        None => output.line(format!("{summary}{}", signals.suffix()))?,
        Some(tree) => tree.end(summary.entry(files, signals.came(), open.left()), output)?,
    }
    Ok(status)
}
