//! `event70 prove`: the rule, for timelines of any length.

use std::hash::Hash;
use std::io;
use std::path::PathBuf;
use std::time::Instant;

use enumset::EnumSet;
use event70_conformance::{Difference, Product, TOGETHER, Walk, combinations, kinds, scopes, walk};
use event70_engine::Disagreement;
use event70_format::{Comments, ScenarioFile, write};
use event70_model::{Expectation, Pins, Scenario, Setup};
use event70_reference::{Bug, Deviation, Machine, Reference, Seeded, Simulated};
use event70_rule::Rules;

use super::assume::AssumeArgs;
use super::save::{FOUND, folder, keep_scenario};
use super::signals::Signals;
use super::subject::bug;
use super::{Output, Status};

/// Prove the rule over every reachable state.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 prove --bug once-per-life")]
pub(super) struct Args {
    /// Maximum number of conditions that hold together in the walk. Their combinations are all
    /// checked, whatever the number.
    #[arg(long, value_name = "N", default_value_t = TOGETHER)]
    together: usize,
    /// Folder in which a counterexample is saved as a scenario file.
    #[arg(long, value_name = "DIR", default_value = FOUND, value_parser = folder())]
    save: PathBuf,
    /// Check the reference with this seeded bug.
    #[arg(long, value_name = "NAME", value_parser = bug(), hide_possible_values = true)]
    bug: Option<Bug>,
    #[command(flatten)]
    assume: AssumeArgs,
}

pub(super) fn prove(args: &Args, signals: &Signals, output: &mut Output) -> io::Result<Status> {
    let assignment = args.assume.assignment();
    match args.bug {
        None => prove_of(args, Reference::new().assuming(assignment), signals, output),
        Some(bug) => prove_of(args, Seeded::with(bug).assuming(assignment), signals, output),
    }
}

fn prove_of<D: Deviation + Eq + Hash>(
    args: &Args,
    connector: Machine<D>,
    signals: &Signals,
    output: &mut Output,
) -> io::Result<Status> {
    let began = Instant::now();
    let rules = Rules::assuming(args.assume.assignment());
    let mut total = Walk { closed: true, ..Walk::default() };
    for scope in scopes(args.together) {
        let mut walked = Walk { closed: true, ..Walk::default() };
        for setup in kinds() {
            if signals.came() {
                walked.closed = false;
                break;
            }
            let one = walk(&setup, Product::first(&setup, connector), &rules, &scope, |_| {});
            if let Some((scenario, disagreement)) = one.refuted {
                return refuted(args, scenario, &disagreement, output);
            }
            walked.add(&one);
        }
        let (states, transitions) = (walked.states, walked.transitions);
        output
            .line(format!("{:<20}{states:>12} states{transitions:>14} transitions", scope.name))?;
        output.flush()?;
        total.add(&walked);
    }
    let mut combined: u64 = 0;
    for setup in kinds() {
        if signals.came() {
            total.closed = false;
            break;
        }
        match combinations(&setup, Simulated::new(&setup), &rules, EnumSet::all()) {
            Ok(count) => combined += count,
            Err((scenario, difference)) => return differs(&scenario, &difference, output),
        }
    }
    output.line(format!("{:<20}{combined:>12} combinations of conditions", "every kind of run"))?;
    let verdict = if total.closed { "proved" } else { "unknown" };
    let sentence = if signals.came() {
        "unknown: the walk was interrupted before it closed"
    } else if total.closed {
        "proved for timelines of any length: connector and invariant agree in every reachable state"
    } else {
        "unknown: the walk reached its bound before it closed"
    };
    output.line(format!("\n{sentence}"))?;
    output.line(format!(
        "verdict={verdict} states={} transitions={} combinations={combined} seconds={:.3}{}",
        total.states,
        total.transitions,
        began.elapsed().as_secs_f64(),
        signals.suffix()
    ))?;
    Ok(if total.closed || signals.came() { Status::Agree } else { Status::Disagree })
}

fn kind(setup: &Setup) -> String {
    format!("Exchange {}, {}, {}", setup.exchange, setup.host, setup.database)
}

/// Reports the shortest timeline that disagrees, and saves it.
fn refuted(
    args: &Args,
    scenario: Scenario,
    disagreement: &Disagreement,
    output: &mut Output,
) -> io::Result<Status> {
    let verdict = disagreement.verdict();
    let steps = scenario.timeline.len();
    let file = ScenarioFile {
        title: format!("The shortest timeline with a verdict of {verdict}").into(),
        source: Vec::new(),
        notes: None,
        assume: Pins::deviations_of(args.assume.assignment()),
        expected: vec![Expectation::NONE; steps],
        scenario,
    };
    let head = vec![
        "Found by a walk over every reachable state of this kind of site; within the scope of that \
         walk no shorter timeline disagrees."
            .to_owned(),
        format!("In the last step {disagreement}."),
    ];
    let text = write(&file, &Comments { head, ..Comments::default() });
    output.verdict_line(verdict, &format!("{verdict}  in {steps} steps: {disagreement}"))?;
    output.line(format!("\n{text}"))?;
    let kept =
        keep_scenario(&args.save, &format!("shortest-{verdict}"), &file.scenario, &text, output)?;
    output.line(format!("verdict=refuted steps={steps}"))?;
    Ok(Status::from(verdict).or(kept))
}

/// Site and catalogue differ: neither the connector's fault nor the user's.
fn differs(
    scenario: &Scenario,
    difference: &Difference,
    output: &mut Output,
) -> io::Result<Status> {
    let timeline: Vec<String> = scenario.timeline.iter().map(ToString::to_string).collect();
    output.complain(format!(
        "internal error: {}: after {}: {difference}",
        kind(&scenario.setup),
        timeline.join("; ")
    ))?;
    Ok(Status::Internal)
}
