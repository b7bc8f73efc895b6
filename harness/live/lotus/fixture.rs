//! What people do to a post office and to the connector store: mail is sent, an administrator
//! adds an entry, a disk breaks a page, somebody restores a backup.
//!
//! A `folder` is the data folder of a post office. These functions wait a little for the lock of a
//! program that is about to end, and bypass the lock of one that holds the directory and does
//! nothing: its holder has to be another process, because closing a file gives up every lock that the
//! process has on it. Nothing here replaces a database by another file, so its owner and its
//! permissions stay.

use std::fs;
use std::path::{Path, PathBuf};

use event70_model::{COMPUTER, Database, IndexCode, IndexCodes};
use rusqlite::{Connection, Transaction, params};

use super::ccm::CcMailMessage;
use super::database::{self, OpenMode, checksum, open, without_sync};
use super::directory::{has_post_office, made_by_hand};
use super::health::{count_of, is_fragmented};
use super::settings::version_of;
use super::{Error, corruption, files, office};

pub use super::directory::DirectoryEntry;
pub use super::store_fixture::{
    Converted, convert, create_store, outbound, set_rejected, submit, write_updates,
};

/// The number of kinds of damage that CHKSTAT repairs.
const DAMAGES: u8 = 3;

/// The post office that is to be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Office<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its password.
    pub password: &'a str,
    /// The name of its entry for the Exchange site.
    pub entry: &'a str,
    /// The version of its databases.
    pub database: Database,
}

/// Creates a post office in a folder, with an entry for the Exchange site and two users.
///
/// # Errors
/// If a file cannot be written, or there is a post office already.
pub fn create(folder: &Path, office: &Office<'_>) -> Result<(), Error> {
    let mailboxes = office::mailboxes(folder);
    fs::create_dir_all(&mailboxes).map_err(Error::file(&mailboxes))?;
    let path = office::directory(folder);
    new_directory(&path, office).map_err(Error::database(&path))?;
    let path = office::messages(folder);
    new_messages(&path, office).map_err(Error::database(&path))?;
    let path = office::mailbox(folder, office::SITE_MAILBOX);
    new_mailbox(&path).map_err(Error::database(&path))?;
    // A journal that is kept has the owner and the rights that its database had at the time.
    for database in [office::directory(folder), office::messages(folder), path] {
        let journal = office::journal(&database);
        files::remove_if_there(&journal).map_err(Error::file(&journal))?;
    }
    Ok(())
}

fn new_directory(path: &Path, office: &Office<'_>) -> rusqlite::Result<()> {
    let mut directory = database::create(path)?;
    without_sync(&directory)?;
    directory.pragma_update(None, "user_version", version_of(office.database))?;
    let creating = directory.transaction()?;
    creating.execute_batch(office::DIRECTORY_TABLES)?;
    let names = params![office.name, office.password];
    creating.execute("INSERT INTO post_office VALUES (?1, ?2, ?1)", names)?;
    for letter in 'A'..='Z' {
        for set in [office::EXPORT_CHAINS, office::IMPORT_CHAINS] {
            let chain = format!("INSERT INTO {} VALUES (?1, NULL)", set.table);
            creating.execute(&chain, [letter.to_string()])?;
        }
    }
    for user in ["Ann", "Bob"] {
        DirectoryEntry::user(user, office.name).insert(&creating)?;
    }
    DirectoryEntry::site(office.entry, COMPUTER).insert(&creating)?;
    creating.commit()
}

fn new_messages(path: &Path, office: &Office<'_>) -> rusqlite::Result<()> {
    let mut messages = database::create(path)?;
    without_sync(&messages)?;
    let creating = messages.transaction()?;
    creating.execute_batch(office::MESSAGE_TABLES)?;
    let control = params![office.name, checksum(office.name.as_bytes())];
    creating.execute("INSERT INTO control VALUES (1, ?1, ?2, 0)", control)?;
    let mailboxes = [(office::SITE_MAILBOX, office.entry), (office::OWN_MAILBOX, office.name)];
    for mailbox in mailboxes {
        creating.execute("INSERT INTO mailboxes VALUES (?1, ?2)", mailbox)?;
    }
    creating.commit()
}

