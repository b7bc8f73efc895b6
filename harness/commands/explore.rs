//! `event70 explore`: random scenarios, and the first disagreement made small.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use event70_engine::{
    Control, Disagreement, Exploration, Finding, Found, Plan, TestBed, Trial, Verdict, explore,
};
use event70_model::trouble::described;
use event70_model::{Pins, Scenario};
use event70_reference::{Reference, Simulated};
use indicatif::ProgressBar;

use super::control::{jobs, progress_bar, until_interrupted, watched};
use super::kept::Kept;
use super::observer::Observer;
use super::play_files::say_where_kept;
use super::results::header;
use super::save::{FOUND, cannot_write, folder};
use super::signals::Signals;
use super::subject::Subject;
use super::target::Target;
use super::values::{duration, seed, shard};
use super::{Format, Output, Status};
use crate::report::{ExplorationEntry, FoundEntry, Provenance};

/// Where a counterexample of the reference is kept: the project's tests play it.
const SCENARIOS_FOUND: &str = "scenarios/found";
/// The number of cases if neither `--cases` nor `--for` is given.
const CASES: u64 = 1_000_000;
/// The same, if the connector is a program.
const CASES_OF_PROGRAMS: u64 = 10_000;
/// The same, on a live site, where a case is some twenty processes.
const CASES_ON_LIVE_SITE: u64 = 3_000;
/// Of a program every so many-th case is played again in a fresh process.
const FRESH_EVERY: u64 = 64;
/// Explore random scenarios.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 explore --for 60s --seed 5eed")]
pub(super) struct Args {
    /// Number of cases [default: 1000000; for a program 10000; on a live site 3000; with `--for`, no limit].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    cases: Option<u64>,
    /// Time limit, for example `60s` or `5m`.
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    time: Option<Duration>,
    /// The seed, up to 16 hexadecimal digits; case i of a seed is the same everywhere [default: drawn].
    #[arg(long, value_name = "HEX", value_parser = seed)]
    seed: Option<u64>,
    /// Number of cases played in parallel [default: one per processor]. Does not change the result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Play only shard I of N of the cases; `event70 merge` puts the results of all shards together.
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<(u64, u64)>,
    /// Folder in which a counterexample is saved as a scenario file.
    /// [default: scenarios/found for the reference, found for any other connector]
    #[arg(long, value_name = "DIR", value_parser = folder())]
    save: Option<PathBuf>,
    /// Write one JSON line for each case to this file, in Hypothesis' observability format.
    #[arg(long, value_name = "FILE")]
    observe: Option<PathBuf>,
    /// Print the number of cases in which each claim was met.
    #[arg(long)]
    labels: bool,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    subject: Subject,
}

pub(super) fn run(args: &Args, signals: &Signals, output: &mut Output) -> io::Result<Status> {
    let target = match args.subject.target(signals, output)? {
        Ok(target) => target,
        Err(status) => return Ok(status),
    };
    let observer = match Observer::open(args.observe.as_deref()) {
        Ok(observer) => observer,
        Err(complaint) => {
            output.complain(complaint)?;
            return Ok(Status::Usage);
        }
    };
    let plan = plan(args);
    if plan.is_empty() {
        let (part, parts) = args.shard.unwrap_or((1, 1));
        output.complain(format!(
            "error: shard {part}/{parts} is empty: raise --cases, or split into fewer shards"
        ))?;
        return Ok(Status::Usage);
    }
    if args.format == Format::Text {
        output.line(format!("seed {:016x}", plan.seed))?;
        output.flush()?;
    }
    let began = Instant::now();
    let control = until_interrupted(signals, Control::cancelling(&target.cancelled));
    let deadline = args.time.map(|time| began + time);
    let search = Search { args, target: &target, plan, control: &control, deadline };
    let exploration = match search.explored(&observer) {
        Ok(exploration) => exploration,
        Err(error) => return no_thread(&error, output),
    };
    let seconds = began.elapsed().as_secs_f64();
    let mut status = Status::Agree;
    if let Err(error) = observer.close() {
        let path = args.observe.as_deref().unwrap_or(Path::new(""));
        status = cannot_write(path, &error, output)?;
    }
    let kept = match search.made_small(&exploration, seconds, output)? {
        Ok(kept) => kept,
        Err(status) => return Ok(status),
    };
    let verdict = match &kept {
        Some(kept) => {
            let default = if args.subject.is_plain_reference() { SCENARIOS_FOUND } else { FOUND };
            let folder = args.save.as_deref().unwrap_or(Path::new(default));
            kept.keep(folder, (args.format, &args.subject), output)?.or(kept.verdict().into())
        }
        None => Status::Agree,
    };
    let (header, found) = (header(&args.subject, &target), kept.and_then(|kept| kept.entry()));
    let (plan, came) = (&search.plan, signals.came());
    let result = ExplorationEntry::of(header, plan, &exploration, found, seconds, came);
    // What was interrupted has not failed to meet its claims.
    let is_unknown = result.unknown() > 0 && !result.interrupted;
    let unknown = if is_unknown { Status::Disagree } else { Status::Agree };
    match args.format {
        Format::Text => {
            result.lines(args.labels).into_iter().try_for_each(|line| output.line(line))?;
        }
        Format::Json => output.json(&result)?,
    }
    Ok(status.or(verdict).or(unknown))
}

