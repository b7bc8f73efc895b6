//! What somebody saw after a log: `repair grant-access; cycles 1: 67`.

use event70_diagnosis::Saw;
use event70_model::{
    COUNT_MAX, Condition, Direction, Keyword, Level, LoggingChange, Operation, Repair, Step, shown,
};
use event70_rule::{default_fault, is_judged};

use crate::testing::assumed::meant;

/// Why a text does not say what was seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadSight {
    #[error("say what was logged after a colon: `repair grant-access; cycles 1: 67`, or `: none`")]
    NoEvents,
    #[error("`{}` is no number of an event, and not `none`", shown(.0))]
    Event(String),
    #[error("nothing is judged of Event {0}, so that it was seen tells nothing")]
    NotJudged(u16),
    #[error(
        "`{}` is no step: expected `start`, `stop`, `restart`, `kill`, `dirsync`, `cycles N`, \
         `repair NAME`, `inject NAME`, `mail N to SIDE` or `logging LEVEL`{}",
        shown(.0), meant(.0, &Operation::all_keywords())
    )]
    Step(String),
    #[error("`{}` is no {of}{}", shown(.word), meant(.word, .words))]
    Word { of: &'static str, word: String, words: Vec<&'static str> },
    #[error("`{}` is no number from 1 to {COUNT_MAX}", shown(.0))]
    Count(String),
}

/// Reads what was seen.
pub(super) fn saw(text: &str) -> Result<Saw, BadSight> {
    let (steps, events) = text.rsplit_once(':').ok_or(BadSight::NoEvents)?;
    let steps = steps.split(';').map(|step| self::step(step.trim())).collect::<Result<_, _>>()?;
    Ok(Saw { steps, events: self::events(events.trim())? })
}

fn events(text: &str) -> Result<Vec<u16>, BadSight> {
    if text == "none" {
        return Ok(Vec::new());
    }
    let words = text.split([',', ' ']).filter(|word| !word.is_empty());
    let numbers: Vec<u16> = words
        .map(|word| word.parse::<u16>().map_err(|_| BadSight::Event(word.to_owned())))
        .collect::<Result<_, _>>()?;
    match numbers.iter().find(|id| !is_judged(**id)) {
        _ if numbers.is_empty() => Err(BadSight::NoEvents),
        Some(id) => Err(BadSight::NotJudged(*id)),
        None => Ok(numbers),
    }
}

fn step(text: &str) -> Result<Step, BadSight> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["repair", word] => self::word::<Repair>("repair", word).map(Step::Repair),
        ["inject", word] => {
            self::word::<Condition>("condition", word).map(|c| Step::Inject(default_fault(c)))
        }
        ["cycles", number] | [number, "cycle" | "cycles"] => count(number).map(Step::Cycles),
        ["cycle"] => Ok(Step::Cycles(1)),
        ["mail", number, "to", side] => {
            Ok(Step::Mail(self::word::<Direction>("side", side)?, count(number)?))
        }
        ["logging", level] => self::word::<Level>("logging level", level)
            .map(|level| Step::Logging(LoggingChange::all(level))),
        [operation] => Operation::from_keyword(operation)
            .map(Step::Do)
            .ok_or_else(|| BadSight::Step(text.to_owned())),
        _ => Err(BadSight::Step(text.to_owned())),
    }
}

fn word<K: Keyword>(of: &'static str, word: &str) -> Result<K, BadSight> {
    K::from_keyword(word).ok_or_else(|| BadSight::Word {
        of,
        word: word.to_owned(),
        words: K::all_keywords(),
    })
}

fn count(text: &str) -> Result<u16, BadSight> {
    let number = text.parse().ok().filter(|number| (1..=COUNT_MAX).contains(number));
    number.ok_or_else(|| BadSight::Count(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_events_are_read_in_the_words_of_a_scenario() {
        let seen = saw("repair grant-access; cycles 2: 67, 58").unwrap();
        assert_eq!(seen.steps, [Step::Repair(Repair::GrantAccess), Step::Cycles(2)]);
        assert_eq!(seen.events, [67, 58]);
        let seen = saw("stop; mail 3 to cc-mail; start; 1 cycle; logging maximum: none").unwrap();
        assert_eq!(seen.steps.len(), 5);
        assert!(seen.events.is_empty());
    }

    #[test]
    fn what_cannot_be_read_says_why_and_what_was_meant() {
        let why = |text: &str| saw(text).unwrap_err().to_string();
        assert!(why("restart").contains("after a colon"));
        assert!(why("restart:").contains("after a colon"));
        assert!(why("restrat: 70").contains("did you mean `restart`"));
        assert!(why("repair grant-acess: 70").contains("did you mean `grant-access`"));
        assert!(why("cycles 0: 70").contains("from 1 to 10000"));
        assert!(why("restart: x").contains("no number of an event"));
        assert!(why("restart: 11001").contains("nothing is judged of Event 11001"));
    }
}
