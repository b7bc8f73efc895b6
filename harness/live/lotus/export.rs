//! EXPORT: mail out of the post office, and its directory.
//!
//! A message is taken out of the mailbox only when it is safely in a file. The file is written
//! under another name, then one transaction takes the messages out and notes the file, then the
//! file gets its name. Whoever comes after a program that was killed finds either no note, and the
//! messages still in the mailbox, or a note, and the file to be finished.

use std::fs;
use std::path::{Path, PathBuf};

use event70_model::{DirectoryExport, FileName};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::bug::ProgramBug;
use super::ccm::{Reader, framed};
use super::database::{OpenMode, checksum, faults, open, without_sync};
use super::directory::{entries, text_of};
use super::halt::Halt;
use super::place::Store;
use super::record::Moved;
use super::run::Session;
use super::{barriers, files, office};

/// The end of the name of a file that is not finished.
const UNFINISHED: &str = ".$$$";

/// What one run takes.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    good: Vec<i64>,
    corrupt: Vec<i64>,
}

/// EXPORT of messages into a file.
pub(super) fn messages(session: Session, file: FileName) -> Result<Moved, Halt> {
    let failed = Halt::database(session.code_if_damaged);
    let folder = export_folder(&session.store)?;
    let name = file.to_string();
    let path = folder.join(&name);
    let mut mailbox = open_mailbox(&session)?;
    // Nobody else may be taking messages out at the same time.
    let mut taking = begin(&mut mailbox).map_err(&failed)?;
    let noted = noted(&taking).map_err(&failed)?;
    finish(&folder, &noted).map_err(Halt::exchange_file)?;
    let is_noted = noted.contains(&name);
    if files::is_there(&path) {
        // This very file, of a program that was killed after it had taken the messages out?
        return if is_noted { moved_into(&path) } else { Err(in_the_way(&name)) };
    }
    if is_noted {
        // An old note must not be taken for one of the file that is written now.
        forget(&taking).and_then(|()| taking.commit()).map_err(&failed)?;
        taking = begin(&mut mailbox).map_err(&failed)?;
    }
    let batch = batch(&taking, &session)?;
    if batch.text.is_empty() {
        return Ok(Moved::default());
    }
    let unfinished = folder.join(unfinished(&name));
    let (writes, takes) =
        (session.bug != Some(ProgramBug::LosesMail), session.bug != Some(ProgramBug::LeavesMail));
    if writes {
        files::write_new(&unfinished, &batch.text).map_err(Halt::exchange_file)?;
    }
    if takes {
        take_out(&taking, &batch, &name).and_then(|()| taking.commit()).map_err(&failed)?;
    }
    if writes {
        fs::rename(&unfinished, &path).map_err(Halt::exchange_file)?;
    }
    Ok(Moved {
        messages: count(batch.good.len()),
        corrupt: count(batch.corrupt.len()),
        returned: 0,
    })
}

/// EXPORT of one part of the directory into a file.
pub(super) fn directory(session: &Session, part: DirectoryExport) -> Result<Moved, Halt> {
    let kinds: &[&str] = match part {
        // The order of cc:Mail's own listing (IE 5.1 README).
        DirectoryExport::Directory => &["P", "p", "L", "l", "R", "r", "A", "a"],
        DirectoryExport::MailingLists => &["M"],
        DirectoryExport::BulletinBoards => &["B"],
    };
    let entries = entries(&session.directory, kinds).map_err(barriers::broken())?;
    let path = export_folder(&session.store)?.join(FileName::DirectoryExport(part).to_string());
    files::replace(&path, text_of(&entries).as_bytes()).map_err(Halt::exchange_file)?;
    Ok(Moved::default())
}

fn open_mailbox(session: &Session) -> Result<Connection, Halt> {
    let failed = Halt::database(session.code_if_damaged);
    let path = office::mailbox(&session.folder, session.mailbox);
    let mailbox = open(&path, OpenMode::Program).map_err(&failed)?;
    without_sync(&mailbox).map_err(&failed)?;
    // A pointer that is lost from a broken page would be a message that is lost.
    if faults(&mailbox).map_err(&failed)?.is_empty() {
        return Ok(mailbox);
    }
    Err(Halt::with(session.code_if_damaged, "The mailbox is damaged."))
}

