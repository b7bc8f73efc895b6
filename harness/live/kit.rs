//! What every sandbox of one harness is made from: the programs, and a site to copy.
//!
//! EXPORT and IMPORT run as the service account; otherwise closing a folder to it would have no
//! effect. If the harness is root, it starts them under a user ID that nobody else has; a program
//! that a connector started as root changes to that ID itself. Otherwise the service account is the
//! harness's own, and file modes suffice. Whether that works here is tried before the first
//! scenario.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use event70_model::{Condition, Database, Job, Repair, Run, RunResult, Server, Setup, Site, Tab};
use event70_process::{Helper, PrivateFolder, Watchdog};
use rustix::fs::{Gid, Mode, RawMode, fchmod, fchown};

use super::Live;
use super::sandbox::furnish;
use super::service::ServiceAccount;
use crate::lotus::place::Place;
use crate::lotus::{Error, ProgramBug};

/// The service account, which alone has the group, may pass through the folder to what it knows.
const ENTERED_BY_GROUP: u32 = 0o710;
/// A program that was just copied may still be open for writing in a process that another thread is
/// starting; it can be executed as soon as that process has become what it is to be.
const BUSY_TRIES_MAX: u32 = 200;
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// The programs and the templates of every sandbox; removed when dropped.
#[derive(Debug)]
pub struct Kit {
    /// `None` only while it is dropped.
    folder: Option<PrivateFolder>,
    watchdog: Option<Arc<Watchdog>>,
    /// Whom the programs run as, where that cannot be the harness's own account.
    account: Option<ServiceAccount>,
    keeps: AtomicBool,
    bug: OnceLock<ProgramBug>,
    /// The trouble of the first site that could not go on.
    trouble: OnceLock<String>,
    /// The sandbox that was used last, if sandboxes are kept.
    parked: Mutex<Option<PrivateFolder>>,
}

/// Why there can be no live site here.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Its files cannot be made.
    #[error("the live site cannot be made: {0}")]
    Files(#[from] io::Error),
    /// Its post office cannot be made.
    #[error("the post office cannot be made: {0}")]
    PostOffice(#[from] Error),
    /// There is no account for its programs.
    #[error(
        "as root the programs of the live site need an account of their own, and none can be had: \
         {0}; run as another user than root"
    )]
    Account(io::Error),
    /// A program does not run.
    #[error(
        "the programs of the live site do not run in {0}: {1}; or name another folder with TMPDIR, \
         on a file system that lets programs run and where every folder above can be entered by all"
    )]
    Programs(PathBuf, String),
    /// Access cannot be taken away from a program.
    #[error(
        "on the live site a folder is closed to the service account, but {0} is on a file system \
         where that closes nothing (it ignores modes or owners); name a folder on another one with \
         TMPDIR"
    )]
    Access(PathBuf),
}

impl Kit {
    /// A kit whose programs are copies of the helper's program, `event70`.
    ///
    /// # Errors
    /// If there can be no live site here.
    pub fn new(helper: &Helper) -> Result<Arc<Self>, Unfit> {
        let watchdog = Watchdog::start(helper)?;
        let folder = PrivateFolder::new(watchdog.as_deref())?;
        let mut kit = Self {
            folder: Some(folder),
            watchdog,
            account: None,
            keeps: AtomicBool::new(false),
            bug: OnceLock::new(),
            trouble: OnceLock::new(),
            parked: Mutex::new(None),
        };
        if Self::is_root() {
            let account = ServiceAccount::take(|number| kit.open_to(number));
            kit.account = Some(account.map_err(Unfit::Account)?);
        }
        kit.install_program(&helper.program)?;
        for database in [Database::Db6, Database::Db8] {
            let place = Place::new(kit.template(database));
            furnish(&place, database)?;
        }
        let kit = Arc::new(kit);
        kit.try_out()?;
        Ok(kit)
    }

    /// Whether the harness may do anything, so that another account has to be the service account.
    pub(super) fn is_root() -> bool {
        rustix::process::geteuid().is_root()
    }

    fn path(&self) -> &Path {
        self.folder.as_ref().map_or(Path::new(""), PrivateFolder::path)
    }

    /// Lets a group into the kit's own folder.
    fn open_to(&self, group: u32) -> io::Result<()> {
        self.folder.as_ref().map_or(Ok(()), |folder| let_group_in(folder, group))
    }

    /// A folder of its own for a sandbox, which the service account may enter, and nobody else.
    pub(super) fn folder(&self) -> io::Result<PrivateFolder> {
        let folder = PrivateFolder::new(self.watchdog.as_deref())?;
        let opened = match &self.account {
            Some(account) => let_group_in(&folder, account.number()),
            None => Ok(()),
        };
        match opened {
            Ok(()) => Ok(folder),
            Err(error) => {
                self.remove(folder);
                Err(error)
            }
        }
    }

