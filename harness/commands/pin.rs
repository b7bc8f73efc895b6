//! `event70 pin`: has scenario files say what their expectations rest on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use event70_engine::Expectations;
use event70_format::{ScenarioFile, read, with_assumptions};
use event70_model::{Pins, shown_path};
use event70_rule::Rules;

use super::input::{Input, complaints, inputs, none_below};
use super::save::{cannot_write, replace};
use super::{Output, Status, named};

/// Write into scenario files what their expectations rest on.
///
/// A file whose expectations hold only where other values than the defaults are assumed gets them as
/// `[assume]`. Every other file, and all else in the file, stays as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 pin scenarios/mine")]
pub(super) struct Args {
    /// Scenario files, folders of them, or names of scenarios.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

/// What is to be done with a file.
enum Pinning {
    /// Nothing: its expectations hold.
    Holds,
    /// These are to be written.
    Pins(Pins),
    /// Nothing: its expectations hold under no assumption.
    Never,
}

pub(super) fn pin(args: &Args, output: &mut Output) -> io::Result<Status> {
    let paths = match named::paths(&args.paths) {
        Ok(paths) => paths,
        Err(complaint) => {
            output.complain(complaint)?;
            return Ok(Status::Usage);
        }
    };
    let inputs = inputs(&paths);
    if inputs.is_empty() {
        output.complain(none_below(&paths))?;
        return Ok(Status::Usage);
    }
    let (mut status, mut counts) = (Status::Agree, [0_u64; 3]);
    for Input { path, file, .. } in inputs {
        let file = match file {
            Ok(file) => file,
            Err(error) => {
                output.complain(complaints(&path, &error))?;
                status = status.or(Status::Usage);
                continue;
            }
        };
        match pinning(&file) {
            Pinning::Holds => counts[0] += 1,
            Pinning::Pins(pins) => {
                counts[1] += 1;
                status = status.or(write(&path, &file, &pins, output)?);
            }
            Pinning::Never => {
                counts[2] += 1;
                status = status.or(Status::Disagree);
                output.complain(format!(
                    "{}: what its author expects is predicted under no assumption",
                    shown_path(&path)
                ))?;
            }
        }
    }
    let [held, pinned, never] = counts;
    output.line(format!("held={held} pinned={pinned} never={never}"))?;
    Ok(status)
}

fn pinning(file: &ScenarioFile) -> Pinning {
    let expected = Expectations { steps: &file.expected, under: file.assume.or_default() };
    let rules = Rules::documented();
    if expected.hold(&file.scenario, &rules) {
        return Pinning::Holds;
    }
    match expected.would_hold_under(&file.scenario, &rules) {
        Some(assignment) => Pinning::Pins(Pins::deviations_of(assignment)),
        None => Pinning::Never,
    }
}

/// Writes the file with these assumptions, once it reads as the same file with them.
fn write(path: &Path, file: &ScenarioFile, pins: &Pins, output: &mut Output) -> io::Result<Status> {
    let written = fs::read_to_string(path).map(|text| with_assumptions(&text, pins));
    let text = match written {
        Ok(text) => text,
        Err(error) => return cannot_write(path, &error, output),
    };
    let pinned = ScenarioFile { assume: *pins, ..file.clone() };
    if read(&text).as_ref() != Ok(&pinned) {
        let lines = event70_format::written_assumptions(pins);
        output.complain(format!(
            "{}: cannot be rewritten; put this into it:\n{lines}",
            shown_path(path)
        ))?;
        return Ok(Status::Disagree);
    }
    match replace(path, &text) {
        Ok(()) => {
            output.line(format!("{}: {pins}", shown_path(path)))?;
            Ok(Status::Agree)
        }
        Err(error) => cannot_write(path, &error, output),
    }
}
