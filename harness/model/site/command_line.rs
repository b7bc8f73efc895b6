//! The command lines of EXPORT and IMPORT: written for a run, and read back into one.
//!
//! A connector in another process asks in these words, and it is its words that count: a name,
//! password or path that is not the right one shows in the code it gets. Switches may stand in any
//! order, those that the documents give without saying what depends on them may be missing, and
//! further ones are passed over.

use std::fmt;

use super::description::{Description, Tabbed};
use super::run::{Job, Run, RunResult};
use crate::{FileName, shown};

/// What every EXPORT and IMPORT may be given beside name, password, path and file (Q294947).
const EXPORT_SWITCHES: &[&str] = &["/ITEMSIZE", "/FORMAT/FAN", "/BATCH", "/FILES/MACBIN2"];
const IMPORT_SWITCHES: &[&str] = &["/ITEMSIZE", "/PARTIAL", "/BATCH", "/FILES/MACBIN2"];
const DIRECTORY: &str = "/DIRECTORY";
/// Takes away what was exported: no document has the connector pass it.
const DELETE: &str = "/DELETE";

/// A program with its arguments, as a connector asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    /// The program: `EXPORT` or `IMPORT`.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// What a command line asks for, in its own words: nobody has yet looked whether they are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invocation<'a> {
    /// Which program, for what, on which file.
    pub job: Job,
    /// The name that it is to log on with.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// The path of the post office.
    pub path: &'a str,
}

/// A command line that no document knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {}", shown(why))]
pub struct Undocumented {
    /// The command line.
    pub line: CommandLine,
    /// What is wrong with it.
    pub why: String,
}

impl CommandLine {
    /// The command line of a run, with these words in the place of name, password and path.
    #[must_use]
    pub fn of(job: Job, entry: &str, tab: &Tabbed) -> Self {
        let name = if matches!(job, Job::ExportMessages(_)) { entry } else { &tab.name };
        let mut arguments =
            vec![format!("/N{name}"), format!("/P{}", tab.password), format!("/D{}", tab.path)];
        let switches = match job {
            Job::ExportMessages(_) => EXPORT_SWITCHES,
            Job::ExportDirectory(_) => &[DIRECTORY],
            Job::ImportMessages | Job::ImportDirectory(_) => IMPORT_SWITCHES,
        };
        arguments.extend(switches.iter().map(|switch| (*switch).to_owned()));
        arguments.push(format!(r"/@{}\{}", job.program(), job.file()));
        Self { program: job.program().to_owned(), arguments }
    }

