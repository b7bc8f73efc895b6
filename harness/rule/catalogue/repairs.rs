//! The table of repairs: what an administrator does, and what that clears.

use Clearing::{AtOnce, Becomes, OnePass, WhenUndamaged};
use enumset::EnumSet;
use event70_model::{Condition, Repair};

use super::entry::Passage;

/// One documented repair.
#[derive(Debug, Clone)]
pub struct RepairEntry {
    /// The repair that this entry describes.
    pub repair: Repair,
    /// What the administrator does, as an instruction.
    pub instruction: &'static str,
    /// What it clears, and how; empty for ANALYZE, which only reports.
    pub clears: &'static [(Condition, Clearing)],
    /// The documents that describe it.
    pub source: &'static [Passage],
}

/// How a repair clears a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clearing {
    /// One application clears it.
    AtOnce,
    /// One application clears one pass of damage (C10).
    OnePass,
    /// One application clears it if no post office damage is left, and does nothing otherwise (C10).
    WhenUndamaged,
    /// One application clears it, and another condition holds in its place.
    Becomes(Condition),
}

const fn at(article: &'static str, part: &'static str) -> Passage {
    Passage { article, part }
}

const fn repair(
    repair: Repair,
    instruction: &'static str,
    clears: &'static [(Condition, Clearing)],
    source: &'static [Passage],
) -> RepairEntry {
    RepairEntry { repair, instruction, clears, source }
}

/// Every documented repair, in the order of [`Repair`].
pub static REPAIRS: [RepairEntry; 21] = TABLE;

/// For each condition the repairs that clear it, as a set: the same table read the other way.
static CLEARED_BY: [u32; Condition::COUNT] = cleared_by();

const fn cleared_by() -> [u32; Condition::COUNT] {
    let mut sets = [0; Condition::COUNT];
    let mut repair = 0;
    while repair < TABLE.len() {
        let mut cleared = 0;
        while cleared < TABLE[repair].clears.len() {
            sets[TABLE[repair].clears[cleared].0 as usize] |= 1 << repair;
            cleared += 1;
        }
        repair += 1;
    }
    sets
}

/// The repairs that clear this condition, wholly or step by step.
pub(super) fn repairs_of(condition: Condition) -> EnumSet<Repair> {
    EnumSet::from_u32_truncated(CLEARED_BY[condition as usize])
}

