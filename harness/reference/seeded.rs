//! Seeded bugs: connectors that are wrong in one known way each.
//!
//! A harness is worth what it catches. Each [`Bug`] is a mistake that somebody who rewrites the
//! connector could make; each is switched on at run time. `event70 run --bug NAME` and
//! `event70 explore --bug NAME` test the reference with that bug in it.

use event70_model::{
    Category, DirectoryExport, Event, EventType, FileName, Insert, Job, Level, RunResult, Source,
    Tab, keywords,
};
use serde::{Deserialize, Serialize};

use super::deviation::{Deviation, Occasion, Report};
use super::filing::{event, of_run};
use super::machine::Machine;

keywords! {
    /// A mistake of a connector.
    pub enum Bug {
        /// Never reports code 3 of EXPORT: so plain that every search must find it.
        Canary = "canary",
        /// EXPORT's code 3 is reported with Event 68.
        Code3As68 = "code-3-as-68",
        /// EXPORT's code 1 is reported with Event 70.
        Code1As70 = "code-1-as-70",
        /// EXPORT's code 4 is reported with Event 70.
        Code4As70 = "code-4-as-70",
        /// An EXPORT that fails to run is reported with Event 70.
        FailedAs70 = "failed-as-70",
        /// An EXPORT that does not finish is reported with Event 70.
        UnfinishedAs70 = "unfinished-as-70",
        /// An EXPORT that is not found is reported with Event 70.
        NotFoundAs70 = "not-found-as-70",
        /// IMPORT's code 3 is reported with Event 70.
        Import3As70 = "import-3-as-70",
        /// A message that does not convert is reported with Event 70.
        CorruptAs70 = "corrupt-as-70",
        /// Event 70 bears another service's source.
        WrongSource = "wrong-source",
        /// Event 70 is a warning.
        WrongType = "wrong-type",
        /// Event 70 is filed under Inbound.
        WrongCategory = "wrong-category",
        /// Event 70 names the file before its own.
        WrongFile = "wrong-file",
        /// Event 70 has the result code after its text.
        WrongText = "wrong-text",
        /// Event 70 of the mailing lists' or bulletin boards' EXPORT names the directory's file;
        /// that of a directory EXPORT names the mailing lists'.
        WrongDirectoryFile = "wrong-directory-file",
        /// Code 3 of a directory EXPORT is not reported.
        DirsyncSilent = "dirsync-silent",
        /// Event 70 is logged twice.
        Doubled = "doubled",
        /// Event 70 is logged twice in dirsync.
        DoubledInDirsync = "doubled-in-dirsync",
        /// Event 70 is logged once in a life of the service.
        OncePerLife = "once-per-life",
        /// Event 70 is logged once and never again.
        OnceEver = "once-ever",
        /// The first Event 70 of a life is swallowed.
        FirstOfLifeSwallowed = "first-of-life-swallowed",
        /// Event 70 of the run at the start is not logged.
        StartSilent = "start-silent",
        /// Starting the service runs no EXPORT.
        NoStartRun = "no-start-run",
        /// Event 70 is logged at the start only, as the article's words can be taken.
        AtStartOnly = "at-start-only",
        /// Event 70 is logged from level Minimum on.
        NeedsLogging = "needs-logging",
        /// Event 70 is lost where General is at Maximum.
        LostAtMaximum = "lost-at-maximum",
        /// The tab is read before each run.
        TabReadEachRun = "tab-read-each-run",
        /// The tab is read once and kept over restarts.
        TabReadOnce = "tab-read-once",
        /// A run that is not successful leaves its file number to the next.
        NumberOnSuccessOnly = "number-on-success-only",
        /// After an Event 70 the same life reports every EXPORT with one.
        Latched = "latched",
        /// After a completed dirsync no message EXPORT of this life is reported with Event 70.
        DirsyncExcuses = "dirsync-excuses",
        /// After three Event 70 in a row the fourth and later ones are swallowed.
        TiresAfterThree = "tires-after-three",
        /// An unsuccessful EXPORT is tried again at once.
        TriesAgain = "tries-again",
        /// The count of restarts survives the life of the service.
        RestartsSurvive = "restarts-survive",
        /// The service gives up one restart too early.
        GivesUpEarly = "gives-up-early",
        /// The service never gives up.
        NeverGivesUp = "never-gives-up",
        /// The first code 3 after a code 4 is swallowed.
        SilentAfterLock = "silent-after-lock",
        /// The first Event 70 after a kill and a start is swallowed.
        SilentAfterKill = "silent-after-kill",
        /// In a cycle Event 70 is swallowed while outbound mail waits.
        SilentWithMail = "silent-with-mail",
        /// After a failed dirsync and then a restart Event 70 is swallowed until an EXPORT succeeds.
        SilentAfterDirsyncAndRestart = "silent-after-dirsync-and-restart",
        /// After an EXPORT that succeeded, one that exited 3 and a dirsync that completed, the next
        /// success is reported with Event 70.
        StaleAfterDirsync = "stale-after-dirsync",
        /// EXPORT's code 1 is not reported.
        Code1Silent = "code-1-silent",
        /// EXPORT's code 4 is not reported.
        Code4Silent = "code-4-silent",
        /// An EXPORT that fails to run is not reported.
        FailedSilent = "failed-silent",
        /// A program that is not found is not reported.
        NotFoundSilent = "not-found-silent",
        /// An IMPORT that does not exit 0 is not reported.
        ImportSilent = "import-silent",
        /// A message that does not convert is not reported.
        CorruptSilent = "corrupt-silent",
        /// A run that exits 0 is reported at no level.
        SuccessSilent = "success-silent",
        /// A run that exits 0 is reported at every level.
        SuccessAlways = "success-always",
        /// The end of a dirsync is logged although a run of it failed.
        DirsyncEndsAlways = "dirsync-ends-always",
        /// Outbound mail is never imported.
        NeverImports = "never-imports",
        /// A full batch is not followed by another EXPORT.
        OneBatch = "one-batch",
        /// Every second interval is passed over.
        EverySecondCycle = "every-second-cycle",
        /// The service says that it gives up when the first program is not found.
        GivesUpAtOnce = "gives-up-at-once",
    }
}

