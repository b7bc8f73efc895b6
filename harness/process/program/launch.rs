//! How a connector is started: its command line, and the time that it has to answer.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::conversation_log::ConversationLog;

/// The time that a connector has to answer unless told otherwise.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// A connector's command line.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The command line as it was given.
    pub command: String,
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// How long it may take to ask for a run or to be done, counted from when the harness last
    /// spoke.
    pub deadline: Duration,
    /// Set this to have every process of this launch ended soon.
    pub cancelled: Arc<AtomicBool>,
    /// Where everything that is said is written down.
    pub log: Option<Arc<ConversationLog>>,
}

/// Why a command line is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no word in it.
    #[error("it contains no command")]
    Empty,
    /// A quotation mark is not closed.
    #[error("it has an unclosed quotation mark")]
    Quotation,
}

impl Launch {
    /// Splits a command into words as a shell would. A connector runs in a folder of its own, so
    /// a word that names a file from the folder `here` is made to name it from anywhere: the
    /// program if there is a slash in it, and every argument that is the path of a file.
    ///
    /// # Errors
    /// If that yields no words.
    pub fn new(command: &str, here: &Path) -> Result<Self, CommandError> {
        let words = shell_words::split(command).map_err(|_| CommandError::Quotation)?;
        let mut words = words.into_iter();
        let program = words.next().ok_or(CommandError::Empty)?;
        let program = if program.contains('/') { from_anywhere(program, here) } else { program };
        let arguments = words.map(|word| from_anywhere(word, here)).collect();
        Ok(Self {
            command: command.to_owned(),
            program,
            arguments,
            deadline: DEADLINE,
            cancelled: Arc::default(),
            log: None,
        })
    }
}

fn from_anywhere(word: String, here: &Path) -> String {
    let path = here.join(&word);
    match path.to_str() {
        Some(path_text) if path.is_file() => path_text.to_owned(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_split_as_in_a_shell_and_files_are_found_anywhere() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let launch = Launch::new("python3 -I 'Cargo.toml' \"a b\" --x=Cargo.toml", here).unwrap();
        let manifest = here.join("Cargo.toml");
        assert_eq!(launch.program, "python3");
        assert_eq!(launch.arguments, ["-I", manifest.to_str().unwrap(), "a b", "--x=Cargo.toml"]);
        let script = Launch::new("./lib.rs", here).unwrap();
        assert_eq!(Path::new(&script.program), here.join("./lib.rs"));
        assert_eq!(Launch::new("  ", here).unwrap_err(), CommandError::Empty);
        assert_eq!(Launch::new("a 'b", here).unwrap_err(), CommandError::Quotation);
    }
}