const TABLE: [RepairEntry; 21] = [
    repair(
        Repair::CorrectPostofficeTab,
        "enter the right name, password and path on the connector's Postoffice tab",
        &[
            (Condition::TabPathWrong, AtOnce),
            (Condition::TabNameWrong, AtOnce),
            (Condition::TabPasswordWrong, AtOnce),
            (Condition::PostofficePasswordChanged, AtOnce),
        ],
        &[at("Q166045", "resolution 1")],
    ),
    repair(
        Repair::GrantAccess,
        "give the Exchange service account full access to the post office",
        &[(Condition::ShareAccessDenied, AtOnce), (Condition::ReadOnlyAccess, AtOnce)],
        &[at("Q166045", "resolution 2"), at("Q168670", "")],
    ),
    repair(
        Repair::ConfigureGateway,
        "configure Gateway Services for NetWare: its account in the group NTGATEWAY, with as many \
         connections as it needs",
        &[
            (Condition::GatewayNotConfigured, AtOnce),
            (Condition::GatewayAccountNotInNtgateway, AtOnce),
            (Condition::GatewayConnectionLimit, AtOnce),
        ],
        &[at("Q166045", "resolution 2"), at("Q118469", ""), at("Q118973", "")],
    ),
    repair(
        Repair::MatchNetwareAccount,
        "give a NetWare account the name and password of the Exchange service account",
        &[(Condition::NetwareAccountMismatch, AtOnce)],
        &[at("Q164707", "gateway disabled")],
    ),
    repair(
        Repair::UnlockNetwareAccount,
        "unlock the NetWare account of the Exchange service account",
        &[(Condition::NetwareAccountLocked, AtOnce)],
        &[at("Q135917", "")],
    ),
    repair(
        Repair::InstallNtSp4,
        "install Windows NT 4.0 Service Pack 4",
        &[(Condition::Lsa2Hotfix, AtOnce)],
        &[at("Q195649", "")],
    ),
    repair(
        Repair::Chkstat,
        "run CHKSTAT over the post office, then ANALYZE",
        &[(Condition::PostofficeDamaged, OnePass)],
        &[at("Q166045", "resolution 3")],
    ),
    repair(
        Repair::Reclaim,
        "run RECLAIM over the post office, then ANALYZE",
        &[(Condition::PostofficeFragmented, WhenUndamaged)],
        &[at("Q166045", "resolution 3")],
    ),
    repair(
        Repair::Analyze,
        "run ANALYZE over the post office to see what is left",
        &[],
        &[at("Q166045", "resolution 3")],
    ),
    repair(
        Repair::RestorePostoffice,
        "restore the post office from a backup",
        &[
            (Condition::DirectoryIndexDamaged, AtOnce),
            (Condition::PostofficeDamaged, AtOnce),
            (Condition::PostofficeFragmented, AtOnce),
        ],
        &[at("Q179072", "")],
    ),
    repair(
        Repair::ShortenStorePath,
        "give the connector store a short path without a space, or its 8.3 name",
        &[(Condition::InstallPathSpace, AtOnce), (Condition::InstallPathLong, AtOnce)],
        &[at("Q164695", "")],
    ),
    repair(
        Repair::AddSiteEntry,
        "create the entry of the Exchange site in the post office by hand, if dirsync will never run",
        &[(Condition::SiteEntryMissing, Becomes(Condition::EntryMadeByHand))],
        &[at("Q156063", "2.6.4")],
    ),
    repair(
        Repair::DeleteSiteEntry,
        "delete the entry of the Exchange site that was made by hand, and let dirsync make it",
        &[(Condition::EntryMadeByHand, Becomes(Condition::SiteEntryMissing))],
        &[at("Q156063", "2.6.4")],
    ),
    repair(
        Repair::BringPostofficeUp,
        "bring the post office up again",
        &[(Condition::PostofficeShutDown, AtOnce)],
        &[at("Q282172", "")],
    ),
    repair(
        Repair::ReleaseLock,
        "end the process that holds the post office",
        &[(Condition::PostofficeLocked, AtOnce)],
        &[at("Q179072", "")],
    ),
    repair(
        Repair::SelectDatabaseVersion,
        "select the Import/Export version that fits the post office database",
        &[(Condition::DatabaseVersionMismatch, AtOnce)],
        &[at("Q168465", "")],
    ),
    repair(
        Repair::RestoreResourceFile,
        "put IE.RI where the programs look for it",
        &[(Condition::ResourceFileMissing, AtOnce)],
        &[at("Q190275", "")],
    ),
    repair(
        Repair::RestorePrograms,
        "put IMPORT.EXE and EXPORT.EXE on the system path",
        &[(Condition::ProgramsNotOnPath, AtOnce)],
        &[at("Q294947", "")],
    ),
    repair(
        Repair::RemoveMessage,
        "remove the message that does not convert from the post office, or the file of the one that \
         IMPORT rejects from the connector store",
        &[(Condition::MessageCorrupt, AtOnce), (Condition::OutboundMessageRejected, AtOnce)],
        &[at("Q212759", ""), at("Q202240", ""), at("Q223772", "")],
    ),
    repair(
        Repair::CorrectDateFormat,
        "set Locale Date Format so that messages to cc:Mail have the dates that IMPORT expects",
        &[(Condition::DateFormatUnknown, AtOnce)],
        &[at("Q180641", "")],
    ),
    repair(
        Repair::RenamePostoffice,
        "rename the post office so that its name has no extended characters",
        &[(Condition::PostofficeNameExtended, AtOnce)],
        &[at("Q197258", "")],
    ),
];