fn new_mailbox(path: &Path) -> rusqlite::Result<()> {
    let mailbox = database::create(path)?;
    without_sync(&mailbox)?;
    mailbox.execute_batch(office::MAILBOX_TABLES)
}

/// Sends this many messages from users of the post office to Exchange, no two alike.
///
/// # Errors
/// If a database cannot be written.
pub fn send(folder: &Path, messages: u32) -> Result<(), Error> {
    change_mail(folder, |change| {
        let last = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'messages'";
        let last: i64 = change.query_row(last, [], |row| row.get(0))?;
        for serial in last + 1..=last + i64::from(messages) {
            let subject = format!("message {serial}");
            post(change, serial, &outgoing(&subject).to_bytes())?;
        }
        Ok(())
    })
}

/// How many messages wait to go to Exchange, beside the one that never converts.
///
/// # Errors
/// If the mailbox cannot be read.
pub fn waiting(folder: &Path) -> Result<u32, Error> {
    Queue::open(folder)?.waiting()
}

/// The mailbox of the Exchange site, kept open for repeated queries.
#[derive(Debug)]
pub struct Queue {
    path: PathBuf,
    mailbox: Connection,
}

impl Queue {
    /// The mailbox of the post office in this folder. No lock is held between two looks.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let path = office::mailbox(folder, office::SITE_MAILBOX);
        let mailbox = open(&path, OpenMode::Person).map_err(Error::database(&path))?;
        Ok(Self { path, mailbox })
    }

    /// As [`waiting`].
    ///
    /// # Errors
    /// If the mailbox cannot be read.
    pub fn waiting(&self) -> Result<u32, Error> {
        count_of(&self.mailbox, "pointers WHERE serial <> 0").map_err(Error::database(&self.path))
    }
}

/// Puts a message into the mailbox of the Exchange site that never converts, because it has no
/// contents (Q212759, Q234745), or removes it.
///
/// # Errors
/// If a database cannot be written.
pub fn set_corrupt_message(folder: &Path, there: bool) -> Result<(), Error> {
    change_mail(folder, |change| {
        change.execute("DELETE FROM usr.pointers WHERE serial = 0", [])?;
        let removed = change.execute("DELETE FROM messages WHERE serial = 0", [])?;
        count(change, -i64::try_from(removed).unwrap_or(0))?;
        if there {
            post(change, 0, &outgoing("a message without contents").without_contents())?;
        }
        Ok(())
    })
}

/// What a post office has of the Exchange site (Q156063 2.6.2, 2.6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteEntry {
    /// Nothing.
    Missing,
    /// The entry that the connector makes, with its comment.
    ByDirsync,
    /// An entry without that comment.
    ByHand,
}

/// Makes the entry of the Exchange site, or removes it.
///
/// # Errors
/// If the directory cannot be written.
pub fn set_site_entry(folder: &Path, name: &str, state: SiteEntry) -> Result<(), Error> {
    let path = office::directory(folder);
    let change = || {
        let directory = open(&path, OpenMode::PastLocks)?;
        without_sync(&directory)?;
        match state {
            SiteEntry::Missing => DirectoryEntry::site_by_hand(name).delete(&directory),
            SiteEntry::ByDirsync => DirectoryEntry::site(name, COMPUTER).insert(&directory),
            SiteEntry::ByHand => DirectoryEntry::site_by_hand(name).insert(&directory),
        }
    };
    change().map_err(Error::database(&path))
}

