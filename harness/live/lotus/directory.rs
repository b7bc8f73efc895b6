//! Entries of the post office's directory, and the text in which dirsync hands them over.
//!
//! An entry has a name, a kind by the letters of cc:Mail (`P` a post office, `L` a local user …),
//! an address and a comment. In a file each is a few lines, with an empty line after it. The true
//! format of `CCMDIR.EXP` and `CCMDIR.IMP` was not found; that the entry of the Exchange site
//! bears the comment `MSExchangeCCMC` and the server's name was (Q156063 2.6.2, Q167830).

use std::fmt;

use rusqlite::{Connection, OptionalExtension, Result};

/// The kind of a post office.
pub(super) const POST_OFFICE: &str = "P";
const LOCAL_USER: &str = "L";
/// The address of an Exchange site.
const SITE_ADDRESS: &str = "MSEXCHANGE";
/// How the comment begins that a connector leaves in the entries that it makes.
const SITE_COMMENT: &str = "MSExchangeCCMC";

/// An entry of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Its name.
    pub name: String,
    /// Its kind, a letter of cc:Mail.
    pub kind: String,
    /// Its address.
    pub address: String,
    /// Its comment.
    pub comment: String,
}

impl DirectoryEntry {
    /// The entry of the Exchange site under this name, as the connector of this computer makes it.
    #[must_use]
    pub fn site(name: &str, computer: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: POST_OFFICE.to_owned(),
            address: SITE_ADDRESS.to_owned(),
            comment: format!("{SITE_COMMENT} {computer}"),
        }
    }

    /// The same entry as an administrator makes it, who leaves no comment (Q156063 2.6.2).
    #[must_use]
    pub fn site_by_hand(name: &str) -> Self {
        Self { comment: String::new(), ..Self::site(name, "") }
    }

    /// Whether it is of an Exchange site and no connector made it.
    fn is_by_hand(&self) -> bool {
        self.address == SITE_ADDRESS && !self.comment.starts_with(SITE_COMMENT)
    }

    /// A user of the post office itself.
    pub(super) fn user(name: &str, post_office: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: LOCAL_USER.to_owned(),
            address: post_office.to_owned(),
            comment: String::new(),
        }
    }

    /// Adds it to the directory, in the place of one of the same name.
    pub(super) fn insert(&self, directory: &Connection) -> Result<()> {
        let values = [&self.name, &self.kind, &self.address, &self.comment];
        directory.execute("INSERT OR REPLACE INTO entries VALUES (?1, ?2, ?3, ?4)", values)?;
        Ok(())
    }

    /// Deletes the one of its name, if there is one.
    pub(super) fn delete(&self, directory: &Connection) -> Result<()> {
        directory.execute("DELETE FROM entries WHERE name = ?1", [&self.name])?;
        Ok(())
    }
}

/// Whether the directory has a post office of this name.
pub(super) fn has_post_office(directory: &Connection, name: &str) -> Result<bool> {
    let kind = "SELECT kind FROM entries WHERE name = ?1";
    let kind: Option<String> = directory.query_row(kind, [name], |row| row.get(0)).optional()?;
    Ok(kind.as_deref() == Some(POST_OFFICE))
}

/// The first entry of an Exchange site that somebody made by hand.
pub(super) fn made_by_hand(directory: &Connection) -> Result<Option<DirectoryEntry>> {
    Ok(entries(directory, &[POST_OFFICE])?.into_iter().find(DirectoryEntry::is_by_hand))
}

/// The entries of these kinds, kind by kind and in the order of their names.
pub(super) fn entries(directory: &Connection, kinds: &[&str]) -> Result<Vec<DirectoryEntry>> {
    let way = "SELECT name, kind, address, comment FROM entries WHERE kind = ?1 ORDER BY name";
    let mut way = directory.prepare(way)?;
    let mut entries = Vec::new();
    for kind in kinds {
        let rows = way.query_map([kind], |row| {
            Ok(DirectoryEntry {
                name: row.get(0)?,
                kind: row.get(1)?,
                address: row.get(2)?,
                comment: row.get(3)?,
            })
        })?;
        for entry in rows {
            entries.push(entry?);
        }
    }
    Ok(entries)
}

/// The text of some entries.
pub(super) fn text_of(entries: &[DirectoryEntry]) -> String {
    entries.iter().map(|entry| format!("{entry}\r\n")).collect()
}

/// Why a text of entries has one without a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NamelessError {
    #[error("{0} stands before any Name")]
    Before(String),
    #[error("a Name is empty")]
    Empty,
}

/// Reads the text of entries. A line that is none of theirs does not matter.
///
/// # Errors
/// If an entry has no name.
pub(super) fn read(text: &str) -> std::result::Result<Vec<DirectoryEntry>, NamelessError> {
    let mut entries: Vec<DirectoryEntry> = Vec::new();
    for line in text.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim().to_owned();
        if key == "Name" {
            let kind = LOCAL_USER.to_owned();
            let (address, comment) = (String::new(), String::new());
            entries.push(DirectoryEntry { name: value, kind, address, comment });
            continue;
        }
        let entry = entries.last_mut().ok_or_else(|| NamelessError::Before(key.to_owned()))?;
        match key {
            "Locn" => entry.kind = value,
            "Addr" => entry.address = value,
            "Cmts" => entry.comment = value,
            _ => {}
        }
    }
    let named = entries.iter().all(|entry| !entry.name.is_empty());
    if named { Ok(entries) } else { Err(NamelessError::Empty) }
}

/// As it stands in a file.
impl fmt::Display for DirectoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = [
            ("Name", &self.name),
            ("Locn", &self.kind),
            ("Addr", &self.address),
            ("Cmts", &self.comment),
        ];
        lines.iter().try_for_each(|(key, value)| {
            write!(f, "{key}: {}\r\n", value.replace(['\r', '\n'], " "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_read_back() {
        let entries =
            [DirectoryEntry::user("Ann", "HQ"), DirectoryEntry::site("EXCHANGE", "EXCH1")];
        assert_eq!(read(&text_of(&entries)), Ok(entries.to_vec()));
        assert_eq!(read(""), Ok(Vec::new()));
        assert_eq!(read("Addr: x"), Err(NamelessError::Before("Addr".to_owned())));
        assert_eq!(read("Name: \r\n"), Err(NamelessError::Empty));
    }
}
