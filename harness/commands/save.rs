//! Writing files that are whole or not there.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};

use super::input::SCENARIOS;
use super::{Output, Status};
use crate::scenario::file::{BadName, check_name, name_of};
use crate::words::pasted;

/// Writes a file whole or not at all, and never over another: a temporary file beside it, then a
/// rename that fails where the name is taken.
pub(super) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Of the errors here only the last may say that something is there already: the file itself.
    fs::create_dir_all(folder)
        .map_err(|error| io::Error::other(format!("{}: {error}", folder.display())))?;
    let mut file = tempfile::Builder::new().permissions(readable()).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// Keeps a text below `folder` and says where. Where it cannot be written, that is said, and the
/// status is that of wrong usage.
pub(super) fn keep(
    folder: &Path,
    stem: &str,
    extension: &str,
    text: &str,
    output: &mut Output,
) -> io::Result<Status> {
    match write_under_free_name(folder, stem, extension, text) {
        Ok(path) => {
            output.complain(format!("kept as {}", pasted(&path.display().to_string())))?;
            Ok(Status::Agree)
        }
        Err(error) => {
            let folder = folder.display();
            output.complain(format!("error: {folder}: cannot be written: {error}"))?;
            Ok(Status::Usage)
        }
    }
}

/// Writes `text` below `folder` under the first free of the names `stem.extension`,
/// `stem-2.extension` and so on, unless one of them holds the same text already. Returns the path
/// that holds it.
fn write_under_free_name(
    folder: &Path,
    stem: &str,
    extension: &str,
    text: &str,
) -> io::Result<PathBuf> {
    let mut number: u32 = 1;
    loop {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{stem}{suffix}.{extension}"));
        match write_new(&path, text) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if fs::read_to_string(&path).is_ok_and(|there| there == text) {
                    return Ok(path);
                }
                number += 1;
            }
            written => return written.map(|()| path),
        }
    }
}

/// Reads the argument that names a folder to save in: scenarios in it must have good names.
pub(super) fn folder() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        let name = name_of(&path);
        if path.iter().any(|part| part == SCENARIOS) && !name.is_empty() {
            check_name(&name)?;
        }
        Ok::<_, BadName>(path)
    })
}

#[cfg(unix)]
fn readable() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o644)
}
