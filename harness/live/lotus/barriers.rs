//! The way of a run to the data of the post office, barrier by barrier (C1).
//!
//! Each function meets one barrier and asks only what a program of the time would have met there.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use event70_model::Job;
use rusqlite::Connection;
use rustix::fs::{Access, AtFlags, CWD, accessat};

use super::database::{OpenMode, open};
use super::directory::{has_post_office, made_by_hand};
use super::halt::{COULD_NOT_RUN, Halt};
use super::health::{Chains, chains, first_damage, is_fragmented, mailbox_named};
use super::place::{Place, SYSTEM_DOS, Store, is_short};
use super::settings::{Ini, Redirector, Registry};
use super::{files, office};

/// Result code of a broken directory (Q179072).
const DIRECTORY_BROKEN: u8 = 1;
/// The longest answer to a prompt.
const ANSWER_BYTES_MAX: u64 = 256;

/// Barrier 1: the builds for DB8 do not start without their resource file; IMPORT says so with a
/// result code, EXPORT has none (Q190275, Q233164). EXPORT of build 8.0 does without it (C19).
pub(super) fn launch(place: &Place, program: &str) -> Result<(), Halt> {
    let build = files::read_text(&place.build()).unwrap_or_default();
    let needs_it = match build.split('.').next() {
        Some("6") => true,
        Some("8") => program != "EXPORT",
        _ => false,
    };
    if !needs_it || files::open(&place.resource_file()).is_ok() {
        return Ok(());
    }
    let code = if program == "EXPORT" { COULD_NOT_RUN } else { 1 };
    Err(Halt::with(code, format!(r"R0002 Resource file not found: {SYSTEM_DOS}\IE.RI.")))
}

/// Barrier 2: the settings file lies in the connector store. A DOS program opens it only by a
/// short path; where it cannot, it prompts, and what becomes of it depends on whether anybody
/// might answer (Q164695, Q181186).
pub(super) fn settings(
    place: &Place,
    registry: &Registry,
    program: &str,
    out: &mut dyn Write,
) -> Result<(Store, Ini), Halt> {
    let path = registry.shortened.as_ref().unwrap_or(&registry.connector_store_path);
    if let Some(found) = settings_at(place, path, program) {
        return Ok(found);
    }
    // Nobody has to read what is printed.
    let _ = write!(out, "Path of {program}.INI: ").and_then(|()| out.flush());
    let answer = answer(&place.console()).unwrap_or_default();
    let _ = writeln!(out);
    settings_at(place, answer.trim(), program)
        .ok_or_else(|| Halt::not_accessible(format!("{program}.INI was not found.")))
}

fn settings_at(place: &Place, dos: &str, program: &str) -> Option<(Store, Ini)> {
    let path = Some(dos).filter(|dos| is_short(dos)).and_then(|dos| place.host_path(dos))?;
    let store = Store::new(place.within(&path)?);
    let ini = if program == "EXPORT" { store.export_ini() } else { store.import_ini() };
    let ini = Ini::read(&ini).ok()?;
    Some((store, ini))
}

/// A line from the console. If it is a pipe without a writer, opening it waits for ever.
fn answer(console: &Path) -> io::Result<String> {
    let mut answer = String::new();
    BufReader::new(File::open(console)?.take(ANSWER_BYTES_MAX)).read_line(&mut answer)?;
    Ok(answer)
}

/// Barrier 3: the post office is a folder on another computer, and the account may enter it.
pub(super) fn reach(place: &Place, registry: &Registry, path: &str) -> Result<PathBuf, Halt> {
    let nowhere = || Halt::not_accessible("Post office directory was not found.");
    let folder = place.unc(path).ok_or_else(nowhere)?;
    let network = Redirector::read(&place.redirector()).map_err(|_| nowhere())?;
    network.admits(registry).map_err(Halt::not_accessible)?;
    let real = fs::symlink_metadata(&folder).is_ok_and(|folder| folder.is_dir());
    let listed = real && fs::read_dir(&folder).is_ok();
    let office = listed && files::open(&office::directory(&folder)).is_ok();
    if office { Ok(folder) } else { Err(nowhere()) }
}

/// Barrier 4: the post office is up, and nobody holds it exclusively (Q282172, Q179072).
pub(super) fn lock(folder: &Path, job: Job) -> Result<Connection, Halt> {
    if files::is_there(&office::down(folder)) {
        return Err(Halt::with(4, "Post office is temporarily shut down."));
    }
    let directory = open(&office::directory(folder), OpenMode::Program).map_err(broken())?;
    stand_still(&directory, job).map_err(broken())?;
    version_number(&directory).map_err(broken())?;
    Ok(directory)
}

/// What EXPORT reads of a database is all of one moment, and is locked once.
fn stand_still(database: &Connection, job: Job) -> rusqlite::Result<()> {
    if job.is_export() { database.execute_batch("BEGIN") } else { Ok(()) }
}

