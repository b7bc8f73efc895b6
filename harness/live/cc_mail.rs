//! The cc:Mail server of a live site: the post office, and who may do what with it.

use std::path::Path;

use event70_model::{SITE_ENTRY, Tab, Tabbed};

use super::account::arguments;
use super::execute::{End, execute};
use super::holder::Holder;
use super::kit::Kit;
use super::sandbox::{FILE_OPEN, FOLDER_OPEN};
use crate::lotus;
use crate::lotus::fixture::{Queue, SiteEntry};
use crate::lotus::place::Place;
use crate::lotus::{Error, NO_ROOM, fixture};

/// What is closed to everybody but root, and what may only be read.
const CLOSED: u32 = 0;
const FOLDER_READ_ONLY: u32 = 0o555;
const FILE_READ_ONLY: u32 = 0o444;
/// The databases that IMPORT writes to; a mailbox belongs to whoever takes mail out of it.
const DATABASES: [&str; 2] = ["CLANDATA", "MLANDATA"];

/// The post office and its rights.
#[derive(Debug)]
pub(super) struct CcMail {
    place: Place,
    /// Whether the service account is let in, and whether it may write.
    admits: bool,
    writable: bool,
    holder: Option<Holder>,
    queue: Queue,
    /// What is entered rightly on the Postoffice tab.
    right: Tab,
}

impl CcMail {
    /// The post office of a fresh sandbox.
    ///
    /// # Errors
    /// If its rights cannot be set.
    pub(super) fn new(place: &Place) -> Result<Self, Error> {
        let queue = Queue::open(&place.post_office())?;
        let place = place.clone();
        let office =
            Self { place, admits: true, writable: true, holder: None, queue, right: Tab::CORRECT };
        office.apply_rights()?;
        Ok(office)
    }

    /// Lets the service account in, or not, to read only, or to write as well.
    pub(super) fn set_rights(&mut self, admits: bool, writable: bool) -> Result<(), Error> {
        if !writable {
            // What a killed program has left half done can be undone only while there is a right to.
            self.act(fixture::settle)?;
        }
        (self.admits, self.writable) = (admits, writable);
        self.apply_rights()
    }

    pub(super) fn admits(&self) -> bool {
        self.admits
    }

    pub(super) fn is_writable(&self) -> bool {
        self.writable
    }

    fn apply_rights(&self) -> Result<(), Error> {
        let (folder, file) = if self.writable {
            (FOLDER_OPEN, FILE_OPEN)
        } else {
            (FOLDER_READ_ONLY, FILE_READ_ONLY)
        };
        self.set_modes(folder, file)?;
        if self.admits { Ok(()) } else { set_mode(&self.place.post_office(), CLOSED) }
    }

    fn set_modes(&self, folder: u32, file: u32) -> Result<(), Error> {
        let post_office = self.place.post_office();
        set_mode(&post_office, folder)?;
        for name in DATABASES {
            set_mode(&post_office.join(name), file)?;
            // A journal that is kept got its rights from its database at the time.
            let journal = post_office.join(format!("{name}-journal"));
            if journal.symlink_metadata().is_ok() {
                set_mode(&journal, file)?;
            }
        }
        Ok(())
    }

    /// Does something that the rights of the service account do not keep an administrator from. A
    /// harness that is root is kept from nothing; another one opens up for a moment.
    pub(super) fn act<T>(&self, act: impl FnOnce(&Path) -> Result<T, Error>) -> Result<T, Error> {
        let is_closed = !self.admits || !self.writable;
        let opens_up = is_closed && !Kit::is_root();
        if opens_up {
            self.set_modes(FOLDER_OPEN, FILE_OPEN)?;
        }
        let done = act(&self.place.post_office());
        if opens_up {
            self.apply_rights()?;
        }
        done
    }

    /// What would be right on the Postoffice tab.
    pub(super) fn right_tab(&self) -> Tab {
        self.right
    }

    /// The post office gets another password.
    pub(super) fn change_password(&mut self) -> Result<(), Error> {
        self.right.issue = self.right.issue.wrapping_add(1);
        let password = Tabbed::of(self.right).password;
        self.act(|folder| fixture::set_password(folder, &password))
    }

    /// Somebody makes the entry of the Exchange site, or removes it.
    pub(super) fn set_site_entry(&self, state: SiteEntry) -> Result<(), Error> {
        self.act(|folder| fixture::set_site_entry(folder, SITE_ENTRY, state))
    }

    /// What there is of the Exchange site.
    pub(super) fn site_entry(&self) -> Result<SiteEntry, Error> {
        self.act(|folder| fixture::site_entry(folder, SITE_ENTRY))
    }

    /// How many messages wait to go to Exchange.
    pub(super) fn waiting(&self) -> Result<u32, Error> {
        self.act(|_| self.queue.waiting())
    }

    /// Makes another process hold the post office, or release it.
    pub(super) fn set_held(&mut self, held: bool) -> Result<(), Error> {
        if !held {
            self.holder = None;
        } else if self.holder.is_none() {
            let (place, arguments) = (&self.place, arguments(&Tabbed::of(self.right)));
            let started = self.act(|folder| {
                Holder::start(place, &arguments)
                    .map_err(|source| Error::File { path: folder.to_owned(), source })
            });
            self.holder = Some(started?);
        }
        Ok(())
    }

    /// Runs one of the tools on the post office; whether it exited with 0.
    pub(super) fn maintain(&self, tool: &str) -> Result<bool, Error> {
        let place = &self.place;
        let program = place.tool(tool);
        let arguments = arguments(&Tabbed::of(self.right));
        let ran = self.act(|_| {
            execute(&program, &arguments, &place.root, &place.console(), None)
                .map_err(|source| Error::File { path: program.clone(), source })
        });
        match ran? {
            (End::Exited(code @ 0..=1), _) => Ok(code == 0),
            (End::Exited(NO_ROOM), _) => Err(super::no_room(program)),
            (end, _) => {
                let what = format!("{tool} ended with {end:?}");
                Err(Error::Content { path: program, what })
            }
        }
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), Error> {
    lotus::set_mode(path, mode).map_err(|source| Error::File { path: path.to_owned(), source })
}
