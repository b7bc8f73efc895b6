//! One conformance test, carried out on a connector.

use std::fmt;

use super::alphabet::Letter;
use super::item::{Item, Numbers};
use super::mealy::Input;
use super::model::{Model, carry_out, waiting};
use super::script::Script;
use crate::connector::{Connector, Failure, Journal, Stage};
use crate::play::CYCLE_SECONDS;
use crate::site::{Ran, Run, Server};

/// What tells a connector from the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It does something else.
    Other {
        /// In which command of the test, from 0.
        command: usize,
        /// What the reference does there.
        expected: String,
        /// What the connector does.
        found: String,
    },
    /// It failed as a program.
    Failed(Failure),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other { command, expected, found } => write!(
                f,
                "In command {} the reference {expected}; the connector {found}.",
                command + 1
            ),
            Self::Failed(failure) => write!(f, "It failed as a program: {failure}."),
        }
    }
}

impl Difference {
    /// Whether two differences are of one kind: the same thing is expected and the same found.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Other { expected, found, .. },
                Self::Other { expected: others, found: other, .. },
            ) => expected == others && unnumbered(found) == unnumbered(other),
            (Self::Failed(failure), Self::Failed(other)) => failure.kind == other.kind,
            _ => false,
        }
    }
}

/// What is said of a file, whichever number it has: that depends on how long the test is.
fn unnumbered(text: &str) -> String {
    let mut parts = text.split("msg");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + "msg" + part.trim_start_matches(|c: char| c.is_ascii_hexdigit())
    })
}

/// One command of a test with its answers, and what the reference does in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The command.
    pub command: Letter,
    /// The answers to the runs that it asks for.
    pub answers: Vec<Ran>,
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
            Some(Item::Asked(run)) => Some(run.job),
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
    journal: &mut Journal,
) -> Result<(), Difference> {
    connector.reset().map_err(Difference::Failed)?;
    let (mut numbers, mut at) = (Numbers::default(), 0);
    for (index, block) in blocks.iter().enumerate() {
        if matches!(block.command, Letter::Cycle(..)) {
            at += CYCLE_SECONDS;
        }
        journal.clear();
        let mut script = Script::new(block.command, block.answers.iter().copied());
        let mut stage = Stage::new(&mut script, journal, at);
        carry_out(block.command, connector, &mut stage).map_err(Difference::Failed)?;
        let found = numbers.items(journal);
        if block.items != found {
            let (expected, found) = first_difference(block, &found);
            return Err(Difference::Other { command: index, expected, found });
        }
    }
    Ok(())
}

/// The first item in which the reference and the connector differ, each as text.
fn first_difference(block: &Block, found: &[Item]) -> (String, String) {
    let longer = block.items.len().max(found.len());
    let first = (0..longer).find(|index| block.items.get(*index) != found.get(*index));
    let text = |items: &[Item]| match first.and_then(|index| items.get(index)) {
        None => "is done".to_owned(),
        Some(Item::Asked(run)) => {
            let told = Run::new(run.job, Script::new(block.command, []).view().tab).tab;
            let words = [
                ("/N", run.tab.name != told.name),
                ("/P", run.tab.password != told.password),
                ("/D", run.tab.path != told.path),
            ];
            let other = words.iter().filter(|(_, other)| *other).map(|(switch, _)| *switch);
            let other = other.collect::<Vec<_>>().join(" and ");
            let asks = Item::Asked(*run);
            if other.is_empty() { asks.to_string() } else { format!("{asks}, {other} not as told") }
        }
        Some(item) => item.to_string(),
    };
    (text(&block.items), text(found))
}
