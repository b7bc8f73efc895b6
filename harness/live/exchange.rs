//! The Exchange server of a live site: its settings, its programs, the connector store.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use event70_model::{Database, Exchange, Limits, PathOutcome, Setup, StorePath, Tab, Tabbed};

use super::account::{SERVICE_ACCOUNT, SERVICE_PACK, gateway, network};
use super::console;
use crate::lotus::Error;
use crate::lotus::place::{Place, Store};
use crate::lotus::settings::{DateFormat, Ini, LSA2_CURED, LSA2_HOTFIX, Redirector, Registry};

/// The Exchange server. What is here was entered by an administrator; the programs see the files.
#[derive(Debug)]
pub(super) struct ExchangeServer {
    place: Place,
    edition: Exchange,
    database: Database,
    pub(super) limits: Limits,
    /// The database version that is selected on the tab.
    selected: Database,
    pub(super) tab: Tabbed,
    /// How often the post office had changed its password when somebody last entered it rightly.
    pub(super) issue: u16,
    network: Redirector,
    /// What becomes of a prompt while the store's path has a space.
    space: Option<PathOutcome>,
    long: bool,
    dates: DateFormat,
}

impl ExchangeServer {
    /// Sets up the server of a fresh sandbox.
    ///
    /// # Errors
    /// If its settings cannot be written.
    pub(super) fn new(place: &Place, setup: &Setup) -> Result<Self, Error> {
        let server = Self {
            place: place.clone(),
            edition: setup.exchange,
            database: setup.database,
            limits: setup.limits,
            selected: setup.database,
            tab: Tabbed::of(Tab::CORRECT),
            issue: 0,
            network: network(setup.host),
            space: None,
            long: false,
            dates: DateFormat::MonthFirst,
        };
        server.install_build()?;
        server.write_registry()?;
        server.write_network()?;
        Ok(server)
    }

    /// Exchange 5.5 has later programs for DB8 than the template, which is for 5.0.
    fn install_build(&self) -> Result<(), Error> {
        if self.database == Database::Db6 || self.edition == Exchange::V5_0 {
            return Ok(());
        }
        let build = self.place.build();
        self.file(&build, fs::write(&build, "8.0"))
    }

    pub(super) fn edition(&self) -> Exchange {
        self.edition
    }

    /// What becomes of a prompt while the store's path has a space, and whether it is long.
    pub(super) fn store_kind(&self) -> (Option<PathOutcome>, bool) {
        (self.space, self.long)
    }

    /// Which kind of path the store has.
    pub(super) fn store_path(&self) -> StorePath {
        match (self.space, self.long) {
            (Some(_), _) => StorePath::WithSpace,
            (None, true) => StorePath::Long,
            (None, false) => StorePath::Short,
        }
    }

    /// The store, wherever it lies now.
    pub(super) fn store(&self) -> Store {
        Store::new(self.folder_of(self.store_path().dos()))
    }

    fn folder_of(&self, dos: &str) -> PathBuf {
        self.place.host_path(dos).unwrap_or_else(|| self.place.store().folder)
    }

    /// Somebody enters something on the tab. The programs read the name from their settings.
    pub(super) fn enter(&mut self, tab: Tabbed) -> Result<(), Error> {
        self.tab = tab;
        self.write_settings()
    }

    /// Somebody selects the version that fits the database, or the other one.
    pub(super) fn select_version(&mut self, fits: bool) -> Result<(), Error> {
        self.selected = match (self.database, fits) {
            (Database::Db6, true) | (Database::Db8, false) => Database::Db6,
            (Database::Db8, true) | (Database::Db6, false) => Database::Db8,
        };
        self.write_settings()
    }

    fn write_settings(&self) -> Result<(), Error> {
        let (ini, store) = (Ini::of(&self.tab.name, self.selected), self.store());
        ini.write(&store.export_ini())?;
        ini.write(&store.import_ini())
    }

    /// Moves the store to a path with a space, whose prompt nobody answers or somebody might; to a
    /// long path; or back to a short one.
    pub(super) fn move_store(
        &mut self,
        space: Option<PathOutcome>,
        long: bool,
    ) -> Result<(), Error> {
        let before = self.store().folder;
        (self.space, self.long) = (space, long);
        let after = self.store().folder;
        if before != after {
            self.file(&after, rename_into(&before, &after))?;
        }
        let path = self.store_path();
        let short = self.folder_of(path.shortened());
        if path != StorePath::Short && self.edition == Exchange::V5_5Sp1 {
            self.file(&short, name_shortly(path, &self.place))?;
        }
        self.set_console()?;
        self.write_registry()
    }

    /// A prompt for a long path is never answered (Q181186).
    fn set_console(&self) -> Result<(), Error> {
        let console = self.place.console();
        let closed =
            self.space == Some(PathOutcome::Code3) || self.store_path() == StorePath::Short;
        let replaced =
            if closed { console::close(&console) } else { console::leave_open(&console) };
        self.file(&console, replaced)
    }

