//! What tells a connector from the reference, and against what that is.

use std::fmt;

use event70_model::{EVENT_70, Entered, Failure, Run, Server, Tab};
use event70_rule::message;

use super::alphabet::Letter;
use super::item::{Item, Oddity};
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

impl ConductDifference {
    /// Against what it is; nothing of a failure.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        let Self::Other { command, expected, found, .. } = self else { return None };
        let rules = [found, expected].map(|item| Some(rule_of(*command, item.as_ref()?)));
        let is_article = |rule: &Option<Rule>| *rule == Some(Rule::Article);
        match (expected, found) {
            _ if rules.iter().any(is_article) => Some(Rule::Article),
            // What the connector does is wrong by itself.
            (_, Some(Item::Other(_))) => rules[0],
            (Some(Item::Run(expected)), Some(Item::Run(found))) if expected.job == found.job => {
                Some(Rule::Assumed(PASSED_ON))
            }
            // No run calls for it.
            (Some(Item::Run(_)), Some(Item::Logged(..))) => rules[0],
            _ => rules[1].or(rules[0]),
        }
    }
}

/// The article that prints the command lines.
const PASSED_ON: &str = "Q294947";

/// The service gives up.
const GIVES_UP: u16 = 85;

/// What a difference is against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The article of Event 70.
    Article,
    /// This document.
    Document(&'static str),
    /// This document, as it is read under what is assumed.
    Assumed(&'static str),
}

/// What asks for an item, or forbids it, in this command.
fn rule_of(command: Letter, item: &Item) -> Rule {
    match item {
        Item::Run(_) => Rule::Assumed(match command {
            Letter::Dirsync(_) => "Q181186",
            Letter::Cycle(..) => "Q168211",
            _ => "Q166045",
        }),
        Item::Logged(event, _) => rule_of_event(event.id),
        Item::Other(oddity) => match &**oddity {
            Oddity::SameFile(_) => Rule::Document("Q212759"),
            Oddity::Undocumented(_) => Rule::Document(PASSED_ON),
            Oddity::About { id, .. } => rule_of_event(*id),
            Oddity::Verbatim(event) => rule_of_event(event.id),
        },
    }
}

/// What prints an event. Of one that no document knows it is the article, which says what is logged.
fn rule_of_event(id: u16) -> Rule {
    match message(id) {
        // After how many restarts is open.
        Some(_) if id == GIVES_UP => Rule::Assumed("Q294947"),
        Some(message) if id != EVENT_70 => Rule::Document(message.source.article),
        _ => Rule::Article,
    }
}

/// As the end of a sentence.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Article => f.write_str("against the article (Q166045)"),
            Self::Document(document) => write!(f, "against {document}"),
            Self::Assumed(document) => write!(f, "against {document} under what is assumed"),
        }
    }
}

impl fmt::Display for ConductDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other { index, command, expected, found } => {
                let expected = told(*command, expected.as_ref());
                let found = told(*command, found.as_ref());
                let number = index + 1;
                write!(f, "In command {number} the reference {expected}; the connector {found}")?;
                self.rule().map_or(Ok(()), |rule| write!(f, ": {rule}"))?;
                f.write_str(".")
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
