//! IMPORT: mail into the post office, and changes of its directory.
//!
//! A message is in the post office before its file is removed, and the post office remembers the
//! name of the file: one that a killed program has left behind is not taken in twice. A message whose
//! date IMPORT does not know goes back to its sender: its file gets another ending (Q180641).

use std::fs;
use std::path::{Path, PathBuf};

use event70_model::{DirectoryImport, FileName};
use rusqlite::{Connection, TransactionBehavior, params};

use super::bug::ProgramBug;
use super::ccm::Reader;
use super::database::{checksum, without_sync};
use super::directory::{DirectoryEntry, read};
use super::halt::Halt;
use super::place::Store;
use super::record::Moved;
use super::run::Session;
use super::settings::DateFormat;
use super::{barriers, files};

const MESSAGES: &str = ".ccm";

/// A message on its way in, with what the post office remembers of where it came from.
struct Incoming {
    origin: String,
    text: Vec<u8>,
}

/// The ending of a file whose message was returned.
const RETURNED: &str = "und";

/// IMPORT of the messages that wait.
pub(super) fn messages(mut session: Session) -> Result<Moved, Halt> {
    let queue = queue(&session.store, session.messages_max)?;
    if queue.is_empty() {
        return Ok(Moved::default());
    }
    let (mut incoming, mut delivered, mut returned) = (Vec::new(), Vec::new(), Vec::new());
    for file in queue {
        let (mut messages, dates_are_known) = messages_of(&file, session.dates)?;
        if dates_are_known {
            incoming.append(&mut messages);
            delivered.push(file);
        } else {
            returned.push(file);
        }
    }
    let failed = Halt::database(session.code_if_damaged);
    take_in(&mut session.messages, session.mailbox, &incoming).map_err(failed)?;
    if session.bug != Some(ProgramBug::LeavesFiles) {
        let removed = delivered.iter().try_for_each(fs::remove_file);
        removed.map_err(Halt::exchange_file)?;
    }
    let renamed =
        returned.iter().try_for_each(|file| fs::rename(file, file.with_extension(RETURNED)));
    renamed.map_err(Halt::exchange_file)?;
    let count = |messages: usize| u16::try_from(messages).unwrap_or(u16::MAX);
    Ok(Moved { messages: count(incoming.len()), corrupt: 0, returned: count(returned.len()) })
}

/// IMPORT of deletions from the directory or of additions to it (Q295753). Without a file there is
/// nothing to do, and the file stays: doing it twice is doing it once.
pub(super) fn directory(mut session: Session, part: DirectoryImport) -> Result<Moved, Halt> {
    let file = FileName::DirectoryImport(part).to_string();
    let path = folder(session.store.import(), "IMPORT")?.join(file);
    if !files::is_there(&path) || session.bug == Some(ProgramBug::AddsNothing) {
        return Ok(Moved::default());
    }
    let text = files::read_text(&path).map_err(Halt::exchange_file)?;
    let entries = read(&text).map_err(Halt::exchange_side)?;
    let change = match part {
        DirectoryImport::Deletions => DirectoryEntry::delete,
        DirectoryImport::Additions => DirectoryEntry::insert,
    };
    let mut apply = || {
        without_sync(&session.directory)?;
        let changing =
            session.directory.transaction_with_behavior(TransactionBehavior::Immediate)?;
        entries.iter().try_for_each(|entry| change(entry, &changing))?;
        changing.commit()
    };
    apply().map_err(barriers::broken())?;
    Ok(Moved::default())
}

/// The files of this run, one per message: what an earlier one left, and as many more as there is
/// room for.
fn queue(store: &Store, files_max: usize) -> Result<Vec<PathBuf>, Halt> {
    let (submit, import) = (folder(store.submit(), "SUBMIT")?, folder(store.import(), "IMPORT")?);
    let mut queue = files::files_in(&import, MESSAGES).map_err(Halt::exchange_file)?;
    queue.truncate(files_max);
    for file in files::files_in(&submit, MESSAGES).map_err(Halt::exchange_file)? {
        if queue.len() == files_max {
            break;
        }
        let moved = import.join(files::name_of(&file));
        if !files::is_there(&moved) {
            fs::rename(&file, &moved).map_err(Halt::exchange_file)?;
            queue.push(moved);
        }
    }
    Ok(queue)
}

/// A folder of the store, which has to be one of this site.
fn folder(folder: PathBuf, name: &str) -> Result<PathBuf, Halt> {
    let own = fs::symlink_metadata(&folder).is_ok_and(|folder| folder.is_dir());
    if own { Ok(folder) } else { Err(Halt::exchange_side(format!("There is no folder {name}."))) }
}

/// The messages of a file, each of which has to be one, and whether all of their dates are known.
fn messages_of(file: &Path, dates: Option<DateFormat>) -> Result<(Vec<Incoming>, bool), Halt> {
    let name = files::name_of(file);
    let bytes = files::read(file).map_err(Halt::exchange_file)?;
    let (mut messages, mut are_known) = (Vec::new(), true);
    for (index, message) in Reader::new(&bytes).enumerate() {
        let unreadable = |why| Halt::with(1, format!("{name} cannot be read: {why}."));
        let message = message.map_err(unreadable)?;
        are_known &= dates.is_none_or(|dates| dates.knows(message.date));
        let text = message.to_bytes();
        let origin = if index == 0 { name.to_owned() } else { format!("{name}/{index}") };
        messages.push(Incoming { origin, text });
    }
    let any = !messages.is_empty();
    if any {
        Ok((messages, are_known))
    } else {
        Err(Halt::with(1, format!("{name} has no message.")))
    }
}

/// All or none of them.
fn take_in(post: &mut Connection, mailbox: u32, incoming: &[Incoming]) -> rusqlite::Result<()> {
    without_sync(post)?;
    let taking = post.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut new: i64 = 0;
    for Incoming { origin, text } in incoming {
        let row = params![mailbox, origin, text, checksum(text)];
        let inserted = taking.execute(
            "INSERT INTO messages(mailbox, origin, text, checksum) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (origin) DO NOTHING",
            row,
        )?;
        new += i64::from(inserted > 0);
    }
    taking.execute("UPDATE control SET messages = messages + ?1", [new])?;
    taking.commit()
}