/// Reports that not as many threads as jobs can be started.
fn no_thread(error: &io::Error, output: &mut Output) -> io::Result<Status> {
    let error = described(error);
    output.complain(format!("error: cannot start that many --jobs: {error}"))?;
    Ok(Status::Internal)
}

/// One search: what is searched, and how it is ended.
struct Search<'a> {
    args: &'a Args,
    target: &'a Target<'a>,
    plan: Plan,
    control: &'a Control,
    deadline: Option<Instant>,
}

impl Search<'_> {
    /// Explores until something is found, or as long as there is time.
    fn explored(&self, observer: &Observer) -> io::Result<Exploration> {
        let Self { args, target, plan, control, deadline } = self;
        let observe = |case, scenario: &Scenario, finding: Option<&Finding>, trial: &Trial| {
            observer.see(case, scenario, finding, trial);
        };
        let jobs = jobs(args.jobs);
        // Of the reference there are cases by the million: it is not asked each time who it is.
        let assumed = target.assumed.of(&Pins::default());
        let reference = (Reference::new, Simulated::new, assumed.1);
        let is_pinned = assumed.0.len() == 1;
        let search = || match args.subject.is_plain_reference() && is_pinned {
            true => explore(plan, &reference, jobs, control, &observe),
            false => explore(plan, *target, jobs, control, &observe),
        };
        watched(control, *deadline, &bar(args, plan), search).and_then(|explored| explored)
    }

    /// What was found, made small as far as there is time; a status, with a complaint, where nothing
    /// can be said of it.
    fn made_small(
        &self,
        exploration: &Exploration,
        seconds: f64,
        output: &mut Output,
    ) -> io::Result<Result<Option<Kept>, Status>> {
        let Self { args, target, plan, control, deadline } = self;
        let found = exploration.found.as_ref();
        if let Some(trouble) = trouble(found, target) {
            output.complain(format!("error: {trouble}"))?;
            return Ok(Err(Status::Internal));
        }
        let Some(found) = found else { return Ok(Ok(None)) };
        if found.is_at_reset() && found.repeats.is_steady() {
            return self.gives_up(exploration, found, seconds, output).map(Err);
        }
        if args.subject.is_program() || args.subject.is_on_live_site() {
            output.complain(reducing(found))?;
        }
        let ended = || {
            if target.signals.came() { "it was interrupted" } else { "the time was up" }
        };
        let from = Provenance { connector: target.who.clone(), seed: plan.seed };
        let work = || Kept::of(*target, found, &from, control, &ended);
        let spinner = progress_bar(None, "{spinner} {msg}, {elapsed}");
        let kept = match watched(control, *deadline, &spinner, work) {
            Ok(kept) => kept,
            Err(error) => return no_thread(&error, output).map(Err),
        };
        if let Some(trouble) = target.trouble() {
            output.complain(format!("error: while reducing the finding: {trouble}"))?;
            return Ok(Err(Status::Internal));
        }
        if let Some(reduced) = kept.first().filter(|_| args.subject.keeps()) {
            keep_sandbox(&reduced.scenario, target, output)?;
        }
        Ok(Ok(Some(kept)))
    }
}

