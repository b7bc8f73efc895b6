//! The simulated site: the circumstances of a real one, each as one small field.
//!
//! This is the mechanism, written from the side of the things themselves: a program is on the path
//! or not, a share lets the account in or not, damage takes so many passes. A run walks past the
//! barriers in their order (C1) and stops at the first that holds it. Nothing here reads the
//! catalogue: table and mechanism are two writings that the harness holds against each other.

mod barriers;

use enumset::{EnumSet, enum_set};
use event70_model::{
    Condition, Database, Direction, Entered, Exchange, Fault, Host, IndexCode, IndexCodes, Limits,
    Logging, LoggingChange, PathOutcome, Repair, Run, RunResult, Server, Setting, Setup, Site,
    StorePath, Tab, View,
};

/// What only a share of Windows NT has.
const SHARE: EnumSet<Condition> = enum_set!(Condition::ShareAccessDenied);
/// What only a gateway to NetWare has.
const GATEWAY: EnumSet<Condition> = enum_set!(
    Condition::GatewayNotConfigured
        | Condition::GatewayAccountNotInNtgateway
        | Condition::GatewayConnectionLimit
);
/// What only a NetWare account of the service's own has.
const ACCOUNT: EnumSet<Condition> =
    enum_set!(Condition::NetwareAccountMismatch | Condition::NetwareAccountLocked);

/// A site in memory. Two queues and about twenty bytes of circumstances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Simulated {
    exchange: Exchange,
    host: Host,
    database: Database,
    logging: Logging,
    limits: Limits,
    tab: Tab,
    programs: Programs,
    store: Store,
    network: Network,
    postoffice: Postoffice,
    verified: bool,
    to_exchange: u32,
    /// Beside the message that IMPORT rejects.
    to_cc_mail: u32,
    /// Whether such a message stands before all others to cc:Mail.
    rejected_message: bool,
}

/// The Lotus programs on the Exchange server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Programs {
    on_path: bool,
    resource_file: bool,
    fit_the_database: bool,
    /// Whether IMPORT expects dates as the connector writes them.
    know_the_dates: bool,
}

/// The path of the connector store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Store {
    space: Option<PathOutcome>,
    long: bool,
}

/// What lies between the service account and the post office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Network {
    share_admits: bool,
    share_writable: bool,
    gateway_configured: bool,
    account_in_ntgateway: bool,
    gateway_has_connections: bool,
    accounts_match: bool,
    account_locked: bool,
    lsa2_hotfix: bool,
}

/// The post office itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Postoffice {
    up: bool,
    locked: bool,
    /// How often its password was changed.
    issue: u16,
    site_entry: SiteEntry,
    name_has_extended_characters: bool,
    index_damage: Option<IndexCodes>,
    damage_passes: u8,
    fragmented: bool,
    corrupt_message: bool,
}

/// What the post office has of the Exchange site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum SiteEntry {
    Missing,
    ByDirsync,
    ByHand,
}

impl Postoffice {
    /// Whether a run finds it up and free.
    fn is_open(&self) -> bool {
        self.up && !self.locked
    }
}

impl SiteEntry {
    /// This state of it, or if it is in this state no longer, the entry that dirsync makes.
    fn or(self, state: Self, holds: bool) -> Self {
        match holds {
            true => state,
            false if self == state => Self::ByDirsync,
            false => self,
        }
    }
}

impl Simulated {
    /// The site as a scenario begins with it.
    #[must_use]
    pub fn new(setup: &Setup) -> Self {
        let mut site = Self {
            exchange: setup.exchange,
            host: setup.host,
            database: setup.database,
            logging: setup.logging,
            limits: setup.limits,
            tab: Tab::CORRECT,
            programs: Programs {
                on_path: true,
                resource_file: true,
                fit_the_database: true,
                know_the_dates: true,
            },
            store: Store { space: None, long: false },
            network: Network {
                share_admits: true,
                share_writable: true,
                gateway_configured: true,
                account_in_ntgateway: true,
                gateway_has_connections: true,
                accounts_match: true,
                account_locked: false,
                lsa2_hotfix: false,
            },
            postoffice: Postoffice {
                up: true,
                locked: false,
                issue: 0,
                site_entry: SiteEntry::ByDirsync,
                name_has_extended_characters: false,
                index_damage: None,
                damage_passes: 0,
                fragmented: false,
                corrupt_message: false,
            },
            verified: false,
            to_exchange: 0,
            to_cc_mail: 0,
            rejected_message: false,
        };
        for condition in setup.conditions {
            // In the setting that it has here where none is named.
            site.inject(condition.into());
        }
        site
    }

