//! A conformance test as the lines that pass in it: what the harness says, what the reference would
//! answer, and beside the one that it comes to, the line with which the connector deviates.

use event70_conformance::certify::{
    Block, ConductDifference, Input, Item, Letter, Model, OwnLine, OwnWords, Refutation, Variant,
    blocks,
};
use event70_model::{
    CommandLine, Description, Event, FileName, Insert, Job, MessageFile, Run, Verbatim,
};
use event70_process::{Answer, Command, CommandWord, ConnectorLine, EventLine, RunLine, SiteLine};

/// What the line with a test's inputs begins with; [`read_inputs`] reads it.
pub const INPUTS: &str = "# inputs: ";
/// What stands there in place of no inputs: the reset before a test is all that the test needs.
const NO_INPUTS: &str = "none";
/// The same input in a row is written once from so many times on, with the number behind this sign.
const TIMES_MIN: usize = 4;
const TIMES_SIGN: char = '*';
/// The maximum number of inputs of a test; the longest of a suite has some 65,000.
const INPUTS_MAX: usize = 1_000_000;

/// The number of runs and events shown at the beginning and at the end of a command.
const LINES_SHOWN: usize = 60;
/// The maximum number of times that one event of a connector is shown.
const EVENTS_SHOWN: u32 = 4;

/// A test that a connector does not pass, as a text with one line for each that passes.
#[must_use]
pub fn conversation(model: &Model, refutation: &Refutation, tested: &str) -> String {
    let inputs = words(model, &refutation.test);
    let where_it_differs = match refutation.own {
        Some(_) => ", and the connector's own where it differs",
        None => "",
    };
    let mut text = vec![
        format!("# Tested: {tested}."),
        format!("# {}", refutation.difference),
        format!("# These are the lines that pass, with the reference's answers{where_it_differs}."),
        format!("{INPUTS}{inputs}"),
    ];
    let mut teller =
        Teller { text: Vec::new(), next_file: MessageFile::numbered(1), at: 0, started: None };
    teller.harness(&Command::reset());
    teller.reference(&ConnectorLine::Done("reset".into()));
    let deviates_in = match refutation.difference {
        ConductDifference::Other { index, .. } => Some(index),
        ConductDifference::Failed(_) => None,
    };
    for (index, block) in blocks(model, &refutation.test).iter().enumerate() {
        teller.block(block, refutation.own.as_deref().filter(|_| deviates_in == Some(index)));
    }
    text.append(&mut teller.text);
    if let ConductDifference::Failed(failure) = &refutation.difference {
        text.extend(failure.report.lines().map(|line| format!("# {line}")));
    }
    text.push(String::new());
    text.join("\n")
}

/// Inputs as words: `start/0 unfinished*5 stop`.
fn words(model: &Model, test: &[Input]) -> String {
    if test.is_empty() {
        return NO_INPUTS.to_owned();
    }
    let in_a_row = test.chunk_by(|one, other| one == other).map(|row| {
        let word = model.letter(row[0]).to_string();
        match row.len() {
            times @ TIMES_MIN.. => format!("{word}{TIMES_SIGN}{times}"),
            times => vec![word; times].join(" "),
        }
    });
    in_a_row.collect::<Vec<String>>().join(" ")
}

/// Why a text has no inputs of a test.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoInputs {
    /// The line of inputs is missing.
    #[error("no line begins with `{INPUTS}`")]
    NoLine,
    /// A word of it is none of the machine's.
    #[error("{0:?} is not an input")]
    Unknown(String),
    /// There are more than a test can have.
    #[error("it has more than {INPUTS_MAX} inputs")]
    TooMany,
}

/// The inputs of a test in the text of its [`conversation`].
///
/// # Errors
/// If there are none.
pub fn read_inputs(model: &Model, text: &str) -> Result<Vec<Input>, NoInputs> {
    let line = text.lines().find_map(|line| line.strip_prefix(INPUTS));
    let words = line.ok_or(NoInputs::NoLine)?;
    let mut inputs = Vec::new();
    if words.trim() == NO_INPUTS {
        return Ok(inputs);
    }
    for text in words.split_whitespace() {
        let (word, times) = match text.split_once(TIMES_SIGN) {
            None => (text, Some(1)),
            Some((word, times)) => (word, times.parse().ok()),
        };
        let (Some(input), Some(times)) = (model.input(word), times) else {
            return Err(NoInputs::Unknown(text.to_owned()));
        };
        if times > INPUTS_MAX - inputs.len() {
            return Err(NoInputs::TooMany);
        }
        inputs.resize(inputs.len() + times, input);
    }
    Ok(inputs)
}

struct Teller {
    text: Vec<String>,
    next_file: MessageFile,
    at: u64,
    /// The site on which the service was started.
    started: Option<Variant>,
}

impl Teller {
    fn harness(&mut self, message: &impl serde::Serialize) {
        self.line("harness:   ", message);
    }

