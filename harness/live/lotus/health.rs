//! What can be wrong with the data of a post office, found by looking.

use rusqlite::{Connection, OptionalExtension, Result};

use super::database::{checksum, is_broken};
use super::office::{ChainSet, MAILBOX_INDEX};

/// A post office is fragmented if at least this many pages of its messages are free, and more than
/// half.
const IDLE_PAGES_MIN: u32 = 64;

/// Damage that CHKSTAT repairs, in the order in which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    /// The checksum of the control record is wrong.
    Control,
    /// A page of the index by which mailboxes are found is broken, or rows are missing from it.
    MailboxIndex,
    /// The control record counts more or fewer messages than there are.
    Counter,
}

/// The state of the index of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chains {
    /// As it should be.
    Whole,
    /// A page of it is broken, or rows are missing from it.
    Broken,
    /// A process that never finished holds one of its chains.
    Held,
}

impl Damage {
    /// What ANALYZE says of it.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Control => "NFT error in the control record of MLANDATA. Run CHKSTAT.",
            Self::MailboxIndex => "The message index of MLANDATA is damaged. Run CHKSTAT.",
            Self::Counter => "The message counter of MLANDATA is wrong. Run CHKSTAT.",
        }
    }
}

/// Looks at the index over some chains of the directory.
pub(super) fn chains(directory: &Connection, set: ChainSet) -> Result<Chains> {
    let ChainSet { table, index } = set;
    let way =
        format!("SELECT count(*), count(owner) FROM {table} INDEXED BY {index} WHERE letter >= ''");
    let found: Result<(u32, u32)> =
        directory.query_row(&way, [], |row| Ok((row.get(0)?, row.get(1)?)));
    match unless_broken(found)? {
        Some((_, 1..)) => Ok(Chains::Held),
        Some((count, 0)) if count == count_of(directory, &format!("{table} NOT INDEXED"))? => {
            Ok(Chains::Whole)
        }
        _ => Ok(Chains::Broken),
    }
}

/// The first damage of the messages, if there is any.
pub(super) fn first_damage(messages: &Connection) -> Result<Option<Damage>> {
    let control = "SELECT post_office, checksum, messages FROM control WHERE id = 1";
    let control: Option<(String, i64, i64)> = messages
        .query_row(control, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let sound = control.as_ref().is_some_and(|(name, sum, _)| checksum(name.as_bytes()) == *sum);
    if !sound {
        return Ok(Some(Damage::Control));
    }
    if !mailbox_index_is_whole(messages)? {
        return Ok(Some(Damage::MailboxIndex));
    }
    let counted = control.map(|(_, _, counted)| counted);
    let right = counted == Some(i64::from(count_of(messages, "messages")?));
    Ok(if right { None } else { Some(Damage::Counter) })
}

fn mailbox_index_is_whole(messages: &Connection) -> Result<bool> {
    let way = format!("SELECT count(*) FROM mailboxes INDEXED BY {MAILBOX_INDEX} WHERE name >= ''");
    let indexed: Result<u32> = messages.query_row(&way, [], |row| row.get(0));
    match unless_broken(indexed)? {
        Some(indexed) => Ok(indexed == count_of(messages, "mailboxes NOT INDEXED")?),
        None => Ok(false),
    }
}

/// The number of a mailbox, found as every run finds it.
pub(super) fn mailbox_named(messages: &Connection, name: &str) -> Result<Option<u32>> {
    let way = format!("SELECT number FROM mailboxes INDEXED BY {MAILBOX_INDEX} WHERE name = ?1");
    messages.query_row(&way, [name], |row| row.get(0)).optional()
}

/// Whether the file of the messages is fragmented.
pub(super) fn is_fragmented(messages: &Connection) -> Result<bool> {
    let (idle, all) = pages(messages)?;
    Ok(idle >= IDLE_PAGES_MIN && idle.saturating_mul(2) > all)
}

/// How many pages are free, and how many there are.
pub(super) fn pages(database: &Connection) -> Result<(u32, u32)> {
    let count = |pragma: &str| database.pragma_query_value(None, pragma, |row| row.get(0));
    Ok((count("freelist_count")?, count("page_count")?))
}

/// How many more pages must be free before the file is fragmented; more than need be, so that it
/// stays so while a little is written.
pub(super) fn idle_pages_wanted((idle, all): (u32, u32)) -> u32 {
    all.saturating_sub(idle.saturating_mul(2)).saturating_add(2 * IDLE_PAGES_MIN)
}

/// How many rows there are.
pub(super) fn count_of(database: &Connection, table: &str) -> Result<u32> {
    database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
}

fn unless_broken<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(error) if is_broken(&error) => Ok(None),
        found => found.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::idle_pages_wanted;

    #[test]
    fn so_many_idle_pages_are_more_than_half() {
        for (idle, all) in [(0, 10), (63, 200), (100, 10_000), (0, 1)] {
            let more = idle_pages_wanted((idle, all));
            assert!((idle + more) * 2 > all + more, "{idle} of {all}");
        }
    }
}