impl Search<'_> {
    /// A connector that fails `reset` three times in a row is given up, and nothing is saved: no
    /// scenario has anything to do with it.
    fn gives_up(
        &self,
        exploration: &Exploration,
        found: &Found,
        seconds: f64,
        output: &mut Output,
    ) -> io::Result<Status> {
        let Self { args, target, plan, .. } = self;
        let (times, disagreement) = (found.repeats.times + 1, &found.finding.disagreement);
        output.complain(format!(
            "error: the connector failed `reset` {times} times in a row: {disagreement}"
        ))?;
        if let Disagreement::Failed(failure) = disagreement {
            output.complain(&failure.report)?;
        }
        if args.format == Format::Json {
            let (header, came) = (header(&args.subject, target), target.signals.came());
            let found = Some(FoundEntry::unreduced(found));
            let entry = ExplorationEntry::of(header, plan, exploration, found, seconds, came);
            output.json(&entry)?;
            return Ok(Status::ConnectorFailed);
        }
        let (seed, interrupted) = (plan.seed, target.signals.suffix());
        output.line(format!(
            "cases=0 steps=0 found=0 unknown=0 gave-up=1 seed={seed:016x}{interrupted}"
        ))?;
        Ok(Status::ConnectorFailed)
    }
}

/// What is being done with a finding.
fn reducing(found: &Found) -> String {
    let beside: Vec<String> = found.beside.iter().map(|one| format!("case {}", one.case)).collect();
    match &beside[..] {
        [] => format!("case {} failed: reducing it", found.case),
        _ => format!("case {} contradicts {}: reducing them", found.case, beside.join(" and ")),
    }
}

/// What kept the harness from going on, if anything did: then there is no verdict.
fn trouble(found: Option<&Found>, target: &Target<'_>) -> Option<String> {
    let found = found.filter(|found| found.class.verdict == Verdict::None);
    let told = found.map(|found| format!("case {}: {}", found.case, found.finding.disagreement));
    told.or_else(|| target.trouble())
}

/// Plays the finding once more and keeps what it leaves behind, if it comes again: what the last of
/// many plays has left says nothing.
fn keep_sandbox(scenario: &Scenario, target: &Target<'_>, output: &mut Output) -> io::Result<()> {
    let (site, mut connector) = (target.site(&scenario.setup), target.connector());
    let comes_again = target.trial().first_finding(scenario, site, &mut connector).is_some();
    let kept = if comes_again { target.keep() } else { None };
    say_where_kept(kept.as_deref(), output)
}

fn plan(args: &Args) -> Plan {
    let subject = &args.subject;
    let most = match (args.time, subject.is_on_live_site(), subject.is_program()) {
        (Some(_), ..) => u64::MAX,
        (None, true, _) => CASES_ON_LIVE_SITE,
        (None, false, true) => CASES_OF_PROGRAMS,
        (None, false, false) => CASES,
    };
    let mut plan = Plan::new(args.seed.unwrap_or_else(drawn_seed), args.cases.unwrap_or(most));
    if let Some((part, parts)) = args.shard {
        (plan.shard, plan.shards) = (part - 1, parts);
    }
    plan.fresh_every = args.subject.is_program().then_some(FRESH_EVERY);
    plan
}

/// A seed from the hasher's own randomness, which differs from run to run.
fn drawn_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}

fn bar(args: &Args, plan: &Plan) -> ProgressBar {
    let (length, template) = if args.time.is_some() && args.cases.is_none() {
        (None, "{spinner} {human_pos} cases, {per_sec}, {elapsed} {msg}")
    } else {
        let length = Some(plan.cases / plan.shards);
        (length, "{wide_bar} {human_pos}/{human_len} cases, {per_sec}, {eta} {msg}")
    };
    progress_bar(length, template)
}