    fn reference(&mut self, message: &impl serde::Serialize) {
        self.line("reference: ", message);
    }

    fn line(&mut self, who: &str, message: &impl serde::Serialize) {
        let line = serde_json::to_string(message).unwrap_or_default();
        self.text.push(format!("{who}{line}"));
    }

    fn block(&mut self, block: &Block, own: Option<&OwnLine>) {
        let (variant, outbound) = block.command.site();
        let site = variant.description(outbound);
        let (word, tells_site) = match block.command {
            Letter::Start(_) => (CommandWord::Start, true),
            Letter::Cycle(..) => (CommandWord::Cycle, true),
            Letter::Dirsync(_) => (CommandWord::Dirsync, true),
            Letter::Stop => (CommandWord::Stop, false),
            Letter::Kill | Letter::Ended(_) | Letter::Imported => {
                self.text.push("harness:   kills the connector (SIGKILL)".to_owned());
                return;
            }
        };
        if word == CommandWord::Start {
            self.started = Some(variant);
        }
        if word == CommandWord::Cycle {
            self.at += u64::from(site.limits.poll_seconds);
        }
        let mut command = Command::at(word, self.at);
        command.site = tells_site.then(|| SiteLine::of(&site));
        command.outbound = (word == CommandWord::Cycle).then_some(outbound);
        self.harness(&command);
        let mut answers = block.answers.iter();
        let middle = LINES_SHOWN..block.items.len().saturating_sub(LINES_SHOWN);
        for (index, item) in block.items.iter().enumerate() {
            let before = self.text.len();
            self.item(item, variant, &site);
            let own = own.filter(|own| own.after == index);
            if let Some(OwnLine { says, .. }) = own {
                self.connector(says, word, variant, &site);
            }
            if matches!(item, Item::Run(_))
                && let Some(ran) = answers.next()
            {
                self.harness(&Answer::from(*ran));
            }
            if middle.contains(&index) && own.is_none() {
                self.text.truncate(before);
            }
            if middle.start == index && middle.contains(&index) {
                self.text.push(format!("… and so on, {} times", middle.len()));
            }
        }
        self.reference(&ConnectorLine::Done(word.keyword().into()));
        if let Some(OwnLine { says, .. }) = own.filter(|own| own.after == block.items.len()) {
            self.connector(says, word, variant, &site);
        }
    }

    /// What the connector says in the place of the line before.
    fn connector(&mut self, says: &OwnWords, word: CommandWord, told: Variant, site: &Description) {
        const WHO: &str = "connector: ";
        match says {
            OwnWords::Run(run) => {
                let line = self.command_line(run.job, run, told, site);
                self.line(WHO, &ConnectorLine::Run(RunLine::from(&line)));
            }
            OwnWords::Line(line) => self.line(WHO, &ConnectorLine::Run(RunLine::from(line))),
            OwnWords::Event(event, times) => {
                for _ in 0..(*times).min(EVENTS_SHOWN) {
                    self.line(WHO, &ConnectorLine::Event(EventLine::from(event)));
                }
                if let Some(more @ 1..) = times.checked_sub(EVENTS_SHOWN) {
                    self.text.push(format!("… and so on, {more} times"));
                }
            }
            OwnWords::Done => self.line(WHO, &ConnectorLine::Done(word.keyword().into())),
        }
    }

    /// The command line of a run on this site.
    fn command_line(&self, job: Job, run: &Run, told: Variant, site: &Description) -> CommandLine {
        // What is passed on is what was told, now or at the start; no two sites are alike in it.
        let is_passed = |variant: &Variant| Run::new(run.job, variant.view(0).tab).tab == run.tab;
        let passed = self.started.into_iter().chain([told]).find(is_passed);
        let tab = passed.unwrap_or(told).description(0).tab;
        CommandLine::of(job, &site.entry, &tab)
    }

    fn item(&mut self, item: &Item, told: Variant, site: &Description) {
        match item {
            Item::Run(run @ Run { job, .. }) => {
                let job = match job {
                    Job::ExportMessages(_) => {
                        let file = self.next_file;
                        self.next_file = file.plus(1);
                        Job::ExportMessages(file)
                    }
                    job => *job,
                };
                let line = self.command_line(job, run, told, site);
                self.reference(&ConnectorLine::Run(RunLine::from(&line)));
            }
            Item::Logged(event, times) => {
                let event = Verbatim::from(&self.numbered(*event));
                for _ in 0..*times {
                    self.reference(&ConnectorLine::Event(EventLine::from(&event)));
                }
            }
            Item::Other(_) => {}
        }
    }

    /// The event with the number of the last file.
    fn numbered(&self, mut event: Event) -> Event {
        for string in &mut event.strings {
            if let Insert::File(FileName::Message(file)) = string {
                *file = self.next_file.plus(u32::MAX);
            }
        }
        event
    }
}
