//! One conformance test, carried out on a connector.

use std::fmt;

use event70_engine::forget_right_texts;
use event70_model::{
    Connector, Entered, Failure, Run, RunResult, Server, Stage, Tab, Trace, TraceEvent,
};

use super::alphabet::Letter;
use super::item::{Files, Item};
use super::mealy::Input;
use super::model::{Model, carry_out, waiting};
use super::script::Script;

/// What tells a connector from the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConductDifference {
    /// It does something else.
    Other {
        /// In which command of the test, from 0.
        index: usize,
        /// That command.
        command: Letter,
        /// What the reference does there; nothing if it is done.
        expected: Option<Item>,
        /// What the connector does.
        found: Option<Item>,
    },
    /// It failed as a program.
    Failed(Failure),
}

impl ConductDifference {
    /// Whether two differences are of one kind: the same is expected and the same found, whichever
    /// names files have and whatever was counted, for that depends on how long a test is.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Other { .. }, Self::Other { .. }) => self.kind() == other.kind(),
            (Self::Failed(failure), Self::Failed(other)) => failure.kind == other.kind,
            _ => false,
        }
    }

    /// What is expected and what found, without numbers; of what is passed on to a program only
    /// whether it is as it was told.
    fn kind(&self) -> Option<(Option<Item>, Option<Item>)> {
        let Self::Other { command, expected, found, .. } = self else { return None };
        let kind = |item: &Option<Item>| {
            let item = match item.clone()? {
                Item::Run(run) => Item::Run(Run { tab: as_told(*command, run), ..run }),
                item => item,
            };
            Some(item.unnumbered())
        };
        Some((kind(expected), kind(found)))
    }
}

/// What is passed on in a run, held against what was told: right is what was told.
fn as_told(command: Letter, run: Run) -> Tab {
    let told = Run::new(run.job, Script::new(command, []).view().tab).tab;
    let entered = |passed, told| if passed == told { Entered::Right } else { Entered::Wrong };
    Tab {
        name: entered(run.tab.name, told.name),
        password: entered(run.tab.password, told.password),
        path: entered(run.tab.path, told.path),
        ..told
    }
}

impl fmt::Display for ConductDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other { index, command, expected, found } => {
                let expected = told(*command, expected.as_ref());
                let found = told(*command, found.as_ref());
                let number = index + 1;
                write!(f, "In command {number} the reference {expected}; the connector {found}.")
            }
            Self::Failed(failure) => write!(f, "It failed as a program: {failure}."),
        }
    }
}

/// What is done during a command, in words.
fn told(command: Letter, item: Option<&Item>) -> String {
    match item {
        None => "is done".to_owned(),
        Some(Item::Run(run)) => {
            let tab = as_told(command, *run);
            let words = [("/N", tab.name), ("/P", tab.password), ("/D", tab.path)];
            let other = words.iter().filter(|(_, word)| *word == Entered::Wrong);
            let other: Vec<&str> = other.map(|(switch, _)| *switch).collect();
            let asks = Item::Run(*run);
            match other.join(" and ").as_str() {
                "" => asks.to_string(),
                other => format!("{asks}, with {other} not as given"),
            }
        }
        Some(item) => item.to_string(),
    }
}

/// One command of a test with its answers, and what the reference does in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The command.
    pub command: Letter,
    /// The answers to the runs that it asks for.
    pub answers: Vec<RunResult>,
    /// What the reference does, in order.
    pub items: Vec<Item>,
}

/// The commands of a test. The test is complete: every run that it asks for is answered.
#[must_use]
pub fn blocks(model: &Model, test: &[Input]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut state = model.machine.initial();
    let mut asked = None;
    for input in test {
        let Some((output, next)) = model.machine.step(state, *input) else { continue };
        let letter = model.letter(*input);
        if letter.is_command() {
            blocks.push(Block { command: letter, answers: Vec::new(), items: Vec::new() });
        }
        let Some(block) = blocks.last_mut() else { continue };
        if let Some(job) = asked {
            block.answers.extend(letter.answer(job, waiting(block.command, &block.answers)));
        }
        block.items.extend_from_slice(model.items(output));
        asked = match block.items.last() {
            Some(Item::Run(run)) => Some(run.job),
            _ => None,
        };
        state = next;
    }
    blocks
}

/// Carries out a test. The connector is reset first.
///
/// # Errors
/// The first difference from the reference.
pub fn conduct<C: Connector>(
    blocks: &[Block],
    connector: &mut C,
    trace: &mut Trace,
) -> Result<(), ConductDifference> {
    conduct_until(blocks, connector, trace).map_err(|(difference, _)| difference)
}

/// Carries out a test, like [`conduct`]. Beside the difference it is told how many inputs it takes
/// to come there.
pub(super) fn conduct_until<C: Connector>(
    blocks: &[Block],
    connector: &mut C,
    trace: &mut Trace,
) -> Result<(), (ConductDifference, usize)> {
    connector.reset().map_err(|failure| (ConductDifference::Failed(failure), 0))?;
    let (mut files, mut at, mut inputs) = (Files::default(), 0, 0);
    for (index, block) in blocks.iter().enumerate() {
        let command = block.command;
        match command {
            Letter::Start(_) => files = Files::default(),
            Letter::Cycle(on, _) => at += u64::from(on.view(0).limits.poll_seconds),
            _ => {}
        }
        trace.clear();
        let mut script = Script::new(command, block.answers.iter().copied());
        let mut stage = Stage::new(&mut script, trace, at);
        let carried_out = carry_out(command, connector, &mut stage);
        if let Err(failure) = carried_out {
            let answers = runs(trace).min(block.answers.len());
            return Err((ConductDifference::Failed(failure), inputs + 1 + answers));
        }
        forget_right_texts(trace, 0);
        let found = files.items(trace);
        if block.items != found {
            let (difference, answers) = first_difference(index, block, &found);
            return Err((difference, inputs + 1 + answers));
        }
        inputs += 1 + block.answers.len();
    }
    Ok(())
}

/// How many runs a connector has asked for in this command.
fn runs(trace: &Trace) -> usize {
    let is_run = |traced: &&TraceEvent| {
        matches!(traced, TraceEvent::Run { .. } | TraceEvent::Undocumented { .. })
    };
    trace.events.iter().filter(is_run).count()
}

/// The first item in which the reference and the connector differ, and how many answers there were
/// before it.
fn first_difference(index: usize, block: &Block, found: &[Item]) -> (ConductDifference, usize) {
    let alike = block.items.iter().zip(found).take_while(|(item, found)| item == found).count();
    let is_run = |item: &&Item| matches!(item, Item::Run(_));
    let answers = block.items[..alike].iter().filter(is_run).count();
    let (expected, found) = (block.items.get(alike).cloned(), found.get(alike).cloned());
    (ConductDifference::Other { index, command: block.command, expected, found }, answers)
}
