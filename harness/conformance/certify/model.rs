//! The reference as a finite Mealy machine.
//!
//! The machine is not written a second time: it is read off the reference itself. A state is the
//! connector between two commands, or in the middle of one: then it is known by the connector at
//! the command's beginning and the answers so far, and the command is carried out again with one
//! answer more. One thing keeps this finite: a message EXPORT that moved a full batch is followed by
//! another, and all that has changed is the file, which is checked by its rule; so that
//! answer is forgotten. A test walks machine and reference side by side.
//!
//! Three things that a life of the service remembers would multiply: how often a thread was started
//! again, what a run holds that does not finish, and which tab was read at the start. They have
//! nothing to do with each other, so each is asked after in lives of its own ([`Life`]): where a
//! program was missing none does not finish, and the other way round, and neither where the service
//! was started with another tab than the first.

use std::collections::HashMap;

use event70_model::{Assignment, Connector, Job, RunResult, Stage, Tab, Trace, TraceEvent};
use event70_reference::Reference;

use super::alphabet::{IMPORT_MESSAGES_MAX, Letter};
use super::item::{Files, Item};
use super::mealy::{Input, Malformed, Mealy, Mode, State};
use super::run::NumberedTest;
use super::script::Script;
use super::suite::Suite;
use super::walks::{WALKS, walk};

/// The machine, with what its inputs and outputs mean.
#[derive(Debug, Clone)]
pub struct Model {
    /// The minimal machine.
    pub machine: Mealy,
    letters: Vec<Letter>,
    outputs: Vec<Vec<Item>>,
}

/// The reference at one point.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Point {
    connector: Reference,
    running: bool,
    /// The command in hand, and the answers so far.
    doing: Option<(Letter, Vec<RunResult>)>,
    /// The run that waits for an answer.
    asked: Option<Job>,
    life: Life,
}

/// Which of the things that a life remembers is asked after in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Life {
    /// None so far.
    Plain,
    /// Which tab the service was started with.
    OtherTab,
    /// How often a program was missing.
    Missing,
    /// What does not finish.
    Hanging,
}

impl Life {
    /// The life after this answer; nothing if that is not given in it.
    fn after(self, answer: Letter) -> Option<Self> {
        match (self, answer) {
            (Self::Plain | Self::Missing, Letter::Ended(RunResult::NotFound)) => {
                Some(Self::Missing)
            }
            (Self::Plain | Self::Hanging, Letter::Ended(RunResult::Unfinished)) => {
                Some(Self::Hanging)
            }
            (_, Letter::Ended(RunResult::NotFound | RunResult::Unfinished)) => None,
            _ => Some(self),
        }
    }

    /// The life in which a command is given: a start begins one, in which the tab is read or not.
    fn begun(self, command: Letter, connector: &Reference) -> Self {
        let Letter::Start(variant) = command else { return self };
        let is_read = connector.reads_tab_at_start();
        let is_other = is_read && variant.view(0).tab != Tab::CORRECT;
        if is_other { Self::OtherTab } else { Self::Plain }
    }
}

impl Model {
    /// Reads the machine off the reference where this is assumed.
    ///
    /// # Errors
    /// If the machine is none. An output is kept together with the mode that it leads to, which
    /// follows from the mode before, the input and what is put out; a test holds that.
    pub fn of_reference(assumed: Assignment) -> Result<Self, Malformed> {
        let letters = Letter::all();
        let mut outputs = Interned::default();
        let mut points = vec![Point {
            connector: Reference::new().assuming(assumed),
            running: false,
            doing: None,
            asked: None,
            life: Life::Plain,
        }];
        let mut known = HashMap::from([(points[0].clone(), 0)]);
        let mut transitions: Vec<Vec<(Input, u32, State)>> = Vec::new();
        while let Some(point) = points.get(transitions.len()).cloned() {
            let mut row = Vec::new();
            for (input, letter) in letters.iter().enumerate() {
                let Some((items, next)) = point.step(*letter) else { continue };
                let output = outputs.number(items, next.mode());
                let target = *known.entry(next).or_insert_with_key(|next| {
                    points.push(next.clone());
                    points.len() - 1
                });
                row.push((input, output, target));
            }
            transitions.push(row);
        }
        let modes = points.iter().map(Point::mode).collect();
        let (machine, _) = Mealy::new(0, modes, transitions)?.minimised();
        Ok(Self { machine, letters, outputs: outputs.items })
    }

