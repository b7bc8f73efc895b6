//! The live site: real files, real processes, a real database under the post office.
//!
//! On the simulated site a fault is a flag. Here it is the real thing: a folder that is closed to
//! the service account, a store in a path with a space, a database with a broken page, a lock that
//! another process holds. A run is a process of one of the [Lotus programs](crate::lotus), whose
//! exit code follows from what it meets. Nothing tells it what was injected.
//!
//! A [`Live`] site lies in a sandbox of its own:
//!
//! - `EXCH1`, the Exchange server: drive `C` with the programs and the connector store, the
//!   registry, the network as the server sees it, the console at which prompts are answered, the
//!   record of all runs, and in `MTS-IN` the mail that has arrived;
//! - `CCSRV`, the cc:Mail server: the post office `CCDATA` and the administrator's tools.
//!
//! Three things have no counterpart on one machine: a NetWare server, the gateway to it, and the
//! hotfix that keeps services from it. They are a file that stands in for the network, which the
//! programs read on their way to the post office. IE.RI is a file of which only the absence matters.
//! No program reads the clock, so a clock that jumps has no effect; and none syncs, so what is
//! tested is a program that is killed, not a machine that loses power.
#![cfg(all(unix, feature = "sqlite"))]

pub mod lotus;

mod account;
mod cc_mail;
mod console;
mod exchange;
mod execute;
mod holder;
mod kit;
mod runs;
mod sandbox;
mod service;
mod site;

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use kit::{Kit, Unfit};

use event70_model::{
    COMPUTER, CommandLine, Condition, Description, Direction, Entered, Fault, IndexCode,
    IndexCodes, Job, Logging, MessageFile, PathOutcome, ProgramPaths, Repair, RunResult,
    SITE_ENTRY, Setting, Setup, Site, Tab, Tabbed,
};

use crate::lotus::fixture::SiteEntry;
use crate::lotus::record::Moved;
use crate::lotus::settings::DateFormat;
use crate::lotus::{COULD_NOT_RUN, Error, NO_ROOM, NOT_FOUND, fixture};
use cc_mail::CcMail;
use exchange::ExchangeServer;
use execute::{End, execute};
use runs::{Ended, Runs};
use sandbox::Sandbox;

/// The highest result code of EXPORT and IMPORT on this site.
const RESULT_CODE_MAX: u8 = 5;

/// A site on disk. If something cannot be done to it, that is its [trouble](Site::trouble), and
/// from then on the site does nothing.
#[derive(Debug)]
pub struct Live {
    kit: Arc<Kit>,
    parts: Option<Parts>,
    logging: Logging,
    verified: bool,
    trouble: OnceCell<String>,
}

/// What a site consists of. The post office is let go of before its folder is removed.
#[derive(Debug)]
struct Parts {
    exchange: ExchangeServer,
    cc_mail: CcMail,
    runs: Runs,
    /// What the last run has printed.
    printed: String,
    /// How many messages were sent towards each side, and how many runs have moved.
    sent: [u32; Direction::COUNT],
    moved: [u32; Direction::COUNT],
    converted: u32,
    sandbox: Sandbox,
}

impl Live {
    /// The site as a scenario begins with it.
    #[must_use]
    pub fn new(kit: &Arc<Kit>, setup: &Setup) -> Self {
        let made = Parts::new(kit, setup);
        let (kit, trouble) = (Arc::clone(kit), OnceCell::new());
        let mut site = Self { kit, parts: None, logging: setup.logging, verified: false, trouble };
        site.parts = site.noted(made);
        for condition in setup.conditions {
            // In the setting that it has here where none is named.
            site.inject(condition.into());
        }
        site
    }

    /// Its folder, unless it could not be created.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.parts.as_ref().map(|parts| parts.sandbox.place.root.as_path())
    }

    /// Does something with the parts, or notes why it cannot be done.
    fn with<T>(&mut self, act: impl FnOnce(&mut Parts) -> Result<T, Error>) -> Option<T> {
        if self.trouble.get().is_some() {
            return None;
        }
        let done = act(self.parts.as_mut()?);
        self.noted(done)
    }

    /// Looks something up in the parts, or notes why it cannot be done.
    fn see<T>(&self, look: impl FnOnce(&Parts) -> Result<T, Error>) -> Option<T> {
        let seen = look(self.parts.as_ref()?);
        self.noted(seen)
    }

    fn noted<T>(&self, done: Result<T, Error>) -> Option<T> {
        done.map_err(|error| {
            let trouble = format!("the live site cannot go on: {error}");
            self.kit.note_trouble(&trouble);
            self.trouble.get_or_init(|| trouble);
        })
        .ok()
    }
}

