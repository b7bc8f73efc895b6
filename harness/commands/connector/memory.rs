//! What a connector keeps over a kill: a file in its working directory, written before each
//! command is done.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Broken;

/// The file. Its text is padded to always the same length, so that it can be written over.
const FILE: &str = "connector.json";
const LENGTH: usize = 512;

/// The file, once something was kept in this scenario.
#[derive(Debug, Default)]
pub(super) struct Memory {
    file: Option<File>,
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

    pub(super) fn keep(&mut self, connector: &impl Serialize) -> Result<(), Broken> {
        self.text.clear();
        serde_json::to_writer(&mut self.text, connector)?;
        self.text.resize(LENGTH.max(self.text.len()), b' ');
        Ok(self.write()?)
    }

    fn write(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => {
                file.seek(SeekFrom::Start(0))?;
                file
            }
            None => self.file.insert(File::create(FILE)?),
        };
        file.write_all(&self.text)
    }
}