    fn write_registry(&self) -> Result<(), Error> {
        let path = self.store_path();
        let shortens = self.edition == Exchange::V5_5Sp1;
        let registry = Registry {
            connector_store_path: path.dos().to_owned(),
            shortened: shortens.then(|| path.shortened().to_owned()),
            service_account: SERVICE_ACCOUNT.0.to_owned(),
            password: SERVICE_ACCOUNT.1.to_owned(),
            dates: self.dates,
            export_max: self.limits.export_max,
            import_max: self.limits.import_max,
        };
        registry.write(&self.place.registry())
    }

    /// The locale has dates in this format.
    pub(super) fn set_dates(&mut self, dates: DateFormat) -> Result<(), Error> {
        self.dates = dates;
        self.write_registry()
    }

    /// The programs are on the system path, or lie somewhere else.
    pub(super) fn set_programs(&self, on_path: bool) -> Result<(), Error> {
        let aside = self.place.drive().join("ASIDE");
        self.file(&aside, fs::create_dir_all(&aside))?;
        for name in ["EXPORT", "IMPORT"] {
            let program = self.place.program(name);
            let elsewhere = aside.join(name);
            let (from, to) = if on_path { (&elsewhere, &program) } else { (&program, &elsewhere) };
            self.file(from, unless_done(fs::rename(from, to)))?;
        }
        Ok(())
    }

    /// IE.RI is where the programs look for it, or is not.
    pub(super) fn set_resource_file(&self, there: bool) -> Result<(), Error> {
        let file = self.place.resource_file();
        let done = if there { put_back(&file) } else { unless_done(fs::remove_file(&file)) };
        self.file(&file, done)
    }

    /// The gateway is configured, or is not.
    pub(super) fn set_gateway(&mut self, configured: bool) -> Result<(), Error> {
        self.network.gateway = configured.then(gateway);
        self.write_network()
    }

    /// The gateway's account is in the group NTGATEWAY, or is not.
    pub(super) fn set_gateway_member(&mut self, is_member: bool) -> Result<(), Error> {
        self.network.ntgateway = is_member.then(|| gateway().account).into_iter().collect();
        self.write_network()
    }

    /// Every connection that the gateway's account may have is in use, or some are free.
    pub(super) fn set_gateway_limit(&mut self, is_reached: bool) -> Result<(), Error> {
        let used_up = is_reached.then(|| gateway().account);
        self.network.connections_used_up = used_up.into_iter().collect();
        self.write_network()
    }

    /// The service account is locked out of the NetWare server, or is not.
    pub(super) fn set_lockout(&mut self, is_locked: bool) -> Result<(), Error> {
        let locked_out = is_locked.then(|| SERVICE_ACCOUNT.0.to_owned());
        self.network.locked_out = locked_out.into_iter().collect();
        self.write_network()
    }

    /// The service account's password on the NetWare server is its own, or another.
    pub(super) fn set_netware_account(&mut self, matches: bool) -> Result<(), Error> {
        let (name, password) = SERVICE_ACCOUNT;
        let password = if matches { password } else { "ANOTHER" };
        self.network.netware_accounts.insert(name.to_owned(), password.to_owned());
        self.write_network()
    }

    /// The hotfix is installed, or cured by the service pack that follows.
    pub(super) fn set_hotfix(&mut self, installed: bool) -> Result<(), Error> {
        if installed {
            self.network.hotfixes = vec![LSA2_HOTFIX.to_owned()];
            self.network.service_pack = SERVICE_PACK;
        } else {
            self.network.service_pack = LSA2_CURED;
        }
        self.write_network()
    }

    fn write_network(&self) -> Result<(), Error> {
        self.network.write(&self.place.redirector())
    }

    fn file<T>(&self, path: &Path, done: io::Result<T>) -> Result<T, Error> {
        done.map_err(|source| Error::File { path: path.to_owned(), source })
    }
}

/// A resource file of which only the presence matters.
fn put_back(file: &Path) -> io::Result<()> {
    match File::create_new(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        created => created.map(drop),
    }
}

/// Does nothing if the state is right already.
fn unless_done(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

fn rename_into(from: &Path, to: &Path) -> io::Result<()> {
    to.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::rename(from, to)
}

/// The short name of the folder that has a long one.
fn name_shortly(path: StorePath, place: &Place) -> io::Result<()> {
    let part = |dos: &str| {
        place.host_path(dos).and_then(|p| {
            p.strip_prefix(place.drive())
                .ok()?
                .components()
                .next()
                .map(|c| c.as_os_str().to_owned())
        })
    };
    let (Some(long), Some(short)) = (part(path.dos()), part(path.shortened())) else {
        return Ok(());
    };
    let link = place.drive().join(short);
    if fs::symlink_metadata(&link).is_ok() { Ok(()) } else { symlink(long, link) }
}
