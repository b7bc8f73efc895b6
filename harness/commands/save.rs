//! What is kept, and what is said of it.

use std::io;
use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};
use event70_format::{BadName, check_name, name_of};
use event70_model::{Scenario, pasted, pasted_path, shown_path, trouble};

use super::input::SCENARIOS;
use super::{Output, Status};
use crate::testing::files::{known, write_under_free_name};
pub(super) use crate::testing::files::{replace, write_new};

/// Says that something cannot be written. The status is that of trouble of the harness where it is
/// that, and else that of wrong usage.
pub(super) fn cannot_write(
    path: &Path,
    error: &io::Error,
    output: &mut Output,
) -> io::Result<Status> {
    let (path, error) = (shown_path(path), error);
    output.complain(format!("error: {path}: cannot be written: {}", trouble::described(error)))?;
    Ok(if trouble::advice(error).is_some() { Status::Internal } else { Status::Usage })
}

/// Where what was found of somebody's own connector is kept: not among the scenarios of the
/// project, which its tests play.
pub(super) const FOUND: &str = "found";

/// Keeps a scenario below `folder` and says where; returns its file. One that is there already, under
/// whatever name and with whatever comments, is known and kept once.
pub(super) fn keep_scenario(
    folder: &Path,
    stem: &str,
    scenario: &Scenario,
    text: &str,
    output: &mut Output,
) -> io::Result<Result<PathBuf, Status>> {
    match known(folder, scenario) {
        Some(path) => {
            output.complain(format!("known: {}", pasted_path(&path)))?;
            Ok(Ok(path))
        }
        None => keep(folder, stem, "toml", text, output),
    }
}

/// Keeps a text below `folder` and says where; returns its file. Where it cannot be written, that is
/// said.
pub(super) fn keep(
    folder: &Path,
    stem: &str,
    extension: &str,
    text: &str,
    output: &mut Output,
) -> io::Result<Result<PathBuf, Status>> {
    match write_under_free_name(folder, stem, extension, text) {
        Ok(path) => {
            output.complain(format!("saved as {}", pasted_path(&path)))?;
            Ok(Ok(path))
        }
        Err(error) => cannot_write(folder, &error, output).map(Err),
    }
}

/// Says which command plays again what was kept: these words of it lead to the files, and `subject` to
/// the connector.
pub(super) fn say_again(
    command: &str,
    files: &[PathBuf],
    subject: &[String],
    output: &mut Output,
) -> io::Result<()> {
    let files = files.iter().map(|file| pasted_path(file));
    let words: Vec<String> = files.chain(subject.iter().map(|word| pasted(word))).collect();
    output.complain(format!("to play it again: event70 {command} {}", words.join(" ")))
}

/// Reads the argument that names a folder to save in: scenarios in it must have good names.
pub(super) fn folder() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        let name = name_of(&path);
        if path.iter().any(|part| part == SCENARIOS) && !name.is_empty() {
            check_name(&name)?;
        }
        Ok::<_, BadName>(path)
    })
}
