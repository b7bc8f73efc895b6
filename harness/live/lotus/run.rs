//! A run of EXPORT or IMPORT, from its command line to its result code.

use std::io::{self, Write};
use std::path::PathBuf;

use event70_model::{CommandLine, Job, shown};
use rusqlite::Connection;

use super::bug::ProgramBug;
use super::halt::Halt;
use super::place::{Place, Store};
use super::record::{Moved, RecordLine};
use super::settings::{DateFormat, Registry};
use super::{barriers, export, import};

/// What a run has opened once it has passed every barrier.
pub(super) struct Session {
    /// The connector store.
    pub(super) store: Store,
    /// The data folder of the post office.
    pub(super) folder: PathBuf,
    /// The directory.
    pub(super) directory: Connection,
    /// The messages.
    pub(super) messages: Connection,
    /// The number of the mailbox.
    pub(super) mailbox: u32,
    /// What is wrong with the program on purpose.
    pub(super) bug: Option<ProgramBug>,
    /// The result code if a database turns out to be broken now.
    pub(super) code_if_damaged: u8,
    /// In which format IMPORT expects dates; the programs for DB8 take any (Q180641).
    pub(super) dates: Option<DateFormat>,
    /// How many messages the run moves at most (Q168211).
    pub(super) messages_max: usize,
}

/// The version of the programs for DB6.
const VERSION_OF_DB6: u8 = 6;
/// The result code of an IMPORT that has returned messages (Q180641).
const UNDELIVERABLE: u8 = 5;

/// So much of what a run prints is recorded; none prints as much that is not given a longer path.
const CONSOLE_BYTES_MAX: usize = 16 * 1024;

/// What a run prints, on its way to whoever reads it and to the record.
struct Console<'a> {
    out: &'a mut dyn Write,
    printed: Vec<u8>,
}

impl Write for Console<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = CONSOLE_BYTES_MAX - self.printed.len();
        self.printed.extend_from_slice(&bytes[..bytes.len().min(room)]);
        // Nobody has to read what is printed.
        let _ = self.out.write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Runs EXPORT or IMPORT, whichever `program` says, and gives its exit code.
pub(super) fn run(place: &Place, line: CommandLine, out: &mut dyn Write) -> u8 {
    let (record, run) = (place.runs(), std::process::id());
    let program = line.program.clone();
    RecordLine::Started { run, program: program.clone(), arguments: line.arguments.clone() }
        .append_to(&record);
    let out = &mut Console { out, printed: Vec::new() };
    let ended = attempt(place, &line, out);
    let (code, moved) = match ended {
        Ok(moved) => {
            // For a connector that has started the program itself.
            say(out, &format!("Messages: {}, corrupt: {}", moved.messages, moved.corrupt));
            if moved.returned > 0 {
                say(out, &format!("Undeliverable: {}. Unknown Date Format", moved.returned));
            }
            (if moved.returned > 0 { UNDELIVERABLE } else { 0 }, moved)
        }
        Err(stop) => {
            // Nobody has to read what is printed.
            let _ = writeln!(out, "{}", stop.why);
            let _ = writeln!(out, "{program} process ended with error: {}.", stop.code);
            (stop.code, Moved::default())
        }
    };
    let console = String::from_utf8_lossy(&out.printed).into_owned();
    RecordLine::Ended { run, code, moved, console }.append_to(&record);
    code
}

fn attempt(place: &Place, line: &CommandLine, out: &mut dyn Write) -> Result<Moved, Halt> {
    barriers::launch(place, &line.program)?;
    say(out, &format!("{} of Lotus cc:Mail, as far as it is documented", line.program));
    let asked = line.parse().map_err(|undocumented| Halt::with(2, undocumented))?;
    let registry = Registry::read(&place.registry()).map_err(Halt::unexplained)?;
    let (store, ini) = barriers::settings(place, &registry, &line.program, out)?;
    say(out, &format!("Post office directory: {}", shown(asked.path)));
    let bug = ProgramBug::of(place);
    // A barrier that a program with this bug does not meet, or ends at with another code.
    let unless = |planted, met: Result<(), Halt>| if bug == Some(planted) { Ok(()) } else { met };
    let coded = |planted, code| {
        move |halt: Halt| if bug == Some(planted) { Halt { code, ..halt } } else { halt }
    };
    let folder = barriers::reach(place, &registry, asked.path)
        .map_err(coded(ProgramBug::UnreachableIsFour, 4))?;
    let directory =
        barriers::lock(&folder, asked.job).map_err(coded(ProgramBug::LockedIsThree, 3))?;
    unless(ProgramBug::AnyVersion, barriers::version(&directory, &ini))?;
    let takes_mail = matches!(asked.job, Job::ExportMessages(_));
    let name = if takes_mail { &ini.post_office } else { asked.name };
    let credentials = barriers::credentials(&directory, name, asked.password);
    unless(ProgramBug::AnyCredentials, credentials)?;
    if !asked.job.is_export() {
        barriers::write(&folder)?;
    }
    if matches!(asked.job, Job::ImportDirectory(_)) {
        barriers::updates(&directory)?;
    }
    if takes_mail {
        unless(ProgramBug::AnySite, barriers::site_entry(&directory, asked.name))?;
    }
    let looks = bug != Some(ProgramBug::DamageUnseen);
    let (messages, mailbox) = barriers::data(&folder, &directory, asked.job, asked.name, looks)
        .map_err(coded(ProgramBug::DamageIsOne, 1))?;
    let code_if_damaged = barriers::code_if_damaged(asked.job);
    let dates = (ini.version == VERSION_OF_DB6).then_some(registry.dates);
    let messages_max =
        if asked.job.is_export() { registry.export_max } else { registry.import_max };
    let session = Session {
        store,
        folder,
        directory,
        messages,
        mailbox,
        bug,
        code_if_damaged,
        dates,
        messages_max: messages_max.into(),
    };
    say(out, &doing(asked.job, asked.name));
    match asked.job {
        Job::ExportMessages(_) => export::messages(session, asked.job.file()),
        Job::ExportDirectory(part) => export::directory(&session, part),
        Job::ImportMessages => import::messages(session),
        Job::ImportDirectory(part) => import::directory(session, part),
    }
}

/// What the program is about to do (Q179072).
fn doing(job: Job, name: &str) -> String {
    let (name, file) = (shown(name), job.file().to_string().to_uppercase());
    match job {
        Job::ExportMessages(_) => {
            format!(r#"Exporting messages in mailbox "{name}" to file EXPORT\{file}"#)
        }
        Job::ExportDirectory(_) => format!(r"Exporting the directory to file EXPORT\{file}"),
        Job::ImportMessages | Job::ImportDirectory(_) => {
            format!(r"Importing from file IMPORT\{file}")
        }
    }
}

fn say(out: &mut dyn Write, line: &str) {
    // Nobody has to read what is printed.
    let _ = writeln!(out, "{line}");
}
