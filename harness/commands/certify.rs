//! `event70 certify`: a connector against the complete conformance suite.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use event70_conformance::certify::{
    ConductDifference, InferError, Inferred, Input, Letter, Model, NumberedTest, Refutation, infer,
    run_tests, suite,
};
use event70_engine::Control;
use event70_model::{Assignment, Failure, FailureKind, Pins, shown_path};

use super::control::{jobs, until_interrupted};
use super::save::FOUND;
use super::signals::Signals;
use super::subject::Subject;
use super::target::Target;
use super::{Format, Output, Status, save};
use crate::report::{Certificate, Extent, NoInputs, Refuted, Uncertified, read_inputs, short_hash};
use crate::testing::kept;

/// The time that the suite takes is judged by so many tests, taken evenly from all of it.
const SAMPLE: usize = 256;
/// A kill takes about as long as so many steps, for a new process is started after it: between 200
/// of a compiled program and 2,000 of an interpreted one.
const KILL: usize = 500;

/// Certify a connector.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: event70 certify --connector \"python3 connector.py\"")]
pub(super) struct Args {
    /// Maximum number of states that the connector may have beyond those of the reference.
    #[arg(long, value_name = "K", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=2))]
    extra_states: u8,
    /// Number of tests run in parallel [default: one per processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Run only this test, saved by an earlier certification.
    #[arg(long, value_name = "FILE", conflicts_with = "extra_states")]
    test: Option<PathBuf>,
    /// Folder in which a failed test is saved.
    #[arg(long, value_name = "DIR", default_value = FOUND, value_parser = save::folder())]
    save: PathBuf,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    subject: Subject,
}

pub(super) fn run(args: &Args, signals: &Signals, output: &mut Output) -> io::Result<Status> {
    if args.subject.is_on_live_site() {
        output.complain(
            "error: --site live: certify has a site of its own, which answers as the suite wants \
             it to; leave the site out",
        )?;
        return Ok(Status::Usage);
    }
    let target = match args.subject.target(signals, output)? {
        Ok(target) => target,
        Err(status) => return Ok(status),
    };
    let assumed = assumed(&target);
    // Whoever was not waited for has not failed.
    if signals.came() {
        return no_certificate(args, output);
    }
    let assumed = match assumed {
        Ok(assumed) => assumed,
        Err(InferError::Failed(failure)) => return failed(args, &target, &failure, output),
        Err(InferError::Malformed(malformed)) => return Err(io::Error::other(malformed)),
    };
    let Inferred { assignment: assumed, unfit } = assumed;
    if let Some(unfit) = &unfit {
        output.complain(format!(
            "{unfit}\nso the suite holds the connector against: {assumed}; what it fails there may be a \
             matter of that"
        ))?;
    }
    let model = Model::of_reference(assumed).map_err(io::Error::other)?;
    let tests = match &args.test {
        None => {
            let suite = suite(&model.machine, args.extra_states.into());
            model.tests(&suite.map_err(io::Error::other)?)
        }
        Some(path) => match read_test(&model, path) {
            Ok(inputs) => vec![(0, model.completed(inputs))],
            Err(error) => {
                output.complain(format!("error: {}: {error}", shown_path(path)))?;
                return Ok(Status::Usage);
            }
        },
    };
    Certify { args, model: &model, assumed, target: &target, tests }.run(output)
}

/// What is assumed of the connector: what was given, or what it was seen to do.
fn assumed(target: &Target<'_>) -> Result<Inferred, InferError> {
    let (possible, given) = target.assumed.of(&Pins::default());
    if possible.len() == 1 {
        return Ok(Inferred { assignment: given, unfit: None });
    }
    infer(target, possible, || !target.signals.came())
}

/// The end where a connector fails as a program before there is a suite for it.
fn failed(
    args: &Args,
    target: &Target<'_>,
    failure: &Failure,
    output: &mut Output,
) -> io::Result<Status> {
    if failure.kind == FailureKind::Harness {
        output.complain(format!("error: {failure}"))?;
        return Ok(Status::Internal);
    }
    let uncertified = Uncertified { connector: &target.who, date: today(), failure };
    match args.format {
        Format::Text => output.line(&uncertified)?,
        Format::Json => output.json(&uncertified.json())?,
    }
    Ok(Status::ConnectorFailed)
}

fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// The end of what was interrupted before anything was found.
fn no_certificate(args: &Args, output: &mut Output) -> io::Result<Status> {
    if args.format == Format::Text {
        output.line("verdict=none interrupted=1")?;
    }
    output.complain("there is no certificate")?;
    Ok(Status::Agree)
}

/// The inputs of a test that was kept.
fn read_test(model: &Model, path: &Path) -> Result<Vec<Input>, TestError> {
    Ok(read_inputs(model, &fs::read_to_string(path)?)?)
}

/// Why a file is not a saved test.
#[derive(Debug, thiserror::Error)]
enum TestError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    NoInputs(#[from] NoInputs),
}

