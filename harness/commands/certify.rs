//! `event70 certify`: a connector against the complete conformance suite.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::run::Format;
use super::save::write_under_free_name;
use super::subject::{Subject, Use};
use super::{Output, Status};
use crate::report::{Certificate, INPUTS, Refuted, conversation, fnv1a};
use crate::search::certify::{
    Difference, Input, Model, Refutation, Suite, repeats, run_tests, shortened, suite,
};
use crate::search::{Bench, Control};

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
    let chosen = match &args.test {
        None => None,
        Some(path) => match read_test(&model, path) {
            Ok(test) => Some(test),
            Err(complaint) => {
                output.complain(complaint)?;
                return Ok(Status::Usage);
            }
        },
    };
    let suite = suite(&model.machine, args.extra_states.into()).map_err(io::Error::other)?;
    let certify = Certify { args, model: &model, suite: &suite, chosen, output: &mut *output };
    match args.subject.put_to(certify) {
        Ok(status) => status,
        Err(complaint) => {
            output.complain(complaint)?;
            Ok(Status::Usage)
        }
    }
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
    suite: &'a Suite,
    /// Only this test.
    chosen: Option<Vec<Input>>,
    output: &'a mut Output,
}

impl Use for Certify<'_> {
    type Outcome = io::Result<Status>;

    fn of<B: Bench>(
        mut self,
        bench: &B,
        tested: &str,
        interrupted: &Arc<AtomicBool>,
    ) -> Self::Outcome {
        let whole = self.chosen.is_none();
        let tests = match self.chosen.take() {
            Some(test) => vec![(0, self.model.completed(test))],
            None => {
                let tests = self.suite.tests().map(|test| self.model.completed(test));
                tests.chain([self.model.every_number()]).enumerate().collect()
            }
        };
        let date = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
        let kind = (self.args.extra_states, whole);
        let certificate = Certificate::new(self.model, &tests, kind, tested, date);
        if self.args.format == Format::Text {
            self.output.line(&certificate)?;
            self.output.flush()?;
        }
        let began = Instant::now();
        let refutation = match self.carry_out(tests, bench, interrupted)? {
            Carried::Out(refutation) => refutation,
            Carried::Interrupted => {
                self.output.complain("interrupted: there is no certificate")?;
                return Ok(Status::Usage);
            }
        };
        let seconds = began.elapsed().as_secs_f64();
        if let Some(found) = &refutation {
            let number = found.number;
            self.output.complain(format!(
                "test {number} is not passed: carrying it out again, making it short"
            ))?;
        }
        let refuted = refutation.map(|found| refuted(self.model, found, bench, tested));
        if interrupted.load(Ordering::Relaxed) {
            self.output.complain("interrupted: the test may not be as short as it could be")?;
        }
        let kept = refuted.as_ref().map_or(Ok(Status::Agree), |refuted| self.keep(refuted))?;
        match self.args.format {
            Format::Text => self.output.line(certificate.result(refuted.as_ref(), seconds))?,
            Format::Json => self.output.line(certificate.json(refuted.as_ref(), seconds))?,
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
        tests: Vec<(usize, Vec<Input>)>,
        bench: &B,
        interrupted: &Arc<AtomicBool>,
    ) -> io::Result<Carried> {
        let control =
            Arc::new(Control { interrupted: Arc::clone(interrupted), ..Control::default() });
        let on_interrupt = Arc::clone(&control);
        // Where no handler can be set, Ctrl-C ends the program at once; the keeper cleans up.
        let _ = ctrlc::set_handler(move || {
            on_interrupt.interrupted.store(true, Ordering::Relaxed);
            on_interrupt.stop.store(true, Ordering::Relaxed);
        });
        let jobs = self.args.jobs.map_or_else(
            || thread::available_parallelism().map_or(1, std::num::NonZero::get),
            usize::from,
        );
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
        let steps =
            |tests: &[(usize, Vec<Input>)]| tests.iter().map(|(_, t)| t.len()).sum::<usize>();
        let share = steps(&rest) as f64 / steps(&sample).max(1) as f64;
        let estimate = began.elapsed().mul_f64(share);
        self.output.complain(format!("the rest takes about {}", about(estimate)))?;
        let refutation = run_tests(self.model, &rest, bench, jobs, &control);
        if refutation.is_none() && control.stop.load(Ordering::Relaxed) {
            return Ok(Carried::Interrupted);
        }
        Ok(Carried::Out(refutation))
    }

    /// Writes a test that was not passed where it is to be kept.
    fn keep(&mut self, refuted: &Refuted) -> io::Result<Status> {
        let text = &refuted.conversation;
        if self.args.format == Format::Text {
            self.output.line(format!("\n{text}"))?;
        }
        let stem = format!("certify-{:08x}", fnv1a(text.as_bytes()) >> 32);
        match write_under_free_name(&self.args.save, &stem, "txt", text) {
            Ok(path) => {
                self.output.complain(format!("kept as {}", path.display()))?;
                Ok(Status::Agree)
            }
            Err(error) => {
                let folder = self.args.save.display();
                self.output.complain(format!("error: {folder}: cannot be written: {error}"))?;
                Ok(Status::Usage)
            }
        }
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
