//! How databases are opened.
//!
//! Every one has small pages and the classic rollback journal: a program that is killed leaves a
//! journal, and whoever opens the database next rolls back. Nothing is synced, for what is tested
//! here is a program that is killed, not a machine that loses power. Nobody waits for a lock.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Result};

/// The size of a page, in bytes.
const PAGE_BYTES: u32 = 1024;
/// How long people wait for a lock: a program that was just started may still be at work.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenMode {
    /// A program, which gives up at once where another process holds a lock. What it may not write
    /// it reads.
    Program,
    /// A person at work on the post office, who waits a little.
    Person,
    /// A person whom no lock stops. Whoever holds one must not be changing anything.
    PastLocks,
    /// A reader who takes no lock and rolls nothing back.
    Onlooker,
}

/// Opens a database that is there. No link is followed.
pub(super) fn open(path: &Path, open_mode: OpenMode) -> Result<Connection> {
    let common = OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let write = common | OpenFlags::SQLITE_OPEN_READ_WRITE;
    let database = match open_mode {
        OpenMode::Program | OpenMode::Person => Connection::open_with_flags(path, write)?,
        OpenMode::PastLocks => Connection::open_with_flags_and_vfs(path, write, "unix-none")?,
        OpenMode::Onlooker => {
            let read = common | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(immutable(path), read)?
        }
    };
    set_up(&database, open_mode)?;
    Ok(database)
}

/// Creates a database that is not there yet.
pub(super) fn create(path: &Path) -> Result<Connection> {
    let database = Connection::open(path)?;
    set_up(&database, OpenMode::Person)?;
    database.pragma_update(None, "page_size", PAGE_BYTES)?;
    Ok(database)
}

/// None of these reads a page: the first one that does is the first that can fail.
fn set_up(database: &Connection, open_mode: OpenMode) -> Result<()> {
    let patience = if open_mode == OpenMode::Person { PATIENCE } else { Duration::ZERO };
    database.busy_timeout(patience)?;
    // A file of its own for what does not fit into memory would lie outside the site.
    database.pragma_update(None, "temp_store", "MEMORY")?;
    database.pragma_update(None, "cell_size_check", true)?;
    database.pragma_update(None, "trusted_schema", false)
}

/// Nothing is synced in a transaction that follows, and its journal is kept for the next: making
/// and deleting a file costs more than the rest of a small transaction. This reads the first page.
pub(super) fn without_sync(database: &Connection) -> Result<()> {
    database.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = PERSIST")
}

/// The name by which SQLite opens a file that it takes to be unchangeable.
fn immutable(path: &Path) -> String {
    let mut name = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => name.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => name.push(char::from(*byte)),
            byte => name.push_str(&format!("%{byte:02X}")),
        }
    }
    name + "?immutable=1"
}

/// Whether an error is that another process holds a lock.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether an error is that there is no disk space or memory left.
pub(super) fn is_without_room(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi;
    let Some(error) = error.sqlite_error() else { return false };
    let io = [
        ffi::SQLITE_IOERR_WRITE,
        ffi::SQLITE_IOERR_TRUNCATE,
        ffi::SQLITE_IOERR_FSYNC,
        ffi::SQLITE_IOERR_NOMEM,
    ];
    matches!(error.code, ErrorCode::DiskFull | ErrorCode::OutOfMemory)
        || io.contains(&error.extended_code)
}

/// Whether an error is that a page or the whole file is no part of a database.
pub(super) fn is_broken(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// What SQLite finds wrong with the pages of a database, as far as it tells at once.
pub(super) fn faults(database: &Connection) -> Result<Vec<String>> {
    let mut check = database.prepare("PRAGMA integrity_check(10)")?;
    let lines: Result<Vec<String>> = check.query_map([], |row| row.get(0))?.collect();
    Ok(lines?.into_iter().filter(|line| line != "ok").collect())
}

/// A checksum of bytes (FNV-1a), as a database keeps it.
pub(super) fn checksum(bytes: &[u8]) -> i64 {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, mix).cast_signed()
}
