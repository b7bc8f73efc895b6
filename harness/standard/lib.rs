//! The standard set: the scenario files of `event70`, for whoever has the program or the library and
//! no copy of the repository.
//!
//! They lie in one file beside this one, which `just standard` writes from `scenarios/` and a test
//! holds equal to it. Nothing here reads `scenarios/`, so that editing a scenario rebuilds no crate.
//!
//! ```
//! let names: Vec<&str> = event70_standard::files().map(|file| file.name).collect();
//! assert!(names.contains(&"causes/tab-password-wrong"));
//! assert!(names.is_sorted());
//! ```

/// A scenario file of the standard set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardFile {
    /// The scenario's name: its path below `scenarios/`, without `.toml`.
    pub name: &'static str,
    /// Its text, to the letter.
    pub text: &'static str,
}

static PACK: &str = include_str!("standard.pack");

/// What stands before each name in the pack, after an empty line. No line of TOML begins so.
const MARK: &str = "\n=== ";

/// Every file of the set, in the order of the names.
pub fn files() -> impl Iterator<Item = StandardFile> {
    let entries = PACK.split(MARK).skip(1);
    entries
        .filter_map(|entry| entry.split_once('\n'))
        .map(|(name, text)| StandardFile { name, text })
}

/// A pack of these files, each a name and a text.
#[must_use]
pub fn pack<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let head = "The standard set. `just standard` writes this file from scenarios/.\n".to_owned();
    files.into_iter().fold(head, |pack, (name, text)| pack + MARK + name + "\n" + text)
}
