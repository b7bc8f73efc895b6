//! The programs of the post office's administrator: ANALYZE, CHKSTAT, RECLAIM and ADMIN.
//!
//! How the three maintenance programs divide the work is a choice (C10), made along
//! the options that the dossier found: CHKSTAT has `NFT/C`, `DIAGNOSTICS/M` and `DIAGNOSTICS/R`,
//! each of which mends one thing, and does the first of them that is needed. Their exit codes are
//! not documented: 0 if nothing is wrong, 1 if damage is left, 2 for a command
//! line that they do not know, 3 and 4 as in EXPORT. None of them waits for a lock of the directory.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::bug::ProgramBug;
use super::corruption::mend_first;
use super::database::{OpenMode, checksum, faults, open, without_sync};
use super::halt::Halt;
use super::health::{Chains, chains, count_of, first_damage, is_fragmented};
use super::place::Place;
use super::{Error, office};

/// A program of the administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    /// ANALYZE: reports damage.
    Analyze,
    /// CHKSTAT: repairs one kind of damage of the messages.
    Chkstat,
    /// RECLAIM: gives unused space back.
    Reclaim,
    /// ADMIN: holds the post office exclusively.
    Admin,
}

impl Tool {
    /// The program in the file of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "ANALYZE" => Some(Self::Analyze),
            "CHKSTAT" => Some(Self::Chkstat),
            "RECLAIM" => Some(Self::Reclaim),
            "ADMIN" => Some(Self::Admin),
            _ => None,
        }
    }
}

/// Arguments that choose what a program does anyway.
const KNOWN: &[&str] = &[
    "/BATCH",
    "/DIAGNOSTICS",
    "/DIAGNOSTICS/A",
    "/DIAGNOSTICS/M",
    "/DIAGNOSTICS/R",
    "/DIRECTORY",
    "/MESSAGES",
    "/NFT/C",
    "/USERS",
];

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments<'a> {
    name: Option<&'a str>,
    password: Option<&'a str>,
    path: Option<&'a str>,
}

/// Runs a program of the administrator and gives its exit code.
pub(super) fn run(tool: Tool, place: &Place, arguments: &[String], out: &mut dyn Write) -> u8 {
    let attempt = |out: &mut dyn Write| {
        let folder = enter(place, &parse(arguments)?)?;
        match (tool, ProgramBug::of(place)) {
            (Tool::Chkstat, Some(ProgramBug::MendsNothing))
            | (Tool::Reclaim, Some(ProgramBug::ReclaimsNothing)) => Ok(0),
            (Tool::Chkstat, Some(ProgramBug::MendsAll)) => {
                super::fixture::damage(&folder, 0).map_err(Halt::unexplained).map(|()| 0)
            }
            (Tool::Analyze, _) => analyze(&folder, out),
            (Tool::Chkstat, _) => chkstat(&folder, out),
            (Tool::Reclaim, _) => reclaim(&folder, out),
            (Tool::Admin, _) => admin(&folder, out),
        }
    };
    match attempt(out) {
        Ok(code) => code,
        Err(stop) => {
            say(out, &stop.why);
            stop.code
        }
    }
}

fn parse(arguments: &[String]) -> Result<Arguments<'_>, Halt> {
    let mut asked = Arguments::default();
    for argument in arguments {
        if KNOWN
            .iter()
            .any(|known| known.trim_start_matches('/') == argument.trim_start_matches('/'))
        {
            continue;
        }
        let value = match argument.as_bytes() {
            [b'/', b'N', ..] => &mut asked.name,
            [b'/', b'P', ..] => &mut asked.password,
            [b'/', b'D', ..] => &mut asked.path,
            _ => return Err(Halt::with(2, format!("There is no argument {argument}."))),
        };
        if value.replace(argument.get(2..).unwrap_or_default()).is_some() {
            return Err(Halt::with(2, format!("{argument} is one too many.")));
        }
    }
    Ok(asked)
}