    /// What this asks for, whatever the site is like.
    ///
    /// # Errors
    /// If no document knows such a command line.
    pub fn parse(&self) -> Result<Invocation<'_>, Undocumented> {
        let words = self.words().map_err(|why| self.undocumented(why))?;
        let job = self.job(&words).map_err(|why| self.undocumented(why))?;
        Ok(Invocation { job, name: words.name, password: words.password, path: words.path })
    }

    /// What this asks for on a site that is described so.
    ///
    /// # Errors
    /// If no document knows such a command line.
    pub fn read(&self, site: &Description) -> Result<Run, Undocumented> {
        let asked = self.parse()?;
        let right_name = match asked.job {
            Job::ExportMessages(_) => &site.entry,
            _ => &site.right.name,
        };
        let right = Tabbed { name: right_name.clone(), ..site.right.clone() };
        let passed = Tabbed {
            name: asked.name.to_owned(),
            password: asked.password.to_owned(),
            path: asked.path.to_owned(),
        };
        Ok(Run { job: asked.job, tab: passed.held_against(&right) })
    }

    fn undocumented(&self, why: Unknown) -> Undocumented {
        Undocumented { line: self.clone(), why: why.to_string() }
    }

    fn words(&self) -> Result<Arguments<'_>, Unknown> {
        let known = match self.program.as_str() {
            "EXPORT" => EXPORT_SWITCHES,
            "IMPORT" => IMPORT_SWITCHES,
            _ => return Err(Unknown::Program),
        };
        let (mut given, mut switches) = ([None; 4], Vec::with_capacity(self.arguments.len()));
        for argument in &self.arguments {
            let argument = argument.as_str();
            if argument == DELETE || !argument.starts_with('/') {
                return Err(Unknown::Argument(self.program.clone(), argument.to_owned()));
            }
            if argument == DIRECTORY || known.contains(&argument) {
                if switches.contains(&argument) {
                    return Err(Unknown::Twice(argument.to_owned()));
                }
                switches.push(argument);
                continue;
            }
            // A switch of the other program is a further one here, and no value.
            let valued = valued(argument).filter(|_| !is_switch(argument));
            if let Some((index, word)) = valued
                && given[index].replace(word).is_some()
            {
                return Err(Unknown::Twice(VALUED[index].to_owned()));
            }
        }
        let directory = switches.contains(&DIRECTORY);
        let word = |index: usize| given[index].ok_or(Unknown::Missing(VALUED[index]));
        Ok(Arguments {
            name: word(0)?,
            password: word(1)?,
            path: word(2)?,
            file: word(3)?,
            directory,
        })
    }

    fn job(&self, words: &Arguments<'_>) -> Result<Job, Unknown> {
        let unknown = || Unknown::File(self.program.clone(), words.file.to_owned());
        let (folder, name) = words.file.split_once('\\').ok_or_else(unknown)?;
        let in_folder = folder.eq_ignore_ascii_case(&self.program).then_some(name);
        let file = in_folder.and_then(FileName::from_text).ok_or_else(unknown)?;
        let job = match (self.program.as_str(), file) {
            ("EXPORT", FileName::Message(file)) => Job::ExportMessages(file),
            ("EXPORT", FileName::DirectoryExport(file)) => Job::ExportDirectory(file),
            ("IMPORT", FileName::AllMessages) => Job::ImportMessages,
            ("IMPORT", FileName::DirectoryImport(file)) => Job::ImportDirectory(file),
            _ => return Err(unknown()),
        };
        match (matches!(job, Job::ExportDirectory(_)), words.directory) {
            (true, false) => Err(Unknown::Missing(DIRECTORY)),
            (false, true) => Err(Unknown::Directory(words.file.to_owned())),
            _ => Ok(job),
        }
    }
}

/// Why no document knows a command line.
#[derive(Debug, thiserror::Error)]
enum Unknown {
    #[error("the programs are EXPORT and IMPORT")]
    Program,
    #[error("{0} has no argument {1}")]
    Argument(String, String),
    #[error("{0} is given twice")]
    Twice(String),
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} knows no file {1}")]
    File(String, String),
    #[error("{DIRECTORY} does not go with {0}")]
    Directory(String),
}

/// The arguments that carry a value, each of which a command line has once.
const VALUED: [&str; 4] = ["/N", "/P", "/D", "/@"];

/// The words that a command line passes on.
struct Arguments<'a> {
    name: &'a str,
    password: &'a str,
    path: &'a str,
    file: &'a str,
    directory: bool,
}

/// Whether either program knows this as a switch.
fn is_switch(argument: &str) -> bool {
    EXPORT_SWITCHES.contains(&argument) || IMPORT_SWITCHES.contains(&argument)
}

/// Which of [`VALUED`] an argument is, and its value.
fn valued(argument: &str) -> Option<(usize, &str)> {
    let with = |(index, switch): (usize, &&str)| Some((index, argument.strip_prefix(*switch)?));
    VALUED.iter().enumerate().find_map(with)
}

