//! `run --known` and `run --write-known`: failures that are known.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use event70_engine::Verdict;
use event70_format::{Complaint, DiscoveredFile, FileError, Known, KnownFailure};
use event70_model::{Foreign, count, pasted_path, shown, shown_path};

use super::input::{complaints, found};
use super::save::{cannot_write, replace};
use super::{Output, Status, named};
use crate::report::Account;
use crate::testing::known::{Standing, Tally, to_be_known, violated};
use crate::testing::standard::STANDARD;

/// The list of known failures.
#[derive(Debug, clap::Args)]
pub(super) struct KnownArgs {
    /// List of known failures: the status is 0 while exactly these fail; a failure that is not in it
    /// and an entry that agrees make it 1. An entry whose scenario is not played counts for nothing.
    #[arg(long, value_name = "FILE", conflicts_with = "write_known")]
    known: Option<PathBuf>,
    /// Write the failures of this run to this list, which makes them known. Entries that stay keep
    /// their reason, and entries whose scenario is not played stay as they are.
    #[arg(long, value_name = "FILE")]
    write_known: Option<PathBuf>,
}

/// The list of a run, and what came of the scenarios beside it.
pub(super) struct KnownFailures {
    file: PathBuf,
    known: Known,
    writes: bool,
    tally: Tally,
    /// What was played, and how it fails if it does.
    played: BTreeMap<String, Option<KnownFailure>>,
}

impl KnownArgs {
    /// Opens the list, if one was given, for a run that plays these files. Where it cannot be, it has
    /// been said why.
    pub(super) fn open(
        &self,
        played: &[DiscoveredFile],
        output: &mut Output,
    ) -> io::Result<Result<Option<KnownFailures>, Status>> {
        let (file, writes) = match (&self.known, &self.write_known) {
            (Some(file), _) => (file, false),
            (None, Some(file)) => (file, true),
            (None, None) => return Ok(Ok(None)),
        };
        let known = match Known::load(file) {
            Err(FileError::Io(error)) if writes && error.kind() == io::ErrorKind::NotFound => {
                Known::default()
            }
            Ok(known) => known,
            Err(error) => {
                output.complain(complaints(file, &error))?;
                return Ok(Err(Status::Usage));
            }
        };
        let gone = gone(&known, played);
        if !gone.is_empty() && !writes {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let error = FileError::Faulty { text, complaints: gone };
            output.complain(complaints(file, &error))?;
            return Ok(Err(Status::Usage));
        }
        let (tally, played) = (Tally::default(), BTreeMap::new());
        Ok(Ok(Some(KnownFailures { file: file.clone(), known, writes, tally, played })))
    }
}

/// A complaint for each entry that no scenario has the name of, played in this run or not.
fn gone(known: &Known, played: &[DiscoveredFile]) -> Vec<Complaint> {
    let there: BTreeSet<String> = known.iter().filter_map(name_of).collect();
    let played = played.iter().map(|file| file.name.raw());
    known.without_scenario(played.chain(there.iter().map(String::as_str)), |name| {
        let meant = named::meant(Path::new(name)).map(|path| found(&[path]));
        match meant.as_deref() {
            Some([one]) => Some(format!("did you mean \"{}\"?", one.name.shown())),
            _ => Some("`event70 run --write-known FILE` takes it out".to_owned()),
        }
    })
}

/// The name of the scenario that an entry is about, as it stands there, if it leads to a file.
fn name_of(known: &KnownFailure) -> Option<String> {
    let name = &known.scenario;
    let of_standard = name.strip_prefix("standard/").map(|name| format!("{STANDARD}{name}"));
    let is_of = |path: &String| {
        let path = named::meant(Path::new(path));
        path.is_some_and(|path| found(&[path]).iter().any(|file| known.is_of(file.name.raw())))
    };
    of_standard.iter().chain([name]).any(is_of).then(|| name.clone())
}

impl KnownFailures {
    /// What is to be said of a scenario that was played, which is counted; nothing where the harness
    /// could not go on.
    pub(super) fn standing(&mut self, name: &Foreign, account: &Account) -> Option<Standing<'_>> {
        if account.verdict() == Verdict::None {
            return None;
        }
        let name = name.raw();
        let finding = account.finding.as_ref();
        let violates = finding.map(|finding| violated(&finding.disagreement));
        let failure = finding.map(|finding| to_be_known(name, finding));
        self.played.insert(name.to_owned(), failure);
        let standing = Standing::of(&self.known, name, violates.as_deref());
        self.tally.add(standing);
        Some(standing)
    }

    /// How many failures were known, new and mended.
    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// The status of a run, which came to its end or did not. Only of one that did the list is written
    /// anew, where that was asked for.
    pub(super) fn end(
        &self,
        statuses: &Statuses,
        is_whole: bool,
        output: &mut Output,
    ) -> io::Result<Status> {
        if !self.writes {
            return Ok(statuses.now);
        }
        if is_whole && statuses.accepted != Status::Internal {
            return Ok(statuses.accepted.or(self.write(output)?));
        }
        let file = shown_path(&self.file);
        output.complain(format!("{file} is not written: the run did not come to its end"))?;
        Ok(statuses.now)
    }

    /// Writes what fails now in the place of the list.
    fn write(&self, output: &mut Output) -> io::Result<Status> {
        let there: Vec<&KnownFailure> = self.known.iter().collect();
        let is_played = |known: &KnownFailure| self.played.keys().any(|name| known.is_of(name));
        let (played, left): (Vec<_>, Vec<_>) = there.into_iter().partition(|k| is_played(k));
        let (left, gone): (Vec<_>, Vec<_>) = left.into_iter().partition(|k| name_of(k).is_some());
        let now = self.played.values().flatten().map(|failure| {
            let is_same = |known: &&&KnownFailure| {
                known.is_of(&failure.scenario) && known.violates == failure.violates
            };
            played.iter().find(is_same).map_or(failure, |known| *known)
        });
        let mut whole: Vec<KnownFailure> = now.chain(left).cloned().collect();
        whole.sort_by(|one, other| one.scenario.cmp(&other.scenario));
        let (file, entries) = (&self.file, whole.len());
        let text = whole.into_iter().collect::<Known>().to_string();
        if let Err(error) = replace(file, &text) {
            return cannot_write(file, &error, output);
        }
        for KnownFailure { scenario, .. } in gone {
            let scenario = shown(scenario);
            output.complain(format!("taken out: there is no scenario \"{scenario}\""))?;
        }
        let entries = count(entries as u64, "known failure");
        output.complain(format!("{entries} written to {}", pasted_path(file)))?;
        Ok(Status::Agree)
    }
}

/// The status that a run calls for.
#[derive(Debug, Default)]
pub(super) struct Statuses {
    /// As it is.
    pub(super) now: Status,
    /// Once everything that fails is known.
    pub(super) accepted: Status,
}

impl Statuses {
    /// One more scenario, with the status of its verdict, and what it is beside the list if there is
    /// one.
    pub(super) fn add(&mut self, verdict: Status, standing: Option<Standing<'_>>) {
        let (now, accepted) = match standing {
            None => (verdict, verdict),
            Some(Standing::Agrees | Standing::Known(_)) => (Status::Agree, Status::Agree),
            Some(Standing::New(_)) => (verdict, Status::Agree),
            Some(Standing::Mended(_)) => (Status::Disagree, Status::Agree),
        };
        (self.now, self.accepted) = (self.now.or(now), self.accepted.or(accepted));
    }
}