    /// The same site with queues of these lengths, the message that IMPORT rejects not counted,
    /// maintenance not verified, and as if the password had been changed at most once: for a proof
    /// that looks at classes of queues.
    #[must_use]
    pub fn folded(mut self, to_exchange: u32, to_cc_mail: u32) -> Self {
        let right = self.right_tab();
        self.tab = self.tab.folded(right);
        self.postoffice.issue = right.folded(right).issue;
        Self { to_exchange, to_cc_mail, verified: false, ..self }
    }

    /// Whether this condition holds in this setting.
    #[must_use]
    pub fn holds(&self, fault: Fault) -> bool {
        let mut with = *self;
        with.set(fault.condition, Some(fault.setting));
        with == *self && self.without(fault.condition) != *self
    }

    /// The same site if this condition did not hold.
    #[must_use]
    pub fn without(&self, condition: Condition) -> Self {
        let mut without = *self;
        without.set(condition, None);
        without
    }

    /// The same site with another edition of Exchange.
    #[must_use]
    pub fn on(self, exchange: Exchange) -> Self {
        Self { exchange, ..self }
    }

    /// This site after a run that changed a site of the same queues from `before` to `after`: its
    /// queues, and the site entry if the run brought it.
    #[must_use]
    pub fn changed_as(mut self, before: &Self, after: &Self) -> Self {
        (self.to_exchange, self.to_cc_mail) = (after.to_exchange, after.to_cc_mail);
        if after.postoffice.site_entry != before.postoffice.site_entry {
            self.postoffice.site_entry = after.postoffice.site_entry;
        }
        self
    }

    /// A condition begins to hold in a setting, or ends.
    fn set(&mut self, condition: Condition, setting: Option<Setting>) {
        let (network, postoffice) = (&mut self.network, &mut self.postoffice);
        let (holds, is_well) = (setting.is_some(), setting.is_none());
        let entered = if holds { Entered::Wrong } else { Entered::Right };
        match condition {
            Condition::ProgramsNotOnPath => self.programs.on_path = is_well,
            Condition::ResourceFileMissing => self.programs.resource_file = is_well,
            Condition::InstallPathSpace => {
                self.store.space = setting.map(|setting| match setting {
                    Setting::Outcome(outcome) => outcome,
                    _ => PathOutcome::Code3,
                });
            }
            Condition::InstallPathLong => self.store.long = holds,
            Condition::TabPathWrong => self.tab.path = entered,
            Condition::ShareAccessDenied => network.share_admits = is_well,
            Condition::GatewayNotConfigured => network.gateway_configured = is_well,
            Condition::GatewayAccountNotInNtgateway => network.account_in_ntgateway = is_well,
            Condition::GatewayConnectionLimit => network.gateway_has_connections = is_well,
            Condition::NetwareAccountMismatch => network.accounts_match = is_well,
            Condition::NetwareAccountLocked => network.account_locked = holds,
            Condition::Lsa2Hotfix => network.lsa2_hotfix = holds,
            Condition::PostofficeShutDown => postoffice.up = is_well,
            Condition::PostofficeLocked => postoffice.locked = holds,
            Condition::DatabaseVersionMismatch => self.programs.fit_the_database = is_well,
            Condition::TabNameWrong => self.tab.name = entered,
            Condition::TabPasswordWrong => self.tab.password = entered,
            Condition::PostofficePasswordChanged if is_well => self.tab.issue = postoffice.issue,
            // One that the tab has not followed makes no difference if it is changed again.
            Condition::PostofficePasswordChanged if self.tab.issue != postoffice.issue => {}
            Condition::PostofficePasswordChanged => {
                postoffice.issue = postoffice.issue.wrapping_add(1);
            }
            Condition::ReadOnlyAccess => network.share_writable = is_well,
            Condition::SiteEntryMissing => {
                postoffice.site_entry = postoffice.site_entry.or(SiteEntry::Missing, holds);
            }
            Condition::EntryMadeByHand => {
                postoffice.site_entry = postoffice.site_entry.or(SiteEntry::ByHand, holds);
            }
            Condition::PostofficeNameExtended => postoffice.name_has_extended_characters = holds,
            Condition::DirectoryIndexDamaged => {
                postoffice.index_damage = setting.map(|setting| match setting {
                    Setting::Codes(codes) => codes,
                    _ => IndexCodes::both(IndexCode::One),
                });
            }
            Condition::PostofficeDamaged => {
                postoffice.damage_passes = match setting {
                    None => 0,
                    Some(Setting::Passes(passes)) => passes,
                    Some(_) => 1,
                };
            }
            Condition::PostofficeFragmented => postoffice.fragmented = holds,
            Condition::OutboundMessageRejected => self.rejected_message = holds,
            Condition::DateFormatUnknown => self.programs.know_the_dates = is_well,
            Condition::MessageCorrupt => postoffice.corrupt_message = holds,
            Condition::ForeignEvent70 => {}
        }
    }

