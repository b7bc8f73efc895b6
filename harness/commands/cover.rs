//! `event70 cover`: what the scenario files cover, and the rows that are missing as files.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use event70_engine::{ArrayRow, Coverage, Masking, Measure, coverage, rows_to_write};
use event70_format::{Comments, ScenarioFile, write};
use event70_model::{Assignment, Pins, Scenario, count};
use event70_reference::{Reference, Simulated};
use event70_rule::Documented;
use serde_json::{Map, Value, json};

use super::input::{Input, SCENARIOS, complaints, inputs, none_below};
use super::save::{cannot_write, folder, write_new};
use super::signals::Signals;
use super::values::strength;
use super::{Format, Output, Status, named};
use crate::testing::standard::STANDARD;

/// The maximum number of missing items listed for a measure, unless `--missing` is given.
const MISSING_MAX: usize = 10;

/// Report what scenario files cover.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status 0 if every measure that must be full is full, else 1.\n\n\
                        Example: event70 cover --strength 3 --write scenarios/cover")]
pub(super) struct Args {
    /// Scenario files, folders of them, or names of scenarios [default: scenarios].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Measure the standard set, event70's own scenario files.
    #[arg(long)]
    standard: bool,
    /// Measure combinations of up to this many conditions.
    #[arg(long, value_name = "T", default_value_t = 4, value_parser = strength)]
    strength: usize,
    /// Write the missing combinations of that many conditions to this folder, as scenario files.
    #[arg(long, value_name = "DIR", value_parser = folder())]
    write: Option<PathBuf>,
    /// List everything that is missing.
    #[arg(long)]
    missing: bool,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn cover(args: &Args, signals: &Signals, output: &mut Output) -> io::Result<Status> {
    let mut paths = args.paths.clone();
    if args.standard {
        paths.push(STANDARD.into());
    } else if paths.is_empty() {
        paths.push(SCENARIOS.into());
    }
    let paths: &[PathBuf] = &match named::paths(&paths) {
        Ok(paths) => paths,
        Err(complaint) => {
            output.complain(complaint)?;
            return Ok(Status::Usage);
        }
    };
    let (mut scenarios, mut status) = read(paths, output)?;
    if scenarios.is_empty() && args.write.is_none() {
        output.complain(none_below(paths))?;
        return Ok(Status::Usage);
    }
    let test_bed = (Reference::new, Simulated::new);
    if let Some(folder) = &args.write {
        let rows = rows_to_write(&test_bed, &scenarios, args.strength);
        if let Err(error) = keep(&rows, args.strength, folder) {
            return Ok(status.or(cannot_write(folder, &error, output)?));
        }
        output.complain(format!("{} written", count(rows.len() as u64, "row")))?;
        scenarios.extend(rows.into_iter().map(|row| (row.scenario, Assignment::DEFAULT)));
    }
    let most = match (args.missing, args.format) {
        (true, _) => usize::MAX,
        (false, Format::Text) => MISSING_MAX,
        (false, Format::Json) => 0,
    };
    let coverage = coverage(&test_bed, &scenarios, args.strength, most);
    match args.format {
        Format::Text => print(&coverage, signals, output)?,
        Format::Json => output.json(&as_json(&coverage, args.missing))?,
    }
    if !coverage.is_full() {
        status = status.or(Status::Disagree);
    }
    Ok(status)
}

/// Every scenario below these paths. An invalid file is reported and left out.
fn read(
    paths: &[PathBuf],
    output: &mut Output,
) -> io::Result<(Vec<(Scenario, Assignment)>, Status)> {
    let (mut scenarios, mut status) = (Vec::new(), Status::Agree);
    for Input { path, file, .. } in inputs(paths) {
        match file {
            Ok(file) => scenarios.push((file.scenario, file.assume.assignment())),
            Err(error) => {
                output.complain(complaints(&path, &error))?;
                status = Status::Usage;
            }
        }
    }
    Ok((scenarios, status))
}

/// Writes each row under the next free number of its kind; never over another file.
fn keep(rows: &[ArrayRow], strength: usize, folder: &Path) -> io::Result<()> {
    let mut numbers: Vec<(String, u32)> = Vec::new();
    for row in rows {
        let kind = format!("{}-{}", row.kind.host, row.kind.database);
        let place = numbers.iter().position(|(of, _)| *of == kind).unwrap_or_else(|| {
            numbers.push((kind.clone(), 0));
            numbers.len() - 1
        });
        loop {
            numbers[place].1 += 1;
            let number = numbers[place].1;
            let path = folder.join(&kind).join(format!("{strength}-way-{number:02}.toml"));
            match write_new(&path, &text(row, strength, number)) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                written => break written?,
            }
        }
    }
    Ok(())
}