    /// Whom the programs run as, where that is not the harness's own account.
    pub(super) fn account(&self) -> Option<&ServiceAccount> {
        self.account.as_ref()
    }

    /// The program that all programs of a site are links to.
    pub(super) fn program(&self) -> PathBuf {
        self.path().join("program")
    }

    /// The site that is copied for a database of this version.
    pub(super) fn template(&self, database: Database) -> PathBuf {
        self.path().join(match database {
            Database::Db6 => "db6",
            Database::Db8 => "db8",
        })
    }

    fn install_program(&self, harness: &Path) -> io::Result<()> {
        fs::copy(harness, self.program())?;
        fs::set_permissions(self.program(), Permissions::from_mode(0o755))?;
        wait_while_busy(&self.program())
    }

    /// Tries on a real sandbox whether access can be taken away and given back.
    fn try_out(self: &Arc<Self>) -> Result<(), Unfit> {
        let mut site = Live::new(self, &Setup::default());
        let run = Run::new(Job::ExportMessages(0.into()), Tab::CORRECT);
        let open = site.run(run);
        site.inject(Condition::ShareAccessDenied.into());
        let closed = site.run(run);
        site.repair(Repair::GrantAccess);
        let again = site.run(run);
        if let Some(trouble) = site.trouble() {
            return Err(Unfit::Programs(self.path().to_owned(), trouble));
        }
        match (open, closed, again) {
            (
                RunResult::Exited { code: 0, .. },
                RunResult::Exited { code: 3, .. },
                RunResult::Exited { code: 0, .. },
            ) => Ok(()),
            (RunResult::Exited { code: 0, .. }, RunResult::Exited { code: 0, .. }, _) => {
                Err(Unfit::Access(self.path().to_owned()))
            }
            (open, ..) => Err(Unfit::Programs(self.path().to_owned(), format!("EXPORT {open}"))),
        }
    }

    /// Plants this bug in the programs; the first that is planted stays.
    pub fn plant(&self, bug: ProgramBug) {
        self.bug.get_or_init(|| bug);
    }

    /// The bug that the programs have.
    pub(super) fn bug(&self) -> Option<ProgramBug> {
        self.bug.get().copied()
    }

    /// The trouble of a site that could not go on, if there was any.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.get().cloned()
    }

    pub(super) fn note_trouble(&self, trouble: &str) {
        self.trouble.get_or_init(|| trouble.to_owned());
    }

    /// From now on the last sandbox is set aside until the next is made, so that it can be
    /// [kept](Self::keep).
    pub fn set_aside(&self) {
        self.keeps.store(true, Ordering::Relaxed);
    }

    /// Keeps the sandbox that was set aside, and returns its path.
    pub fn keep(&self) -> Option<PathBuf> {
        let parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        parked.keep(self.watchdog.as_deref()).ok()
    }

    /// Removes a sandbox, or sets it aside in the place of the one before it.
    pub(super) fn put_away(&self, sandbox: PrivateFolder) {
        if !self.keeps.load(Ordering::Relaxed) {
            return self.remove(sandbox);
        }
        let mut parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = parked.replace(sandbox) {
            self.remove(before);
        }
    }

    /// What cannot be removed now is left to the watchdog, which reports what it cannot remove either.
    fn remove(&self, folder: PrivateFolder) {
        let _ = folder.remove(self.watchdog.as_deref());
    }
}

/// Gives a folder to a group that may pass through it. Nobody else can enter it before or after.
fn let_group_in(folder: &PrivateFolder, group: u32) -> io::Result<()> {
    fchown(folder.as_fd(), None, Some(Gid::from_raw(group)))?;
    fchmod(folder.as_fd(), Mode::from_raw_mode(ENTERED_BY_GROUP as RawMode))?;
    Ok(())
}

/// Waits until a program that was just copied can be executed.
fn wait_while_busy(program: &Path) -> io::Result<()> {
    let start = || {
        let mut command = Command::new(program);
        command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status()
    };
    for _ in 0..BUSY_TRIES_MAX {
        match start() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                thread::sleep(BUSY_PAUSE)
            }
            // How it ends does not matter here.
            started => return started.map(drop),
        }
    }
    start().map(drop)
}

impl Drop for Kit {
    fn drop(&mut self) {
        let parked = self.parked.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        parked.into_iter().chain(self.folder.take()).for_each(|folder| self.remove(folder));
    }
}
