//! The simulated site: the circumstances of a real one, each as one small field.
//!
//! This is the mechanism, written from the side of the things themselves: a program is on the path
//! or not, a share lets the account in or not, damage takes so many passes. A run walks past the
//! barriers in their order (C1) and stops at the first that holds it. Nothing here reads the
//! catalogue: table and mechanism are two writings that the harness holds against each other.

use enumset::{EnumSet, enum_set};
use event70_model::{
    Condition, Database, Direction, DirectoryImport, Entered, Exchange, Fault, Host, IndexCode,
    Job, Logging, LoggingChange, PathOutcome, Ran, Repair, Run, Server, Setting, Setup, Site,
    StorePath, Tab, View,
};

/// One EXPORT moves at most so many messages (Q168211).
const EXPORT_MESSAGES_MAX: u16 = 16;
/// One IMPORT moves at most so many messages (Q168211).
const IMPORT_MESSAGES_MAX: u16 = 5;

/// What only a share of Windows NT has.
const SHARE: EnumSet<Condition> = enum_set!(Condition::ShareAccessDenied);
/// What only a gateway to NetWare has.
const GATEWAY: EnumSet<Condition> =
    enum_set!(Condition::GatewayNotConfigured | Condition::GatewayAccountNotInNtgateway);

/// A site in memory. Two queues and about twenty bytes of circumstances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Simulated {
    exchange: Exchange,
    host: Host,
    database: Database,
    logging: Logging,
    tab: Tab,
    programs: Programs,
    store: Store,
    network: Network,
    postoffice: Postoffice,
    verified: bool,
    to_exchange: u32,
    to_cc_mail: u32,
}

/// The Lotus programs on the Exchange server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Programs {
    on_path: bool,
    resource_file: bool,
    fit_the_database: bool,
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
    accounts_match: bool,
    lsa2_hotfix: bool,
}

