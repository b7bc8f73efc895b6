//! `event70 certify`: a connector against the complete conformance suite.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::control::{jobs, until_interrupted};
use super::run::Format;
use super::subject::{Subject, Tested, Use};
use super::{Output, Status, save};
use crate::report::{Certificate, INPUTS, Refuted, conversation, short_hash};
use crate::search::Bench;
use crate::search::certify::{
    Difference, Input, Model, NumberedTest, Refutation, repeats, run_tests, shortened, suite,
};

/// The time that the suite takes is judged by so many tests, taken evenly from all of it.
const SAMPLE: usize = 256;

/// Certify a connector.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: event70 certify --connector \"python3 harness/examples/connector.py\""
)]
pub(super) struct Args {
    /// How many states more than the reference the connector is believed to have at most.
    #[arg(long, value_name = "K", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=2))]
    extra_states: u8,
    /// How many tests at a time [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Only this test, as an earlier certification kept it.
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
    /// Where a test that is not passed is kept.
    #[arg(long, value_name = "DIR", default_value = "scenarios/found")]
    save: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    subject: Subject,
}

pub(super) fn run(args: &Args, output: &mut Output) -> io::Result<Status> {
    let model = Model::of_reference().map_err(io::Error::other)?;
    let tests = match &args.test {
        None => {
            let suite = suite(&model.machine, args.extra_states.into());
            model.tests(&suite.map_err(io::Error::other)?)
        }
        Some(path) => match read_test(&model, path) {
            Ok(test) => vec![(0, model.completed(test))],
            Err(complaint) => {
                output.complain(complaint)?;
                return Ok(Status::Usage);
            }
        },
    };
    let certify = Certify { args, model: &model, tests };
    Ok(args.subject.put_to(certify, output)?.unwrap_or(Status::Usage))
}

/// The inputs of a test that was kept.
fn read_test(model: &Model, path: &Path) -> Result<Vec<Input>, String> {
    let wrong = |what: String| format!("error: {}: {what}", path.display());
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let words = text.lines().find_map(|line| line.strip_prefix(INPUTS));
    let words = words.ok_or_else(|| wrong(format!("there is no line `{INPUTS}…` in it")))?;
    let input = |word| model.input(word).ok_or_else(|| wrong(format!("{word:?} is no input")));
    words.split_whitespace().map(input).collect()
}

struct Certify<'a> {
    args: &'a Args,
    model: &'a Model,
    tests: Vec<NumberedTest>,
}

impl Use for Certify<'_> {
    type Outcome = Status;

    fn of<B: Bench>(
        mut self,
        bench: &B,
        tested: &Tested<'_>,
        output: &mut Output,
    ) -> io::Result<Status> {
        let date = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
        let kind = (self.args.extra_states, self.args.test.is_none());
        let certificate = Certificate::new(self.model, &self.tests, kind, tested.who, date);
        if self.args.format == Format::Text {
            output.line(&certificate)?;
            output.flush()?;
        }
        let began = Instant::now();
        let refutation = match self.carry_out(bench, tested.interrupted, output)? {
            Carried::Out(refutation) => refutation,
            Carried::Interrupted => {
                output.complain("interrupted: there is no certificate")?;
                return Ok(Status::Usage);
            }
        };
        let seconds = began.elapsed().as_secs_f64();
        if let Some(found) = &refutation {
            let number = found.number;
            output.complain(format!(
                "test {number} is not passed: carrying it out again, making it short"
            ))?;
        }
        let refuted = refutation.map(|found| refuted(self.model, found, bench, tested.who));
        if tested.interrupted.load(Ordering::Relaxed) {
            output.complain("interrupted: the test may not be as short as it could be")?;
        }
        let kept =
            refuted.as_ref().map_or(Ok(Status::Agree), |refuted| self.keep(refuted, output))?;
        match self.args.format {
            Format::Text => output.line(certificate.result(refuted.as_ref(), seconds))?,
            Format::Json => output.line(certificate.json(refuted.as_ref(), seconds))?,
        }
        let verdict =
            refuted.map_or(Status::Agree, |refuted| match refuted.refutation.difference {
                Difference::Failed(_) => Status::ConnectorFailed,
                Difference::Other { .. } => Status::Disagree,
            });
        Ok(verdict.or(kept))
    }
}

impl Certify<'_> {
    /// Carries out some tests, says how long the others will take, and carries those out.
    fn carry_out<B: Bench>(
        &mut self,
        bench: &B,
        interrupted: &Arc<AtomicBool>,
        output: &mut Output,
    ) -> io::Result<Carried> {
        let control = until_interrupted(interrupted);
        let jobs = jobs(self.args.jobs);
        let tests = std::mem::take(&mut self.tests);
        let every = tests.len().div_ceil(SAMPLE);
        let last = tests.len() - 1;
        let (sample, mut rest): (Vec<_>, Vec<_>) =
            tests.into_iter().partition(|(number, _)| number % every == 0 && *number != last);
        // The last test is the longest: it is begun first, so that no job waits for it alone.
        rest.reverse();
        let began = Instant::now();
        if let Some(refutation) = run_tests(self.model, &sample, bench, jobs, &control) {
            return Ok(Carried::Out(Some(refutation)));
        }
        if rest.is_empty() {
            return Ok(Carried::Out(None));
        }
        let steps = |tests: &[NumberedTest]| tests.iter().map(|(_, t)| t.len()).sum::<usize>();
        let share = steps(&rest) as f64 / steps(&sample).max(1) as f64;
        let estimate = began.elapsed().mul_f64(share);
        output.complain(format!("the rest takes about {}", about(estimate)))?;
        let refutation = run_tests(self.model, &rest, bench, jobs, &control);
        if refutation.is_none() && control.stop.load(Ordering::Relaxed) {
            return Ok(Carried::Interrupted);
        }
        Ok(Carried::Out(refutation))
    }

    /// Writes a test that was not passed where it is to be kept.
    fn keep(&self, refuted: &Refuted, output: &mut Output) -> io::Result<Status> {
        let text = &refuted.conversation;
        if self.args.format == Format::Text {
            output.line(format!("\n{text}"))?;
        }
        let stem = format!("certify-{}", short_hash(text));
        save::keep(&self.args.save, &stem, "txt", text, output)
    }
}

/// Whether a suite was carried out to its end.
enum Carried {
    Out(Option<Refutation>),
    Interrupted,
}

/// A time to go by: in seconds, or in minutes and seconds.
fn about(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 100.0 => format!("{seconds:.1} s"),
        seconds => format!("{} min {:.0} s", seconds as u64 / 60, seconds % 60.0),
    }
}

/// A test that was not passed, made short if it repeats.
fn refuted<B: Bench>(model: &Model, found: Refutation, bench: &B, tested: &str) -> Refuted {
    let repeats = repeats(model, &found, bench);
    let refutation = if repeats.is_steady() { shortened(model, &found, bench) } else { found };
    let conversation = conversation(model, &refutation, tested);
    Refuted { refutation, repeats, conversation }
}
