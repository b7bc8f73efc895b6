//! `event70 review`: what a change of scenarios or snapshots means, for whoever reviews it.

use std::path::{Path, PathBuf};
use std::{fs, io};

use event70_engine::{Trial, Verdict};
use event70_format::{ScenarioFile, load};
use event70_model::{Foreign, Pins, flowed};
use event70_reference::{Reference, Simulated};

use super::input::{Input, SCENARIOS, complaints, inputs, none_below, place_of, wrong_expectation};
use super::save::{cannot_write, replace};
use super::{Output, Status};
use crate::report::review::{ReviewFinding, annotation, markdown};
use crate::report::{Account, Detail, Numbers, meaning, story};
use crate::testing::standard::STANDARD;

/// Review a change.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example, against the state of the branch main:\n  \
                        git archive main scenarios | tar -x -C target/before\n  \
                        event70 review --before target/before/scenarios")]
pub(super) struct Args {
    /// The scenario files.
    #[arg(value_name = "FOLDER", default_value = SCENARIOS)]
    scenarios: PathBuf,
    /// Review the standard set in place of a folder. It has no snapshots: with `--before`, the scenario
    /// files of an earlier event70, what changed since then is shown.
    #[arg(long, conflicts_with = "scenarios")]
    standard: bool,
    /// The snapshots of the scenario files.
    #[arg(long, value_name = "FOLDER", default_value = "snapshots")]
    snapshots: PathBuf,
    /// The previous scenario files: each that changed is replayed, and the meaning of the change
    /// is derived from both results.
    #[arg(long, value_name = "FOLDER")]
    before: Option<PathBuf>,
    /// Write the review to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also print a GitHub Actions workflow command for each error in a file.
    #[arg(long)]
    annotate: bool,
}

pub(super) fn review(args: &Args, output: &mut Output) -> io::Result<Status> {
    let scenarios = [if args.standard { STANDARD.into() } else { args.scenarios.clone() }];
    let inputs = inputs(&scenarios);
    if inputs.is_empty() {
        output.complain(none_below(&scenarios))?;
        return Ok(Status::Usage);
    }
    let (mut status, mut findings, mut trial) = (Status::Agree, Vec::new(), Trial::new());
    for Input { name, path, file } in inputs {
        let account = file.map(|file| account(&name, file, &mut trial));
        let wrong = match &account {
            Ok(account) => wrong_expectation(&path, account),
            Err(_) => None,
        };
        if args.annotate
            && let Some(error) = wrong.as_ref().or(account.as_ref().err())
        {
            for (place, message) in place_of(error) {
                let file = path.to_string_lossy();
                output.workflow_command(&annotation(&file, place.line, place.column, &message))?;
            }
        }
        match account {
            Err(error) => {
                status = status.or(Status::Usage);
                findings.push(ReviewFinding::Invalid { complaint: complaints(&path, &error) });
            }
            Ok(account) => {
                status = status.or(account.verdict().into());
                let moved = moved(args, &account, &mut trial);
                if moved.is_some() {
                    status = status.or(Status::Disagree);
                }
                findings.extend(disagrees(&account, wrong.map(|error| complaints(&path, &error))));
                findings.extend(moved);
            }
        }
    }
    let text = markdown(&findings);
    let text = flowed(&text);
    match &args.output {
        None if text.is_empty() => {
            output.complain("nothing to review: all agree, no snapshot changes")?
        }
        None => output.line(text.trim_end())?,
        Some(file) => {
            if let Err(error) = replace(file, text.as_bytes()) {
                return cannot_write(file, &error, output);
            }
        }
    }
    Ok(status)
}

fn account(name: &Foreign, file: ScenarioFile, trial: &mut Trial) -> Account {
    let (site, played) = (Simulated::new(&file.scenario.setup), file.assume.assignment());
    trial.assume(played.into());
    let mut reference = Reference::new().assuming(played);
    Account::of(name, file, trial, site, &mut reference, &Pins::default(), Detail::default())
}

fn disagrees(account: &Account, complaint: Option<String>) -> Option<ReviewFinding> {
    let verdict = account.verdict();
    let mut told = story(account, Numbers::AsLogged);
    if let Some(complaint) = complaint {
        told = format!("{complaint}\n\n{told}");
    }
    (verdict != Verdict::Agree).then(|| ReviewFinding::Disagrees {
        name: account.name.shown().to_string(),
        verdict,
        story: told,
    })
}

/// The story of a scenario that agrees, where its snapshot tells another one.
fn moved(args: &Args, account: &Account, trial: &mut Trial) -> Option<ReviewFinding> {
    if account.verdict() != Verdict::Agree {
        return None;
    }
    let now = story(account, Numbers::FromStep);
    if let Some(name) = account.name.raw().strip_prefix(STANDARD) {
        return moved_in_standard(args.before.as_deref()?, name, account, now, trial);
    }
    let snapshot = args.snapshots.join(format!("{}.snap", account.name.raw()));
    let before = fs::read_to_string(snapshot).ok().map(|text| body(&text).to_owned());
    if before.as_deref().map(str::trim_end) == Some(now.trim_end()) {
        return None;
    }
    let meaning = match &args.before {
        None => {
            vec!["its meaning was not compared: pass the previous files with --before".to_owned()]
        }
        Some(folder) => told_meaning(folder, account, trial),
    };
    Some(ReviewFinding::Moved { name: account.name.shown().to_string(), before, now, meaning })
}

/// The same of a scenario of the standard set: there is no snapshot, and what was before is played.
fn moved_in_standard(
    folder: &Path,
    name: &str,
    now: &Account,
    told: String,
    trial: &mut Trial,
) -> Option<ReviewFinding> {
    let before = load(&folder.join(format!("{name}.toml"))).ok();
    if before.as_ref().is_some_and(|file| *file == now.file) {
        return None;
    }
    let before = before.map(|file| account(&now.name, file, trial));
    let meaning = match &before {
        None => vec!["the scenario is new".to_owned()],
        Some(before) => meaning(before, now),
    };
    let before = before.map(|before| story(&before, Numbers::FromStep));
    let name = now.name.shown().to_string();
    Some(ReviewFinding::Moved { name, before, now: told, meaning })
}

fn told_meaning(before: &Path, now: &Account, trial: &mut Trial) -> Vec<String> {
    let Ok(file) = load(&before.join(format!("{}.toml", now.name.raw()))) else {
        return vec!["the scenario is new".to_owned()];
    };
    if file == now.file {
        return vec!["the scenario is unchanged; only the program's output differs".to_owned()];
    }
    meaning(&account(&now.name, file, trial), now)
}

/// A snapshot without what stands above it.
fn body(snapshot: &str) -> &str {
    let below = snapshot.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    below.map_or(snapshot, |(_, body)| body)
}
