//! What the catalogue says of one condition.

use std::fmt;

use enumset::EnumSet;
use event70_model::{Condition, Database, Exchange, Host, Keyword, Setting};

/// One condition: where it can hold, what it does, and who says so.
#[derive(Debug, Clone)]
pub struct ConditionEntry {
    /// The condition that this entry describes.
    pub condition: Condition,
    /// What is the matter, in half a sentence.
    pub meaning: &'static str,
    /// Where a run meets it; [`Barrier::None`] for what stops no run.
    pub barrier: Barrier,
    /// The hosts of a post office on which it can hold.
    pub hosts: EnumSet<Host>,
    /// The databases with which it can hold.
    pub databases: EnumSet<Database>,
    /// The editions of Exchange on which it can hold but changes nothing: a decoy there (C11).
    pub inert_on: EnumSet<Exchange>,
    /// What cannot hold beside it, so that it ends where this begins.
    pub excludes: EnumSet<Condition>,
    /// What it does: one row, or one for each setting or edition that shows in its own way, the
    /// default first.
    pub rows: &'static [ConditionRow],
    /// The documents that describe it, the one that decides first.
    pub source: &'static [Passage],
    /// Whether the documents state its effect or we had to choose.
    pub basis: Basis,
}

/// What one condition, in one setting and on some editions, does to each kind of run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionRow {
    /// The setting that this row is for.
    pub setting: Setting,
    /// The editions of Exchange that it is for.
    pub editions: EnumSet<Exchange>,
    /// Cause, near miss or decoy.
    pub class: Class,
    /// How a message EXPORT ends that meets it.
    pub message_export: Outcome,
    /// How a directory EXPORT (dirsync) ends that meets it.
    pub directory_export: Outcome,
    /// How an IMPORT of messages ends that meets it.
    pub message_import: Outcome,
    /// How an IMPORT of directory updates (dirsync) ends that meets it.
    pub directory_import: Outcome,
}

/// How a run ends that meets a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The condition does not stop this kind of run.
    NotStopped,
    /// The program exits with this result code.
    Exits(u8),
    /// The program exits with code 0 after it has moved nothing but a message that does not convert.
    Corrupt,
    /// The program is not found.
    NotFound,
    /// The program is found but fails to run.
    Fails,
    /// The program never finishes.
    Unfinished,
}

/// Whether a condition causes Event 70, resembles a cause, or has nothing to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Makes EXPORT exit with code 3; the number is the article's, from 1 to 5.
    Cause(u8),
    /// Makes EXPORT exit with code 3, as a document other than the article says.
    CauseBeyondArticle,
    /// A documented fault that shows in another way than Event 70.
    NearMiss,
    /// Changes nothing that Event 70 depends on.
    Decoy,
}

/// The barriers that a run meets, in this order; the first that stops it decides (C1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Barrier {
    /// The program is started.
    Launch,
    /// It reads its settings file in the connector store.
    SettingsFile,
    /// It reaches the post office.
    Reach,
    /// It finds the post office up and free.
    Lock,
    /// It understands the database.
    Version,
    /// It logs on.
    Credentials,
    /// It may write, which only IMPORT needs.
    Write,
    /// It finds the entry of the Exchange site, which a message EXPORT needs and a directory IMPORT
    /// makes.
    SiteEntry,
    /// It can read the data.
    Data,
    /// Nothing stops it here.
    None,
}

/// A place in a document: an article of the Microsoft Knowledge Base and a passage in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Passage {
    /// The article's number, `Q166045`.
    pub article: &'static str,
    /// Which part of it, or nothing where the whole article is about it.
    pub part: &'static str,
}

/// How firmly a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// A document states it.
    Stated,
    /// It follows from what documents state.
    Inferred,
    /// The documents leave it open; the choice of this number decides.
    Chosen(u8),
}

impl ConditionEntry {
    /// The row for a setting. Passes of damage differ in what clears them, not in what they do, so
    /// they share one row; of several for different editions it is the first.
    #[must_use]
    pub fn row(&self, setting: Setting) -> &ConditionRow {
        self.rows.iter().find(|row| row.setting == setting).unwrap_or(&self.rows[0])
    }

    /// The rows for a setting: one, or one for each group of editions.
    pub fn rows_of(&self, setting: Setting) -> impl Iterator<Item = &ConditionRow> {
        let setting = self.row(setting).setting;
        self.rows.iter().filter(move |row| row.setting == setting)
    }

    /// Whether the condition can hold on such a site at all.
    #[must_use]
    #[inline]
    pub fn fits(&self, host: Host, database: Database) -> bool {
        self.hosts.contains(host) && self.databases.contains(database)
    }
}

/// Where a row holds, to follow what it is about; nothing if that is everywhere.
#[must_use]
pub fn on_editions(editions: EnumSet<Exchange>) -> String {
    if editions == EnumSet::all() {
        return String::new();
    }
    let names: Vec<&str> = editions.iter().map(Keyword::keyword).collect();
    format!(" on {}", names.join(" and "))
}

impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.article)?;
        if self.part.is_empty() { Ok(()) } else { write!(f, " {}", self.part) }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cause(number) => write!(f, "cause {number}"),
            Self::CauseBeyondArticle => f.write_str("cause beyond the article"),
            Self::NearMiss => f.write_str("near miss"),
            Self::Decoy => f.write_str("decoy"),
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stated => f.write_str("stated"),
            Self::Inferred => f.write_str("inferred"),
            Self::Chosen(number) => write!(f, "our choice C{number}"),
        }
    }
}

impl Outcome {
    /// What so many runs do: `is not found` of one, `are not found` of several.
    #[must_use]
    pub fn of(self, runs: u32) -> String {
        match (self, runs) {
            (_, 1) => self.to_string(),
            (Self::NotStopped, _) => "are not stopped".to_owned(),
            (Self::Exits(code), _) => format!("exit with code {code}"),
            (Self::Corrupt, _) => "export the corrupt message alone".to_owned(),
            (Self::NotFound, _) => "are not found".to_owned(),
            (Self::Fails, _) => "fail to run".to_owned(),
            (Self::Unfinished, _) => "do not finish".to_owned(),
        }
    }
}

/// What one run does.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStopped => f.write_str("is not stopped"),
            Self::Exits(code) => write!(f, "exits with code {code}"),
            Self::Corrupt => f.write_str("exports the corrupt message alone"),
            Self::NotFound => f.write_str("is not found"),
            Self::Fails => f.write_str("fails to run"),
            Self::Unfinished => f.write_str("does not finish"),
        }
    }
}

impl fmt::Display for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Launch => "launch",
            Self::SettingsFile => "settings file",
            Self::Reach => "reach",
            Self::Lock => "lock",
            Self::Version => "version",
            Self::Credentials => "credentials",
            Self::Write => "write",
            Self::SiteEntry => "site entry",
            Self::Data => "data",
            Self::None => "none",
        })
    }
}
