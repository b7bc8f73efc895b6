//! The site's own record of every run of EXPORT and IMPORT.
//!
//! A connector may start the programs itself, so the programs say when they start and how they
//! end, each in one line of JSON that is appended in one piece. A run that was killed has no end.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Error, files};

/// The maximum length of a line; longer ones are not kept.
const LINE_BYTES_MAX: usize = 64 * 1024;
/// The maximum number of bytes read at a time.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What a run moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Moved {
    /// Messages.
    pub messages: u16,
    /// Messages that it took along although they do not convert.
    pub corrupt: u16,
    /// Messages that it returned to their senders.
    pub returned: u16,
}

/// A line of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordLine {
    /// A run began.
    Started {
        /// The process.
        run: u32,
        /// `EXPORT` or `IMPORT`.
        program: String,
        /// What it was started with.
        arguments: Vec<String>,
    },
    /// A run ended by itself.
    Ended {
        /// The process.
        run: u32,
        /// Its exit code.
        code: u8,
        /// What it moved.
        moved: Moved,
        /// What it printed.
        console: String,
    },
    /// A line that is neither.
    Unreadable(String),
}

#[derive(Serialize, Deserialize)]
struct Started {
    run: u32,
    program: String,
    arguments: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Ended {
    ended: u32,
    code: u8,
    #[serde(flatten)]
    moved: Moved,
    console: String,
}

impl RecordLine {
    /// The line as it stands in the record.
    fn to_text(&self) -> serde_json::Result<String> {
        match self.clone() {
            Self::Started { run, program, arguments } => {
                serde_json::to_string(&Started { run, program, arguments })
            }
            Self::Ended { run, code, moved, console } => {
                serde_json::to_string(&Ended { ended: run, code, moved, console })
            }
            Self::Unreadable(text) => Ok(text),
        }
    }

    fn from_text(text: &str) -> Self {
        if let Ok(Started { run, program, arguments }) = serde_json::from_str(text) {
            return Self::Started { run, program, arguments };
        }
        match serde_json::from_str(text) {
            Ok(Ended { ended, code, moved, console }) => {
                Self::Ended { run: ended, code, moved, console }
            }
            Err(_) => Self::Unreadable(text.to_owned()),
        }
    }

    /// Appends the line to the record. A run that cannot be recorded is a run all the same.
    pub(super) fn append_to(&self, record: &Path) {
        let append = || -> io::Result<()> {
            let line = self.to_text()? + "\n";
            if line.len() > LINE_BYTES_MAX {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            let mut options = OpenOptions::new();
            let mut file = options.append(true).custom_flags(files::flags()).open(record)?;
            file.write_all(line.as_bytes())
        };
        let _ = append();
    }
}

/// What was appended to a record since `offset`, which moves on: whole lines only.
///
/// # Errors
/// If the record cannot be read.
pub fn read_new(record: &Path, offset: &mut u64) -> Result<Vec<RecordLine>, Error> {
    let new = || -> io::Result<Vec<u8>> {
        let mut file = files::open(record)?;
        file.seek(SeekFrom::Start(*offset))?;
        let mut bytes = Vec::new();
        file.take(BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let new = new().map_err(Error::file(record))?;
    let whole = new.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    *offset += whole as u64;
    let lines = new[..whole].split_inclusive(|byte| *byte == b'\n');
    Ok(lines.map(|line| RecordLine::from_text(String::from_utf8_lossy(line).trim_end())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_is_read_once_and_in_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        let record = folder.path().join("RUNS");
        std::fs::write(&record, "").unwrap();
        let started = RecordLine::Started {
            run: 7,
            program: "EXPORT".to_owned(),
            arguments: vec!["/NA\n\"".to_owned()],
        };
        let console = "A \"line\"\nand another\n".to_owned();
        let ended = RecordLine::Ended { run: 7, code: 3, moved: Moved::default(), console };
        started.append_to(&record);
        let mut offset = 0;
        assert_eq!(read_new(&record, &mut offset).unwrap(), std::slice::from_ref(&started));
        assert_eq!(read_new(&record, &mut offset).unwrap(), []);
        ended.append_to(&record);
        let half = std::fs::read_to_string(&record).unwrap() + "half";
        std::fs::write(&record, half).unwrap();
        assert_eq!(read_new(&record, &mut offset).unwrap(), [ended]);
        RecordLine::Unreadable(" a line".to_owned()).append_to(&record);
        let rest = [RecordLine::Unreadable("half a line".to_owned())];
        assert_eq!(read_new(&record, &mut offset).unwrap(), rest);
    }
}
