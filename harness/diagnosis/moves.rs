//! What a command leads to: the reference connector carries it out in each part of a world.
//!
//! Nothing of a connector or a site is written here a second time. A command is played by the
//! reference on the simulated site, in each part in which it is known what its runs meet, under each
//! value of the assumptions that can make a difference, and what was logged is read off.

use enumset::{EnumSet, enum_set};
use event70_engine::Player;
use event70_model::{
    Assignment, Assignments, Assumption, Condition, Direction, DirectoryImport, Job, Level,
    LoggingChange, Operation, RunResult, Server, Site, Step, StorePath, Trace, TraceEvent,
};
use event70_rule::{Rules, RunKind, UNDELIVERABLE};

use crate::ask::ask;
use crate::symbol::Symbol;
use crate::world::{Queue, World};

/// A command that has programs executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// A polling interval passes.
    Cycle,
    /// The service is started, if it does not run.
    Start,
    /// The service is stopped and started.
    Restart,
    /// Directories are synchronized.
    Dirsync,
}

impl Command {
    pub(crate) const ALL: [Self; 4] = [Self::Cycle, Self::Start, Self::Restart, Self::Dirsync];

    /// The step of a timeline that gives it.
    #[must_use]
    pub fn step(self) -> Step {
        match self {
            Self::Cycle => Step::Cycles(1),
            Self::Start => Step::Do(Operation::Start),
            Self::Restart => Step::Do(Operation::Restart),
            Self::Dirsync => Step::Do(Operation::Dirsync),
        }
    }

    /// Whether it can be given to a service that runs, or does not.
    pub(crate) fn is_possible(self, running: bool) -> bool {
        running != (self == Self::Start)
    }

    /// Whether it begins a life of the service.
    pub(crate) fn begins_life(self) -> bool {
        matches!(self, Self::Start | Self::Restart)
    }

    /// The kinds of run that it can have.
    pub(crate) fn runs(self) -> &'static [RunKind] {
        match self {
            Self::Cycle => &[RunKind::MessageExport, RunKind::MessageImport],
            Self::Start | Self::Restart => &[RunKind::MessageExport],
            Self::Dirsync => &[RunKind::DirectoryExport, RunKind::DirectoryImport],
        }
    }
}

/// An event that a command logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Item {
    pub(crate) symbol: Symbol,
    /// Whether it may be there again and again, as often as batches of mail happened to wait.
    pub(crate) repeats: bool,
}

/// One thing that a command can lead to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Move {
    /// What it logs, as far as that is shown and judged.
    pub(crate) logged: Vec<Item>,
    pub(crate) after: World,
    /// The assignments under which it comes to this.
    pub(crate) assumed: Assignments,
    /// Whether site or service are not as before, beyond what is known of them.
    pub(crate) changes: bool,
    /// How many restarts the life had had.
    pub(crate) counted: u8,
    /// Whether that was open, and is told by this.
    pub(crate) was_open: bool,
    /// Whether outbound mail waited for it.
    pub(crate) waited: bool,
}

const GENERAL: usize = 0;
const DIR_SYNCH: usize = 1;

/// The restarts that a life may have had before the first record.
const RESTARTS_MAX: u8 = 25;

const OF_LAUNCHES: EnumSet<Assumption> = enum_set!(
    Assumption::ThreadRestart
        | Assumption::ThreadRestarts
        | Assumption::ImportRestartsThread
        | Assumption::DirsyncRestartsThread
);

/// All that this command can lead to.
pub(crate) fn moves(world: &World, command: Command, rules: &Rules) -> Vec<Move> {
    if !command.is_possible(world.running) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if command.begins_life() {
        // It goes by the tab that there is now.
        let exports = ask(world, RunKind::MessageExport, true, rules);
        let no_export = Assignment::DEFAULT.with(Assumption::StartExports, true);
        let keys = Assumption::StartExports.into();
        let silent = played(world, command, no_export, world.connector.restarts());
        read_under(world, command, no_export, keys, &silent, &mut found);
        for part in exports {
            play_each(&part, command, Assignment::DEFAULT, keys, &mut found);
        }
        return found;
    }
    let is_open = world.goes_by_another_tab();
    for reads_again in [false, true].into_iter().take(if is_open { 2 } else { 1 }) {
        let assignment = Assignment::DEFAULT.with(Assumption::TabTakesEffect, reads_again);
        let keys = if is_open { Assumption::TabTakesEffect.into() } else { EnumSet::empty() };
        let parts = match command {
            Command::Dirsync => parts_of_dirsync(world, reads_again, rules),
            _ => parts_of_cycle(world, reads_again, rules),
        };
        for part in parts {
            play_each(&part, command, assignment, keys, &mut found);
        }
    }
    found
}

