//! Which program this process is, and its way from arguments to exit code.
//!
//! This is the edge: here a program reads its own path and arguments and gets its standard output.

use std::io::{self, BufWriter, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use event70_model::CommandLine;

use super::halt::{COULD_NOT_RUN, NOT_FOUND};
use super::place::Place;
use super::record::{Moved, RecordLine};
use super::rights;
use super::run::run;
use super::tools::{self, Tool};

/// The programs that a connector starts.
const LOTUS: [&str; 2] = ["EXPORT", "IMPORT"];

/// A program of the Lotus side, on its site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    part: Part,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// EXPORT or IMPORT.
    Lotus(&'static str),
    /// What finds EXPORT or IMPORT on the system path and starts it.
    Launcher(&'static str),
    /// A program of the post office's administrator.
    Tool(Tool),
}

/// Which program of the Lotus side this process is, by the name under which it was started.
#[must_use]
pub fn of_this_process() -> Option<Program> {
    Program::at(&std::env::current_exe().ok()?)
}

impl Program {
    /// Which program lies under this path, if it is that of one.
    fn at(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let folder = path.parent()?;
        let named = |name: &str| LOTUS.into_iter().find(|lotus| *lotus == name);
        let (part, above) = match (folder.file_name()?.to_str()?, name.strip_suffix(".EXE")) {
            ("WINNT", Some(name)) => (Part::Lotus(named(name)?), 3),
            ("CCADMIN", Some(name)) => (Part::Tool(Tool::named(name)?), 2),
            ("PATH", None) => (Part::Launcher(named(name)?), 2),
            _ => return None,
        };
        let root = folder.ancestors().nth(above)?;
        Some(Self { part, place: Place::new(root) })
    }

    /// Runs the program with the arguments of this process.
    #[must_use]
    pub fn main(self) -> ExitCode {
        if !matches!(self.part, Part::Tool(_)) && rights::drop_those_of_root(&self.place).is_err() {
            return ExitCode::from(COULD_NOT_RUN);
        }
        let arguments = std::env::args_os().skip(1);
        let arguments = arguments.map(|word| word.to_string_lossy().into_owned()).collect();
        // Whoever reads is woken once, or when a program waits for an answer.
        ExitCode::from(self.run(arguments, &mut BufWriter::new(io::stdout().lock())))
    }

    fn run(&self, arguments: Vec<String>, out: &mut dyn Write) -> u8 {
        let code = match self.part {
            Part::Lotus(program) => {
                run(&self.place, CommandLine { program: program.to_owned(), arguments }, out)
            }
            Part::Launcher(program) => self.launch(program, arguments, out),
            Part::Tool(tool) => tools::run(tool, &self.place, &arguments, out),
        };
        // Nobody has to read what is printed.
        let _ = out.flush();
        code
    }

    /// Becomes the program; what follows happens only where it is not there.
    fn launch(&self, program: &str, arguments: Vec<String>, out: &mut dyn Write) -> u8 {
        let path: PathBuf = self.place.program(program);
        let _not_there = Command::new(path).args(&arguments).exec();
        let _ = writeln!(out, "The system cannot find the file specified.");
        let (record, run) = (self.place.runs(), std::process::id());
        RecordLine::Started { run, program: program.to_owned(), arguments }.append_to(&record);
        let (moved, console) = (Moved::default(), String::new());
        RecordLine::Ended { run, code: NOT_FOUND, moved, console }.append_to(&record);
        NOT_FOUND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_name_and_folder() {
        let place = Place::new("/site");
        let part = |path: &Path| {
            let program = Program::at(path)?;
            assert_eq!(program.place, place, "{path:?}");
            Some(program.part)
        };
        assert_eq!(part(&place.program("EXPORT")), Some(Part::Lotus("EXPORT")));
        assert_eq!(part(&place.launcher("IMPORT")), Some(Part::Launcher("IMPORT")));
        assert_eq!(part(&place.tool("CHKSTAT")), Some(Part::Tool(Tool::Chkstat)));
        for other in ["/bin/event70", "/x/EXPORT.EXE", "/WINNT/EXPORT.EXE", "/site/CCSRV/CCADMIN/X"]
        {
            assert_eq!(part(Path::new(other)), None, "{other}");
        }
    }
}