/// The post office that is meant, if name and password are right. The administrator sits at its
/// own server, so a folder beside that of the programs will do as well as a share.
fn enter(place: &Place, asked: &Arguments<'_>) -> Result<PathBuf, Halt> {
    let missing = |what: &str| Halt::with(2, format!("{what} is missing."));
    let path = asked.path.ok_or_else(|| missing("/D"))?;
    let name = asked.name.ok_or_else(|| missing("/N"))?;
    let password = asked.password.ok_or_else(|| missing("/P"))?;
    let share = if path.starts_with(r"\\") { path.to_owned() } else { format!(r"\\CCSRV\{path}") };
    let folder = place.unc(&share).and_then(|folder| place.within(&folder));
    let nowhere = || Halt::not_accessible("Post office directory was not found.");
    let folder = folder.filter(|folder| folder.is_dir()).ok_or_else(nowhere)?;
    let known = || {
        let directory = open(&office::directory(&folder), OpenMode::Onlooker)?;
        let office = "post_office WHERE name = ?1 AND password = ?2";
        let way = format!("SELECT count(*) FROM {office}");
        directory.query_row(&way, [name, password], |row| row.get::<_, u32>(0))
    };
    match known() {
        Ok(1..) => Ok(folder),
        Ok(0) => Err(Halt::not_accessible("Post office name or password is not valid.")),
        Err(error) => Err(Halt::database(1)(error)),
    }
}

/// Reports what is wrong; waits for no lock and repairs nothing.
fn analyze(folder: &Path, out: &mut dyn Write) -> Result<u8, Halt> {
    // What a killed program left half done is no damage: whoever opens a database undoes it.
    let _ = super::fixture::settle(folder);
    let mut found = Vec::new();
    let looks = [
        (office::directory(folder), look_at_directory as fn(&_, &mut _) -> _),
        (office::messages(folder), look_at_messages),
        (office::mailbox(folder, office::SITE_MAILBOX), |_, _| Ok(())),
    ];
    for (path, look) in looks {
        let looked = open(&path, OpenMode::Onlooker).and_then(|database| {
            look(&database, &mut found)?;
            found.extend(faults(&database)?);
            Ok(())
        });
        if let Err(error) = looked {
            found.push(error.to_string());
        }
    }
    found.extend(lost(folder));
    for line in &found {
        say(out, line);
    }
    if found.is_empty() {
        say(out, "No errors were found.");
    }
    Ok(u8::from(!found.is_empty()))
}

fn look_at_directory(directory: &Connection, found: &mut Vec<String>) -> rusqlite::Result<()> {
    for set in [office::EXPORT_CHAINS, office::IMPORT_CHAINS] {
        match chains(directory, set)? {
            Chains::Whole => {}
            Chains::Broken => found.push("NFT error: an index of CLANDATA is damaged.".to_owned()),
            Chains::Held => found.push("NFT error: a chain of CLANDATA is held.".to_owned()),
        }
    }
    Ok(())
}

fn look_at_messages(messages: &Connection, found: &mut Vec<String>) -> rusqlite::Result<()> {
    found.extend(first_damage(messages)?.map(|damage| damage.told().to_owned()));
    if is_fragmented(messages)? {
        found.push("MLANDATA is fragmented. Run RECLAIM.".to_owned());
    }
    let mut bodies = messages.prepare("SELECT serial, text, checksum FROM messages")?;
    let mut bodies = bodies.query([])?;
    while let Some(body) = bodies.next()? {
        let text: Vec<u8> = body.get(1)?;
        if checksum(&text) != body.get::<_, i64>(2)? {
            found.push(format!("Message {} is damaged.", body.get::<_, i64>(0)?));
        }
    }
    Ok(())
}

