//! The table of conditions, in the order in which a run meets them (C1, C2).
//!
//! Each entry is one row of history. The article is Q166045; the other numbers are the related
//! articles of the Microsoft Knowledge Base that describe the same connector.

use Outcome::{Corrupt, Exits, Fails, NotFound, NotStopped, Unfinished};
use enumset::{EnumSet, enum_set};
use event70_model::{
    Condition, Database, Exchange, Host, IndexCode, IndexCodes, PathOutcome, Setting,
};

use super::entry::{Barrier, Basis, Class, ConditionEntry, ConditionRow, Outcome, Passage};

const EVERY_HOST: EnumSet<Host> = EnumSet::all();
const BOTH_NETWARE: EnumSet<Host> = enum_set!(Host::NetwareGateway | Host::NetwareDirect);
const EVERY_DATABASE: EnumSet<Database> = EnumSet::all();
const NOWHERE: EnumSet<Exchange> = EnumSet::empty();
const EVERY_EDITION: EnumSet<Exchange> = EnumSet::all();
const ONLY_5_0: EnumSet<Exchange> = enum_set!(Exchange::V5_0);
const FROM_5_5: EnumSet<Exchange> = enum_set!(Exchange::V5_5 | Exchange::V5_5Sp1);
const SHORT_PATHS_ONLY: EnumSet<Exchange> = enum_set!(Exchange::V5_5Sp1);

const fn at(article: &'static str, part: &'static str) -> Passage {
    Passage { article, part }
}

const fn row(class: Class, message: Outcome, directory: Outcome, import: Outcome) -> ConditionRow {
    ConditionRow {
        setting: Setting::None,
        editions: EVERY_EDITION,
        class,
        message_export: message,
        directory_export: directory,
        message_import: import,
        directory_import: import,
    }
}

const fn with(setting: Setting, row: ConditionRow) -> ConditionRow {
    ConditionRow { setting, ..row }
}

const fn on(editions: EnumSet<Exchange>, row: ConditionRow) -> ConditionRow {
    ConditionRow { editions, ..row }
}

/// A cause that keeps every kind of run from reaching or entering the post office.
const fn cause(number: u8) -> ConditionRow {
    row(Class::Cause(number), Exits(3), Exits(3), Exits(3))
}

/// A near miss that ends the IMPORTs of a dirsync, the first of them that is, with code 1.
const DIRSYNC_FAILS: ConditionRow = ConditionRow {
    directory_import: Exits(1),
    ..row(Class::NearMiss, NotStopped, NotStopped, NotStopped)
};

/// A near miss that ends the IMPORT of messages, and no other run.
const fn holds_mail_up(outcome: Outcome) -> ConditionRow {
    ConditionRow {
        message_import: outcome,
        ..row(Class::NearMiss, NotStopped, NotStopped, NotStopped)
    }
}

/// A near miss that ends every kind of run in the same way.
const fn near_miss(outcome: Outcome) -> ConditionRow {
    row(Class::NearMiss, outcome, outcome, outcome)
}

/// A damaged index that shows so in EXPORT and so in IMPORT.
const fn codes(
    export: IndexCode,
    import: IndexCode,
    export_ends: Outcome,
    import_ends: Outcome,
) -> ConditionRow {
    let setting = Setting::Codes(IndexCodes { export, import });
    with(setting, row(Class::NearMiss, export_ends, export_ends, import_ends))
}

/// An entry that holds on every site and acts on every edition; the exceptions say so.
const fn entry(
    condition: Condition,
    meaning: &'static str,
    barrier: Barrier,
    rows: &'static [ConditionRow],
    source: &'static [Passage],
) -> ConditionEntry {
    ConditionEntry {
        condition,
        meaning,
        barrier,
        hosts: EVERY_HOST,
        databases: EVERY_DATABASE,
        inert_on: NOWHERE,
        excludes: EnumSet::empty(),
        rows,
        source,
        basis: Basis::Stated,
    }
}

