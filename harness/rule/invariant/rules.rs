//! The rule as data: the cells of the catalogue that predictions rest on, and the clauses that are
//! no cells.
//!
//! A [`RuleState`](super::RuleState) is moved on under [`Rules`]. There is one right set of them,
//! [`Rules::documented`]; every other is a *twin mutant*: the rule with a single cell or clause
//! altered ([`alterations`](super::alterations)). A twin that no scenario file tells from the rule would show that
//! nothing holds that cell, and a test sees to it that each is told (`tests/it/twins.rs`).

use enumset::EnumSet;
use event70_model::{
    Assignment, Assumption, Category, Condition, Database, EventType, Exchange, Fault, Host,
    IndexCode, IndexCodes, Job, Keyword, PathOutcome, Repair, Setting, Setup, keywords,
};

use super::alterations::Alteration;
use super::prediction::ExportKind;
use super::rule_state::Notes;
use crate::{
    CATALOGUE, Clearing, ConditionRow, Documented, MESSAGES, Outcome, REPAIRS, catalogue,
    is_judged, message_index, prints, settings,
};

/// A kind of run has at most so many settings of a condition to meet.
const SETTINGS_MAX: usize = 4;

keywords! {
    /// The kinds of run that a condition may stop.
    pub enum RunKind {
        /// EXPORT of messages.
        MessageExport = "message EXPORT",
        /// EXPORT of the directory.
        DirectoryExport = "directory EXPORT",
        /// IMPORT of messages.
        MessageImport = "message IMPORT",
        /// IMPORT of directory updates.
        DirectoryImport = "directory IMPORT",
    }
}

keywords! {
    /// What the rule says beside the cells of its tables.
    pub enum Clause {
        /// Starting a service that runs does nothing (C12).
        StartWhileUpDoesNothing = "a start while up does nothing",
        /// A restart ends one life and begins another.
        RestartStarts = "a restart starts",
        /// A stop ends a life.
        StopEnds = "a stop ends a life",
        /// A kill ends a life.
        KillEnds = "a kill ends a life",
        /// A life begins without restarts (C8).
        LifeForgetsRestarts = "a life begins without restarts",
        /// One restart too many ends a life (C8).
        LastLaunchEnds = "one restart too many ends a life",
        /// IMPORT is launched while outbound mail waits, found or not (C5, C13).
        ImportIsLaunched = "IMPORT is launched while mail waits",
        /// An IMPORT that is not stopped leaves no outbound mail (C5).
        ImportEmptiesQueue = "IMPORT empties its queue",
        /// An IMPORT that exits with code 5 has returned as many messages as it may take.
        ImportReturnsMail = "IMPORT with code 5 returns a batch",
        /// A message that IMPORT rejects waits until it is removed.
        RejectedMessageWaits = "a rejected message waits",
        /// Cycles pass without effect while the service is down (C12).
        CyclesNeedService = "cycles need the service",
        /// A dirsync needs the service (C12).
        DirsyncNeedsService = "a dirsync needs the service",
        /// A full batch is followed by another EXPORT (C5).
        FullBatchRepeats = "a full batch repeats",
        /// A dirsync that completes brings the site entry (C6).
        DirsyncBringsEntry = "a dirsync brings the entry",
        /// A dirsync completes only if its IMPORTs do (C6).
        DirsyncNeedsImport = "a dirsync needs its imports",
        /// A changed password makes what a life goes by wrong as well.
        ChangedPasswordCounts = "a changed password counts at once",
        /// Injecting what holds replaces its setting.
        InjectionReplaces = "an injection replaces the setting",
        /// Of the conditions that exclude each other the last that is injected holds.
        LastOfTwoHolds = "the last of two that exclude each other holds",
        /// The condition that stands higher in the table decides (C1, C2).
        HigherDecides = "the higher condition decides",
    }
}

/// Conditions that stop a kind of run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stops {
    /// In every setting.
    pub(super) always: EnumSet<Condition>,
    /// In some settings only.
    pub(super) in_a_setting: EnumSet<Condition>,
}

/// Under which type and category a message is filed, as far as a document prints them.
type Filed = (Option<EventType>, Option<Category>);

/// As far as a document prints them, the type and category of the message of this number.
fn as_printed(id: u16, event_type: EventType, category: Category) -> Filed {
    let [prints_type, prints_category] = prints(id);
    (prints_type.then_some(event_type), prints_category.then_some(category))
}