/// What there is of the Exchange site.
///
/// # Errors
/// If the directory cannot be read.
pub fn site_entry(folder: &Path, name: &str) -> Result<SiteEntry, Error> {
    let path = office::directory(folder);
    let look = || {
        let directory = open(&path, OpenMode::PastLocks)?;
        if !has_post_office(&directory, name)? {
            return Ok(SiteEntry::Missing);
        }
        let by_hand = made_by_hand(&directory)?.is_some_and(|entry| entry.name == name);
        Ok(if by_hand { SiteEntry::ByHand } else { SiteEntry::ByDirsync })
    };
    look().map_err(Error::database(&path))
}

/// Gives the post office another password.
///
/// # Errors
/// If the directory cannot be written.
pub fn set_password(folder: &Path, password: &str) -> Result<(), Error> {
    let path = office::directory(folder);
    let change = || {
        let directory = open(&path, OpenMode::PastLocks)?;
        without_sync(&directory)?;
        directory.execute("UPDATE post_office SET password = ?1", [password]).map(drop)
    };
    change().map_err(Error::database(&path))
}

/// Spells the name of the post office with a letter beyond ASCII, or without (Q197258). Both are
/// the same name to whoever logs on.
///
/// # Errors
/// If the directory cannot be written.
pub fn spell_name(folder: &Path, extended: bool) -> Result<(), Error> {
    let path = office::directory(folder);
    let change = || {
        let directory = open(&path, OpenMode::PastLocks)?;
        without_sync(&directory)?;
        let letter = if extended { "\u{e9}" } else { "" };
        directory.execute("UPDATE post_office SET spelled = name || ?1", [letter]).map(drop)
    };
    change().map_err(Error::database(&path))
}

/// Damages the indexes of the directory so that programs end with these codes (Q179072), or repairs
/// them.
///
/// # Errors
/// If the directory cannot be written.
pub fn damage_index(folder: &Path, codes: Option<IndexCodes>) -> Result<(), Error> {
    let path = office::directory(folder);
    corruption::mend_chains(&path, OpenMode::PastLocks)?;
    let Some(IndexCodes { export, import }) = codes else { return Ok(()) };
    for (set, code) in [(office::EXPORT_CHAINS, export), (office::IMPORT_CHAINS, import)] {
        match code {
            IndexCode::One => corruption::break_index(&path, OpenMode::PastLocks, set.index)?,
            IndexCode::Four => hold_chain(&path, set).map_err(Error::database(&path))?,
        }
    }
    Ok(())
}

/// Leaves a chain of the directory held by a process that is no more.
fn hold_chain(path: &Path, set: office::ChainSet) -> rusqlite::Result<()> {
    let directory = open(path, OpenMode::PastLocks)?;
    without_sync(&directory)?;
    let hold = format!("UPDATE {} SET owner = 'NFT 4711' WHERE letter = 'M'", set.table);
    directory.execute(&hold, []).map(drop)
}

/// Damages the messages in this many ways, each of which takes one pass of CHKSTAT: a broken page
/// of the mailbox index, a wrong counter, a control record with a wrong checksum. 0 repairs all.
///
/// # Errors
/// If the messages cannot be written, or are damaged in another way already.
pub fn damage(folder: &Path, passes: u8) -> Result<(), Error> {
    let path = office::messages(folder);
    for _ in 0..DAMAGES {
        corruption::mend_first(&path, OpenMode::Person)?;
    }
    let wrong = || {
        let messages = open(&path, OpenMode::Person)?;
        if passes >= 2 {
            corruption::set_counter(&messages, 1000)?;
        }
        if passes >= 3 { corruption::set_checksum(&messages, 1) } else { Ok(()) }
    };
    wrong().map_err(Error::database(&path))?;
    if passes == 0 {
        Ok(())
    } else {
        corruption::break_index(&path, OpenMode::Person, office::MAILBOX_INDEX)
    }
}