/// The first messages of the mailbox. One that does not read back once it is written is corrupt: a
/// run comes no further. If it is the first, it is written, and never taken out (Q212759, Q202240).
fn batch(mailbox: &Connection, session: &Session) -> Result<Batch, Halt> {
    let failed = Halt::database(session.code_if_damaged);
    let mut batch = Batch::default();
    let mut pointers = mailbox
        .prepare("SELECT serial, checksum FROM pointers ORDER BY serial")
        .map_err(&failed)?;
    let pointers = pointers.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(&failed)?;
    for pointer in pointers {
        if batch.good.len() == session.messages_max {
            break;
        }
        let (serial, sum) = pointer.map_err(&failed)?;
        let message = framed(&body(session, serial, sum)?);
        let reads_back = Reader::new(&message).all(|message| message.is_ok());
        if reads_back {
            batch.good.push(serial);
        } else if batch.good.is_empty() {
            batch.corrupt.push(serial);
        } else {
            break;
        }
        batch.text.extend_from_slice(&message);
        if !reads_back {
            break;
        }
    }
    Ok(batch)
}

/// The message that a pointer leads to, if it is as it was when it was sent.
fn body(session: &Session, serial: i64, sum: i64) -> Result<Vec<u8>, Halt> {
    let way = "SELECT text FROM messages WHERE serial = ?1 AND mailbox = ?2 AND checksum = ?3";
    let body: Option<Vec<u8>> = session
        .messages
        .query_row(way, (serial, session.mailbox, sum), |row| row.get(0))
        .optional()
        .map_err(Halt::database(session.code_if_damaged))?;
    let body = body.filter(|text| checksum(text) == sum);
    body.ok_or_else(|| Halt::with(session.code_if_damaged, format!("Message {serial} is damaged.")))
}

/// The folder that EXPORT writes to, which has to be one of this site.
fn export_folder(store: &Store) -> Result<PathBuf, Halt> {
    let folder = store.export();
    let own = fs::symlink_metadata(&folder).is_ok_and(|folder| folder.is_dir());
    if own { Ok(folder) } else { Err(Halt::exchange_side("There is no folder EXPORT.")) }
}

fn begin(mailbox: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    mailbox.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// The files that are noted as holding messages that are no longer in the mailbox.
fn noted(mailbox: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut noted = mailbox.prepare("SELECT file FROM exported")?;
    noted.query_map([], |row| row.get(0))?.collect()
}

fn forget(mailbox: &Connection) -> rusqlite::Result<()> {
    mailbox.execute("DELETE FROM exported", []).map(drop)
}

/// What programs that were killed left in the folder: a file that is noted gets its name, one that
/// is not noted is thrown away, for its messages are still in the mailbox.
fn finish(folder: &Path, noted: &[String]) -> std::io::Result<()> {
    for path in files::files_in(folder, UNFINISHED)? {
        let finished = |name: &&String| unfinished(name) == files::name_of(&path);
        let is_messages = files::name_of(&path).starts_with("msg");
        match noted.iter().find(finished) {
            Some(name) if !files::is_there(&folder.join(name)) => {
                fs::rename(&path, folder.join(name))?;
            }
            None if is_messages => fs::remove_file(&path)?,
            _ => {}
        }
    }
    Ok(())
}

fn unfinished(name: &str) -> String {
    format!("{}{UNFINISHED}", name.strip_suffix(".ccm").unwrap_or(name))
}

fn take_out(mailbox: &Connection, batch: &Batch, name: &str) -> rusqlite::Result<()> {
    for serial in &batch.good {
        mailbox.execute("DELETE FROM pointers WHERE serial = ?1", [serial])?;
    }
    forget(mailbox)?;
    mailbox.execute("INSERT INTO exported VALUES (?1)", [name])?;
    Ok(())
}

/// What is in a file that an earlier run of the same name took out.
fn moved_into(path: &Path) -> Result<Moved, Halt> {
    let bytes = files::read(path).map_err(Halt::exchange_file)?;
    let good = Reader::new(&bytes).filter(Result::is_ok).count();
    let corrupt = Reader::new(&bytes).filter(Result::is_err).count();
    Ok(Moved { messages: count(good), corrupt: count(corrupt), returned: 0 })
}

fn in_the_way(name: &str) -> Halt {
    Halt::exchange_side(format!(r"EXPORT\{name} is there already."))
}

fn count(messages: usize) -> u16 {
    u16::try_from(messages).unwrap_or(u16::MAX)
}