/// The post office itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Postoffice {
    up: bool,
    locked: bool,
    site_entry: bool,
    index_damage: Option<IndexCode>,
    damage_passes: u8,
    fragmented: bool,
    corrupt_message: bool,
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
            tab: Tab::CORRECT,
            programs: Programs { on_path: true, resource_file: true, fit_the_database: true },
            store: Store { space: None, long: false },
            network: Network {
                share_admits: true,
                share_writable: true,
                gateway_configured: true,
                account_in_ntgateway: true,
                accounts_match: true,
                lsa2_hotfix: false,
            },
            postoffice: Postoffice {
                up: true,
                locked: false,
                site_entry: true,
                index_damage: None,
                damage_passes: 0,
                fragmented: false,
                corrupt_message: false,
            },
            verified: false,
            to_exchange: 0,
            to_cc_mail: 0,
        };
        for condition in setup.conditions {
            // In the setting that it has here where none is named.
            site.inject(condition.into());
        }
        site
    }

    /// The same site with queues of these lengths, and maintenance not verified: for a proof that
    /// looks at classes of queues.
    #[must_use]
    pub fn folded(self, to_exchange: u32, to_cc_mail: u32) -> Self {
        Self { to_exchange, to_cc_mail, verified: false, ..self }
    }

    /// The barriers that IMPORT and EXPORT meet alike before they log on, in their order.
    fn outer_barriers(&self, run: &Run) -> Result<(), Ran> {
        self.launch(run.job)?;
        self.settings_file()?;
        self.reach(run.tab)?;
        if !self.postoffice.up || self.postoffice.locked {
            return Err(Ran::exited(4));
        }
        if !self.programs.fit_the_database {
            return Err(Ran::exited(1));
        }
        Ok(())
    }

    fn launch(&self, job: Job) -> Result<(), Ran> {
        if !self.programs.on_path {
            return Err(Ran::NotFound);
        }
        // Only the programs of a db8 post office read IE.RI (C19).
        let resources = self.programs.resource_file || self.database == Database::Db6;
        match (resources, job.is_export()) {
            (true, _) => Ok(()),
            (false, true) => Err(Ran::Failed),
            (false, false) => Err(Ran::exited(1)),
        }
    }

    /// A store in a long path keeps the programs from their settings, unless the connector passes
    /// the short form, as it does from 5.5 SP1 on (C11).
    fn settings_file(&self) -> Result<(), Ran> {
        if self.exchange == Exchange::V5_5Sp1 {
            return Ok(());
        }
        match (self.store.space, self.store.long) {
            (Some(PathOutcome::Code3), _) => Err(Ran::exited(3)),
            (Some(PathOutcome::Hang), _) | (None, true) => Err(Ran::Unfinished),
            (None, false) => Ok(()),
        }
    }

    fn reach(&self, tab: Tab) -> Result<(), Ran> {
        let network = &self.network;
        let admitted = match self.host {
            Host::WindowsNt => network.share_admits,
            Host::NetwareGateway => {
                network.gateway_configured && network.account_in_ntgateway && !network.lsa2_hotfix
            }
            Host::NetwareDirect => network.accounts_match && !network.lsa2_hotfix,
        };
        if tab.path == Entered::Right && admitted { Ok(()) } else { Err(Ran::exited(3)) }
    }

    /// The whole way of an EXPORT; its end is `Err` where something stops it.
    fn export(&mut self, run: &Run) -> Result<Ran, Ran> {
        self.outer_barriers(run)?;
        self.credentials(run.tab)?;
        let messages = matches!(run.job, Job::ExportMessages(_));
        if messages && self.tab.name == Entered::Wrong {
            return Err(Ran::exited(3));
        }
        if messages && !self.postoffice.site_entry {
            return Err(Ran::exited(3));
        }
        self.index()?;
        if self.postoffice.damage_passes > 0 || self.postoffice.fragmented {
            return Err(Ran::exited(3));
        }
        Ok(if messages { self.take_messages() } else { Ran::exited(0) })
    }

    /// The whole way of an IMPORT; its end is `Err` where something stops it.
    fn import(&mut self, run: &Run) -> Result<Ran, Ran> {
        self.outer_barriers(run)?;
        self.credentials(run.tab)?;
        if !self.network.share_writable {
            return Err(Ran::exited(1));
        }
        self.index()?;
        if self.postoffice.damage_passes > 0 || self.postoffice.fragmented {
            return Err(Ran::exited(1));
        }
        if run.job == Job::ImportDirectory(DirectoryImport::Additions) {
            self.postoffice.site_entry = true;
        }
        Ok(if run.job == Job::ImportMessages { self.give_messages() } else { Ran::exited(0) })
    }

    fn credentials(&self, tab: Tab) -> Result<(), Ran> {
        let right = tab.name == Entered::Right && tab.password == Entered::Right;
        if right { Ok(()) } else { Err(Ran::exited(3)) }
    }

    fn index(&self) -> Result<(), Ran> {
        match self.postoffice.index_damage {
            None => Ok(()),
            Some(IndexCode::One) => Err(Ran::exited(1)),
            Some(IndexCode::Four) => Err(Ran::exited(4)),
        }
    }

    fn take_messages(&mut self) -> Ran {
        let messages = batch(self.to_exchange, EXPORT_MESSAGES_MAX);
        self.to_exchange -= u32::from(messages);
        Ran::Exited { code: 0, messages, corrupt: u16::from(self.postoffice.corrupt_message) }
    }

    fn give_messages(&mut self) -> Ran {
        let messages = batch(self.to_cc_mail, IMPORT_MESSAGES_MAX);
        self.to_cc_mail -= u32::from(messages);
        Ran::Exited { code: 0, messages, corrupt: 0 }
    }

    /// Whether ANALYZE would find anything wrong.
    fn has_damage(&self) -> bool {
        let postoffice = &self.postoffice;
        postoffice.index_damage.is_some() || postoffice.damage_passes > 0 || postoffice.fragmented
    }
}

/// What one run takes of a queue.
fn batch(waiting: u32, max: u16) -> u16 {
    u16::try_from(waiting).map_or(max, |waiting| waiting.min(max))
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
            outbound: self.to_cc_mail,
            exchange: self.exchange,
            store,
        }
    }

    fn run(&mut self, run: Run) -> Ran {
        let way = if run.job.is_export() { self.export(&run) } else { self.import(&run) };
        way.unwrap_or_else(|stopped| stopped)
    }
}