/// Fragments the messages by writing and deleting many, or reclaims the space.
///
/// # Errors
/// If the messages cannot be written.
pub fn fragment(folder: &Path, fragmented: bool) -> Result<(), Error> {
    let path = office::messages(folder);
    let change = || {
        let mut messages = open(&path, OpenMode::Person)?;
        match (is_fragmented(&messages)?, fragmented) {
            (false, true) => corruption::scatter(&mut messages),
            (true, false) => {
                without_sync(&messages)?;
                messages.execute_batch("VACUUM")
            }
            _ => Ok(()),
        }
    };
    change().map_err(Error::database(&path))
}

/// Restores a backup: the post office has no damage, and no message is lost.
///
/// # Errors
/// If a database cannot be written.
pub fn restore(folder: &Path) -> Result<(), Error> {
    damage_index(folder, None)?;
    damage(folder, 0)?;
    fragment(folder, false)
}

/// Shuts the post office down for maintenance, or brings it up again (Q282172).
///
/// # Errors
/// If the file that says so cannot be written or removed.
pub fn shut_down(folder: &Path, down: bool) -> Result<(), Error> {
    let path = office::down(folder);
    let there = files::is_there(&path);
    match (there, down) {
        (false, true) => files::write_new(&path, b""),
        (true, false) => files::remove_if_there(&path),
        _ => Ok(()),
    }
    .map_err(Error::file(&path))
}

/// Rolls back what a killed program left half done, as the next process that opens the databases
/// would; one that may only read cannot.
///
/// # Errors
/// If a database cannot be opened.
pub fn settle(folder: &Path) -> Result<(), Error> {
    let databases = [
        (office::directory(folder), OpenMode::PastLocks),
        (office::messages(folder), OpenMode::Person),
        (office::mailbox(folder, office::SITE_MAILBOX), OpenMode::Person),
    ];
    for (path, open_mode) in databases {
        let look = || count_of(&open(&path, open_mode)?, "sqlite_master");
        look().map_err(Error::database(&path))?;
    }
    Ok(())
}

/// Changes messages and mailbox together. A fragmented file stays fragmented.
fn change_mail(
    folder: &Path,
    change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
) -> Result<(), Error> {
    let path = office::messages(folder);
    let mailbox = office::mailbox(folder, office::SITE_MAILBOX);
    let changed = || {
        let mut messages = open(&path, OpenMode::Person)?;
        without_sync(&messages)?;
        messages.execute("ATTACH ?1 AS usr", [mailbox.to_string_lossy()])?;
        messages
            .execute_batch("PRAGMA usr.synchronous = OFF; PRAGMA usr.journal_mode = PERSIST")?;
        let fragmented = is_fragmented(&messages)?;
        let changing = messages.transaction()?;
        change(&changing)?;
        changing.commit()?;
        if fragmented && !is_fragmented(&messages)? {
            corruption::scatter(&mut messages)
        } else {
            Ok(())
        }
    };
    changed().map_err(Error::database(&path))
}

/// Puts a message into the mailbox of the Exchange site.
fn post(change: &Connection, serial: i64, message: &[u8]) -> rusqlite::Result<()> {
    let checksum = checksum(message);
    let body = params![serial, office::SITE_MAILBOX, message, checksum];
    change.execute("INSERT INTO messages VALUES (?1, ?2, NULL, ?3, ?4)", body)?;
    change.execute("INSERT INTO usr.pointers VALUES (?1, ?2)", [serial, checksum])?;
    count(change, 1)
}

/// Adds to the counter of messages. It is never set, so a wrong counter stays wrong.
fn count(change: &Connection, more: i64) -> rusqlite::Result<()> {
    change.execute("UPDATE control SET messages = messages + ?1", [more]).map(drop)
}

fn outgoing(subject: &str) -> CcMailMessage<'_> {
    CcMailMessage {
        from: "Ann at HQ",
        date: "12/6/97 9:00AM",
        to: "Carl at EXCHANGE",
        subject,
        text: b"See the subject.\r\n",
    }
}
