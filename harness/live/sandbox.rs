//! The folder in which one live site lies.
//!
//! A sandbox is copied from a template, which takes less than a millisecond, and is removed with
//! everything in it when it is dropped, or by the watchdog if the harness is killed first.
//! It is closed to every account but the harness's own and that of the programs, so that within it
//! nobody can put a link in the place of a file.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use event70_model::{COMPUTER, Database, Keyword, SITE_ENTRY};
use event70_process::PrivateFolder;

use super::account::POST_OFFICE;
use super::kit::Kit;
use crate::lotus::fixture::{DirectoryEntry, Office};
use crate::lotus::place::Place;
use crate::lotus::settings::Ini;
use crate::lotus::{Error, fixture};

/// What the service account may do with a folder or a file of its own: everything.
pub(super) const FOLDER_OPEN: u32 = 0o777;
pub(super) const FILE_OPEN: u32 = 0o666;

/// A folder with a site in it.
#[derive(Debug)]
pub(super) struct Sandbox {
    pub(super) place: Place,
    pub(super) kit: Arc<Kit>,
    /// `None` only while it is dropped.
    folder: Option<PrivateFolder>,
}

impl Sandbox {
    /// A fresh copy of the kit's site with a database of this version.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(super) fn new(kit: &Arc<Kit>, database: Database) -> Result<Self, Error> {
        Self::copied(kit, database)
            .map_err(|source| Error::File { path: std::env::temp_dir(), source })
    }

    fn copied(kit: &Arc<Kit>, database: Database) -> io::Result<Self> {
        let folder = kit.folder()?;
        let place = Place::new(folder.path());
        let sandbox = Self { place, kit: Arc::clone(kit), folder: Some(folder) };
        copy_entries(&kit.template(database), &sandbox.place.root)?;
        sandbox.install_programs()?;
        if let Some(bug) = kit.bug() {
            fs::write(sandbox.place.bug(), bug.keyword())?;
        }
        Ok(sandbox)
    }

    fn install_programs(&self) -> io::Result<()> {
        let program = self.kit.program();
        for name in ["EXPORT", "IMPORT"] {
            fs::hard_link(&program, self.place.program(name))?;
            fs::hard_link(&program, self.place.launcher(name))?;
        }
        for name in ["ANALYZE", "CHKSTAT", "RECLAIM", "ADMIN"] {
            fs::hard_link(&program, self.place.tool(name))?;
        }
        Ok(())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            self.kit.put_away(folder);
        }
    }
}

/// Creates a healthy site with a database of this version, without the programs.
///
/// # Errors
/// If it cannot be made.
pub(super) fn furnish(place: &Place, database: Database) -> Result<(), Error> {
    let made = |result: io::Result<()>| {
        result.map_err(|source| Error::File { path: place.root.clone(), source })
    };
    let (store, post_office) = (place.store(), place.post_office());
    for folder in [
        place.system(),
        place.arrived(),
        store.folder.clone(),
        post_office.clone(),
        parent(&place.launcher("EXPORT")),
        parent(&place.tool("ADMIN")),
    ] {
        made(fs::create_dir_all(folder))?;
    }
    fixture::create_store(&store)?;
    let ini = Ini::of(POST_OFFICE.name, database);
    ini.write(&store.export_ini())?;
    ini.write(&store.import_ini())?;
    fixture::write_updates(&store, &[], &[DirectoryEntry::site(SITE_ENTRY, COMPUTER)])?;
    fixture::create(&post_office, &Office { database, ..POST_OFFICE })?;
    let (build, resource_file) = match database {
        Database::Db6 => ("5.14", None),
        Database::Db8 => ("6.0", Some(place.resource_file())),
    };
    made(fs::write(place.build(), build))?;
    made(resource_file.map_or(Ok(()), |file| fs::write(file, "IE.RI")))?;
    for file in [place.console(), place.runs()] {
        made(fs::write(file, ""))?;
    }
    for folder in [store.export(), store.import(), store.submit(), post_office.join("USR")] {
        made(fs::set_permissions(folder, Permissions::from_mode(FOLDER_OPEN)))?;
    }
    for file in [place.runs(), post_office.join("USR").join("USR00001")] {
        made(fs::set_permissions(file, Permissions::from_mode(FILE_OPEN)))?;
    }
    Ok(())
}

fn parent(path: &Path) -> std::path::PathBuf {
    path.parent().unwrap_or(path).to_owned()
}

/// Copies what is in one folder into another, with its rights.
fn copy_entries(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            fs::set_permissions(&target, entry.metadata()?.permissions())?;
            copy_entries(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