impl Parts {
    fn new(kit: &Arc<Kit>, setup: &Setup) -> Result<Self, Error> {
        let sandbox = Sandbox::new(kit, setup.database)?;
        let place = &sandbox.place;
        Ok(Self {
            exchange: ExchangeServer::new(place, setup)?,
            cc_mail: CcMail::new(place)?,
            runs: Runs::new(place.runs()),
            printed: String::new(),
            sent: [0; Direction::COUNT],
            moved: [0; Direction::COUNT],
            converted: 0,
            sandbox,
        })
    }

    /// Runs a program. Once more mail has been moved than was sent, nothing is run: a connector that
    /// goes on as long as mail comes would never stop.
    fn run(&mut self, line: &CommandLine, job: Job) -> Result<RunResult, Error> {
        if self.sent.iter().zip(&self.moved).any(|(sent, moved)| moved > sent) {
            return Ok(RunResult::Unfinished);
        }
        let place = &self.sandbox.place;
        let program = place.program(&line.program);
        let account = self.sandbox.kit.account();
        let (end, process) =
            execute(&program, &line.arguments, &place.root, &place.console(), account)
                .map_err(|source| Error::File { path: program, source })?;
        let ended = self.runs.of_ours(process, end)?;
        self.ran(job, ended)
    }

    /// The result of a run that ended this way. What was exported is converted at once.
    fn ran(&mut self, job: Job, ended: Ended) -> Result<RunResult, Error> {
        self.printed.clear();
        let Moved { messages, returned, .. } = ended.moved;
        let ran = match ended.end {
            End::NotFound | End::Exited(NOT_FOUND) => RunResult::NotFound,
            End::Killed => RunResult::Unfinished,
            End::Exited(COULD_NOT_RUN) => RunResult::Failed,
            End::Exited(0) => match job {
                Job::ExportMessages(file) => self.convert(file)?,
                Job::ImportMessages => RunResult::moved(messages),
                Job::ExportDirectory(_) | Job::ImportDirectory(_) => RunResult::exited(0),
            },
            End::Exited(code) if code <= RESULT_CODE_MAX && job == Job::ImportMessages => {
                RunResult::Exited { code, messages, corrupt: 0, returned }
            }
            End::Exited(code) if code <= RESULT_CODE_MAX => RunResult::exited(code),
            End::Exited(NO_ROOM) => return Err(no_room(self.sandbox.place.program(job.program()))),
            End::Exited(code) => {
                let path = self.sandbox.place.program(job.program());
                return Err(Error::Content { path, what: format!("it exited with {code}") });
            }
        };
        if let (Some(to), RunResult::Exited { messages, returned, .. }) =
            (job.moves_messages(), ran)
        {
            self.moved[to as usize] += u32::from(messages) + u32::from(returned);
        }
        // What was printed by another is in its result.
        if ran.code().is_some() {
            self.printed = ended.console;
        }
        Ok(ran)
    }

    /// Exchange takes over what was exported: the file goes to `MTS-IN`, and a copy to `BAD` if a
    /// message in it does not convert (Q212759).
    fn convert(&mut self, file: MessageFile) -> Result<RunResult, Error> {
        let store = self.exchange.store();
        let name = file.to_string();
        let file = store.export().join(&name);
        if file.symlink_metadata().is_err() {
            return Ok(RunResult::exited(0));
        }
        let converted = fixture::convert(&file)?;
        let failed = |source| Error::File { path: file.clone(), source };
        if converted.corrupt > 0 {
            // What lies there from an earlier round of numbers, or was put there, makes way.
            let _ = fs::remove_file(store.bad().join(&name));
            fs::hard_link(&file, store.bad().join(&name)).map_err(failed)?;
        }
        // The number of a file comes round again; what has arrived stays.
        let arrived = format!("{:08}-{name}", self.converted);
        fs::rename(&file, self.sandbox.place.arrived().join(arrived)).map_err(failed)?;
        self.converted += 1;
        let (messages, corrupt) = (converted.messages, converted.corrupt);
        Ok(RunResult::Exited { code: 0, messages, corrupt, returned: 0 })
    }

