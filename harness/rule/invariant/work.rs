//! What the service does in a step: which programs it launches, how often, and what follows.
//!
//! Conditions change between steps only, so all runs of one kind in a step end alike, until one of
//! them ends the life of the service or holds a thread.

use enumset::EnumSet;
use event70_model::{Assumption, Condition, Fault};

use super::outlook::{Imports, Outlook};
use super::prediction::{ExportKind, Exports};
use super::rule_state::{Notes, RuleState};
use super::rules::{Clause, Rules, RunKind};
use super::service::Thread;
use crate::Outcome;

/// The result code of an IMPORT that returned messages (Q180641).
pub const UNDELIVERABLE: u8 = 5;
/// Dirsync exports the directory, the mailing lists and the bulletin boards (Q295753).
const DIRECTORY_EXPORTS: u32 = 3;

/// The way of the runs of one kind: what is in it, and what decides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) in_the_way: EnumSet<Condition>,
    pub(super) decides: Option<Fault>,
    pub(super) outcome: Outcome,
}

impl Way {
    /// Whether a run ends with code 3 because the store lies in a path with a space (Q164695).
    fn is_code_3_in_space(&self) -> bool {
        let in_space = |fault: Fault| fault.condition == Condition::InstallPathSpace;
        self.outcome == Outcome::Exits(3) && self.decides.is_some_and(in_space)
    }

    fn exports(&self, kind: ExportKind, runs: u32) -> Exports {
        let Self { in_the_way, decides, outcome } = *self;
        Exports { kind, runs, decides, in_the_way, outcome }
    }
}

impl RuleState {
    /// A start, or cycles: message EXPORT, and in a cycle IMPORT while outbound mail waits.
    pub(super) fn exchanges_mail(
        &mut self,
        commands: u32,
        is_cycle: bool,
        rules: &Rules,
        notes: &mut impl Notes,
    ) -> Outlook {
        let imports = is_cycle
            && rules.has(Clause::ImportIsLaunched)
            && !self.is_held(Thread::Import)
            && self.outbound_waits(rules, notes);
        let exports = !self.is_held(Thread::Export);
        let way = self.way(RunKind::MessageExport, rules, notes);
        if self.holding.contains(Condition::ProgramsNotOnPath) {
            return self.loses_programs(commands, exports.then_some(way), imports, rules, notes);
        }
        let mut outlook = Outlook::QUIET;
        if exports {
            let runs = self.message_runs(commands, &way, rules, notes);
            outlook.exports = Some(way.exports(ExportKind::Messages, runs));
        }
        if is_cycle {
            outlook.imports = Imports::Launched(imports);
        }
        if imports {
            if exports
                && way.outcome == Outcome::Unfinished
                && rules.asks(Assumption::HangHolds, notes)
            {
                // Whichever program runs first holds the other, if it does not finish either.
                let import = self.way(RunKind::MessageImport, rules, notes);
                let hangs = import.outcome == Outcome::Unfinished;
                outlook.imports = if hangs { Imports::InPlaceOfExports } else { Imports::NotTold };
                return outlook;
            }
            self.import_runs(commands, rules, notes);
        }
        outlook
    }

    fn outbound_waits(&mut self, rules: &Rules, notes: &mut impl Notes) -> bool {
        let rejected = self.holding.contains(Condition::OutboundMessageRejected)
            && rules.has(Clause::RejectedMessageWaits);
        rejected || self.outbound.waits(rules, notes)
    }

    /// How many message EXPORTs there are in so many commands, and what follows from how they end:
    /// in a cycle one that moved as many messages as it may is followed by another at once (Q168211).
    fn message_runs(
        &mut self,
        commands: u32,
        way: &Way,
        rules: &Rules,
        notes: &mut impl Notes,
    ) -> u32 {
        let full_batch = u32::from(self.export_max);
        match way.outcome {
            _ if self.holds_thread(way, Thread::Export, rules, notes) => 1,
            Outcome::NotStopped => {
                let full = std::mem::take(&mut self.inbound) / full_batch;
                if rules.has(Clause::FullBatchRepeats) { commands + full } else { commands }
            }
            _ => commands,
        }
    }

    /// IMPORT runs in each of so many cycles, as long as mail waits.
    fn import_runs(&mut self, cycles: u32, rules: &Rules, notes: &mut impl Notes) {
        let way = self.way(RunKind::MessageImport, rules, notes);
        self.holds_thread(&way, Thread::Import, rules, notes);
        match way.outcome {
            Outcome::NotStopped if rules.has(Clause::ImportEmptiesQueue) => {
                self.outbound.is_imported();
            }
            Outcome::Exits(UNDELIVERABLE) if rules.has(Clause::ImportReturnsMail) => {
                self.outbound.is_returned(cycles, self.import_max.into());
            }
            _ => {}
        }
    }