    /// Whether ANALYZE would find anything wrong.
    fn has_damage(&self) -> bool {
        let postoffice = &self.postoffice;
        postoffice.index_damage.is_some() || postoffice.damage_passes > 0 || postoffice.fragmented
    }
}

impl Server for Simulated {
    fn view(&self) -> View {
        let store = match self.store {
            Store { space: Some(_), .. } => StorePath::WithSpace,
            Store { space: None, long: true } => StorePath::Long,
            Store { space: None, long: false } => StorePath::Short,
        };
        View {
            tab: self.tab,
            logging: self.logging,
            outbound: self.waiting(Direction::CcMail),
            exchange: self.exchange,
            store,
            limits: self.limits,
        }
    }

    fn right_tab(&self) -> Tab {
        Tab { issue: self.postoffice.issue, ..Tab::CORRECT }
    }

    fn run(&mut self, run: Run) -> RunResult {
        let way = if run.job.is_export() { self.export(&run) } else { self.import(&run) };
        way.unwrap_or_else(|stopped| stopped)
    }
}

impl Site for Simulated {
    fn inject(&mut self, fault: Fault) {
        self.set(fault.condition, Some(fault.setting));
        self.verified &= !self.has_damage();
    }

    fn repair(&mut self, repair: Repair) {
        let (network, postoffice) = (&mut self.network, &mut self.postoffice);
        match repair {
            Repair::CorrectPostofficeTab => self.tab = self.right_tab(),
            Repair::GrantAccess => (network.share_admits, network.share_writable) = (true, true),
            Repair::ConfigureGateway => {
                network.gateway_configured = true;
                network.account_in_ntgateway = true;
                network.gateway_has_connections = true;
            }
            Repair::MatchNetwareAccount => network.accounts_match = true,
            Repair::UnlockNetwareAccount => network.account_locked = false,
            Repair::InstallNtSp4 => network.lsa2_hotfix = false,
            Repair::Chkstat => {
                postoffice.damage_passes = postoffice.damage_passes.saturating_sub(1);
                self.verified = false;
            }
            Repair::Reclaim => {
                postoffice.fragmented &= postoffice.damage_passes > 0;
                self.verified = false;
            }
            Repair::Analyze => self.verified = !self.has_damage(),
            Repair::RestorePostoffice => {
                postoffice.index_damage = None;
                postoffice.damage_passes = 0;
                postoffice.fragmented = false;
                self.verified = false;
            }
            Repair::ShortenStorePath => self.store = Store { space: None, long: false },
            Repair::AddSiteEntry if postoffice.site_entry == SiteEntry::Missing => {
                postoffice.site_entry = SiteEntry::ByHand;
            }
            Repair::DeleteSiteEntry if postoffice.site_entry == SiteEntry::ByHand => {
                postoffice.site_entry = SiteEntry::Missing;
            }
            // Dirsync looks after its own entry.
            Repair::AddSiteEntry | Repair::DeleteSiteEntry => {}
            Repair::BringPostofficeUp => postoffice.up = true,
            Repair::ReleaseLock => postoffice.locked = false,
            Repair::SelectDatabaseVersion => self.programs.fit_the_database = true,
            Repair::RestoreResourceFile => self.programs.resource_file = true,
            Repair::RestorePrograms => self.programs.on_path = true,
            Repair::RemoveMessage => {
                postoffice.corrupt_message = false;
                self.rejected_message = false;
            }
            Repair::CorrectDateFormat => self.programs.know_the_dates = true,
            Repair::RenamePostoffice => postoffice.name_has_extended_characters = false,
        }
    }

    fn mail(&mut self, to: Direction, messages: u16) {
        let queue = match to {
            Direction::Exchange => &mut self.to_exchange,
            Direction::CcMail => &mut self.to_cc_mail,
        };
        *queue += u32::from(messages);
    }