/// The rule, or a twin of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    ends: [[[[Outcome; RunKind::COUNT]; Exchange::COUNT]; SETTINGS_MAX]; Condition::COUNT],
    inert: [EnumSet<Exchange>; Condition::COUNT],
    /// Which conditions stop a kind of run on an edition.
    stops: [[Stops; Exchange::COUNT]; RunKind::COUNT],
    clears: [[Option<Clearing>; Condition::COUNT]; Repair::COUNT],
    /// Which conditions a repair clears, somehow.
    cleared: [EnumSet<Condition>; Repair::COUNT],
    /// How each of [`MESSAGES`] is filed that is judged.
    filed: [Option<Filed>; MESSAGES.len()],
    can_hold: [[EnumSet<Condition>; Database::COUNT]; Host::COUNT],
    without: Option<Clause>,
    assignment: Assignment,
    imports_after_code_5: bool,
}

impl Rules {
    /// The rule as the catalogue and the choices have it, with every default assumed.
    #[must_use]
    pub fn documented() -> Self {
        let mut rules = Self {
            ends: [[[[Outcome::NotStopped; _]; _]; _]; _],
            inert: [EnumSet::empty(); Condition::COUNT],
            stops: [[Stops::default(); Exchange::COUNT]; RunKind::COUNT],
            clears: [[None; Condition::COUNT]; Repair::COUNT],
            cleared: [EnumSet::empty(); Repair::COUNT],
            filed: MESSAGES.each_ref().map(|message| {
                let filed = as_printed(message.id, message.event_type, message.category);
                is_judged(message.id).then_some(filed)
            }),
            can_hold: catalogue::on_each_kind(),
            without: None,
            assignment: Assignment::DEFAULT,
            imports_after_code_5: false,
        };
        for entry in &CATALOGUE {
            let condition = entry.condition as usize;
            rules.inert[condition] = entry.inert_on;
            for setting in settings(entry.condition).iter().copied() {
                let cells = &mut rules.ends[condition][place(setting)];
                for row in entry.rows_of(setting) {
                    for exchange in row.editions {
                        cells[exchange as usize] = [
                            row.message_export,
                            row.directory_export,
                            row.message_import,
                            row.directory_import,
                        ];
                    }
                }
            }
        }
        for entry in &REPAIRS {
            for (condition, how) in entry.clears {
                rules.clears[entry.repair as usize][*condition as usize] = Some(*how);
            }
        }
        rules.read_off()
    }

    /// The same rules with what follows from their cells read off them.
    fn read_off(mut self) -> Self {
        for run in RunKind::ALL {
            for exchange in Exchange::ALL {
                self.stops[*run as usize][*exchange as usize] = self.stops_of(*run, *exchange);
            }
        }
        self.cleared = self.clears.map(|how| {
            let conditions = Condition::ALL.iter().copied();
            conditions.filter(|condition| how[*condition as usize].is_some()).collect()
        });
        self
    }

    fn stops_of(&self, run: RunKind, exchange: Exchange) -> Stops {
        let mut stops = Stops::default();
        for entry in &CATALOGUE {
            let condition = entry.condition;
            let stop = |setting: &Setting| {
                let fault = Fault { condition, setting: *setting };
                self.ends(fault, exchange, run) != Outcome::NotStopped
            };
            let settings = settings(condition);
            if self.inert[condition as usize].contains(exchange) || !settings.iter().any(stop) {
                continue;
            }
            let stopping =
                if settings.iter().all(stop) { &mut stops.always } else { &mut stops.in_a_setting };
            stopping.insert(condition);
        }
        stops
    }

    /// The rule where the documents leave something open and this is assumed.
    #[must_use]
    pub fn assuming(assignment: Assignment) -> Self {
        Self { assignment, ..Self::documented() }
    }

    /// What is assumed.
    #[must_use]
    pub fn assignment(&self) -> Assignment {
        self.assignment
    }

    /// Something else is assumed from now on.
    pub fn assume(&mut self, assignment: Assignment) {
        self.assignment = assignment;
    }

    /// From now on it is supposed that after an IMPORT that exited with code 5 others follow in the
    /// same interval until no mail is left, or that none follows. Nobody is judged by it.
    pub(super) fn suppose_imports_after_code_5(&mut self, follow: bool) {
        self.imports_after_code_5 = follow;
    }

    /// Whether that is supposed, and has it noted that this made a difference.
    pub(super) fn supposes_imports_after_code_5(&self, notes: &mut impl Notes) -> bool {
        notes.supposed();
        self.imports_after_code_5
    }

    /// Whether the other value of an assumption is assumed, not its default.
    #[inline]
    pub(super) fn assumes(&self, assumption: Assumption) -> bool {
        self.assignment.has(assumption)
    }

