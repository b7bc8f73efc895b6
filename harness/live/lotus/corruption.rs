//! Breaks pages on purpose, and repairs them.
//!
//! An index is broken by overwriting the first byte of its root page, which says what kind of page
//! it is: the file is a real file, and SQLite finds the page broken when it gets there.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::database::{OpenMode, checksum, open, without_sync};
use super::health::{Chains, Damage, chains, first_damage, idle_pages_wanted, pages};
use super::office::{EXPORT_CHAINS, IMPORT_CHAINS, MAILBOX_INDEX};
use super::{Error, files};

/// No page of a database begins with this.
const BROKEN: [u8; 1] = [0xFF];

/// Breaks the root page of an index.
pub(super) fn break_index(path: &Path, open_mode: OpenMode, index: &str) -> Result<(), Error> {
    let database = open(path, open_mode).map_err(Error::database(path))?;
    let offset = root_page(&database, index).map_err(Error::database(path))?.offset();
    drop(database);
    let file = for_overwriting(path).map_err(Error::file(path))?;
    file.write_all_at(&BROKEN, offset).map_err(Error::file(path))
}

/// Rebuilds an index: its root page is emptied and then filled from the table. Killed between
/// the two, rows are missing from it, which shows as damage again.
pub(super) fn mend_index(path: &Path, open_mode: OpenMode, index: &str) -> Result<(), Error> {
    let mut database = open(path, open_mode).map_err(Error::database(path))?;
    without_sync(&database).map_err(Error::database(path))?;
    // Closing any handle of the file gives up the locks of this process: this one is closed last.
    let file = for_overwriting(path).map_err(Error::file(path))?;
    let (root, filling) = begin(&mut database, index).map_err(Error::database(path))?;
    file.write_all_at(&root.emptied(), root.offset()).map_err(Error::file(path))?;
    let filled = filling.execute_batch(&format!("REINDEX {index}"));
    filled.and_then(|()| filling.commit()).map_err(Error::database(path))?;
    drop(database);
    drop(file);
    Ok(())
}

/// Shuts everybody else out, before anything of the index has been read.
fn begin<'a>(
    database: &'a mut Connection,
    index: &str,
) -> rusqlite::Result<(Page, Transaction<'a>)> {
    let root = root_page(database, index)?;
    Ok((root, database.transaction_with_behavior(TransactionBehavior::Exclusive)?))
}

/// Mends the indexes of the directory that are broken, and frees its chains.
pub(super) fn mend_chains(path: &Path, open_mode: OpenMode) -> Result<(), Error> {
    for set in [EXPORT_CHAINS, IMPORT_CHAINS] {
        let directory = open(path, open_mode).map_err(Error::database(path))?;
        let found = chains(&directory, set).map_err(Error::database(path))?;
        drop(directory);
        if found == Chains::Broken {
            mend_index(path, open_mode, set.index)?;
        }
        let directory = open(path, open_mode).map_err(Error::database(path))?;
        let free = format!("UPDATE {} SET owner = NULL WHERE owner NOTNULL", set.table);
        without_sync(&directory)
            .and_then(|()| directory.execute(&free, []))
            .map_err(Error::database(path))?;
    }
    Ok(())
}

/// Repairs the first damage of the messages, if there is any, and says which it was.
pub(super) fn mend_first(path: &Path, open_mode: OpenMode) -> Result<Option<Damage>, Error> {
    let messages = open(path, open_mode).map_err(Error::database(path))?;
    let found = first_damage(&messages).map_err(Error::database(path))?;
    match found {
        None => {}
        Some(Damage::MailboxIndex) => {
            drop(messages);
            mend_index(path, open_mode, MAILBOX_INDEX)?;
        }
        Some(Damage::Control) => set_checksum(&messages, 0).map_err(Error::database(path))?,
        Some(Damage::Counter) => set_counter(&messages, 0).map_err(Error::database(path))?,
    }
    Ok(found)
}

/// Writes the checksum of the control record, this much off the right one.
pub(super) fn set_checksum(messages: &Connection, off_by: i64) -> rusqlite::Result<()> {
    without_sync(messages)?;
    let name: String =
        messages.query_row("SELECT post_office FROM control", [], |row| row.get(0))?;
    let checksum = checksum(name.as_bytes()).wrapping_add(off_by);
    messages.execute("UPDATE control SET checksum = ?1", [checksum])?;
    Ok(())
}

/// Writes the counter of messages, this much off the right one.
pub(super) fn set_counter(messages: &Connection, off_by: i64) -> rusqlite::Result<()> {
    without_sync(messages)?;
    let right = "UPDATE control SET messages = (SELECT count(*) FROM messages) + ?1";
    messages.execute(right, [off_by])?;
    Ok(())
}

/// Frees enough pages for the messages to be fragmented.
pub(super) fn scatter(messages: &mut Connection) -> rusqlite::Result<()> {
    without_sync(messages)?;
    let pages = pages(messages)?;
    let bytes: i64 = messages.pragma_query_value(None, "page_size", |row| row.get(0))?;
    // What is idle already is used up first.
    let filling = i64::from(idle_pages_wanted(pages).saturating_add(pages.0)) * bytes;
    let scattering = messages.transaction()?;
    scattering.execute_batch("CREATE TABLE filling(bytes BLOB)")?;
    scattering.execute("INSERT INTO filling VALUES (zeroblob(?1))", [filling])?;
    scattering.execute_batch("DROP TABLE filling")?;
    scattering.commit()
}

/// Where a page is.
struct Page {
    number: u64,
    bytes: u16,
}

impl Page {
    fn offset(&self) -> u64 {
        (self.number - 1) * u64::from(self.bytes)
    }

    /// The head of a page of an index that has no rows: the kind of page, no free block, no cell,
    /// and the cells' area that begins at the page's end.
    fn emptied(&self) -> [u8; 8] {
        let [high, low] = self.bytes.to_be_bytes();
        [0x0A, 0, 0, 0, 0, high, low, 0]
    }
}

fn root_page(database: &Connection, index: &str) -> rusqlite::Result<Page> {
    let root = "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND name = ?1";
    let number: u32 = database.query_row(root, [index], |row| row.get(0))?;
    let bytes = database.pragma_query_value(None, "page_size", |row| row.get(0))?;
    // The first page holds the list of tables and is no index's.
    if number < 2 {
        return Err(rusqlite::Error::QueryReturnedNoRows);
    }
    Ok(Page { number: number.into(), bytes })
}

fn for_overwriting(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).custom_flags(files::flags()).open(path)
}
