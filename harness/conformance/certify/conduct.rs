//! One conformance test, carried out on a connector.

use event70_engine::forget_right_texts;
use event70_model::{CommandLine, Connector, Run, RunResult, Stage, Trace, TraceEvent, Verbatim};

use super::alphabet::Letter;
use super::difference::ConductDifference;
use super::item::{Files, Item};
use super::mealy::Input;
use super::model::{Model, carry_out, waiting};
use super::script::Script;

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
    conduct_until(blocks, connector, trace).map_err(|deviation| deviation.difference)
}

/// Where a connector deviates from the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deviation {
    pub(super) difference: ConductDifference,
    /// How many inputs it takes to come there.
    pub(super) inputs: usize,
    /// What the connector says there, in its last command; nothing if it failed.
    pub(super) own: Option<Box<OwnLine>>,
}

/// The line with which a connector deviates, as it said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLine {
    /// How many runs and events of its command are as they should be.
    pub after: usize,
    /// The line.
    pub says: OwnWords,
}

/// What a connector says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnWords {
    /// It asks for a run, without a command line.
    Run(Run),
    /// It asks for a run with this command line.
    Line(CommandLine),
    /// It logs an event, so many times in a row.
    Event(Verbatim, u32),
    /// It is done.
    Done,
}

/// Carries out a test, like [`conduct`]. Beside the difference it is told where that is.
pub(super) fn conduct_until<C: Connector>(
    blocks: &[Block],
    connector: &mut C,
    trace: &mut Trace,
) -> Result<(), Box<Deviation>> {
    let failed = |failure, inputs| {
        let difference = ConductDifference::Failed(failure);
        Box::new(Deviation { difference, inputs, own: None })
    };
    connector.reset().map_err(|failure| failed(failure, 0))?;
    let (mut files, mut origins) = (Files::default(), Vec::new());
    let (mut at, mut inputs) = (0, 0);
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
            let answers = runs(&trace.events).min(block.answers.len());
            return Err(failed(failure, inputs + 1 + answers));
        }
        forget_right_texts(trace, 0);
        let found = files.items(trace, &mut origins);
        if block.items != found {
            let (difference, after, answers) = first_difference(index, block, &found);
            let says = match (found.get(after), origins.get(after)) {
                (Some(item), Some(origin)) => own_words(item, *origin, trace, script.lines()),
                _ => OwnWords::Done,
            };
            let own = Some(Box::new(OwnLine { after, says }));
            return Err(Box::new(Deviation { difference, inputs: inputs + 1 + answers, own }));
        }
        inputs += 1 + block.answers.len();
    }
    Ok(())
}

/// What a connector said for an item that came of this event of the trace.
fn own_words(item: &Item, origin: usize, trace: &Trace, lines: &[CommandLine]) -> OwnWords {
    let times = if let Item::Logged(_, times) = item { *times } else { 1 };
    match &trace.events[origin] {
        TraceEvent::Run { run, .. } => {
            let is_run = |traced: &&TraceEvent| matches!(traced, TraceEvent::Run { .. });
            let before = trace.events[..origin].iter().filter(is_run).count();
            lines.get(before).cloned().map_or(OwnWords::Run(*run), OwnWords::Line)
        }
        TraceEvent::Logged(record) | TraceEvent::Foreign(record) => {
            OwnWords::Event(Verbatim::from(&record.event), times)
        }
        TraceEvent::Verbatim { index, .. } => {
            OwnWords::Event(trace.verbatim[*index as usize].clone(), times)
        }
        TraceEvent::Undocumented { index, .. } => {
            OwnWords::Line(trace.undocumented[*index as usize].line.clone())
        }
    }
}

/// How many runs a connector has asked for.
fn runs(events: &[TraceEvent]) -> usize {
    let is_run = |traced: &&TraceEvent| {
        matches!(traced, TraceEvent::Run { .. } | TraceEvent::Undocumented { .. })
    };
    events.iter().filter(is_run).count()
}

/// The first item in which the reference and the connector differ, how many items and how many answers
/// there were before it.
fn first_difference(
    index: usize,
    block: &Block,
    found: &[Item],
) -> (ConductDifference, usize, usize) {
    let alike = block.items.iter().zip(found).take_while(|(item, found)| item == found).count();
    let is_run = |item: &&Item| matches!(item, Item::Run(_));
    let answers = block.items[..alike].iter().filter(is_run).count();
    let (expected, found) = (block.items.get(alike).cloned(), found.get(alike).cloned());
    let command = block.command;
    (ConductDifference::Other { index, command, expected, found }, alike, answers)
}
