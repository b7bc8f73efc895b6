//! What the connector and its neighbours do in the connector store.

use std::fs;
use std::path::{Path, PathBuf};

use super::ccm::{CcMailMessage, Reader, framed};
use super::directory::{DirectoryEntry, text_of};
use super::place::Store;
use super::{Error, files};

/// The name of the file that IMPORT rejects; it comes before those that are submitted.
const REJECTED: &str = "00000000.ccm";

/// What was found in a finished file of EXPORT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Converted {
    /// Messages.
    pub messages: u16,
    /// Messages that do not convert.
    pub corrupt: u16,
}

/// Creates the folders of a store.
///
/// # Errors
/// If one cannot be created.
pub fn create_store(store: &Store) -> Result<(), Error> {
    let folders = [store.export(), store.import(), store.submit(), store.bad()];
    folders.iter().try_for_each(|path| fs::create_dir_all(path).map_err(Error::file(path)))
}

/// Submits this many converted messages from Exchange to cc:Mail, one per file. A store must never
/// see a serial number twice: IMPORT recognizes a file by its name.
///
/// # Errors
/// If a file cannot be written, or is there already.
pub fn submit(store: &Store, messages: u32, first_serial: u32) -> Result<(), Error> {
    for serial in first_serial..first_serial.saturating_add(messages) {
        let path = store.submit().join(format!("OUT{serial:08X}.ccm"));
        let subject = format!("outbound {serial}");
        let message = outbound_message(&subject);
        files::write_new(&path, &framed(&message.to_bytes())).map_err(Error::file(&path))?;
    }
    Ok(())
}

/// Puts a file before all others for IMPORT that it rejects, because its message has no contents, or
/// removes it (Q223772).
///
/// # Errors
/// If the file cannot be written or removed.
pub fn set_rejected(store: &Store, there: bool) -> Result<(), Error> {
    let path = store.import().join(REJECTED);
    let message = outbound_message("a message without contents").without_contents();
    let changed = match (there, files::is_there(&path)) {
        (true, false) => files::write_new(&path, &framed(&message)),
        (false, true) => files::remove_if_there(&path),
        _ => Ok(()),
    };
    changed.map_err(Error::file(&path))
}

/// A message from Exchange.
fn outbound_message(subject: &str) -> CcMailMessage<'_> {
    CcMailMessage {
        from: "Carl at EXCHANGE",
        date: "12/6/97 9:00AM",
        to: "Ann at HQ",
        subject,
        text: b"See the subject.\r\n",
    }
}

/// How many files wait for IMPORT, submitted or already moved to it.
///
/// # Errors
/// If a folder cannot be read.
pub fn outbound(store: &Store) -> Result<u32, Error> {
    let count = |folder: PathBuf| {
        files::files_in(&folder, ".ccm").map(|files| files.len()).map_err(Error::file(&folder))
    };
    let files = count(store.submit())? + count(store.import())?;
    Ok(u32::try_from(files).unwrap_or(u32::MAX))
}

/// Counts the messages of a finished file of EXPORT.
///
/// # Errors
/// If it cannot be read.
pub fn convert(file: &Path) -> Result<Converted, Error> {
    let bytes = files::read(file).map_err(Error::file(file))?;
    let mut converted = Converted::default();
    for message in Reader::new(&bytes) {
        let count = if message.is_ok() { &mut converted.messages } else { &mut converted.corrupt };
        *count = count.saturating_add(1);
    }
    Ok(converted)
}

/// Writes the files with which dirsync deletes entries from the directory of cc:Mail and adds
/// entries to it (Q295753).
///
/// # Errors
/// If a file cannot be written.
pub fn write_updates(
    store: &Store,
    deletions: &[DirectoryEntry],
    additions: &[DirectoryEntry],
) -> Result<(), Error> {
    for (name, entries) in [("CCMDEL.IMP", deletions), ("CCMDIR.IMP", additions)] {
        let path = store.import().join(name);
        files::replace(&path, text_of(entries).as_bytes()).map_err(Error::file(&path))?;
    }
    Ok(())
}