fn parts_of_cycle(world: &World, reads_again: bool, rules: &Rules) -> Vec<World> {
    let [export_waits, import_waits, _] = world.connector.waiting_threads();
    let exported = if export_waits {
        vec![*world]
    } else {
        ask(world, RunKind::MessageExport, reads_again, rules)
    };
    if import_waits {
        return exported;
    }
    let queued = exported.iter().flat_map(with_queue);
    let asked = queued.flat_map(|part| match part.has_outbound() {
        true => ask(&part, RunKind::MessageImport, reads_again, rules),
        false => vec![part],
    });
    asked.collect()
}

/// The parts in which it is known whether IMPORT has something to do.
fn with_queue(part: &World) -> Vec<World> {
    let rejected = Condition::OutboundMessageRejected;
    let mut parts = Vec::new();
    let mut none = *part;
    if part.open.contains(rejected) {
        parts.extend(part.with(rejected.into()));
        none = none.without(rejected);
    }
    if none.outbound == Queue::Open && !none.has_outbound() {
        parts.push(World { outbound: Queue::Waits, ..none });
        none.outbound = Queue::Empty;
    }
    parts.push(none);
    parts
}

fn parts_of_dirsync(world: &World, reads_again: bool, rules: &Rules) -> Vec<World> {
    if world.connector.waiting_threads()[2] {
        return vec![*world];
    }
    let exported = ask(world, RunKind::DirectoryExport, reads_again, rules);
    let asked =
        exported.iter().flat_map(|part| ask(part, RunKind::DirectoryImport, reads_again, rules));
    asked.collect()
}

impl World {
    /// Whether it is known that outbound mail waits.
    pub(crate) fn has_outbound(&self) -> bool {
        self.outbound == Queue::Waits || self.site.waiting(Direction::CcMail) > 0
    }
}

/// Plays a command in a part under this assignment and every other value of what makes a difference
/// beside these keys.
fn play_each(
    part: &World,
    command: Command,
    assignment: Assignment,
    keys: EnumSet<Assumption>,
    found: &mut Vec<Move>,
) {
    let mut more = EnumSet::empty();
    let mut waiting = vec![assignment];
    let mut done: Vec<(Assignment, Played)> = Vec::new();
    while let Some(assignment) = waiting.pop() {
        let played = played(part, command, assignment, part.connector.restarts());
        let asked = asked_by(part, command, &played.trace) - keys;
        done.push((assignment, played));
        for key in asked - more {
            // What was played under its default is played under its other value too.
            more.insert(key);
            let known = done.iter().map(|(known, _)| known).chain(&waiting);
            let others: Vec<Assignment> = known.map(|known| known.with(key, true)).collect();
            waiting.extend(others);
        }
    }
    for (assignment, played) in done {
        read_under(part, command, assignment, keys | more, &played, found);
    }
}

/// The assumptions, beside that about the tab, on which it may depend what this command leads to.
fn asked_by(part: &World, command: Command, trace: &Trace) -> EnumSet<Assumption> {
    let in_space = part.site.view().store == StorePath::WithSpace;
    let mut asked = EnumSet::empty();
    for ran in ends(trace) {
        asked |= match ran {
            RunResult::NotFound => OF_LAUNCHES,
            RunResult::Unfinished => Assumption::AfterHang | Assumption::HangHolds,
            RunResult::Exited { code: 3, .. } if in_space => Assumption::AfterCode3InSpace.into(),
            _ => EnumSet::empty(),
        };
        if command == Command::Dirsync && ran.code() != Some(0) {
            asked |= Assumption::DirsyncAfterFailure;
        }
    }
    asked
}

/// How the runs ended.
fn ends(trace: &Trace) -> impl Iterator<Item = RunResult> + '_ {
    trace.events.iter().filter_map(|traced| match traced {
        TraceEvent::Run { ran, .. } => Some(*ran),
        _ => None,
    })
}

/// Whether a program was not found.
fn misses(trace: &Trace) -> bool {
    ends(trace).any(|ran| ran == RunResult::NotFound)
}

/// A part after a command, and what happened in it.
struct Played {
    after: World,
    trace: Trace,
}

/// Plays a command in a part under this assignment, in a life that has had so many restarts.
fn played(part: &World, command: Command, assignment: Assignment, restarts: u8) -> Played {
    let mut site = part.site;
    site.set_logging(LoggingChange::all(Level::Maximum));
    if part.outbound == Queue::Waits {
        site.mail(Direction::CcMail, 1);
    }
    let life = part.connector.amid(part.connector.tab(), restarts);
    let (mut connector, mut trace) = (life.assuming(assignment), Trace::default());
    let mut player = Player::resume(site, &mut connector, &mut trace, part.running, 0);
    // The reference never fails as a program.
    let _ = player.step(&command.step());
    let (running, mut site) = (player.is_running(), *player.site());
    site.set_logging(LoggingChange::all(Level::None));
    let after = World { site, connector, running, ..*part };
    Played { after, trace }
}