    /// What an input is.
    #[must_use]
    pub fn letter(&self, input: Input) -> Letter {
        self.letters[input]
    }

    /// How many inputs there are.
    #[must_use]
    pub fn letters(&self) -> usize {
        self.letters.len()
    }

    /// The input that is written with this word.
    #[must_use]
    pub fn input(&self, word: &str) -> Option<Input> {
        self.letters.iter().position(|letter| letter.to_string() == word)
    }

    /// The input that is this letter.
    fn input_of(&self, letter: Letter) -> Option<Input> {
        self.letters.iter().position(|other| *other == letter)
    }

    /// What an output is.
    #[must_use]
    pub fn items(&self, output: u32) -> &[Item] {
        &self.outputs[output as usize]
    }

    /// The inputs of a test as far as they are applicable, with what ends the command in hand.
    #[must_use]
    pub fn completed(&self, inputs: impl IntoIterator<Item = Input>) -> Vec<Input> {
        let mut test = Vec::new();
        let mut state = self.machine.initial();
        for input in inputs {
            if self.letters[input].is_command() {
                state = self.end_command(state, &mut test);
            }
            let Some((_, next)) = self.machine.step(state, input) else { continue };
            test.push(input);
            state = next;
        }
        self.end_command(state, &mut test);
        test
    }

    /// The tests that certify a connector: those of a suite, completed, and then [walks](walk).
    #[must_use]
    pub fn tests(&self, suite: &Suite) -> Vec<NumberedTest> {
        let walks = (0..WALKS).map(|number| walk(self, number));
        suite.tests().map(|test| self.completed(test)).chain(walks).enumerate().collect()
    }

    /// Answers that every run fails, until the command is done.
    fn end_command(&self, mut state: State, test: &mut Vec<Input>) -> State {
        let Some(input) = self.input_of(Letter::Ended(RunResult::exited(1))) else { return state };
        while let Some((_, next)) = self.machine.step(state, input) {
            test.push(input);
            state = next;
        }
        state
    }
}

/// Outputs by number.
#[derive(Default)]
struct Interned {
    items: Vec<Vec<Item>>,
    numbers: HashMap<(Vec<Item>, Mode), u32>,
}

impl Interned {
    fn number(&mut self, items: Vec<Item>, mode: Mode) -> u32 {
        *self.numbers.entry((items, mode)).or_insert_with_key(|(items, _)| {
            self.items.push(items.clone());
            self.items.len() as u32 - 1
        })
    }
}

impl Point {
    /// What is seen of a point from outside: whether the service runs, or which run is asked for
    /// during which command; and what was asked after in this life.
    fn mode(&self) -> Mode {
        let life = self.life as Mode * 100;
        let Some((command, _)) = &self.doing else { return life + Mode::from(self.running) };
        let command = match command {
            Letter::Start(_) => 1,
            Letter::Cycle(..) => 2,
            _ => 3,
        };
        let job = match self.asked {
            Some(Job::ExportMessages(_)) | None => 0,
            Some(Job::ImportMessages) => 1,
            Some(Job::ExportDirectory(file)) => 2 + file as Mode,
            Some(Job::ImportDirectory(file)) => 5 + file as Mode,
        };
        life + command * 10 + job
    }

