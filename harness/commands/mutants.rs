//! `event70 mutants`: the seeded bugs, and which search finds each, after how many cases.

use std::io;
use std::path::PathBuf;

use event70_conformance::cells::{AlteredSide, Cell, Detection, cells};
use event70_conformance::mutants::{BUDGETS, MutantResult, PinnedFile, false_alarms};
use event70_model::{Assignment, Keyword, Pins, count};
use event70_reference::{Bug, FILED};
use event70_rule::MESSAGES;
use serde_json::{Value, json};

use super::assume::AssumeArgs;
use super::input::{SCENARIOS, complaints, inputs, none_below};
use super::signals::Signals;
use super::subject::bug;
use super::values::seed;
use super::{Format, Output, Status};

/// The default seed: the table is the same everywhere.
const SEED: u64 = 0x70;
/// The number of random cases in which the reference must agree; `explore` tries more.
const REFERENCE_CASES: u64 = 100_000;

/// Search for every seeded bug with every search.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 mutants canary once-per-life --seed 5eed")]
pub(super) struct Args {
    /// Search only for these bugs [default: all].
    #[arg(value_name = "BUG", value_parser = bug(), hide_possible_values = true)]
    bugs: Vec<Bug>,
    /// The seed of the random cases, up to 16 hexadecimal digits [default: 70].
    ///
    /// With another seed, about one bug in a thousand takes longer than its budget.
    #[arg(long, value_name = "HEX", value_parser = seed)]
    seed: Option<u64>,
    /// The folder of the scenario files.
    #[arg(long, value_name = "DIR", default_value = SCENARIOS)]
    scenarios: PathBuf,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    assume: AssumeArgs,
}

pub(super) fn mutants(args: &Args, signals: &Signals, output: &mut Output) -> io::Result<Status> {
    let assignments = args.assume.assignments();
    let [assignment] = *assignments.as_slice() else {
        output.complain(format!(
            "error: {} are given, and bugs are sought under one: give each assumption one value",
            count(assignments.len() as u64, "assignment")
        ))?;
        return Ok(Status::Usage);
    };
    let Some(files) = files(args, output)? else { return Ok(Status::Usage) };
    let seed = args.seed.unwrap_or(SEED);
    let wanted = |bug: Bug| args.bugs.is_empty() || args.bugs.contains(&bug);
    if args.format == Format::Text {
        let files = files.len();
        output.line(format!(
            "seed {seed:016x}, {files} scenario files, assumed: {assignment}\n\n{}",
            head()
        ))?;
    }
    let mut hunts = Vec::new();
    for budget in BUDGETS.iter().filter(|budget| wanted(budget.bug)) {
        if signals.came() {
            break;
        }
        let hunt = MutantResult::of(budget, assignment, seed, &files);
        if args.format == Format::Text {
            output.line(line(&hunt))?;
            output.flush()?;
        }
        hunts.push(hunt);
    }
    // Bugs that are named are all that is asked for, and no cell depends on what is assumed.
    let are_sought = args.bugs.is_empty() && assignment == Assignment::DEFAULT;
    let cells = if are_sought { cells() } else { Vec::new() };
    let cells: Vec<(Cell, Detection)> = cells
        .into_iter()
        .take_while(|_| !signals.came())
        .map(|cell| (cell, cell.hunt(seed)))
        .collect();
    let alarms = if signals.came() {
        Vec::new()
    } else {
        false_alarms(assignment, seed, REFERENCE_CASES, &files)
    };
    match args.format {
        Format::Text => print_end(&hunts, &cells, &alarms, seed, signals, output)?,
        Format::Json => output.json(&json!({
            "seed": format!("{seed:016x}"),
            "assumed": assumed_json(assignment),
            "files": files.len(),
            "bugs": hunts.iter().map(hunt_json).collect::<Vec<_>>(),
            "cells": cells.iter().map(cell_json).collect::<Vec<_>>(),
            "reference-found-by": alarms,
            "summary": format!("{}{}", summary(&hunts, &cells, &alarms, seed), signals.suffix()),
        }))?,
    }
    let held = alarms.is_empty()
        && hunts.iter().all(|hunt| hunt.over_budget().is_empty())
        && cells.iter().all(|(_, noticed)| noticed.by_both());
    Ok(if held { Status::Agree } else { Status::Disagree })
}

/// What is not at its default, as `--assume` takes it.
fn assumed_json(assignment: Assignment) -> Value {
    Pins::deviations_of(assignment).to_string().into()
}

/// Every scenario file that does not contradict what is given; nothing, with a complaint, where there is none or one that is invalid.
fn files(args: &Args, output: &mut Output) -> io::Result<Option<Vec<PinnedFile>>> {
    let inputs = inputs(std::slice::from_ref(&args.scenarios));
    if inputs.is_empty() {
        output.complain(none_below(std::slice::from_ref(&args.scenarios)))?;
        return Ok(None);
    }
    let assumed = args.assume.assumed(false);
    let (mut files, mut valid) = (Vec::new(), true);
    for input in inputs {
        match input.file {
            Ok(file) if file.assume.agrees_with(&assumed.given) => {
                let (_, played) = assumed.of(&file.assume);
                files.push((file.scenario, played));
            }
            Ok(_) => {}
            Err(error) => {
                output.complain(complaints(&input.path, &error))?;
                valid = false;
            }
        }
    }
    Ok(valid.then_some(files))
}

fn head() -> String {
    columns("bug", ["case", "budget", "size", "runs", "files", "proof"].map(str::to_owned), "")
}