impl Undocumented {
    /// How it ends: what is not a program is not found, a program that is given what it does not
    /// know exits with the one code of the documented range that no document explains (C22).
    #[must_use]
    pub fn ran(&self) -> RunResult {
        match self.line.program.as_str() {
            "EXPORT" | "IMPORT" => RunResult::exited(2),
            _ => RunResult::NotFound,
        }
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(&self.program).fmt(f)?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {}", shown(argument)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DirectoryExport, DirectoryImport, Entered, Tab, View};

    fn jobs() -> Vec<Job> {
        let mut jobs = vec![Job::ExportMessages(0.into()), Job::ExportMessages(0xFAB0.into())];
        jobs.push(Job::ImportMessages);
        jobs.extend(DirectoryExport::ALL.map(Job::ExportDirectory));
        jobs.extend(DirectoryImport::ALL.map(Job::ImportDirectory));
        jobs
    }

    fn site() -> Description {
        Description::of(&View::default(), Tab::CORRECT)
    }

    #[test]
    fn what_is_written_for_a_run_reads_back_as_that_run() {
        let site = site();
        for job in jobs() {
            for (name, password, path) in [(true, true, true), (false, true, false)] {
                let entered = |right| if right { Entered::Right } else { Entered::Wrong };
                let (name, password, path) = (entered(name), entered(password), entered(path));
                let tab = Tab { name, password, path, ..Tab::CORRECT };
                let line = CommandLine::of(job, &site.entry, &Tabbed::of(tab));
                assert_eq!(line.read(&site), Ok(Run::new(job, tab)), "{line}");
            }
        }
    }

    #[test]
    fn a_message_export_reads_as_the_contract_prints_it() {
        let site = site();
        let line = CommandLine::of(Job::ExportMessages(1.into()), &site.entry, &site.tab);
        let printed = r"EXPORT /NEXCHANGE /PSECRET /D\\CCSRV\CCDATA /ITEMSIZE /FORMAT/FAN /BATCH /FILES/MACBIN2 /@EXPORT\msg0001.ccm";
        assert_eq!(line.to_string(), printed);
    }

    #[test]
    fn the_wrong_name_for_a_message_export_is_seen() {
        let mut line = CommandLine::of(Job::ExportMessages(1.into()), "HQ", &site().tab);
        assert_eq!(line.read(&site()).map(|run| run.tab.name), Ok(Entered::Wrong));
        line.arguments.reverse();
        assert!(line.read(&site()).is_ok(), "in any order");
    }

    #[test]
    fn further_switches_and_the_case_of_names_make_no_difference() {
        let mut line = CommandLine::of(Job::ExportMessages(0xa1.into()), "EXCHANGE", &site().tab);
        let known = line.read(&site()).unwrap();
        line.arguments.extend(["/QUIET".to_owned(), "/PARTIAL".to_owned()]);
        assert_eq!(line.read(&site()), Ok(known));
        let file = line.arguments.iter_mut().find(|argument| argument.starts_with("/@")).unwrap();
        *file = r"/@export\MSG00a1.CCM".to_owned();
        let spelled = line.read(&site()).unwrap();
        assert_eq!((spelled, spelled.job.file().to_string().as_str()), (known, "MSG00a1.CCM"));
    }

    #[test]
    fn what_no_document_knows_is_told_with_the_reason() {
        let line = |program: &str, arguments: &[&str]| CommandLine {
            program: program.to_owned(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        };
        let why = |line: CommandLine| line.read(&site()).unwrap_err().why;
        let tab = ["/NA", "/PB", "/DC"];
        let with = |more: &[&'static str]| [&tab[..], more].concat();
        assert_eq!(why(line("EXPROT", &[])), "the programs are EXPORT and IMPORT");
        assert_eq!(why(line("EXPORT", &["/NA", "/NB"])), "/N is given twice");
        assert_eq!(why(line("EXPORT", &tab)), "/@ is missing");
        assert_eq!(why(line("EXPORT", &with(&["/BATCH", "/BATCH"]))), "/BATCH is given twice");
        assert_eq!(why(line("EXPORT", &with(&["/DELETE"]))), "EXPORT has no argument /DELETE");
        assert_eq!(why(line("EXPORT", &with(&["QUIET"]))), "EXPORT has no argument QUIET");
        let unknown = [r"/@EXPORT\msg.ccm", r"/@msg0001.ccm", r"/@IMPORT\*.ccm"];
        for file in unknown {
            let expected = format!("EXPORT knows no file {}", &file[2..]);
            assert_eq!(why(line("EXPORT", &with(&[file]))), expected);
        }
        let bare = with(&[r"/@EXPORT\CCMBB.EXP"]);
        assert_eq!(why(line("EXPORT", &bare)), "/DIRECTORY is missing");
        let wide = with(&["/DIRECTORY", r"/@EXPORT\msg0001.ccm"]);
        assert_eq!(why(line("EXPORT", &wide)), r"/DIRECTORY does not go with EXPORT\msg0001.ccm");
    }
}
