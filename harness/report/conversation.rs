//! A conformance test as the lines that pass in it: what the harness says, and what the reference
//! would answer.

use crate::event_log::{Event, Insert, Verbatim};
use crate::files::FileName;
use crate::play::CYCLE_SECONDS;
use crate::protocol::{Answer, Command, CommandWord, EventLine, RunLine, Said, SiteLine};
use crate::search::certify::{Block, Item, Letter, Model, Refutation, blocks};
use crate::site::{CommandLine, Description, Job, Run};

/// What the line with a test's inputs begins with; `certify --test` reads it.
pub const INPUTS: &str = "# inputs: ";

/// Of one command, so many runs and events are shown at its beginning and at its end.
const LINES_SHOWN: usize = 60;

/// A test that a connector does not pass, as a text with one line for each that passes.
#[must_use]
pub fn conversation(model: &Model, refutation: &Refutation, tested: &str) -> String {
    let words = refutation.test.iter().map(|input| model.letter(*input).to_string());
    let words: Vec<String> = words.collect();
    let mut text = vec![
        format!("# Tested: {tested}."),
        format!("# {}", refutation.difference),
        "# These are the lines that pass, with the reference's answers; the connector differs in \
         the last command."
            .to_owned(),
        format!("{INPUTS}{}", words.join(" ")),
    ];
    let mut teller = Teller { text: Vec::new(), next_file: 1, at: 0 };
    teller.harness(&Command::reset());
    teller.reference(&Said::Done("reset".into()));
    for block in &blocks(model, &refutation.test) {
        teller.block(block);
    }
    text.append(&mut teller.text);
    text.push(String::new());
    text.join("\n")
}

struct Teller {
    text: Vec<String>,
    next_file: u16,
    at: u32,
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

    fn block(&mut self, block: &Block) {
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
        if word == CommandWord::Cycle {
            self.at += CYCLE_SECONDS;
        }
        let mut command = Command::at(word, self.at);
        command.site = tells_site.then(|| SiteLine::of(&site));
        command.outbound = (word == CommandWord::Cycle).then_some(outbound);
        self.harness(&command);
        let mut answers = block.answers.iter();
        let middle = LINES_SHOWN..block.items.len().saturating_sub(LINES_SHOWN);
        for (index, item) in block.items.iter().enumerate() {
            let before = self.text.len();
            self.item(item, &site);
            if matches!(item, Item::Asked(_))
                && let Some(ran) = answers.next()
            {
                self.harness(&Answer::from(*ran));
            }
            if middle.contains(&index) {
                self.text.truncate(before);
            }
            if middle.start == index && middle.contains(&index) {
                self.text.push(format!("… and so on, {} times", middle.len()));
            }
        }
        self.reference(&Said::Done(word.word().into()));
    }

    fn item(&mut self, item: &Item, site: &Description) {
        match item {
            Item::Asked(Run { job, .. }) => {
                let job = match job {
                    Job::ExportMessages(_) => {
                        let number = self.next_file;
                        self.next_file = number.wrapping_add(1);
                        Job::ExportMessages(number)
                    }
                    job => *job,
                };
                let line = CommandLine::of(job, &site.entry, &site.tab);
                self.reference(&Said::Run(RunLine::from(&line)));
            }
            Item::Logged(event, times) => {
                let event = Verbatim::from(&self.numbered(*event));
                for _ in 0..*times {
                    self.reference(&Said::Event(EventLine::from(&event)));
                }
            }
            Item::Other(_) => {}
        }
    }

    /// The event with the number of the last file.
    fn numbered(&self, mut event: Event) -> Event {
        for string in &mut event.strings {
            if let Insert::File(FileName::Message(number)) = string {
                *number = self.next_file.wrapping_sub(1);
            }
        }
        event
    }
}
