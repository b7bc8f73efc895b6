//! What every sandbox of one harness is made from: the programs, and a site to copy.
//!
//! EXPORT and IMPORT run as the service account, or closing a folder to it would close nothing.
//! Where the harness may do anything (it is root), the programs are a copy of its own program that
//! belongs to another account and has its set-user-ID bit, so that they run as that account whoever
//! starts them. Otherwise the service account is whoever the harness is, and modes suffice.
//! Whether that works here is tried before the first scenario.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use crate::conditions::{Condition, Database, Fault, Repair};
use crate::lotus::place::Place;
use crate::lotus::{Error, ProgramBug};
use crate::program::{Keeper, remove};
use crate::scenario::Setup;
use crate::site::{Job, Ran, Run, Server, Site, Tab};

use super::Live;
use super::sandbox::furnish;

/// The service account's number, where the harness can choose one: `nobody` on nearly every system.
const SERVICE_ACCOUNT: u32 = 65534;
/// A program that was just copied may still be open for writing in a process that another thread is
/// starting; it can be executed as soon as that process has become what it is to be.
const BUSY_TRIES_MAX: u32 = 200;
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// The programs and the templates of every sandbox; removed when dropped.
#[derive(Debug)]
pub struct Kit {
    folder: PathBuf,
    pub(super) keeper: Option<Arc<Keeper>>,
    keeps: AtomicBool,
    bug: OnceLock<ProgramBug>,
    /// What kept the first site from going on that could not.
    trouble: OnceLock<String>,
    /// The sandbox that was used last, if sandboxes are kept.
    parked: Mutex<Option<PathBuf>>,
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
    /// A program does not run.
    #[error(
        "the programs of the live site do not run in {0}: {1}; the account {SERVICE_ACCOUNT} must \
         be able to enter it, or name another folder with TMPDIR"
    )]
    Programs(PathBuf, String),
    /// Access cannot be taken away from a program.
    #[error(
        "on the live site a folder is closed to the service account, but {0} is on a file system \
         where that closes nothing (it ignores set-user-ID programs, or modes); name a folder on \
         another one with TMPDIR, or run as another user than root"
    )]
    Access(PathBuf),
}

impl Kit {
    /// A kit whose programs are copies of `harness`, the program `event70`.
    ///
    /// # Errors
    /// If there can be no live site here.
    pub fn new(harness: &Path, keeper: Option<Arc<Keeper>>) -> Result<Arc<Self>, Unfit> {
        let folder = tempfile::Builder::new().prefix("event70-kit-").tempdir()?.keep();
        let folder = fs::canonicalize(folder)?;
        if let Some(keeper) = &keeper {
            keeper.folder_begins(&folder);
        }
        let kit = Arc::new(Self {
            folder,
            keeper,
            keeps: AtomicBool::new(false),
            bug: OnceLock::new(),
            trouble: OnceLock::new(),
            parked: Mutex::new(None),
        });
        fs::set_permissions(&kit.folder, Permissions::from_mode(0o755))?;
        kit.install_programs(harness)?;
        for database in [Database::Db6, Database::Db8] {
            let place = Place::new(kit.template(database));
            furnish(&place, database)?;
        }
        kit.try_out()?;
        Ok(kit)
    }

    /// Whether the harness may do anything, so that another account has to be the service account.
    pub(super) fn is_root() -> bool {
        rustix::process::geteuid().is_root()
    }

    /// The program that runs as the service account, and that which runs as an administrator.
    pub(super) fn programs(&self) -> (PathBuf, PathBuf) {
        (self.folder.join("service"), self.folder.join("administrator"))
    }

    /// The site that is copied for a database of this version.
    pub(super) fn template(&self, database: Database) -> PathBuf {
        self.folder.join(match database {
            Database::Db6 => "db6",
            Database::Db8 => "db8",
        })
    }

    fn install_programs(&self, harness: &Path) -> io::Result<()> {
        let (service, administrator) = self.programs();
        fs::copy(harness, &service)?;
        if Self::is_root() {
            chown(&service, Some(SERVICE_ACCOUNT), Some(SERVICE_ACCOUNT))?;
            fs::set_permissions(&service, Permissions::from_mode(0o4755))?;
            fs::copy(harness, &administrator)?;
        } else {
            fs::hard_link(&service, &administrator)?;
        }
        wait_while_busy(&service)?;
        wait_while_busy(&administrator)
    }

    /// Plays through on a real sandbox whether access can be taken away and given back.
    fn try_out(self: &Arc<Self>) -> Result<(), Unfit> {
        let mut site = Live::new(self, &Setup::default());
        let run = Run::new(Job::ExportMessages(0), Tab::CORRECT);
        let open = site.run(run);
        site.inject(Fault::default_of(Condition::ShareAccessDenied));
        let closed = site.run(run);
        site.repair(Repair::GrantAccess);
        let again = site.run(run);
        if let Some(trouble) = site.trouble() {
            return Err(Unfit::Programs(self.folder.clone(), trouble));
        }
        match (open, closed, again) {
            (
                Ran::Exited { code: 0, .. },
                Ran::Exited { code: 3, .. },
                Ran::Exited { code: 0, .. },
            ) => Ok(()),
            (Ran::Exited { code: 0, .. }, Ran::Exited { code: 0, .. }, _) => {
                Err(Unfit::Access(self.folder.clone()))
            }
            (open, ..) => Err(Unfit::Programs(self.folder.clone(), format!("EXPORT {open}"))),
        }
    }

    /// From now on the programs have this bug; the first that is planted stays.
    pub fn plant(&self, bug: ProgramBug) {
        self.bug.get_or_init(|| bug);
    }

    /// The bug that the programs have.
    pub(super) fn bug(&self) -> Option<ProgramBug> {
        self.bug.get().copied()
    }

    /// What kept one of its sites from going on, if anything did.
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

    /// Keeps the sandbox that was set aside for good; where it lies.
    pub fn keep(&self) -> Option<PathBuf> {
        let kept = self.parked.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        if let Some(keeper) = &self.keeper {
            keeper.folder_ends(&kept);
        }
        Some(kept)
    }

    /// Removes a sandbox, or sets it aside in the place of the one before it.
    pub(super) fn put_away(&self, sandbox: &Path) {
        if !self.keeps.load(Ordering::Relaxed) {
            return self.remove(sandbox);
        }
        let mut parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = parked.replace(sandbox.to_owned()) {
            self.remove(&before);
        }
    }

    /// What cannot be removed now is left to the keeper.
    fn remove(&self, folder: &Path) {
        let removed = remove(folder);
        let is_gone = removed.is_ok() || removed.is_err_and(|e| e.kind() == ErrorKind::NotFound);
        if is_gone && let Some(keeper) = &self.keeper {
            keeper.folder_ends(folder);
        }
    }
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
        if let Some(parked) = self.parked.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            self.remove(&parked);
        }
        self.remove(&self.folder);
    }
}