/// Every documented condition, in the order of [`Condition`].
pub static CATALOGUE: [ConditionEntry; 29] = [
    ConditionEntry {
        basis: Basis::Chosen(8),
        ..entry(
            Condition::ProgramsNotOnPath,
            "IMPORT.EXE and EXPORT.EXE are not on the system path",
            Barrier::Launch,
            &[near_miss(NotFound)],
            &[at("Q294947", "")],
        )
    },
    ConditionEntry {
        databases: enum_set!(Database::Db8),
        basis: Basis::Chosen(19),
        ..entry(
            Condition::ResourceFileMissing,
            "the resource file IE.RI, which the programs for DB8 need, is missing",
            Barrier::Launch,
            &[
                on(ONLY_5_0, row(Class::NearMiss, Fails, Fails, Exits(1))),
                on(FROM_5_5, row(Class::NearMiss, NotStopped, NotStopped, Exits(1))),
            ],
            &[at("Q190275", ""), at("Q233164", "code 1")],
        )
    },
    ConditionEntry {
        inert_on: SHORT_PATHS_ONLY,
        ..entry(
            Condition::InstallPathSpace,
            "the connector store lies in a path with a space",
            Barrier::SettingsFile,
            &[
                with(Setting::Outcome(PathOutcome::Code3), cause(4)),
                with(Setting::Outcome(PathOutcome::Hang), near_miss(Unfinished)),
            ],
            &[at("Q166045", "cause 4"), at("Q164695", "")],
        )
    },
    ConditionEntry {
        inert_on: SHORT_PATHS_ONLY,
        ..entry(
            Condition::InstallPathLong,
            "the connector store lies in a folder whose name is longer than eight characters",
            Barrier::SettingsFile,
            &[near_miss(Unfinished)],
            &[at("Q181186", "")],
        )
    },
    entry(
        Condition::TabPathWrong,
        "the path on the Postoffice tab leads to no post office",
        Barrier::Reach,
        &[cause(1)],
        &[at("Q166045", "cause 1"), at("Q233164", "code 3")],
    ),
    ConditionEntry {
        hosts: enum_set!(Host::WindowsNt),
        ..entry(
            Condition::ShareAccessDenied,
            "the Exchange service account has no access to the share of the post office",
            Barrier::Reach,
            &[cause(2)],
            &[at("Q166045", "cause 2")],
        )
    },
    ConditionEntry {
        hosts: enum_set!(Host::NetwareGateway),
        ..entry(
            Condition::GatewayNotConfigured,
            "Gateway Services for NetWare is not configured",
            Barrier::Reach,
            &[cause(2)],
            &[at("Q166045", "cause 2"), at("Q164707", "gateway enabled")],
        )
    },
    ConditionEntry {
        hosts: enum_set!(Host::NetwareGateway),
        ..entry(
            Condition::GatewayAccountNotInNtgateway,
            "the gateway account is not a member of the NetWare group NTGATEWAY",
            Barrier::Reach,
            &[cause(2)],
            &[at("Q118469", ""), at("Q166045", "cause 2")],
        )
    },
    ConditionEntry {
        hosts: enum_set!(Host::NetwareGateway),
        basis: Basis::Inferred,
        ..entry(
            Condition::GatewayConnectionLimit,
            "the gateway account has as many connections to NetWare as it may have at a time",
            Barrier::Reach,
            &[cause(2)],
            &[at("Q118973", ""), at("Q166045", "cause 2")],
        )
    },
    ConditionEntry {
        hosts: enum_set!(Host::NetwareDirect),
        ..entry(
            Condition::NetwareAccountMismatch,
            "no NetWare account has the name and password of the Exchange service account",
            Barrier::Reach,
            &[cause(2)],
            &[at("Q164707", "gateway disabled"), at("Q166045", "cause 2")],
        )
    },
    ConditionEntry {
        hosts: enum_set!(Host::NetwareDirect),
        basis: Basis::Inferred,
        ..entry(
            Condition::NetwareAccountLocked,
            "NetWare has locked the account of the Exchange service account out",
            Barrier::Reach,
            &[cause(2)],
            &[at("Q135917", ""), at("Q166045", "cause 2")],
        )
    },
    ConditionEntry {
        hosts: BOTH_NETWARE,
        ..entry(
            Condition::Lsa2Hotfix,
            "under NT 4.0 SP3 with the LSA2 hotfix the service fails to connect to NetWare",
            Barrier::Reach,
            &[row(Class::CauseBeyondArticle, Exits(3), Exits(3), Exits(3))],
            &[at("Q195649", "")],
        )
    },
    ConditionEntry {
        basis: Basis::Inferred,
        ..entry(
            Condition::PostofficeShutDown,
            "the post office is shut down for maintenance (CCPODOWN)",
            Barrier::Lock,
            &[near_miss(Exits(4))],
            &[at("Q282172", "")],
        )
    },
    entry(
        Condition::PostofficeLocked,
        "another process holds the post office",
        Barrier::Lock,
        &[near_miss(Exits(4))],
        &[at("Q179072", "code 4")],
    ),
    entry(
        Condition::DatabaseVersionMismatch,
        "the selected Import/Export version does not fit the post office database",
        Barrier::Version,
        &[near_miss(Exits(1))],
        &[at("Q168465", "")],
    ),
    entry(
        Condition::TabNameWrong,
        "the post office name on the Postoffice tab is wrong",
        Barrier::Credentials,
        &[cause(1)],
        &[at("Q166045", "cause 1"), at("Q233164", "code 3")],
    ),
    entry(
        Condition::TabPasswordWrong,
        "the post office password on the Postoffice tab is wrong",
        Barrier::Credentials,
        &[cause(1)],
        &[at("Q166045", "cause 1"), at("Q233164", "code 3")],
    ),
    entry(
        Condition::PostofficePasswordChanged,
        "the password of the post office was changed after it was entered on the Postoffice tab",
        Barrier::Credentials,
        &[cause(1)],
        &[at("Q166045", "cause 1"), at("Q233164", "code 3")],
    ),
    entry(
        Condition::ReadOnlyAccess,
        "the service account may read the post office but not write to it",
        Barrier::Write,
        &[row(Class::NearMiss, NotStopped, NotStopped, Exits(1))],
        &[at("Q168670", "")],
    ),
    ConditionEntry {
        excludes: enum_set!(Condition::EntryMadeByHand),
        ..entry(
            Condition::SiteEntryMissing,
            "the post office has no entry for the Exchange site, as before the first complete dirsync",
            Barrier::SiteEntry,
            &[row(Class::Cause(5), Exits(3), NotStopped, NotStopped)],
            &[at("Q166045", "cause 5"), at("Q156063", "2.6.1"), at("Q212759", "/N")],
        )
    },
    ConditionEntry {
        excludes: enum_set!(Condition::SiteEntryMissing),
        basis: Basis::Chosen(6),
        ..entry(
            Condition::EntryMadeByHand,
            "the entry for the Exchange site was made by hand, so dirsync cannot make it",
            Barrier::SiteEntry,
            &[DIRSYNC_FAILS],
            &[at("Q156063", "2.6.4"), at("Q156063", "2.6.2")],
        )
    },
    ConditionEntry {
        basis: Basis::Chosen(6),
        ..entry(
            Condition::PostofficeNameExtended,
            "the name of the post office has extended characters, on which dirsync fails",
            Barrier::SiteEntry,
            &[DIRSYNC_FAILS],
            &[at("Q197258", "")],
        )
    },
    entry(
        Condition::DirectoryIndexDamaged,
        "the index of the post office (CLANDATA) is damaged",
        Barrier::Data,
        &[
            codes(IndexCode::One, IndexCode::One, Exits(1), Exits(1)),
            codes(IndexCode::Four, IndexCode::Four, Exits(4), Exits(4)),
            codes(IndexCode::One, IndexCode::Four, Exits(1), Exits(4)),
            codes(IndexCode::Four, IndexCode::One, Exits(4), Exits(1)),
        ],
        &[at("Q179072", "")],
    ),
    ConditionEntry {
        basis: Basis::Chosen(10),
        ..entry(
            Condition::PostofficeDamaged,
            "the post office is damaged",
            Barrier::Data,
            &[with(Setting::Passes(1), row(Class::Cause(3), Exits(3), Exits(3), Exits(1)))],
            &[at("Q166045", "cause 3")],
        )
    },
    ConditionEntry {
        basis: Basis::Chosen(10),
        ..entry(
            Condition::PostofficeFragmented,
            "the post office is fragmented",
            Barrier::Data,
            &[row(Class::Cause(3), Exits(3), Exits(3), Exits(1))],
            &[at("Q166045", "cause 3")],
        )
    },
    entry(
        Condition::OutboundMessageRejected,
        "IMPORT rejects the first message to cc:Mail and leaves it there, so the mail behind it waits",
        Barrier::Data,
        &[holds_mail_up(Exits(1))],
        &[at("Q223772", "")],
    ),
    ConditionEntry {
        databases: enum_set!(Database::Db6),
        ..entry(
            Condition::DateFormatUnknown,
            "IMPORT does not know the format of the dates in messages to cc:Mail and returns them",
            Barrier::Data,
            &[holds_mail_up(Exits(5))],
            &[at("Q180641", "")],
        )
    },
    ConditionEntry {
        basis: Basis::Inferred,
        ..entry(
            Condition::MessageCorrupt,
            "the first message to Exchange never converts, and the mail behind it waits",
            Barrier::Data,
            &[row(Class::NearMiss, Corrupt, NotStopped, NotStopped)],
            &[at("Q212759", ""), at("Q202240", "")],
        )
    },
    ConditionEntry {
        basis: Basis::Chosen(18),
        ..entry(
            Condition::ForeignEvent70,
            "another source writes a record numbered 70 into the same log",
            Barrier::None,
            &[row(Class::Decoy, NotStopped, NotStopped, NotStopped)],
            &[at("Q166045", "Source: MSExchangeCCMC")],
        )
    },
];
