//! The letters that a conformance test is made of: commands, and answers to `run`.
//!
//! A certificate speaks of these letters and of no others. They are chosen so that each decision of
//! the reference depends on one that differs: two tabs, the levels of the four categories in three
//! combinations that tell each category from every other, queues of 0, 1 and 6 messages (6 are more
//! than one IMPORT takes), batches of 0, 15 and 16, a message that does not convert, and every
//! documented end of a run.

use std::fmt;

use event70_model::{
    Category, Description, Entered, Exchange, Job, Level, Limits, Logging, RunResult, StorePath,
    Tab, Tabbed, View,
};

/// The most messages that one IMPORT takes: every site of the alphabet has the default limits
/// (Q168211).
pub(super) const IMPORT_MESSAGES_MAX: u16 = 5;

/// One input of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Letter {
    /// The service starts on this site.
    Start(Variant),
    /// A cycle on this site with so many outbound messages.
    Cycle(Variant, u16),
    /// A dirsync on this site.
    Dirsync(Variant),
    /// The service stops in order.
    Stop,
    /// The process is killed.
    Kill,
    /// The run that was asked for ended so.
    Ended(RunResult),
    /// The message IMPORT that was asked for took what waits, 5 messages at most.
    Imported,
}

/// One of the sites that commands tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variant(u8);

impl Variant {
    /// Every site.
    pub const ALL: [Self; 3] = [Self(0), Self(1), Self(2)];

    /// The site as a connector sees it.
    #[must_use]
    pub fn view(self, outbound: u32) -> View {
        use Level::{Maximum, Medium, Minimum, None};
        let [general, to_cc_mail, inbound, dir_synch] = match self.0 {
            0 => [None, Medium, Maximum, Minimum],
            1 => [Maximum, Maximum, None, Medium],
            _ => [Maximum, Minimum, Medium, Maximum],
        };
        let logging = Logging::all(general)
            .with(Category::Outbound, to_cc_mail)
            .with(Category::Inbound, inbound)
            .with(Category::DirSynch, dir_synch);
        let wrong = Entered::Wrong;
        let (tab, exchange, store) = match self.0 {
            0 => (Tab::CORRECT, Exchange::V5_0, StorePath::Short),
            1 => (
                Tab { name: wrong, password: wrong, path: wrong, ..Tab::CORRECT },
                Exchange::V5_5Sp1,
                StorePath::Long,
            ),
            _ => (
                Tab { name: wrong, password: wrong, ..Tab::CORRECT },
                Exchange::V5_5,
                StorePath::WithSpace,
            ),
        };
        View { tab, logging, outbound, exchange, store, limits: Limits::default() }
    }
}

impl Variant {
    /// The site whose tab has this word in the place of a name, a password or a path, as `entry` takes
    /// it out of a tab.
    pub(super) fn of_word(word: &str, entry: impl Fn(&Tabbed) -> &String) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| entry(&variant.description(0).tab) == word)
    }

    /// The site as a connector in another process is told of it: no two sites share a word that a
    /// connector passes on.
    #[must_use]
    pub fn description(self, outbound: u32) -> Description {
        let mut description = Description::of(&self.view(outbound), Tab::CORRECT);
        let word = |text: &str| text.to_owned();
        if self.0 == 2 {
            description.entry = word("BRANCH OFFICE");
            description.tab = Tabbed {
                name: word("DEPOT"),
                password: word("NEW SECRET"),
                path: word(r"\\DEPOT\CCMAIL DATA"),
            };
        }
        description
    }
}

/// How many outbound messages wait at a cycle.
const OUTBOUND: [u16; 3] = [0, 1, 6];

/// How runs may end, whatever they are for.
const SETBACKS: [RunResult; 5] = [
    RunResult::exited(1),
    RunResult::exited(3),
    RunResult::exited(4),
    RunResult::NotFound,
    RunResult::Unfinished,
];

/// How a message EXPORT may succeed: messages moved, messages that do not convert.
const EXPORTED: [RunResult; 3] = [moved(0, 0), moved(16, 0), moved(15, 1)];