    /// Whether the thread of a run that ends so launches nothing more in this life; then it is held,
    /// with all the connector if that is assumed.
    fn holds_thread(
        &mut self,
        way: &Way,
        thread: Thread,
        rules: &Rules,
        notes: &mut impl Notes,
    ) -> bool {
        if way.outcome == Outcome::Unfinished {
            if rules.asks(Assumption::AfterHang, notes) {
                return false;
            }
            let all = rules.asks(Assumption::HangHolds, notes);
            self.service.holds(if all { EnumSet::all() } else { thread.into() });
            return true;
        }
        let holds = way.is_code_3_in_space() && rules.asks(Assumption::AfterCode3InSpace, notes);
        if holds {
            self.service.holds(thread);
        }
        holds
    }

    fn is_held(&self, thread: Thread) -> bool {
        self.service.held().contains(thread)
    }

    /// Programs are not found: a start, or cycles. `exports` is the way of EXPORT, if that is
    /// launched.
    fn loses_programs(
        &mut self,
        commands: u32,
        exports: Option<Way>,
        imports: bool,
        rules: &Rules,
        notes: &mut impl Notes,
    ) -> Outlook {
        let counts = imports && rules.asks(Assumption::ImportRestartsThread, notes);
        let each = u32::from(exports.is_some()) + u32::from(counts);
        if each == 0 {
            return Outlook { imports: Imports::Launched(imports), ..Outlook::QUIET };
        }
        let at_once = !rules.asks(Assumption::ThreadRestart, notes);
        let lost = self.service.loses(commands * each, at_once, rules, notes);
        let by_export = match (exports, at_once) {
            (None, _) => 0,
            (Some(_), true) => lost.launches,
            (Some(_), false) => lost.launches.div_ceil(each),
        };
        let exports = exports.map(|way| way.exports(ExportKind::Messages, by_export));
        let by_import = lost.launches - by_export;
        let imports = match (imports, counts) {
            (false, _) => Imports::Launched(false),
            (true, true) => Imports::Lost(by_import),
            // An IMPORT that runs first is launched before the service gives up.
            (true, false) if lost.gives_up => Imports::NotTold,
            (true, false) => Imports::Launched(true),
        };
        Outlook { exports, imports, gives_up: lost.gives_up }
    }

    /// A dirsync: EXPORTs of the directory, and its IMPORTs if these succeed (C6).
    pub(super) fn synchronizes(&mut self, rules: &Rules, notes: &mut impl Notes) -> Outlook {
        if self.is_held(Thread::Dirsync) {
            return Outlook::QUIET;
        }
        let way = self.way(RunKind::DirectoryExport, rules, notes);
        let mut outlook = Outlook::QUIET;
        let runs = if self.holding.contains(Condition::ProgramsNotOnPath) {
            let launches = self.runs_of_failed_dirsync(rules, notes);
            if rules.asks(Assumption::DirsyncRestartsThread, notes) {
                let lost = self.service.loses(launches, false, rules, notes);
                outlook.gives_up = lost.gives_up;
                lost.launches
            } else {
                launches
            }
        } else if self.holds_thread(&way, Thread::Dirsync, rules, notes)
            || way.outcome == Outcome::Unfinished
        {
            1
        } else if way.decides.is_some() {
            self.runs_of_failed_dirsync(rules, notes)
        } else {
            self.completes_dirsync(rules, notes);
            DIRECTORY_EXPORTS
        };
        outlook.exports = Some(way.exports(ExportKind::Directory, runs));
        outlook
    }

    fn runs_of_failed_dirsync(&self, rules: &Rules, notes: &mut impl Notes) -> u32 {
        if rules.asks(Assumption::DirsyncAfterFailure, notes) { DIRECTORY_EXPORTS } else { 1 }
    }

    /// The EXPORTs of a dirsync have succeeded; if its IMPORTs do, the site entry is there.
    fn completes_dirsync(&mut self, rules: &Rules, notes: &mut impl Notes) {
        let import = self.way(RunKind::DirectoryImport, rules, notes);
        let import_holds_up =
            !import.in_the_way.is_empty() && rules.has(Clause::DirsyncNeedsImport);
        if !import_holds_up && rules.has(Clause::DirsyncBringsEntry) {
            self.holding.remove(Condition::SiteEntryMissing);
        }
    }
}