impl Site for Simulated {
    fn inject(&mut self, fault: Fault) {
        let (network, postoffice) = (&mut self.network, &mut self.postoffice);
        match fault.condition {
            Condition::ProgramsNotOnPath => self.programs.on_path = false,
            Condition::ResourceFileMissing => self.programs.resource_file = false,
            Condition::InstallPathSpace => {
                self.store.space = Some(match fault.setting {
                    Setting::Outcome(outcome) => outcome,
                    _ => PathOutcome::Code3,
                });
            }
            Condition::InstallPathLong => self.store.long = true,
            Condition::TabPathWrong => self.tab.path = Entered::Wrong,
            Condition::ShareAccessDenied => network.share_admits = false,
            Condition::GatewayNotConfigured => network.gateway_configured = false,
            Condition::GatewayAccountNotInNtgateway => network.account_in_ntgateway = false,
            Condition::NetwareAccountMismatch => network.accounts_match = false,
            Condition::Lsa2Hotfix => network.lsa2_hotfix = true,
            Condition::PostofficeShutDown => postoffice.up = false,
            Condition::PostofficeLocked => postoffice.locked = true,
            Condition::DatabaseVersionMismatch => self.programs.fit_the_database = false,
            Condition::TabNameWrong => self.tab.name = Entered::Wrong,
            Condition::TabPasswordWrong => self.tab.password = Entered::Wrong,
            Condition::ReadOnlyAccess => network.share_writable = false,
            Condition::SiteEntryMissing => postoffice.site_entry = false,
            Condition::DirectoryIndexDamaged => {
                postoffice.index_damage = Some(match fault.setting {
                    Setting::Code(code) => code,
                    _ => IndexCode::One,
                });
            }
            Condition::PostofficeDamaged => {
                postoffice.damage_passes = match fault.setting {
                    Setting::Passes(passes) => passes,
                    _ => 1,
                };
            }
            Condition::PostofficeFragmented => postoffice.fragmented = true,
            Condition::MessageCorrupt => postoffice.corrupt_message = true,
            Condition::ForeignEvent70 => {}
        }
        self.verified &= !self.has_damage();
    }

    fn repair(&mut self, repair: Repair) {
        let (network, postoffice) = (&mut self.network, &mut self.postoffice);
        match repair {
            Repair::CorrectPostofficeTab => self.tab = Tab::CORRECT,
            Repair::GrantAccess => (network.share_admits, network.share_writable) = (true, true),
            Repair::ConfigureGateway => {
                (network.gateway_configured, network.account_in_ntgateway) = (true, true);
            }
            Repair::MatchNetwareAccount => network.accounts_match = true,
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
            Repair::AddSiteEntry => postoffice.site_entry = true,
            Repair::BringPostofficeUp => postoffice.up = true,
            Repair::ReleaseLock => postoffice.locked = false,
            Repair::SelectDatabaseVersion => self.programs.fit_the_database = true,
            Repair::RestoreResourceFile => self.programs.resource_file = true,
            Repair::RestorePrograms => self.programs.on_path = true,
            Repair::RemoveMessage => postoffice.corrupt_message = false,
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
            Direction::CcMail => self.to_cc_mail,
        }
    }

    fn can_hold(&self) -> Option<EnumSet<Condition>> {
        // What lies between the server and the post office is there on its own kind of host only
        // (Q166045 causes 1 and 2, Q164707, Q118469, Q234745); the rest is everywhere.
        let elsewhere = match self.host {
            Host::WindowsNt => GATEWAY | Condition::NetwareAccountMismatch | Condition::Lsa2Hotfix,
            Host::NetwareGateway => SHARE | Condition::NetwareAccountMismatch,
            Host::NetwareDirect => SHARE | GATEWAY,
        };
        let no_resources = match self.database {
            Database::Db6 => enum_set!(Condition::ResourceFileMissing),
            Database::Db8 => EnumSet::empty(),
        };
        Some(EnumSet::all() - elsewhere - no_resources)
    }

    fn maintenance_is_verified(&self) -> bool {
        self.verified
    }
}

#[cfg(test)]
mod tests {
    use event70_model::Word;

    use super::*;

    fn ends(condition: Condition, job: Job) -> Ran {
        let mut site = Simulated::new(&Setup::default());
        site.inject(condition.into());
        let tab = site.view().tab;
        site.run(Run::new(job, tab))
    }

    #[test]
    fn a_post_office_that_is_down_or_locked_holds_every_run() {
        for condition in [Condition::PostofficeShutDown, Condition::PostofficeLocked] {
            for job in [Job::ExportMessages(1), Job::ImportMessages] {
                assert_eq!(ends(condition, job), Ran::exited(4), "{condition}: {job}");
            }
        }
    }

    #[test]
    fn a_damaged_index_ends_every_run_with_its_code() {
        for (index, code) in [(IndexCode::One, 1), (IndexCode::Four, 4)] {
            let condition = Condition::DirectoryIndexDamaged;
            let mut site = Simulated::new(&Setup::default());
            site.inject(Fault { condition, setting: Setting::Code(index) });
            for job in [Job::ExportMessages(1), Job::ImportMessages] {
                let ran = site.run(Run::new(job, Tab::CORRECT));
                assert_eq!(ran, Ran::exited(code), "{job}");
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
