//! What a scenario may be called: one rule for whoever makes, finds or saves a file.
//!
//! A name is the path below the outermost folder `scenarios`, without its ending. It has to be a
//! file on every system that the files are checked out on: Windows takes the fewest names, and some
//! file systems take two spellings for one name.

use std::path::{Component, Path};

use event70_model::{is_unseen, shown};
use unicode_normalization::UnicodeNormalization;

/// The folder that names are counted from.
const FOLDER: &str = "scenarios";
/// How the name of a scenario file ends, in any case.
const ENDING: &str = ".toml";
/// A part of a name has at most so many bytes: most file systems take 255, and a snapshot that
/// waits for review has a longer ending than its scenario.
const PART_BYTES_MAX: usize = 240;
/// A name has at most so many UTF-16 units: Windows takes 260 for the whole path.
const UNITS_MAX: usize = 200;

/// Why a scenario cannot be called so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing, or nothing between two slashes.
    #[error("it has an empty part")]
    Empty,
    /// A part that leads elsewhere.
    #[error("it must stay below the scenarios folder")]
    Elsewhere,
    /// The folder of the scenarios is not a part of their names.
    #[error("names are relative to the folder `{0}` already")]
    Folder(String),
    /// A part that begins with a dot.
    #[error("`{}` begins with a dot, and such files are ignored", shown(.0))]
    Hidden(String),
    /// A character that Windows does not take.
    #[error("it contains {}, which Windows does not allow in file names", character(*.0))]
    Character(char),
    /// A part whose last character Windows would drop.
    #[error("`{}` ends with a {what}, which Windows would drop", shown(.part))]
    End {
        /// The part.
        part: String,
        /// What it ends with.
        what: &'static str,
    },
    /// The name of a device.
    #[error("`{}` is a reserved device name on Windows, with any extension", shown(.0))]
    Device(String),
    /// A part or the whole is longer than some file system allows.
    #[error(
        "it is longer than {UNITS_MAX} characters, or a part of it than {PART_BYTES_MAX} bytes"
    )]
    TooLong,
    /// Bytes that are no text.
    #[error("it is not Unicode")]
    NotUnicode,
}

fn character(character: char) -> String {
    if is_unseen(character) {
        format!("the control character U+{:04X}", u32::from(character))
    } else {
        format!("`{character}`")
    }
}

/// Whether a scenario may be called so.
///
/// ```
/// use event70_format::{BadName, check_name};
/// assert_eq!(check_name("causes/tab-name-wrong"), Ok(()));
/// assert_eq!(check_name("causes/aux.1"), Err(BadName::Device("aux.1".to_owned())));
/// ```
///
/// # Errors
/// Why it may not.
pub fn check_name(name: &str) -> Result<(), BadName> {
    name.split('/').try_for_each(check_part)?;
    if name.encode_utf16().count() > UNITS_MAX {
        return Err(BadName::TooLong);
    }
    Ok(())
}

fn check_part(part: &str) -> Result<(), BadName> {
    if part.is_empty() {
        return Err(BadName::Empty);
    }
    if part == "." || part == ".." {
        return Err(BadName::Elsewhere);
    }
    if let Some(character) = part.chars().find(|character| !is_taken(*character)) {
        return Err(BadName::Character(character));
    }
    if part.starts_with('.') {
        return Err(BadName::Hidden(part.to_owned()));
    }
    for (end, what) in [('.', "dot"), (' ', "space")] {
        if part.ends_with(end) {
            return Err(BadName::End { part: part.to_owned(), what });
        }
    }
    if is_device(part) {
        return Err(BadName::Device(part.to_owned()));
    }
    if part.len() > PART_BYTES_MAX {
        return Err(BadName::TooLong);
    }
    Ok(())
}

fn is_taken(character: char) -> bool {
    !character.is_control() && !r#"<>:"/\|?*"#.contains(character)
}

/// Windows keeps these names for devices, in every folder and with every ending.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_uppercase();
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"].contains(&stem.as_str()) {
        return true;
    }
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let mut number = number.unwrap_or_default().chars();
    matches!((number.next(), number.next()), (Some('1'..='9' | '¹' | '²' | '³'), None))
}

/// A name like this one that a scenario may have.
#[must_use]
pub fn suggested_name(name: &str) -> String {
    let parts = name.split(['/', '\\']).map(suggested_part).filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.collect();
    let counted_twice = parts.len() > 1 && is_folder(&parts[0]);
    let name = parts[usize::from(counted_twice)..].join("/");
    let mut units = 0;
    let fits = |character: &char| {
        units += character.len_utf16();
        units <= UNITS_MAX
    };
    let name: String = name.chars().take_while(fits).collect();
    let name = name.trim_end_matches(['/', '.', ' ']);
    if check_name(name).is_ok() { name.to_owned() } else { "stories/monday-morning".to_owned() }
}