fn line(hunt: &MutantResult) -> String {
    let of = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    let random = hunt.random;
    let cells = [
        of(random.map(|found| found.cases)),
        hunt.budget.random.to_string(),
        of(random.map(|found| found.elements as u64)),
        of(random.map(|found| found.runs as u64)),
        hunt.files.to_string(),
        of(hunt.proof.map(|steps| steps as u64)),
    ];
    let is_bug = hunt.budget.is_bug_under(hunt.assignment);
    let meaning = hunt.budget.meaning;
    let meaning = if is_bug { meaning.to_owned() } else { format!("{meaning}: no bug here") };
    columns(hunt.budget.bug.keyword(), cells, &meaning)
}

fn columns(bug: &str, cells: [String; 6], meaning: &str) -> String {
    let [case, budget, size, runs, files, proof] = cells;
    let line =
        format!("{bug:<32}{case:>7}{budget:>8}{size:>6}{runs:>6}{files:>6}{proof:>6}  {meaning}");
    line.trim_end().to_owned()
}

fn print_end(
    hunts: &[MutantResult],
    cells: &[(Cell, Detection)],
    alarms: &[&'static str],
    seed: u64,
    signals: &Signals,
    output: &mut Output,
) -> io::Result<()> {
    output.line(
        "\ncase: the first random case that shows the bug, to come within its budget; size: the initial\n\
         conditions and steps of that case made small, in so many runs; files: how many scenario files\n\
         fail with it; proof: steps of the shortest timeline from a healthy site that a walk over every\n\
         state finds",
    )?;
    for hunt in hunts.iter().filter(|hunt| !hunt.over_budget().is_empty()) {
        let searches = hunt.over_budget().join(", ");
        let is_bug = hunt.budget.is_bug_under(hunt.assignment);
        let what = if is_bug { "over budget" } else { "no bug here, and found" };
        output.line(format!("{what}: {}: {searches}", hunt.budget.bug))?;
    }
    print_cells(cells, output)?;
    if !signals.came() {
        let found_by = if alarms.is_empty() { "no search".to_owned() } else { alarms.join(", ") };
        output.line(format!(
            "the correct reference is found by {found_by}: {REFERENCE_CASES} random cases, every \
             file, every state of one kind of site\n"
        ))?;
    }
    let interrupted = signals.suffix();
    output.line(format!("{}{interrupted}", summary(hunts, cells, alarms, seed)))
}

/// One line for each table and side, and one for each cell that some search does not notice.
fn print_cells(cells: &[(Cell, Detection)], output: &mut Output) -> io::Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    output.line("\ncells of both tables, altered on one side    cells noticed  by case")?;
    let mut tables: Vec<(&str, AlteredSide)> = Vec::new();
    for (cell, _) in cells {
        let table = (cell.table(), cell.side);
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    for (table, side) in tables {
        let of_it = cells.iter().filter(|(cell, _)| (cell.table(), cell.side) == (table, side));
        let of_it: Vec<_> = of_it.collect();
        let noticed = of_it.iter().filter(|(_, noticed)| noticed.by_both()).count();
        let latest = of_it.iter().filter_map(|(_, noticed)| noticed.random).max().unwrap_or(0);
        let name = format!("{table}, in the {side}");
        output.line(format!("{name:<44}{:>7}{noticed:>8}{latest:>9}", of_it.len()))?;
    }
    let once = MESSAGES.iter().map(|message| message.id);
    let once = once.filter(|id| FILED.iter().all(|(filed, ..)| filed != id));
    let once: Vec<String> = once.map(|id| id.to_string()).collect();
    let (messages, ids) = (count(once.len() as u64, "message"), once.join(", "));
    output
        .line(format!("in the rule only, since no connector here logs them: {messages} ({ids})"))?;
    for (cell, noticed) in cells.iter().filter(|(_, noticed)| !noticed.by_both()) {
        let random = if noticed.random.is_some() { "" } else { " by random cases" };
        let proof = if noticed.proof { "" } else { " by proof" };
        output.line(format!("not noticed{random}{proof}: {}: {}", cell.side, cell.alteration))?;
    }
    output.line("")
}

/// The counts, as `key=value` pairs.
fn summary(
    hunts: &[MutantResult],
    cells: &[(Cell, Detection)],
    alarms: &[&'static str],
    seed: u64,
) -> String {
    let count = |found: fn(&MutantResult) -> bool| hunts.iter().filter(|hunt| found(hunt)).count();
    format!(
        "bugs={} no-bug={} random={} files={} proof={} over-budget={} reference={} seed={seed:016x} cells={} noticed={}",
        hunts.len(),
        count(|hunt| !hunt.budget.is_bug_under(hunt.assignment)),
        count(|hunt| hunt.random.is_some()),
        count(|hunt| hunt.files > 0),
        count(|hunt| hunt.proof.is_some()),
        count(|hunt| !hunt.over_budget().is_empty()),
        alarms.len(),
        cells.len(),
        cells.iter().filter(|(_, noticed)| noticed.by_both()).count(),
    )
}

fn cell_json((cell, noticed): &(Cell, Detection)) -> Value {
    json!({
        "table": cell.table(),
        "side": cell.side.to_string(),
        "alteration": cell.alteration.to_string(),
        "random": noticed.random,
        "proof": noticed.proof,
    })
}

fn hunt_json(hunt: &MutantResult) -> Value {
    let proof = json!({ "steps": hunt.proof, "budget": hunt.budget.proof });
    json!({
        "bug": hunt.budget.bug.keyword(),
        "meaning": hunt.budget.meaning,
        "is-bug": hunt.budget.is_bug_under(hunt.assignment),
        "random": {
            "cases": hunt.random.map(|found| found.cases),
            "budget": hunt.budget.random,
            "elements": hunt.random.map(|found| found.elements),
            "runs": hunt.random.map(|found| found.runs),
        },
        "files": hunt.files,
        "proof": proof,
        "over-budget": hunt.over_budget(),
    })
}