    /// As [`assumes`](Self::assumes), and has it noted that this made a difference.
    #[inline]
    pub(super) fn asks(&self, assumption: Assumption, notes: &mut impl Notes) -> bool {
        notes.asked(assumption);
        self.assumes(assumption)
    }

    /// The rule with one change.
    #[must_use]
    pub fn altered(alteration: Alteration) -> Self {
        let mut rules = Self::documented();
        match alteration {
            Alteration::Ends(fault, editions, run, outcome) => {
                let cells = &mut rules.ends[fault.condition as usize][place(fault.setting)];
                for exchange in editions {
                    cells[exchange as usize][run as usize] = outcome;
                }
            }
            Alteration::Inert(condition, exchange) => {
                rules.inert[condition as usize] ^= exchange;
            }
            Alteration::Clears(repair, condition, how) => {
                rules.clears[repair as usize][condition as usize] = how;
            }
            Alteration::Filed(id, event_type, category) => {
                if let Some(index) = message_index(id) {
                    rules.filed[index] = Some(as_printed(id, event_type, category));
                }
            }
            Alteration::Host(condition, host) => {
                for database in condition.entry().databases {
                    rules.can_hold[host as usize][database as usize] ^= condition;
                }
            }
            Alteration::Database(condition, database) => {
                for host in condition.entry().hosts {
                    rules.can_hold[host as usize][database as usize] ^= condition;
                }
            }
            Alteration::Without(clause) => rules.without = Some(clause),
        }
        rules.read_off()
    }

    /// How a run of this kind ends that meets this fault on an edition.
    #[must_use]
    #[inline]
    pub fn ends(&self, fault: Fault, exchange: Exchange, run: RunKind) -> Outcome {
        let cells = &self.ends[fault.condition as usize][place(fault.setting)];
        cells[exchange as usize][run as usize]
    }

    /// Which conditions stop a kind of run on an edition.
    #[inline]
    pub(super) fn stops(&self, run: RunKind, exchange: Exchange) -> Stops {
        self.stops[run as usize][exchange as usize]
    }

    /// Which conditions this repair clears, at once or step by step.
    #[inline]
    pub(super) fn cleared_by(&self, repair: Repair) -> EnumSet<Condition> {
        self.cleared[repair as usize]
    }

    /// How this repair clears the condition, if it does.
    #[inline]
    pub(super) fn clears(&self, repair: Repair, condition: Condition) -> Option<Clearing> {
        self.clears[repair as usize][condition as usize]
    }

    /// Under which type and category a message must be filed; nothing of one that is [never
    /// judged](is_judged).
    #[must_use]
    #[inline]
    pub fn filed(&self, id: u16) -> Option<(Option<EventType>, Option<Category>)> {
        message_index(id).and_then(|index| self.filed[index])
    }

    /// Which conditions can hold on a site of this kind.
    #[must_use]
    #[inline]
    pub fn can_hold(&self, setup: &Setup) -> EnumSet<Condition> {
        self.can_hold[setup.host as usize][setup.database as usize]
    }

    /// Whether the clause holds.
    #[inline]
    pub(super) fn has(&self, clause: Clause) -> bool {
        self.without != Some(clause)
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::documented()
    }
}

impl RunKind {
    /// Whether a run of this kind can meet what this row says. A directory IMPORT follows directory
    /// EXPORTs that were not stopped, so what stops those it never meets.
    #[must_use]
    pub fn can_meet(self, row: &ConditionRow) -> bool {
        self != Self::DirectoryImport || row.directory_export == Outcome::NotStopped
    }
}

impl From<ExportKind> for RunKind {
    fn from(kind: ExportKind) -> Self {
        match kind {
            ExportKind::Messages => Self::MessageExport,
            ExportKind::Directory => Self::DirectoryExport,
        }
    }
}

impl From<Job> for RunKind {
    fn from(job: Job) -> Self {
        match job {
            Job::ExportMessages(_) => Self::MessageExport,
            Job::ExportDirectory(_) => Self::DirectoryExport,
            Job::ImportMessages => Self::MessageImport,
            Job::ImportDirectory(_) => Self::DirectoryImport,
        }
    }
}

/// Where the cells of a setting stand.
fn place(setting: Setting) -> usize {
    match setting {
        Setting::None => 0,
        Setting::Passes(passes) => usize::from(passes).clamp(1, SETTINGS_MAX) - 1,
        Setting::Outcome(PathOutcome::Code3) => 0,
        Setting::Outcome(PathOutcome::Hang) => 1,
        Setting::Codes(IndexCodes { export, import }) => {
            2 * usize::from(export == IndexCode::Four) + usize::from(import == IndexCode::Four)
        }
    }
}
