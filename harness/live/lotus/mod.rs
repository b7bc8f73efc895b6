//! The Lotus programs as real programs on a post office of real databases.
//!
//! EXPORT and IMPORT, the three maintenance programs and ADMIN are one executable under several
//! names: a link to `event70` that is called `EXPORT.EXE` *is* EXPORT ([`of_this_process`]). Each
//! finds out from its own path on which site it stands ([`place`]), and meets what is there: a
//! settings file that cannot be opened, a folder that may not be entered, a database that another
//! process holds, a page that is broken. Nothing here reads a word that names a condition: the
//! result codes come out of what the programs find, in the order of the barriers (C1).
//!
//! - [`place`] and [`settings`]: where everything lies, and the files that say how it is set up;
//! - [`fixture`]: what people do to a post office and to the connector store;
//! - [`ccm`]: the text of messages between the two sides;
//! - [`record`]: the site's own record of every run.
//!
//! The Import/Export User's Guide, which would define the codes, is lost. What the programs do is
//! written from the articles and the dossier; what these leave open is a choice.

pub mod ccm;
pub mod fixture;
pub mod place;
pub mod record;
pub mod settings;

mod barriers;
mod bug;
mod corruption;
mod database;
mod directory;
mod export;
mod files;
mod halt;
mod health;
mod import;
mod network;
mod office;
mod program;
mod rights;
mod run;
mod store_fixture;
mod tools;

pub use bug::ProgramBug;
pub use files::set_mode;
pub use halt::{COULD_NOT_RUN, NO_ROOM, NOT_FOUND};
pub use program::{Program, of_this_process};

use std::io;
use std::path::{Path, PathBuf};

use event70_model::shown_path;
use event70_model::trouble::described;

/// Why something could not be done to a post office or to the files around it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {}", shown_path(path), described(source))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A database could not be read or written.
    #[error("{}: {source}", shown_path(path))]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A file has invalid contents.
    #[error("{}: {what}", shown_path(path))]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

impl Error {
    /// The error of a file, for `map_err`.
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// The error of a database, for `map_err`.
    fn database(path: &Path) -> impl FnOnce(rusqlite::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Database { path, source }
    }

    /// The error of a content, for `map_err`.
    fn content<E: ToString>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_owned();
        move |what| Self::Content { path, what: what.to_string() }
    }
}