    fn inject(&mut self, fault: Fault) -> Result<(), Error> {
        let (exchange, cc_mail) = (&mut self.exchange, &mut self.cc_mail);
        let (space, long) = exchange.store_kind();
        match fault.condition {
            Condition::ProgramsNotOnPath => exchange.set_programs(false),
            Condition::ResourceFileMissing => exchange.set_resource_file(false),
            Condition::InstallPathSpace => exchange.move_store(Some(outcome(fault.setting)), long),
            Condition::InstallPathLong => exchange.move_store(space, true),
            Condition::TabPathWrong | Condition::TabNameWrong | Condition::TabPasswordWrong => {
                exchange.enter(misentered(&exchange.tab, fault.condition))
            }
            Condition::ShareAccessDenied => cc_mail.set_rights(false, cc_mail.is_writable()),
            // One that the tab has not followed makes no difference if it is changed again.
            Condition::PostofficePasswordChanged if exchange.issue != cc_mail.right_tab().issue => {
                Ok(())
            }
            Condition::PostofficePasswordChanged => cc_mail.change_password(),
            Condition::ReadOnlyAccess => cc_mail.set_rights(cc_mail.admits(), false),
            Condition::GatewayNotConfigured => exchange.set_gateway(false),
            Condition::GatewayAccountNotInNtgateway => exchange.set_gateway_member(false),
            Condition::GatewayConnectionLimit => exchange.set_gateway_limit(true),
            Condition::NetwareAccountMismatch => exchange.set_netware_account(false),
            Condition::NetwareAccountLocked => exchange.set_lockout(true),
            Condition::Lsa2Hotfix => exchange.set_hotfix(true),
            Condition::PostofficeShutDown => cc_mail.act(|office| fixture::shut_down(office, true)),
            Condition::PostofficeLocked => cc_mail.set_held(true),
            Condition::DatabaseVersionMismatch => exchange.select_version(false),
            Condition::SiteEntryMissing => cc_mail.set_site_entry(SiteEntry::Missing),
            Condition::EntryMadeByHand => cc_mail.set_site_entry(SiteEntry::ByHand),
            Condition::PostofficeNameExtended => {
                cc_mail.act(|office| fixture::spell_name(office, true))
            }
            Condition::DirectoryIndexDamaged => {
                cc_mail.act(|office| fixture::damage_index(office, Some(codes(fault.setting))))
            }
            Condition::PostofficeDamaged => {
                cc_mail.act(|office| fixture::damage(office, passes(fault.setting)))
            }
            Condition::PostofficeFragmented => {
                cc_mail.act(|office| fixture::fragment(office, true))
            }
            Condition::OutboundMessageRejected => fixture::set_rejected(&exchange.store(), true),
            Condition::DateFormatUnknown => exchange.set_dates(DateFormat::YearFirst),
            Condition::MessageCorrupt => {
                cc_mail.act(|office| fixture::set_corrupt_message(office, true))
            }
            Condition::ForeignEvent70 => Ok(()),
        }
    }

