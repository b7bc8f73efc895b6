//! `event70 new`: writes a commented scenario file to start from.

use std::io;
use std::path::{Path, PathBuf};

use event70_format::{
    BadName, check_name, discover, folded_name, is_folder, suggested_name, template, without_ending,
};
use event70_model::{pasted, pasted_path, shown, shown_path};

use super::input::SCENARIOS;
use super::save::{cannot_write, write_new};
use super::{Output, Status};

/// Write a scenario file to start from.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 new stories/monday-morning")]
pub(super) struct Args {
    /// The name of the scenario: its path below `scenarios/`, without `.toml`.
    name: String,
    /// The folder of the scenario files.
    #[arg(long, value_name = "DIR", default_value = SCENARIOS)]
    dir: PathBuf,
}

pub(super) fn new(args: &Args, output: &mut Output) -> io::Result<Status> {
    let name = without_ending(&args.name).unwrap_or(&args.name);
    if let Err(why) = is_good(name, &args.dir) {
        let better = suggested_name(below(name, &args.dir).unwrap_or(name));
        let dir = match args.dir.to_string_lossy() {
            dir if dir == SCENARIOS => String::new(),
            _ => format!(" --dir {}", pasted_path(&args.dir)),
        };
        output.complain(format!(
            "error: \"{}\" cannot name a scenario: {why}\n  help: event70 new {}{dir}",
            shown(name),
            pasted(&better)
        ))?;
        return Ok(Status::Usage);
    }
    let path = args.dir.join(format!("{name}.toml"));
    if let Some(there) = namesake(name, &path, &args.dir) {
        output.complain(format!(
            "error: {} is there already, which is the same name where case or spelling does not \
             count; it was left as it is",
            shown_path(&there)
        ))?;
        return Ok(Status::Usage);
    }
    match write_new(&path, &template(&title(name))) {
        Ok(()) => {
            let path = pasted_path(&path);
            output.line(format!("wrote {path}; next: event70 run {path}"))?;
            Ok(Status::Agree)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let path = shown_path(&path);
            output.complain(format!("error: {path} already exists; it was left unchanged"))?;
            Ok(Status::Usage)
        }
        Err(error) => cannot_write(&path, &error, output),
    }
}

fn is_good(name: &str, dir: &Path) -> Result<(), BadName> {
    check_name(name)?;
    match below(name, dir) {
        Some(_) => Err(BadName::Folder(name.split('/').next().unwrap_or(name).to_owned())),
        None => Ok(()),
    }
}

/// The rest of a name that begins with the folder that it will lie in anyway.
fn below<'a>(name: &'a str, dir: &Path) -> Option<&'a str> {
    let (first, rest) = name.trim_start_matches("./").split_once('/')?;
    let dir = dir.file_name().unwrap_or_default().to_string_lossy();
    (is_folder(first) || folded_name(first) == folded_name(&dir)).then_some(rest)
}

/// A scenario that is there already and would be the same file as this one on some system, though
/// it is another here.
fn namesake(name: &str, path: &Path, dir: &Path) -> Option<PathBuf> {
    let new = folded_name(name);
    let below = |path: &Path| {
        let below = path.strip_prefix(dir).ok()?.to_str()?.replace('\\', "/");
        without_ending(&below).map(folded_name)
    };
    let there = if dir.is_dir() { discover(dir) } else { Vec::new() };
    let mut there = there.into_iter().map(|found| found.path);
    there.find(|there| there != path && below(there).as_ref() == Some(&new))
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