/// The reference with one bug in it.
pub type Seeded = Machine<SeededDeviation>;

impl Seeded {
    /// A connector with this bug that was never started.
    #[must_use]
    pub const fn with(bug: Bug) -> Self {
        Self::deviating(SeededDeviation { bug, memory: Memory::NONE })
    }
}

/// A bug, and what it remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeededDeviation {
    bug: Bug,
    memory: Memory,
}

/// What a bug may remember from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Memory {
    /// Code 3 of EXPORT was met so often in this life.
    in_life: u16,
    /// Code 3 of EXPORT was met so often in this scenario.
    ever: u16,
    /// Code 3 of message EXPORT was met so often in a row.
    in_a_row: u16,
    /// Message EXPORTs so far that count for the file number.
    numbered: u16,
    /// The tab as it was read.
    tab: Option<Tab>,
    /// How far a sequence of particular steps has come.
    stage: u8,
    /// Whether a dirsync completed in this life.
    dirsync_completed: bool,
}

/// At most so many restarts survive: one more ends the next life too.
const SURVIVE_MAX: u8 = 24;
/// No bug counts further.
const ENOUGH: u16 = 4;

impl Memory {
    const NONE: Self = Self {
        in_life: 0,
        ever: 0,
        in_a_row: 0,
        numbered: 0,
        tab: None,
        stage: 0,
        dirsync_completed: false,
    };
}

impl SeededDeviation {
    fn a_life_ends(&mut self) {
        self.memory.in_life = 0;
        self.memory.dirsync_completed = false;
    }

    /// Remembers a run before it is reported.
    fn remember(&mut self, report: &Report) {
        let memory = &mut self.memory;
        let failed = report.calls_for_70();
        let messages = matches!(report.job, Job::ExportMessages(_));
        match self.bug {
            Bug::OncePerLife | Bug::FirstOfLifeSwallowed | Bug::Latched if failed => {
                memory.in_life = (memory.in_life + 1).min(ENOUGH);
            }
            Bug::OnceEver if failed => memory.ever = (memory.ever + 1).min(ENOUGH),
            Bug::TiresAfterThree if messages => {
                memory.in_a_row = if failed { (memory.in_a_row + 1).min(ENOUGH) } else { 0 };
            }
            Bug::NumberOnSuccessOnly if messages && report.ran.code() != Some(0) => {
                memory.numbered = memory.numbered.wrapping_sub(1);
            }
            _ => {}
        }
    }