    /// Applies a repair other than a maintenance program.
    fn repair(&mut self, repair: Repair) -> Result<(), Error> {
        let (exchange, cc_mail) = (&mut self.exchange, &mut self.cc_mail);
        match repair {
            Repair::CorrectPostofficeTab => {
                let right = cc_mail.right_tab();
                exchange.issue = right.issue;
                exchange.enter(Tabbed::of(right))
            }
            Repair::GrantAccess => cc_mail.set_rights(true, true),
            Repair::ConfigureGateway => {
                exchange.set_gateway(true)?;
                exchange.set_gateway_member(true)?;
                exchange.set_gateway_limit(false)
            }
            Repair::MatchNetwareAccount => exchange.set_netware_account(true),
            Repair::UnlockNetwareAccount => exchange.set_lockout(false),
            Repair::InstallNtSp4 => exchange.set_hotfix(false),
            Repair::Chkstat | Repair::Reclaim | Repair::Analyze => Ok(()),
            Repair::RestorePostoffice => cc_mail.act(fixture::restore),
            Repair::ShortenStorePath => exchange.move_store(None, false),
            Repair::AddSiteEntry if cc_mail.site_entry()? == SiteEntry::Missing => {
                cc_mail.set_site_entry(SiteEntry::ByHand)
            }
            Repair::DeleteSiteEntry if cc_mail.site_entry()? == SiteEntry::ByHand => {
                cc_mail.set_site_entry(SiteEntry::Missing)
            }
            Repair::AddSiteEntry | Repair::DeleteSiteEntry => Ok(()),
            Repair::BringPostofficeUp => cc_mail.act(|office| fixture::shut_down(office, false)),
            Repair::ReleaseLock => cc_mail.set_held(false),
            Repair::SelectDatabaseVersion => exchange.select_version(true),
            Repair::RestoreResourceFile => exchange.set_resource_file(true),
            Repair::RestorePrograms => exchange.set_programs(true),
            Repair::RemoveMessage => {
                fixture::set_rejected(&exchange.store(), false)?;
                cc_mail.act(|office| fixture::set_corrupt_message(office, false))
            }
            Repair::CorrectDateFormat => exchange.set_dates(DateFormat::MonthFirst),
            Repair::RenamePostoffice => cc_mail.act(|office| fixture::spell_name(office, false)),
        }
    }

    fn mail(&mut self, to: Direction, messages: u16) -> Result<(), Error> {
        let messages = u32::from(messages);
        let first = self.sent[to as usize];
        self.sent[to as usize] += messages;
        match to {
            Direction::Exchange => self.cc_mail.act(|office| fixture::send(office, messages)),
            Direction::CcMail => fixture::submit(&self.exchange.store(), messages, first),
        }
    }

    fn waiting(&self, to: Direction) -> Result<u32, Error> {
        match to {
            Direction::Exchange => self.cc_mail.waiting(),
            Direction::CcMail => fixture::outbound(&self.exchange.store()),
        }
    }

    fn description(&self, logging: Logging) -> Description {
        let place = &self.sandbox.place;
        let launcher = |name| place.launcher(name).to_string_lossy().into_owned();
        Description {
            tab: self.exchange.tab.clone(),
            right: Tabbed::of(self.cc_mail.right_tab()),
            entry: SITE_ENTRY.to_owned(),
            store: self.exchange.store_path().dos().to_owned(),
            exchange: self.exchange.edition(),
            logging,
            limits: self.exchange.limits,
            computer: COMPUTER.to_owned(),
            programs: Some(ProgramPaths { export: launcher("EXPORT"), import: launcher("IMPORT") }),
        }
    }
}

/// A program ran out of disk space, memory or descriptors: trouble of the harness.
fn no_room(program: PathBuf) -> Error {
    let what = "it has run out of disk space, memory or open files; see that there is enough, or \
                name another folder with TMPDIR";
    Error::Content { path: program, what: what.to_owned() }
}

/// The result of an undocumented command line, as far as its end shows it.
fn told_of(end: End) -> RunResult {
    match end {
        End::NotFound | End::Exited(NOT_FOUND) => RunResult::NotFound,
        End::Killed => RunResult::Unfinished,
        End::Exited(COULD_NOT_RUN) => RunResult::Failed,
        End::Exited(code) => RunResult::exited(code),
    }
}

fn outcome(setting: Setting) -> PathOutcome {
    match setting {
        Setting::Outcome(outcome) => outcome,
        _ => PathOutcome::Code3,
    }
}

fn codes(setting: Setting) -> IndexCodes {
    match setting {
        Setting::Codes(codes) => codes,
        _ => IndexCodes::both(IndexCode::One),
    }
}

fn passes(setting: Setting) -> u8 {
    match setting {
        Setting::Passes(passes) => passes,
        _ => 1,
    }
}

/// The tab with one more wrong entry.
fn misentered(tab: &Tabbed, condition: Condition) -> Tabbed {
    let wrong = Entered::Wrong;
    let Tabbed { name, password, path } =
        Tabbed::of(Tab { name: wrong, password: wrong, path: wrong, ..Tab::CORRECT });
    match condition {
        Condition::TabNameWrong => Tabbed { name, ..tab.clone() },
        Condition::TabPasswordWrong => Tabbed { password, ..tab.clone() },
        _ => Tabbed { path, ..tab.clone() },
    }
}
