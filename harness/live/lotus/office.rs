//! The databases of a post office: which there are, and what is in them (dossier, section 6).
//!
//! `CLANDATA` is the directory, `MLANDATA` holds the messages, `USR\USR00001` the mailbox of the
//! Exchange site: pointers to messages that wait. The mailbox is a file of its own in a folder of
//! its own, because an account that may only read the post office still takes its own mail out
//! (Q168670).

use std::path::{Path, PathBuf};

/// The mailbox of the Exchange site, and that of the post office's own users.
pub(super) const SITE_MAILBOX: u32 = 1;
pub(super) const OWN_MAILBOX: u32 = 2;

/// The chains of the directory that a program goes through. Entries come and go without touching
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChainSet {
    /// Their table.
    pub(super) table: &'static str,
    /// The index over it.
    pub(super) index: &'static str,
}

/// The chains of EXPORT.
pub(super) const EXPORT_CHAINS: ChainSet =
    ChainSet { table: "export_chains", index: "export_chains_by_letter" };
/// The chains of IMPORT.
pub(super) const IMPORT_CHAINS: ChainSet =
    ChainSet { table: "import_chains", index: "import_chains_by_letter" };
/// The index by which every run finds its mailbox.
pub(super) const MAILBOX_INDEX: &str = "mailboxes_by_name";

pub(super) const DIRECTORY_TABLES: &str = "
    CREATE TABLE post_office(name TEXT NOT NULL, password TEXT NOT NULL, spelled TEXT NOT NULL);
    CREATE TABLE entries(
        name TEXT PRIMARY KEY, kind TEXT NOT NULL, address TEXT NOT NULL, comment TEXT NOT NULL);
    CREATE TABLE export_chains(letter TEXT NOT NULL, owner TEXT);
    CREATE TABLE import_chains(letter TEXT NOT NULL, owner TEXT);
    CREATE INDEX export_chains_by_letter ON export_chains(letter, owner);
    CREATE INDEX import_chains_by_letter ON import_chains(letter, owner);";

pub(super) const MESSAGE_TABLES: &str = "
    CREATE TABLE control(
        id INTEGER PRIMARY KEY CHECK (id = 1), post_office TEXT NOT NULL,
        checksum INTEGER NOT NULL, messages INTEGER NOT NULL);
    CREATE TABLE mailboxes(number INTEGER NOT NULL, name TEXT NOT NULL);
    CREATE INDEX mailboxes_by_name ON mailboxes(name, number);
    CREATE TABLE messages(
        serial INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL, origin TEXT UNIQUE,
        text BLOB NOT NULL, checksum INTEGER NOT NULL);";

pub(super) const MAILBOX_TABLES: &str = "
    CREATE TABLE pointers(serial INTEGER PRIMARY KEY, checksum INTEGER NOT NULL);
    CREATE TABLE exported(file TEXT PRIMARY KEY);";

/// The directory.
pub(super) fn directory(folder: &Path) -> PathBuf {
    folder.join("CLANDATA")
}

/// The messages.
pub(super) fn messages(folder: &Path) -> PathBuf {
    folder.join("MLANDATA")
}

/// The folder of the mailboxes.
pub(super) fn mailboxes(folder: &Path) -> PathBuf {
    folder.join("USR")
}

/// A mailbox.
pub(super) fn mailbox(folder: &Path, number: u32) -> PathBuf {
    mailboxes(folder).join(format!("USR{number:05}"))
}

/// The journal of a database.
pub(super) fn journal(database: &Path) -> PathBuf {
    let mut journal = database.as_os_str().to_owned();
    journal.push("-journal");
    journal.into()
}

/// What is there while the post office is shut down (Q282172).
pub(super) fn down(folder: &Path) -> PathBuf {
    folder.join("CCPODOWN")
}
