//! What a connector keeps over a kill: a file in its working directory, written before each
//! command is done.

use std::fs::{self, File};
use std::io::{self, ErrorKind};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Broken;

/// The file. Its text is padded to always the same length, so that it can be written over.
const FILE: &str = "connector.json";
const LENGTH: usize = 512;

/// The file, once something was kept in this scenario, and what stands in it.
#[derive(Debug, Default)]
pub(super) struct Memory {
    file: Option<File>,
    kept: Vec<u8>,
    text: Vec<u8>,
}

impl Memory {
    /// What an earlier process has kept.
    pub(super) fn recall<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Broken> {
        match fs::read(FILE) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps a connector, unless the same was kept last.
    pub(super) fn keep(&mut self, connector: &impl Serialize) -> Result<(), Broken> {
        self.text.clear();
        serde_json::to_writer(&mut self.text, connector)?;
        self.text.resize(LENGTH.max(self.text.len()), b' ');
        if self.file.is_none() || self.text != self.kept {
            self.write()?;
            std::mem::swap(&mut self.text, &mut self.kept);
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(File::create(FILE)?),
        };
        write_over(file, &self.text)
    }
}

/// Writes a text over the beginning of a file: in one call, where there is one.
#[cfg(unix)]
fn write_over(file: &File, text: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, text, 0)
}

#[cfg(not(unix))]
fn write_over(mut file: &File, text: &[u8]) -> io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text)
}