const fn moved(messages: u16, corrupt: u16) -> RunResult {
    RunResult::Exited { code: 0, messages, corrupt, returned: 0 }
}

impl Letter {
    /// Every letter, in a fixed order.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut letters = Vec::new();
        for variant in Variant::ALL {
            letters.extend([Self::Start(variant), Self::Dirsync(variant)]);
            letters.extend(OUTBOUND.map(|outbound| Self::Cycle(variant, outbound)));
        }
        letters.extend([Self::Stop, Self::Kill]);
        letters.extend(EXPORTED.map(Self::Ended));
        letters.push(Self::Imported);
        letters.extend(SETBACKS.map(Self::Ended));
        letters.push(Self::Ended(RunResult::Failed));
        letters
    }

    /// Whether this is a command, rather than an answer.
    #[must_use]
    pub fn is_command(self) -> bool {
        !matches!(self, Self::Ended(_) | Self::Imported)
    }

    /// The site that this command tells of, and how many outbound messages; of no site in
    /// particular, the first.
    #[must_use]
    pub fn site(self) -> (Variant, u32) {
        match self {
            Self::Start(variant) | Self::Dirsync(variant) => (variant, 0),
            Self::Cycle(variant, outbound) => (variant, u32::from(outbound)),
            Self::Stop | Self::Kill | Self::Ended(_) | Self::Imported => (Variant(0), 0),
        }
    }

    /// Whether this command makes sense while the service runs or does not.
    #[must_use]
    pub fn is_command_for(self, running: bool) -> bool {
        match self {
            Self::Start(_) => !running,
            Self::Cycle(..) | Self::Dirsync(_) | Self::Stop | Self::Kill => running,
            Self::Ended(_) | Self::Imported => false,
        }
    }

    /// How a run ends with this, if it can, while so many outbound messages wait.
    #[must_use]
    pub fn answer(self, job: Job, waiting: u16) -> Option<RunResult> {
        let ran = match self {
            Self::Imported => {
                return (job == Job::ImportMessages)
                    .then(|| moved(waiting.min(IMPORT_MESSAGES_MAX), 0));
            }
            Self::Ended(ran) => ran,
            _ => return None,
        };
        let succeeds = match job {
            Job::ExportMessages(_) => EXPORTED.contains(&ran),
            Job::ImportMessages => false,
            Job::ExportDirectory(_) | Job::ImportDirectory(_) => ran == moved(0, 0),
        };
        let fits =
            succeeds || SETBACKS.contains(&ran) || ran == RunResult::Failed && job.is_export();
        fits.then_some(ran)
    }
}

/// As a word without a space: `cycle/1/6`, `exited/0/16/0`.
impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(variant) => write!(f, "start/{}", variant.0),
            Self::Cycle(variant, outbound) => write!(f, "cycle/{}/{outbound}", variant.0),
            Self::Dirsync(variant) => write!(f, "dirsync/{}", variant.0),
            Self::Imported => f.write_str("imported"),
            Self::Stop => f.write_str("stop"),
            Self::Kill => f.write_str("kill"),
            Self::Ended(RunResult::Exited { code, messages, corrupt, .. }) => {
                write!(f, "exited/{code}/{messages}/{corrupt}")
            }
            Self::Ended(RunResult::NotFound) => f.write_str("not-found"),
            Self::Ended(RunResult::Failed) => f.write_str("failed"),
            Self::Ended(RunResult::Unfinished) => f.write_str("unfinished"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_letters_have_the_same_word() {
        let mut words: Vec<String> = Letter::all().iter().map(Letter::to_string).collect();
        words.sort();
        let letters = words.len();
        words.dedup();
        assert_eq!(words.len(), letters);
    }

    #[test]
    fn the_sites_tell_each_category_from_every_other() {
        let shown =
            |category| Variant::ALL.map(|variant| variant.view(0).logging.is_maximum(category));
        let all = [Category::General, Category::Outbound, Category::Inbound, Category::DirSynch];
        for (index, one) in all.iter().enumerate() {
            assert!(shown(*one).contains(&true) && shown(*one).contains(&false));
            assert!(all[..index].iter().all(|other| shown(*other) != shown(*one)));
        }
    }
}