struct Certify<'a> {
    args: &'a Args,
    model: &'a Model,
    assumed: Assignment,
    target: &'a Target<'a>,
    tests: Vec<NumberedTest>,
}

impl Certify<'_> {
    fn run(mut self, output: &mut Output) -> io::Result<Status> {
        let target = self.target;
        let extent = match &self.args.test {
            None => Extent::Suite { extra_states: self.args.extra_states },
            Some(path) => Extent::Test(shown_path(path)),
        };
        let (who, assumed) = (&target.who, self.assumed);
        let certificate = Certificate::new(self.model, assumed, &self.tests, extent, who, today());
        if self.args.format == Format::Text {
            output.line(&certificate)?;
            output.flush()?;
        }
        let began = Instant::now();
        let control = until_interrupted(target.signals, Control::cancelling(&target.cancelled));
        let refutation = match self.carry_out(&control, output)? {
            Carried::Out(refutation) => refutation,
            Carried::Interrupted => return no_certificate(self.args, output),
        };
        let seconds = began.elapsed().as_secs_f64();
        if let Some(ConductDifference::Failed(failure)) =
            refutation.as_ref().map(|found| &found.difference)
            && failure.kind == FailureKind::Harness
        {
            output.complain(format!("error: {failure}"))?;
            return Ok(Status::Internal);
        }
        if let Some(found) = &refutation {
            let test = certificate.name_of(found.number);
            output.complain(format!("{test} failed: repeating and shortening it"))?;
        }
        let refuted = refutation.map(|found| refuted(self.model, &found, target, &control));
        if !control.goes_on() {
            output.complain("interrupted: the test may not be minimal")?;
        }
        let kept =
            refuted.as_ref().map_or(Ok(Status::Agree), |refuted| self.keep(refuted, output))?;
        match self.args.format {
            Format::Text => output.line(certificate.result(refuted.as_ref(), seconds))?,
            Format::Json => output.json(&certificate.json(refuted.as_ref(), seconds))?,
        }
        let verdict =
            refuted.map_or(Status::Agree, |refuted| match refuted.refutation.difference {
                ConductDifference::Failed(_) => Status::ConnectorFailed,
                ConductDifference::Other { .. } => Status::Disagree,
            });
        Ok(verdict.or(kept))
    }

    /// Carries out some tests, says how long the others will take, and carries those out.
    fn carry_out(&mut self, control: &Control, output: &mut Output) -> io::Result<Carried> {
        let target = self.target;
        let jobs = jobs(self.args.jobs);
        let tests = std::mem::take(&mut self.tests);
        let every = tests.len().div_ceil(SAMPLE);
        let (sample, rest): (Vec<_>, Vec<_>) =
            tests.into_iter().partition(|(number, _)| number % every == 0);
        let began = Instant::now();
        if let Some(refutation) = run_tests(self.model, &sample, target, jobs, control)? {
            return Ok(Carried::Out(Some(refutation)));
        }
        if !control.goes_on() {
            return Ok(Carried::Interrupted);
        }
        if rest.is_empty() {
            return Ok(Carried::Out(None));
        }
        if !sample.is_empty() {
            let estimate = self.estimate(&rest, &sample, began.elapsed());
            output.complain(format!("about {} remaining", about(estimate)))?;
        }
        let refutation = run_tests(self.model, &rest, target, jobs, control)?;
        if refutation.is_none() && !control.goes_on() {
            return Ok(Carried::Interrupted);
        }
        Ok(Carried::Out(refutation))
    }

    /// How long the rest will take, after a sample that took so long.
    fn estimate(&self, rest: &[NumberedTest], sample: &[NumberedTest], took: Duration) -> Duration {
        let is_kill = |input: &&Input| self.model.letter(**input) == Letter::Kill;
        let work =
            |(_, test): &NumberedTest| test.len() + KILL * test.iter().filter(is_kill).count();
        let work = |tests: &[NumberedTest]| tests.iter().map(work).sum::<usize>();
        took.mul_f64(work(rest) as f64 / work(sample).max(1) as f64)
    }

    /// Saves a failed test.
    fn keep(&self, refuted: &Refuted, output: &mut Output) -> io::Result<Status> {
        let text = &refuted.conversation;
        if self.args.format == Format::Text {
            output.line(format!("\n{text}"))?;
        }
        let stem = format!("certify-{}", short_hash(text));
        let file = match save::keep(&self.args.save, &stem, "txt", text, output)? {
            Ok(file) => file,
            Err(status) => return Ok(status),
        };
        save::say_again("certify --test", &[file], &self.args.subject.words(), output)?;
        Ok(Status::Agree)
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

/// A failed test, shortened if it fails again.
fn refuted(model: &Model, found: &Refutation, target: &Target<'_>, control: &Control) -> Refuted {
    let (refutation, repeats, conversation) =
        kept::refuted(model, found, (target, &target.who), control);
    Refuted { refutation, repeats, conversation }
}
