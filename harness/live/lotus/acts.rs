//! What people do to a post office and to the connector store: mail is sent, an administrator
//! adds an entry, a disk breaks a page, somebody restores a backup.
//!
//! A `folder` is the data folder of a post office. These acts wait a little for a lock of a program
//! that is about to end, and go past the lock of one that holds the directory and does nothing:
//! whoever holds it has to be another process, because closing a file gives up every lock that the
//! process has on it. Nothing here replaces a database by another file, so its owner and its
//! permissions stay.

use std::fs;
use std::path::{Path, PathBuf};

use event70_model::{COMPUTER, Database, IndexCode};
use rusqlite::{Connection, Transaction, params};

use super::ccm::Message;
use super::database::{self, As, checksum, open, without_sync};
use super::health::{count_of, is_fragmented};
use super::settings::version_of;
use super::{Error, corruption, files, office};

pub use super::directory::Entry;
pub use super::store_acts::{Converted, convert, create_store, outbound, submit, write_updates};

/// So many kinds of damage there are that CHKSTAT repairs.
const DAMAGES: u8 = 3;

/// The post office that is to be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Office<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its password.
    pub password: &'a str,
    /// Under which name it knows the Exchange site.
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
    creating.execute("INSERT INTO post_office VALUES (?1, ?2)", names)?;
    for letter in 'A'..='Z' {
        creating.execute("INSERT INTO chains VALUES (?1, NULL)", [letter.to_string()])?;
    }
    for user in ["Ann", "Bob"] {
        Entry::user(user, office.name).insert(&creating)?;
    }
    Entry::site(office.entry, COMPUTER).insert(&creating)?;
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

/// Users of the post office send so many messages to Exchange, no two alike.
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

/// The mailbox of the Exchange site, for whoever looks at it again and again.
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
        let mailbox = open(&path, As::Person).map_err(Error::database(&path))?;
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

/// A message comes into the mailbox of the Exchange site that never converts, for it has no
/// contents (Q212759, Q234745); or somebody removes it.
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

/// The entry of the Exchange site is added by hand (Q156063), or is missing.
///
/// # Errors
/// If the directory cannot be written.
pub fn set_site_entry(folder: &Path, name: &str, there: bool) -> Result<(), Error> {
    let path = office::directory(folder);
    let change = || {
        let directory = open(&path, As::PastLocks)?;
        without_sync(&directory)?;
        let entry = Entry::site(name, COMPUTER);
        if there { entry.insert(&directory) } else { entry.delete(&directory) }
    };
    change().map_err(Error::database(&path))
}

/// The index of the directory gets damaged so that programs end with this code (Q179072), or is as
/// good as new.
///
/// # Errors
/// If the directory cannot be written.
pub fn damage_index(folder: &Path, code: Option<IndexCode>) -> Result<(), Error> {
    let path = office::directory(folder);
    corruption::mend_chains(&path, As::PastLocks)?;
    let hold = || {
        let directory = open(&path, As::PastLocks)?;
        without_sync(&directory)?;
        directory.execute("UPDATE chains SET owner = 'NFT 4711' WHERE letter = 'M'", [])
    };
    match code {
        None => Ok(()),
        Some(IndexCode::One) => corruption::break_index(&path, As::PastLocks, office::CHAIN_INDEX),
        Some(IndexCode::Four) => hold().map(drop).map_err(Error::database(&path)),
    }
}

/// The messages get damaged by as many kinds of damage, each of which takes a pass of CHKSTAT: a
/// broken page of the mailbox index, a wrong counter, a control record that does not add up.
///
/// # Errors
/// If the messages cannot be written, or are damaged in another way already.
pub fn damage(folder: &Path, passes: u8) -> Result<(), Error> {
    let path = office::messages(folder);
    for _ in 0..DAMAGES {
        corruption::mend_first(&path, As::Person)?;
    }
    let wrong = || {
        let messages = open(&path, As::Person)?;
        if passes >= 2 {
            corruption::set_counter(&messages, 1000)?;
        }
        if passes >= 3 { corruption::set_checksum(&messages, 1) } else { Ok(()) }
    };
    wrong().map_err(Error::database(&path))?;
    if passes == 0 {
        Ok(())
    } else {
        corruption::break_index(&path, As::Person, office::MAILBOX_INDEX)
    }
}

/// The messages get fragmented: much is written and deleted. Or the space is reclaimed.
///
/// # Errors
/// If the messages cannot be written.
pub fn fragment(folder: &Path, fragmented: bool) -> Result<(), Error> {
    let path = office::messages(folder);
    let change = || {
        let mut messages = open(&path, As::Person)?;
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

/// A backup is restored, and no message is lost: what is left is a post office without damage.
///
/// # Errors
/// If a database cannot be written.
pub fn restore(folder: &Path) -> Result<(), Error> {
    damage_index(folder, None)?;
    damage(folder, 0)?;
    fragment(folder, false)
}

/// The post office is shut down for maintenance, or brought up again (Q282172).
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

/// What a program that was killed left half done is rolled back, as whoever opens the databases
/// next would do; where that may only read, it cannot.
///
/// # Errors
/// If a database cannot be opened.
pub fn settle(folder: &Path) -> Result<(), Error> {
    let databases = [
        (office::directory(folder), As::PastLocks),
        (office::messages(folder), As::Person),
        (office::mailbox(folder, office::SITE_MAILBOX), As::Person),
    ];
    for (path, opened_as) in databases {
        let look = || count_of(&open(&path, opened_as)?, "sqlite_master");
        look().map_err(Error::database(&path))?;
    }
    Ok(())
}

/// Changes messages and mailbox together. What was fragmented before is so afterwards.
fn change_mail(
    folder: &Path,
    change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
) -> Result<(), Error> {
    let path = office::messages(folder);
    let mailbox = office::mailbox(folder, office::SITE_MAILBOX);
    let changed = || {
        let mut messages = open(&path, As::Person)?;
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

/// Counts so many messages more. The counter is never set, so a wrong one stays wrong.
fn count(change: &Connection, more: i64) -> rusqlite::Result<()> {
    change.execute("UPDATE control SET messages = messages + ?1", [more]).map(drop)
}

fn outgoing(subject: &str) -> Message<'_> {
    Message {
        from: "Ann at HQ",
        date: "12/6/97 9:00AM",
        to: "Carl at EXCHANGE",
        subject,
        text: b"See the subject.\r\n",
    }
}
