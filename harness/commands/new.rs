//! `event70 new`: writes a commented scenario file to start from.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::input::SCENARIOS;
use super::save::{cannot_write, write_new};
use super::{Output, Status};
use crate::foreign::{pasted_path, shown, shown_path};
use crate::scenario::file::template;

/// Write a scenario file to start from.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 new stories/monday-morning")]
pub(super) struct Args {
    /// Its name: a path below `scenarios/`, without `.toml`.
    name: String,
    /// The folder of the scenario files.
    #[arg(long, value_name = "DIR", default_value = SCENARIOS)]
    dir: PathBuf,
}

pub(super) fn new(args: &Args, output: &mut Output) -> io::Result<Status> {
    let name = args.name.strip_suffix(".toml").unwrap_or(&args.name);
    if let Err(why) = name_is_plain(name) {
        output.complain(format!("error: \"{}\" cannot name a scenario: {why}", shown(name)))?;
        return Ok(Status::Usage);
    }
    let path = args.dir.join(format!("{name}.toml"));
    match write_new(&path, &template(&title(name))) {
        Ok(()) => {
            let path = pasted_path(&path);
            output.line(format!("wrote {path}; next: event70 run {path}"))?;
            Ok(Status::Agree)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let path = shown_path(&path);
            output.complain(format!("error: {path} is there already; it was left as it is"))?;
            Ok(Status::Usage)
        }
        Err(error) => cannot_write(&path, &error, output),
    }
}

/// A name stays below the folder, and is made of parts that every file system takes.
fn name_is_plain(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || name.ends_with('/') {
        return Err("it ends without a name");
    }
    if Path::new(name).components().any(|part| !matches!(part, Component::Normal(_))) {
        return Err("it must lead to a place below the folder of the scenarios");
    }
    if name.chars().any(|c| c.is_control() || c == '\\' || c == ':') {
        return Err("it has a character that file names cannot have everywhere");
    }
    Ok(())
}

/// `stories/monday-morning` is about "Monday morning".
fn title(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name).replace(['-', '_'], " ");
    let mut letters = last.trim().chars();
    letters.next().map_or_else(
        || "A new scenario".to_owned(),
        |first| first.to_uppercase().chain(letters).collect(),
    )
}