/// Pointers of the mailbox to messages that do not exist.
fn lost(folder: &Path) -> Option<String> {
    let pointers = pointers(folder, OpenMode::Onlooker).ok()?;
    let messages = open(&office::messages(folder), OpenMode::Onlooker).ok()?;
    let there = serials(&messages, "SELECT serial FROM messages").ok()?;
    let lost = pointers.difference(&there).count();
    (lost > 0).then(|| format!("{lost} pointers of USR00001 lead nowhere."))
}

/// Repairs the first damage that is left, and nothing else.
fn chkstat(folder: &Path, out: &mut dyn Write) -> Result<u8, Halt> {
    let mended =
        mend_first(&office::messages(folder), OpenMode::Person).map_err(Halt::unexplained)?;
    match mended {
        None => say(out, "Nothing was to be repaired."),
        Some(damage) => say(out, &format!("Repaired: {}", damage.told())),
    }
    Ok(0)
}

/// Deletes messages without a pointer, and gives their space back.
fn reclaim(folder: &Path, out: &mut dyn Write) -> Result<u8, Halt> {
    let path = office::messages(folder);
    let failed = |error| Halt::unexplained(Error::Database { path: path.clone(), source: error });
    let mut messages = open(&path, OpenMode::Person).map_err(failed)?;
    if let Some(damage) = first_damage(&messages).map_err(failed)? {
        say(out, damage.told());
        return Ok(1);
    }
    let mut delete = || {
        without_sync(&messages)?;
        // Nobody puts a message in while it is looked up who points at it.
        let deleting = messages.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let pointers = pointers(folder, OpenMode::Person)?;
        let mine = format!("SELECT serial FROM messages WHERE mailbox = {}", office::SITE_MAILBOX);
        for serial in serials(&deleting, &mine)?.difference(&pointers) {
            deleting.execute("DELETE FROM messages WHERE serial = ?1", [serial])?;
            deleting.execute("UPDATE control SET messages = messages - 1", [])?;
        }
        deleting.commit()?;
        messages.execute_batch("VACUUM")
    };
    delete().map_err(failed)?;
    let left = count_of(&messages, "messages").map_err(failed)?;
    say(out, &format!("Unused space was reclaimed; {left} messages are left."));
    Ok(0)
}

/// Holds the directory until its standard input is closed.
fn admin(folder: &Path, out: &mut dyn Write) -> Result<u8, Halt> {
    let failed = Halt::database(1);
    let mut directory = open(&office::directory(folder), OpenMode::Person).map_err(&failed)?;
    let held = directory.transaction_with_behavior(TransactionBehavior::Exclusive);
    let held = held.map_err(&failed)?;
    say(out, "Post office opened.");
    let _ = out.flush();
    let mut said = [0; 64];
    while std::io::stdin().read(&mut said).is_ok_and(|bytes| bytes > 0) {}
    held.rollback().map_err(&failed)?;
    Ok(0)
}

fn pointers(folder: &Path, open_mode: OpenMode) -> rusqlite::Result<HashSet<i64>> {
    let mailbox = open(&office::mailbox(folder, office::SITE_MAILBOX), open_mode)?;
    serials(&mailbox, "SELECT serial FROM pointers")
}

fn serials(database: &Connection, way: &str) -> rusqlite::Result<HashSet<i64>> {
    database.prepare(way)?.query_map([], |row| row.get(0))?.collect()
}

fn say(out: &mut dyn Write, line: &str) {
    // Nobody has to read what is printed.
    let _ = writeln!(out, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_no_value_and_a_value_stands_once() {
        let arguments = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let line: Vec<String> = arguments(&["DIAGNOSTICS/M", "/DIRECTORY", "/DCCDATA", "/NHQ"]);
        let right = Arguments { name: Some("HQ"), password: None, path: Some("CCDATA") };
        assert_eq!(parse(&line), Ok(right));
        let wrong: [Vec<String>; 3] =
            [arguments(&["/NHQ", "/NHQ"]), arguments(&["/Q"]), arguments(&[""])];
        for line in wrong {
            assert_eq!(parse(&line).unwrap_err().code, 2, "{line:?}");
        }
    }
}