/// Reads off what a command has led to under this assignment, which stands for all that are like it in
/// these keys; where it is open how many restarts there were, for each number of them.
fn read_under(
    part: &World,
    command: Command,
    assignment: Assignment,
    keys: EnumSet<Assumption>,
    once: &Played,
    found: &mut Vec<Move>,
) {
    let is_open = !part.counted && !command.begins_life() && misses(&once.trace);
    let restarts = part.connector.restarts();
    let counts = if is_open { 0..=RESTARTS_MAX } else { restarts..=restarts };
    for count in counts {
        let mut assumed = Assignments::ALL.like(assignment, keys);
        if is_open && count > 0 {
            // Where a thread is started again at once, only dirsyncs leave a count behind.
            let later = assumed.with(Assumption::ThreadRestart, true);
            let of_dirsyncs = assumed.with(Assumption::DirsyncRestartsThread, true);
            assumed = later.or(&of_dirsyncs);
        }
        if is_open && count == RESTARTS_MAX {
            assumed = assumed.with(Assumption::ThreadRestarts, false);
        }
        if count == restarts {
            read(part, command, once, assumed, (count, is_open), found);
        } else {
            let played = played(part, command, assignment, count);
            read(part, command, &played, assumed, (count, is_open), found);
        }
    }
}

/// Reads off what a command has led to, once for each thing that may be shown.
fn read(
    part: &World,
    command: Command,
    played: &Played,
    assumed: Assignments,
    (counted, was_open): (u8, bool),
    found: &mut Vec<Move>,
) {
    let (mut after, trace) = (played.after, &played.trace);
    let mut logged: Vec<Item> = Vec::new();
    let mut is_asked = [false; 2];
    for traced in &trace.events {
        match traced {
            TraceEvent::Run { run, ran, .. } => mail_after(run.job, *ran, &mut after),
            TraceEvent::Logged(record) => {
                let Some(symbol) = Symbol::of(&record.event) else { continue };
                if let Some(category) = shown_in(symbol.id) {
                    is_asked[category] = true;
                }
                let exports = symbol.id == 67 && symbol.run == Some(RunKind::MessageExport);
                let imports = symbol.id == 58 && symbol.run == Some(RunKind::MessageImport);
                let repeats = exports && part.inbound && !after.inbound || imports;
                let item = Item { symbol, repeats };
                logged.extend(std::iter::repeat_n(item, record.times as usize));
            }
            _ => {}
        }
    }
    after.counted |= command.begins_life() || misses(trace);
    let values = |category: usize| match (is_asked[category], part.shown[category]) {
        (true, None) => vec![Some(true), Some(false)],
        (_, known) => vec![known],
    };
    for general in values(GENERAL) {
        for dirsync in values(DIR_SYNCH) {
            let shown = [general, dirsync];
            let is_shown = |item: &&Item| {
                shown_in(item.symbol.id).is_none_or(|category| shown[category] == Some(true))
            };
            let logged: Vec<Item> = logged.iter().filter(is_shown).copied().collect();
            let after = World { shown, ..after }.folded();
            let before = World { shown, counted: after.counted, ..*part };
            let changes = after != before;
            let waited = part.outbound == Queue::Waits;
            let one = Move { logged, after, assumed, changes, counted, was_open, waited };
            match found.iter_mut().find(|known| {
                let same = (known.counted, known.waited) == (one.counted, one.waited);
                same && (&known.logged, &known.after) == (&one.logged, &one.after)
            }) {
                Some(known) => known.assumed = known.assumed.or(&one.assumed),
                None => found.push(one),
            }
        }
    }
}

/// The category whose level decides whether an event is shown; nothing of one that always is.
fn shown_in(id: u16) -> Option<usize> {
    match id {
        58 | 67 => Some(GENERAL),
        14001 | 14031 => Some(DIR_SYNCH),
        _ => None,
    }
}

/// What a run leaves in the queues.
fn mail_after(job: Job, ran: RunResult, after: &mut World) {
    match (job, ran) {
        // What waits behind a message that does not convert still waits.
        (Job::ExportMessages(_), RunResult::Exited { code: 0, corrupt: 0, .. }) => {
            after.inbound = false;
        }
        (Job::ImportMessages, RunResult::Exited { code: 0, .. }) => after.outbound = Queue::Empty,
        (Job::ImportMessages, RunResult::Exited { code: UNDELIVERABLE, .. }) => {
            after.outbound = Queue::Open;
        }
        // Whatever entry there was, there is that of dirsync now (Q166045 cause 5).
        (Job::ImportDirectory(DirectoryImport::Additions), RunResult::Exited { code: 0, .. }) => {
            after.open -= Condition::SiteEntryMissing;
        }
        _ => {}
    }
}