fn suggested_part(part: &str) -> String {
    let part = part.trim_start_matches('.').trim_end_matches(['.', ' ']);
    let mut taken: String = part.chars().map(|c| if is_taken(c) { c } else { '-' }).collect();
    if is_device(&taken) {
        taken = if taken.contains('.') { taken.replace('.', "-") } else { format!("{taken}-1") };
    }
    let mut length = taken.len().min(PART_BYTES_MAX);
    while !taken.is_char_boundary(length) {
        length -= 1;
    }
    taken.truncate(length);
    taken.trim_end_matches(['.', ' ']).to_owned()
}

/// Whether a part of a path is the folder of the scenarios, wherever case does not count.
#[must_use]
pub fn is_folder(part: &str) -> bool {
    folded_name(part) == FOLDER
}

/// What is left of a name where neither case nor the normal form of Unicode counts, nor characters
/// without a shape: names with the same rest are one file somewhere.
#[must_use]
pub fn folded_name(name: &str) -> String {
    let letters = name.nfd().filter(|character| !is_unseen(*character));
    // A sharp s in capitals has a small letter first; a dotless i stays apart from i, as in every
    // file system.
    letters
        .flat_map(char::to_lowercase)
        .flat_map(|letter| {
            let capitals = (letter != 'ı').then(|| letter.to_uppercase());
            let itself = (letter == 'ı').then_some(letter);
            capitals.into_iter().flatten().chain(itself)
        })
        .flat_map(char::to_lowercase)
        .nfd()
        .collect()
}

/// A name without the ending of a scenario file, if it has it.
#[must_use]
pub fn without_ending(name: &str) -> Option<&str> {
    let (stem, ending) = name.split_at_checked(name.len().checked_sub(ENDING.len())?)?;
    ending.eq_ignore_ascii_case(ENDING).then_some(stem)
}

/// The name of the scenario at this path: what follows the outermost folder `scenarios`, without
/// the ending. Outside such a folder it is the path itself.
#[must_use]
pub fn name_of(path: &Path) -> String {
    let parts = parts(path);
    let below = parts.iter().position(|part| part == FOLDER).map_or(0, |at| at + 1);
    let name = parts[below..].join("/");
    without_ending(&name).map_or_else(|| name.clone(), str::to_owned)
}

/// The part of a scenario's path that has to be a good name: what lies below the outermost folder
/// `scenarios`, or else below `root`, or else the name of the file.
pub(super) fn check_path(path: &Path, root: &Path) -> Result<(), BadName> {
    let inside = path.iter().position(|part| part == FOLDER);
    let below: std::path::PathBuf = match inside {
        Some(at) => path.iter().skip(at + 1).collect(),
        None => match path.strip_prefix(root) {
            Ok(below) if below != Path::new("") => below.to_owned(),
            _ => path.file_name().unwrap_or_default().into(),
        },
    };
    below.to_str().ok_or(BadName::NotUnicode)?;
    let name = parts(&below).join("/");
    check_name(without_ending(&name).unwrap_or(&name))
}

fn parts(path: &Path) -> Vec<String> {
    let normal = |part| match part {
        Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
        _ => None,
    };
    path.components().filter_map(normal).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::{check_name, folded_name, name_of, suggested_name};

    #[test]
    fn a_scenario_is_named_by_its_path_below_outermost_scenarios() {
        for (path, name) in [
            ("scenarios/causes/tab-path-wrong.toml", "causes/tab-path-wrong"),
            ("./a/scenarios/x.TOML", "x"),
            ("scenarios/stories/scenarios/foo.toml", "stories/scenarios/foo"),
            ("elsewhere/x.toml", "elsewhere/x"),
        ] {
            assert_eq!(name_of(Path::new(path)), name);
        }
    }

    #[test]
    fn spellings_that_a_file_system_confuses_fold_into_one_name() {
        for (one, other) in [
            ("OK", "ok"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("Straße", "STRASSE"),
            ("\u{1e9e}", "ss"),
            ("ΟΔΟΣ", "οδος"),
            ("\u{212a}", "k"),
            ("o\u{200d}k", "ok"),
        ] {
            assert_eq!(folded_name(one), folded_name(other), "{one} {other}");
        }
        for (one, other) in [("a-b", "a_b"), ("ısı", "isi"), ("a", "á"), ("1", "¹"), ("ﬁ", "ﬂ")]
        {
            assert_ne!(folded_name(one), folded_name(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_suggested_is_a_good_name(name in r#"([a-c./\\ :?"-]|aux|COM1|scenarios|\PC){0,300}"#) {
            prop_assert_eq!(check_name(&suggested_name(&name)), Ok(()));
        }

        #[test]
        fn neither_case_nor_normal_form_changes_the_folded_name(name in "\\PC{0,12}") {
            let folded = folded_name(&name);
            prop_assert_eq!(&folded_name(&folded), &folded);
            prop_assert_eq!(&folded_name(&name.nfc().collect::<String>()), &folded);
            prop_assert_eq!(&folded_name(&name.nfd().collect::<String>()), &folded);
            prop_assert_eq!(&folded_name(&name.to_lowercase()), &folded);
            // A capital has no iota below it, but one after it: marks that follow then stand elsewhere.
            if !name.contains('ı') && !name.nfd().any(|letter| letter == '\u{345}') {
                prop_assert_eq!(&folded_name(&name.to_uppercase()), &folded);
            }
        }
    }
}