    /// What the reference puts out at this input, and where it comes to.
    fn step(&self, letter: Letter) -> Option<(Vec<Item>, Self)> {
        match (&self.doing, self.asked) {
            (Some((command, answers)), Some(job)) => {
                let life = self.life.after(letter)?;
                let mut answers = answers.clone();
                answers.push(letter.answer(job, waiting(*command, &answers))?);
                Some(Self { life, ..self.clone() }.carried_out(*command, answers))
            }
            (None, _) if letter.is_command_for(self.running) => {
                let life = self.life.begun(letter, &self.connector);
                Some(Self { life, ..self.clone() }.carried_out(letter, Vec::new()))
            }
            _ => None,
        }
    }

    /// The command, carried out until the first run that none of the answers is for.
    fn carried_out(&self, command: Letter, mut answers: Vec<RunResult>) -> (Vec<Item>, Self) {
        let mut connector = self.connector;
        let mut trace = Trace::default();
        let mut script = Script::new(command, answers.iter().copied());
        let mut stage = Stage::new(&mut script, &mut trace, 0);
        // The reference never fails as a program.
        let _ = carry_out(command, &mut connector, &mut stage);
        let has_given_up = stage.has_given_up();
        let (items, asked) = since_last_answer(&mut trace, answers.len());
        if let Some(job) = asked {
            let full_batch = Some(&RunResult::moved(16));
            if matches!(job, Job::ExportMessages(_)) && answers.last() == full_batch {
                answers.pop();
            }
            let doing = Some((command, answers));
            return (items, Self { doing, asked, ..self.clone() });
        }
        let running = !matches!(command, Letter::Stop | Letter::Kill) && !has_given_up;
        let connector = connector.folded(connector.handed_over(), running, |tab| tab);
        let life = if running { self.life } else { Life::Plain };
        (items, Self { connector, running, doing: None, asked: None, life })
    }
}

/// Gives a connector one command.
pub(super) fn carry_out<C: Connector>(
    command: Letter,
    connector: &mut C,
    stage: &mut Stage<'_, Script>,
) -> Result<(), event70_model::Failure> {
    match command {
        Letter::Start(_) => connector.start(stage),
        Letter::Cycle(..) => connector.cycle(stage),
        Letter::Dirsync(_) => connector.dirsync(stage),
        Letter::Stop => connector.stop(stage),
        Letter::Kill => connector.kill(),
        Letter::Ended(_) | Letter::Imported => Ok(()),
    }
}

/// What happened after the last of so many answers, up to the run that none of them is for; the
/// trace is cut off there.
fn since_last_answer(trace: &mut Trace, answers: usize) -> (Vec<Item>, Option<Job>) {
    let runs = trace.events.iter().enumerate().filter_map(|(index, traced)| {
        let TraceEvent::Run { run, .. } = traced else { return None };
        Some((index, run.job))
    });
    let runs: Vec<(usize, Job)> = runs.collect();
    let asked = runs.get(answers).copied();
    let items = Files::default().items(trace, &mut Vec::new());
    let end = asked.map_or(items.len(), |_| end_of(&items, answers));
    let begin = answers.checked_sub(1).map_or(0, |last| end_of(&items, last));
    let items = items[begin..end].to_vec();
    if let Some((index, _)) = asked {
        trace.events.truncate(index);
    }
    (items, asked.map(|(_, job)| job))
}

/// Where in a list of items the run of this number ends, from 0.
fn end_of(items: &[Item], run: usize) -> usize {
    let mut runs = items.iter().enumerate().filter(|(_, item)| matches!(item, Item::Run(_)));
    runs.nth(run).map_or(items.len(), |(index, _)| index + 1)
}

/// How many outbound messages wait after so many answers of a command, the last of which are those
/// of message IMPORTs; what EXPORT moved before them is of the other queue.
pub(super) fn waiting(command: Letter, answers: &[RunResult]) -> u16 {
    let imported = answers.iter().rev().map_while(|answer| match answer {
        RunResult::Exited {
            code: 0,
            messages: messages @ 1..=IMPORT_MESSAGES_MAX,
            corrupt: 0,
            ..
        } => Some(*messages),
        _ => None,
    });
    let (_, outbound) = command.site();
    (outbound as u16).saturating_sub(imported.sum())
}