/// Barrier 5: the selected version is that of the database (Q168465).
pub(super) fn version(directory: &Connection, ini: &Ini) -> Result<(), Halt> {
    let number = version_number(directory).map_err(broken())?;
    if number == i64::from(ini.version) {
        return Ok(());
    }
    Err(Halt::with(1, format!("Post office has a database of version {number}.")))
}

/// Barrier 6: who asks knows the name and the password of the post office. EXPORT of messages gives
/// another name on its command line, so there it is the name in its settings (C23).
pub(super) fn credentials(directory: &Connection, name: &str, password: &str) -> Result<(), Halt> {
    let office = "SELECT name, password FROM post_office";
    let (right_name, right_password): (String, String) =
        directory.query_row(office, [], |row| Ok((row.get(0)?, row.get(1)?))).map_err(broken())?;
    if name == right_name && password == right_password {
        return Ok(());
    }
    Err(Halt::not_accessible("Post office name or password is not valid."))
}

/// Barrier 7: IMPORT may write to the post office (Q168670).
pub(super) fn write(folder: &Path) -> Result<(), Halt> {
    for path in [folder.to_owned(), office::directory(folder), office::messages(folder)] {
        if accessat(CWD, &path, Access::WRITE_OK, AtFlags::EACCESS).is_err() {
            return Err(Halt::with(1, "Post office cannot be written to."));
        }
    }
    Ok(())
}

/// Barrier 8: the post office knows the Exchange site (Q156063, Q212759).
pub(super) fn site_entry(directory: &Connection, name: &str) -> Result<(), Halt> {
    if has_post_office(directory, name).map_err(broken())? {
        return Ok(());
    }
    Err(Halt::not_accessible(format!("Post office \"{name}\" was not found in the directory.")))
}

/// The same barrier of a dirsync's IMPORT: it leaves alone what somebody else has made, and cannot
/// handle every name of a post office (Q156063 2.6.4, Q197258; C6).
pub(super) fn updates(directory: &Connection) -> Result<(), Halt> {
    let spelled = "SELECT spelled FROM post_office";
    let spelled: String = directory.query_row(spelled, [], |row| row.get(0)).map_err(broken())?;
    if !spelled.is_ascii() {
        return Err(Halt::with(1, "The name of the post office has extended characters."));
    }
    match made_by_hand(directory).map_err(broken())? {
        None => Ok(()),
        Some(entry) => Err(Halt::with(1, format!("There is an entry {} already.", entry.name))),
    }
}

/// Barrier 9: the data are intact. What is wrong with the directory has codes of its
/// own (Q179072), what is wrong with the messages shows as 3 in EXPORT and as 1 in IMPORT (Q166045,
/// C10). On the way the run finds its mailbox; one that does not look at the messages finds that of
/// the Exchange site.
pub(super) fn data(
    folder: &Path,
    directory: &Connection,
    job: Job,
    name: &str,
    looks: bool,
) -> Result<(Connection, u32), Halt> {
    let set = if job.is_export() { office::EXPORT_CHAINS } else { office::IMPORT_CHAINS };
    match chains(directory, set).map_err(broken())? {
        Chains::Whole => {}
        Chains::Broken => return Err(Halt::with(1, "NFT error in CLANDATA.")),
        Chains::Held => return Err(Halt::with(4, "NFT error: a process holds CLANDATA.")),
    }
    let code = code_if_damaged(job);
    let failed = Halt::database(code);
    let messages = open(&office::messages(folder), OpenMode::Program).map_err(&failed)?;
    stand_still(&messages, job).map_err(&failed)?;
    if !looks {
        return Ok((messages, office::SITE_MAILBOX));
    }
    if let Some(damage) = first_damage(&messages).map_err(&failed)? {
        return Err(Halt::with(code, damage.told()));
    }
    if is_fragmented(&messages).map_err(&failed)? {
        return Err(Halt::with(code, "The post office is fragmented. Run RECLAIM."));
    }
    let mailbox = mailbox_named(&messages, name).map_err(&failed)?;
    let mailbox = mailbox.ok_or_else(|| Halt::with(code, "There is no such mailbox."))?;
    Ok((messages, mailbox))
}

/// The result code of messages that cannot be read.
pub(super) fn code_if_damaged(job: Job) -> u8 {
    if job.is_export() { 3 } else { 1 }
}

/// The end of a run that cannot read or write the directory.
pub(super) fn broken() -> impl Fn(rusqlite::Error) -> Halt {
    Halt::database(DIRECTORY_BROKEN)
}

fn version_number(directory: &Connection) -> rusqlite::Result<i64> {
    directory.pragma_query_value(None, "user_version", |row| row.get(0))
}
