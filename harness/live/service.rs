//! The account under which the Lotus programs run, where the harness is root.
//!
//! File permissions do not bind root, so a harness that is root needs another account for the
//! programs; and an account that exists, even `nobody`, would let its owner into the sandboxes. So
//! a run takes a user ID that no account and no process has. It is not registered anywhere and ends
//! with the run.

use std::fs;
use std::io;
use std::ops::RangeInclusive;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, socket_with};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The ranges in which IDs are searched: above what accounts, containers and dynamic services use,
/// and below it, for a system that maps no such IDs.
const RANGES: [RangeInclusive<u32>; 2] = [1_900_000_000..=2_100_000_000, 30_000..=59_999];
/// How many IDs are tried in each range.
const TRIES: u32 = 16;

/// An ID of this run's own, as user and as group.
#[derive(Debug)]
pub(super) struct ServiceAccount {
    number: u32,
    /// Holds the number against other harnesses for as long as this lives.
    _claim: OwnedFd,
}

impl ServiceAccount {
    /// Takes an ID that nobody has and that, as `fits` says, can own a file here.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn take(fits: impl Fn(u32) -> io::Result<()>) -> io::Result<Self> {
        let taken = numbers_of_accounts()?;
        let mut last = io::Error::other("every number that was tried is taken");
        for range in RANGES {
            for _ in 0..TRIES {
                let number = random_in(&range)?;
                if taken.contains(&number) || runs_as(number) {
                    continue;
                }
                let Ok(claim) = claim(number) else { continue };
                match fits(number) {
                    Ok(()) => return Ok(Self { number, _claim: claim }),
                    Err(error) => last = error,
                }
            }
        }
        Err(last)
    }

    /// The number.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Has a program run under this account, in no other group than its own.
    pub(super) fn apply_to(&self, command: &mut Command) {
        // As root this gives up the supplementary groups too.
        command.uid(self.number).gid(self.number);
    }
}

fn random_in(range: &RangeInclusive<u32>) -> io::Result<u32> {
    use std::io::Read;
    let mut bytes = [0; 4];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(range.start() + u32::from_le_bytes(bytes) % (range.end() - range.start() + 1))
}

/// The numbers of all users and groups that the system's own files list.
fn numbers_of_accounts() -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for file in ["/etc/passwd", "/etc/group"] {
        let text = match fs::read(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            text => text?,
        };
        let text = String::from_utf8_lossy(&text);
        let fields = text.lines().flat_map(|line| line.split(':').skip(2).take(2));
        numbers.extend(fields.filter_map(|field| field.parse::<u32>().ok()));
    }
    Ok(numbers)
}

/// Whether a process has this number, as user or as group.
fn runs_as(number: u32) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let statuses =
        processes.filter_map(|process| fs::read_to_string(process.path().join("status")).ok());
    let number = number.to_string();
    statuses.into_iter().any(|status| {
        let lines = status
            .lines()
            .filter(|line| ["Uid:", "Gid:", "Groups:"].iter().any(|field| line.starts_with(field)));
        lines.flat_map(str::split_ascii_whitespace).any(|word| word == number)
    })
}

/// A socket in the abstract name space, which one process can have and which goes with it.
fn claim(number: u32) -> io::Result<OwnedFd> {
    let name = format!("event70-account-{number}");
    let address = SocketAddrUnix::new_abstract_name(name.as_bytes())?;
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None)?;
    bind(&socket, &address)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_never_share_a_number_or_take_that_of_an_account() {
        let only = |wanted: u32| {
            move |number: u32| {
                if number == wanted { Ok(()) } else { Err(io::Error::other("another")) }
            }
        };
        let first = ServiceAccount::take(|_| Ok(())).unwrap();
        assert!(!numbers_of_accounts().unwrap().contains(&first.number()));
        assert!(claim(first.number()).is_err(), "it is taken");
        let number = first.number();
        drop(first);
        assert!(claim(number).is_ok(), "it is free again");
        ServiceAccount::take(only(0)).expect_err("root is nobody's service account");
    }

    #[test]
    fn a_number_that_a_process_has_is_seen() {
        assert!(runs_as(rustix::process::getuid().as_raw()));
    }
}