    fn set_logging(&mut self, change: LoggingChange) {
        self.logging = change.applied_to(self.logging);
    }

    fn waiting(&self, to: Direction) -> u32 {
        match to {
            Direction::Exchange => self.to_exchange,
            Direction::CcMail => self.to_cc_mail + u32::from(self.rejected_message),
        }
    }

    fn can_hold(&self) -> Option<EnumSet<Condition>> {
        // What lies between the server and the post office is there on its own kind of host only
        // (Q166045 causes 1 and 2, Q164707, Q118469, Q118973, Q135917, Q234745); the rest is everywhere.
        let elsewhere = match self.host {
            Host::WindowsNt => GATEWAY | ACCOUNT | Condition::Lsa2Hotfix,
            Host::NetwareGateway => SHARE | ACCOUNT,
            Host::NetwareDirect => SHARE | GATEWAY,
        };
        // Only the programs for db8 read IE.RI (Q190275), only those for db6 go by the locale (Q180641).
        let of_others = match self.database {
            Database::Db6 => Condition::ResourceFileMissing,
            Database::Db8 => Condition::DateFormatUnknown,
        };
        Some(EnumSet::all() - elsewhere - of_others)
    }

    fn maintenance_is_verified(&self) -> bool {
        self.verified
    }
}

#[cfg(test)]
mod tests {
    use event70_model::{Job, Keyword};

    use super::*;

    fn ends(condition: Condition, job: Job) -> RunResult {
        let mut site = Simulated::new(&Setup::default());
        site.inject(condition.into());
        let tab = site.view().tab;
        site.run(Run::new(job, tab))
    }

    #[test]
    fn a_post_office_that_is_down_or_locked_holds_every_run() {
        for condition in [Condition::PostofficeShutDown, Condition::PostofficeLocked] {
            for job in [Job::ExportMessages(1.into()), Job::ImportMessages] {
                assert_eq!(ends(condition, job), RunResult::exited(4), "{condition}: {job}");
            }
        }
    }

    #[test]
    fn a_damaged_index_ends_every_run_with_its_code() {
        let (one, four) = ((IndexCode::One, 1), (IndexCode::Four, 4));
        for (export, import) in [(one, one), (one, four), (four, one), (four, four)] {
            let condition = Condition::DirectoryIndexDamaged;
            let mut site = Simulated::new(&Setup::default());
            let codes = IndexCodes { export: export.0, import: import.0 };
            site.inject(Fault { condition, setting: Setting::Codes(codes) });
            let jobs = [(Job::ExportMessages(1.into()), export.1), (Job::ImportMessages, import.1)];
            for (job, code) in jobs {
                let ran = site.run(Run::new(job, Tab::CORRECT));
                assert_eq!(ran, RunResult::exited(code), "{job}");
            }
        }
    }

    /// ANALYZE looks at all three kinds of damage, and at nothing else.
    #[test]
    fn maintenance_is_verified_where_analyze_finds_no_damage() {
        let damage = [
            Condition::DirectoryIndexDamaged,
            Condition::PostofficeDamaged,
            Condition::PostofficeFragmented,
        ];
        for condition in Condition::ALL {
            let damages = damage.contains(condition);
            let mut site = Simulated::new(&Setup::default());
            site.inject(Condition::ForeignEvent70.into());
            assert!(!site.maintenance_is_verified(), "nobody has looked");
            site.repair(Repair::Analyze);
            assert!(site.maintenance_is_verified(), "a healthy site");
            site.inject((*condition).into());
            assert_eq!(site.maintenance_is_verified(), !damages, "since {condition}");
            site.repair(Repair::Analyze);
            assert_eq!(site.maintenance_is_verified(), !damages, "{condition}");
        }
    }

    #[test]
    fn sites_fold_alike_that_differ_in_queues_and_verification_only() {
        let fresh = Simulated::new(&Setup::default());
        let mut other = fresh;
        other.mail(Direction::Exchange, 40);
        other.mail(Direction::CcMail, 7);
        other.repair(Repair::Analyze);
        assert_ne!(other, fresh);
        assert_eq!(other.folded(16, 2), fresh.folded(16, 2));
        let folded = other.folded(16, 2);
        let queues = Direction::ALL.iter().map(|to| folded.waiting(*to));
        assert_eq!(queues.sum::<u32>(), 18);
        assert_eq!(folded.waiting(Direction::CcMail), 2);
    }
}
