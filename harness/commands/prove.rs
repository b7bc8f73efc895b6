//! `event70 prove`: the rule, for timelines of any length.

use std::hash::Hash;
use std::io;
use std::path::PathBuf;
use std::time::Instant;

use enumset::EnumSet;
use event70_conformance::{Difference, Product, TOGETHER, Walk, combinations, kinds, scopes, walk};
use event70_engine::Disagreement;
use event70_format::{Comments, ScenarioFile, write};
use event70_model::{Assignment, Expectation, Pins, Scenario, Setup};
use event70_reference::{Bug, Deviation, Machine, Reference, Seeded, Simulated};
use event70_rule::Rules;

use super::assume::AssumeArgs;
use super::save::{FOUND, folder, keep_scenario, say_again};
use super::signals::Signals;
use super::subject::bug;
use super::{Output, Status};

/// Prove the rule over every reachable state.
///
/// Where several assignments are given (`--assume KEY=A|B`, `--assume open`), under each of them.
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
    let began = Instant::now();
    let assignments = args.assume.assignments();
    let mut total = Walk { closed: true, ..Walk::default() };
    for assignment in &assignments {
        if assignments.len() > 1 {
            output.line(format!("where this is assumed: {assignment}"))?;
        }
        let refuted = match args.bug {
            None => walks(args, Reference::new(), *assignment, signals, output, &mut total),
            Some(bug) => walks(args, Seeded::with(bug), *assignment, signals, output, &mut total),
        }?;
        if let Some((scenario, disagreement)) = refuted {
            return report_refuted(args, *assignment, scenario, &disagreement, output);
        }
    }
    let combined = match all_combinations(signals) {
        Ok(Some(combined)) => combined,
        Ok(None) => {
            total.closed = false;
            0
        }
        Err((scenario, difference)) => return differs(&scenario, &difference, output),
    };
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
        "verdict={verdict} assignments={} states={} transitions={} combinations={combined} \
         seconds={:.3}{}",
        assignments.len(),
        total.states,
        total.transitions,
        began.elapsed().as_secs_f64(),
        signals.suffix()
    ))?;
    Ok(if total.closed || signals.came() { Status::Agree } else { Status::Disagree })
}

/// A timeline on which connector and invariant disagree, and in what.
type Refutation = (Scenario, Disagreement);

/// The walks of a proof under one assignment, added to the total. Stops at the first disagreement.
fn walks<D: Deviation + Eq + Hash>(
    args: &Args,
    connector: Machine<D>,
    assignment: Assignment,
    signals: &Signals,
    output: &mut Output,
    total: &mut Walk,
) -> io::Result<Option<Refutation>> {
    let (connector, rules) = (connector.assuming(assignment), Rules::assuming(assignment));
    for scope in scopes(args.together) {
        let mut walked = Walk { closed: true, ..Walk::default() };
        for setup in kinds() {
            if signals.came() {
                walked.closed = false;
                break;
            }
            let one = walk(&setup, Product::first(&setup, connector), &rules, &scope, |_| {});
            if one.refuted.is_some() {
                return Ok(one.refuted);
            }
            walked.add(&one);
        }
        let (states, transitions) = (walked.states, walked.transitions);
        output
            .line(format!("{:<20}{states:>12} states{transitions:>14} transitions", scope.name))?;
        output.flush()?;
        total.add(&walked);
    }
    Ok(None)
}

/// How many combinations of conditions there are on all kinds of site, of which nothing is assumed;
/// nothing if a signal came first.
fn all_combinations(signals: &Signals) -> Result<Option<u64>, (Scenario, Difference)> {
    let mut combined: u64 = 0;
    for setup in kinds() {
        if signals.came() {
            return Ok(None);
        }
        let (site, rules) = (Simulated::new(&setup), Rules::documented());
        combined += combinations(&setup, site, &rules, EnumSet::all())?;
    }
    Ok(Some(combined))
}

fn kind(setup: &Setup) -> String {
    format!("Exchange {}, {}, {}", setup.exchange, setup.host, setup.database)
}

/// Reports the shortest timeline that disagrees, and saves it.
fn report_refuted(
    args: &Args,
    assignment: Assignment,
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
        assume: Pins::deviations_of(assignment),
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
    let stem = format!("shortest-{verdict}");
    let kept = match keep_scenario(&args.save, &stem, &file.scenario, &text, output)? {
        Ok(file) => {
            let bug = args.bug.map(|bug| ["--bug".to_owned(), bug.to_string()]);
            let words: Vec<String> = bug.into_iter().flatten().collect();
            say_again("run", &[file], &words, output)?;
            Status::Agree
        }
        Err(status) => status,
    };
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