    /// Whether an Event 70 that is called for is swallowed.
    fn swallows(&mut self, report: &Report) -> bool {
        let memory = &mut self.memory;
        let logging = report.view.logging.level(Category::General);
        match self.bug {
            Bug::Canary => true,
            Bug::DirsyncSilent => report.command == Occasion::Dirsync,
            Bug::OncePerLife => memory.in_life > 1,
            Bug::OnceEver => memory.ever > 1,
            Bug::FirstOfLifeSwallowed => memory.in_life == 1,
            Bug::StartSilent => report.command == Occasion::Start,
            Bug::AtStartOnly => report.command != Occasion::Start,
            Bug::NeedsLogging => logging == Level::None,
            Bug::LostAtMaximum => logging == Level::Maximum,
            Bug::DirsyncExcuses => memory.dirsync_completed && report.command != Occasion::Dirsync,
            Bug::TiresAfterThree => memory.in_a_row > 3,
            Bug::SilentWithMail => report.command == Occasion::Cycle && report.view.outbound > 0,
            Bug::SilentAfterLock | Bug::SilentAfterKill => std::mem::take(&mut memory.stage) == 1,
            Bug::SilentAfterDirsyncAndRestart => memory.stage == 2,
            _ => false,
        }
    }

    /// An Event 70 that is called for, as this bug logs it.
    fn seventy(&mut self, report: &Report, mut event: Event) -> Option<Event> {
        if self.swallows(report) {
            return None;
        }
        match self.bug {
            Bug::Code3As68 => return Some(of_run(68, report.job.file())),
            Bug::WrongSource => event.source = Source::Mta,
            Bug::WrongType => event.event_type = EventType::Warning,
            Bug::WrongCategory => event.category = Category::Inbound,
            Bug::WrongText => event.strings[1] = Insert::Number(3),
            Bug::WrongFile => {
                if let Job::ExportMessages(file) = report.job {
                    event.strings[0] = Insert::File(FileName::Message(file.plus(u32::MAX)));
                }
            }
            Bug::WrongDirectoryFile => {
                if let Job::ExportDirectory(_) = report.job {
                    let lists = FileName::DirectoryExport(DirectoryExport::MailingLists);
                    event.strings[0] = Insert::File(lists);
                }
            }
            _ => {}
        }
        Some(event)
    }

    /// Whether a run that was not successful is not reported, whatever is documented.
    fn leaves_out(&self, report: &Report) -> bool {
        let export = report.job.is_export();
        match (self.bug, report.ran) {
            (Bug::Code1Silent, RunResult::Exited { code: 1, .. })
            | (Bug::Code4Silent, RunResult::Exited { code: 4, .. })
            | (Bug::FailedSilent, RunResult::Failed) => export,
            (Bug::NotFoundSilent, RunResult::NotFound) => true,
            (Bug::ImportSilent, RunResult::Exited { .. }) => !export,
            _ => false,
        }
    }

    /// Whether an Event 70 is logged that is not called for.
    fn takes_for_70(&self, report: &Report) -> bool {
        let export = report.job.is_export();
        match (self.bug, report.ran) {
            (Bug::Code1As70, RunResult::Exited { code: 1, .. })
            | (Bug::Code4As70, RunResult::Exited { code: 4, .. })
            | (Bug::FailedAs70, RunResult::Failed)
            | (Bug::UnfinishedAs70, RunResult::Unfinished)
            | (Bug::NotFoundAs70, RunResult::NotFound) => export,
            (Bug::Import3As70, RunResult::Exited { code: 3, .. }) => !export,
            (Bug::Latched, RunResult::Exited { .. }) => export && self.memory.in_life > 0,
            (Bug::StaleAfterDirsync, RunResult::Exited { code: 0, .. }) => {
                matches!(report.job, Job::ExportMessages(_)) && self.memory.stage == 3
            }
            _ => false,
        }
    }

    /// Moves the bugs on that wait for particular steps in order.
    fn step_on(&mut self, report: &Report) {
        let stage = &mut self.memory.stage;
        let code = report.ran.code();
        let messages = matches!(report.job, Job::ExportMessages(_));
        match self.bug {
            Bug::SilentAfterLock if report.job.is_export() && code == Some(4) => *stage = 1,
            Bug::SilentAfterDirsyncAndRestart if messages && code == Some(0) => *stage = 0,
            Bug::StaleAfterDirsync if messages => {
                *stage = match (*stage, code) {
                    (0, Some(0)) => 1,
                    (1, Some(3)) => 2,
                    (3, Some(0)) => 0,
                    (stage, _) => stage,
                }
            }
            _ => {}
        }
    }
}