/// A row as the text of a file.
fn text(row: &ArrayRow, strength: usize, number: u32) -> String {
    let conditions = row.scenario.setup.conditions;
    let mut source: Vec<String> = Vec::new();
    for condition in conditions {
        let passage = condition.entry().source[0].to_string();
        if !source.contains(&passage) {
            source.push(passage);
        }
    }
    let exports = |at: usize| row.predicted[at].exports();
    let steps = (0..row.scenario.timeline.len()).filter_map(|at| {
        exports(at)?;
        let evidence = row.predicted[at].evidence;
        let says = evidence.map_or_else(
            || "nothing stands in the way".to_owned(),
            |evidence| format!("{} decides", evidence.condition()),
        );
        Some((at, says))
    });
    let expected = row.predicted.iter().map(|step| step.exports().map(|_| step.event_70()).into());
    let file = ScenarioFile {
        assume: Pins::default(),
        title: format!(
            "{strength}-way row {number} for {}: {}, repaired barrier by barrier",
            row.kind,
            count(conditions.len() as u64, "condition")
        )
        .into(),
        source: source.into_iter().map(Into::into).collect(),
        notes: Some(format!(
            "Written by `event70 cover --strength {strength} --write`: some {strength} of these \
             conditions, on or off, had not met in any EXPORT."
        ).into()),
        expected: expected.collect(),
        scenario: row.scenario.clone(),
    };
    let comments = Comments { steps: steps.collect(), ..Comments::default() };
    write(&file, &comments)
}

fn print(coverage: &Coverage, signals: &Signals, output: &mut Output) -> io::Result<()> {
    for measure in &coverage.measures {
        let Measure { name, covered, total, .. } = measure;
        output.line(format!("{name:<32}{covered:>7} of {total:<7}{:>6.2} %", percent(measure)))?;
    }
    output
        .line("\nfiles in which each cause    decides alone  is the sole condition  is masked")?;
    for Masking { condition, alone, sole, masked } in &coverage.masking {
        output.line(format!("{condition:<32}{alone:>10}{sole:>23}{masked:>11}"))?;
    }
    for measure in coverage.measures.iter().filter(|measure| !measure.is_full()) {
        let open = measure.total - measure.covered;
        output.line(format!("\nmissing of {}: {open}", measure.name))?;
        for missing in &measure.missing {
            output.line(format!("  {missing}"))?;
        }
        if (measure.missing.len() as u64) < open {
            output.line("  … (--missing names all)")?;
        }
    }
    let required = coverage.measures.iter().filter(|measure| measure.required);
    let open = required.filter(|measure| !measure.is_full()).count();
    let named = coverage.measures.iter().map(|measure| {
        let key = measure.name.replace(' ', "-");
        format!(" {key}={}/{}", measure.covered, measure.total)
    });
    let named: String = named.collect();
    output.line(format!(
        "\nscenarios={} open={open}{named}{}",
        coverage.scenarios,
        signals.suffix()
    ))
}

/// In percent, never rounded up to all of it.
fn percent(measure: &Measure) -> f64 {
    (measure.percent() * 100.0).floor() / 100.0
}

fn as_json(coverage: &Coverage, missing: bool) -> Value {
    let measures = coverage.measures.iter().map(|measure| {
        let mut told = json!({ "covered": measure.covered, "total": measure.total });
        if missing {
            told["missing"] = json!(measure.missing);
        }
        (measure.name.clone(), told)
    });
    let masking = coverage.masking.iter().map(|m| {
        let told = json!({ "alone": m.alone, "sole": m.sole, "masked": m.masked });
        (m.condition.to_string(), told)
    });
    json!({
        "full": coverage.is_full(),
        "scenarios": coverage.scenarios,
        "measures": measures.collect::<Map<_, _>>(),
        "causes": masking.collect::<Map<_, _>>(),
    })
}