impl Deviation for SeededDeviation {
    fn reset(&mut self) {
        self.memory = Memory::NONE;
    }

    fn stopped(&mut self) {
        self.a_life_ends();
        if self.bug == Bug::SilentAfterDirsyncAndRestart && self.memory.stage == 1 {
            self.memory.stage = 2;
        }
    }

    fn killed(&mut self) {
        self.a_life_ends();
        if self.bug == Bug::SilentAfterKill {
            self.memory.stage = 1;
        }
    }

    fn dirsync_ended(&mut self, completed: bool) {
        self.memory.dirsync_completed |= completed;
        match (self.bug, self.memory.stage, completed) {
            (Bug::SilentAfterDirsyncAndRestart, 0, false) => self.memory.stage = 1,
            (Bug::StaleAfterDirsync, 2, true) => self.memory.stage = 3,
            _ => {}
        }
    }

    fn exports_at_start(&mut self) -> bool {
        self.bug != Bug::NoStartRun
    }

    fn restarts_at_start(&self, last_life: u8) -> u8 {
        if self.bug == Bug::RestartsSurvive { last_life.min(SURVIVE_MAX) } else { 0 }
    }

    fn last_restart(&self, documented: u8) -> u8 {
        match self.bug {
            Bug::GivesUpEarly => documented - 1,
            Bug::GivesUpAtOnce => 1,
            Bug::NeverGivesUp => 0,
            _ => documented,
        }
    }

    fn tab(&mut self, in_force: Tab, entered: Tab) -> Tab {
        match self.bug {
            Bug::TabReadEachRun => entered,
            Bug::TabReadOnce => *self.memory.tab.get_or_insert(in_force),
            _ => in_force,
        }
    }

    fn file_number(&mut self, nth: u16) -> u16 {
        match self.bug {
            Bug::NumberOnSuccessOnly => {
                self.memory.numbered = self.memory.numbered.wrapping_add(1);
                self.memory.numbered
            }
            _ => nth,
        }
    }

    fn tries_again(&self, turn: u32) -> bool {
        self.bug == Bug::TriesAgain && turn == 0
    }

    fn setback(&mut self, report: &Report, documented: Option<Event>) -> Option<Event> {
        self.remember(report);
        let event = match documented {
            _ if self.leaves_out(report) => None,
            _ if self.takes_for_70(report) => Some(of_run(70, report.job.file())),
            Some(event) if report.calls_for_70() => self.seventy(report, event),
            event => event,
        };
        self.step_on(report);
        event
    }

    fn success(&mut self, report: &Report) -> Option<Event> {
        self.remember(report);
        let event = self.takes_for_70(report).then(|| of_run(70, report.job.file()));
        self.step_on(report);
        event
    }

    fn afterthought(&mut self, report: &Report) -> Option<Event> {
        let again = match self.bug {
            Bug::Doubled => true,
            Bug::DoubledInDirsync => report.command == Occasion::Dirsync,
            _ => false,
        };
        (again && report.calls_for_70()).then(|| of_run(70, report.job.file()))
    }

    fn conversion_failed(&self, report: &Report) -> Option<Event> {
        match self.bug {
            Bug::CorruptAs70 => Some(of_run(70, report.job.file())),
            Bug::CorruptSilent => None,
            _ => Some(event(54, [Insert::Empty, Insert::Empty])),
        }
    }

    fn reports_success(&self, is_maximum: bool) -> bool {
        match self.bug {
            Bug::SuccessSilent => false,
            Bug::SuccessAlways => true,
            _ => is_maximum,
        }
    }

    fn tells_end_of_dirsync(&self, completed: bool) -> bool {
        completed || self.bug == Bug::DirsyncEndsAlways
    }

    fn runs_cycle(&mut self) -> bool {
        if self.bug == Bug::EverySecondCycle {
            self.memory.stage ^= 1;
            return self.memory.stage == 1;
        }
        true
    }

    fn imports(&self) -> bool {
        self.bug != Bug::NeverImports
    }

    fn full_batch(&self, told: u16) -> u16 {
        if self.bug == Bug::OneBatch { u16::MAX } else { told }
    }
}
