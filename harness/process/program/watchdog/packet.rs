//! What harness and watchdog say to each other: one packet each, a letter and what belongs to it.
//!
//! Words are separated by a zero byte, which neither paths nor arguments can hold.

use std::ffi::OsStr;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

use super::{Ended, Start};

/// No packet is longer: a command line of 64 KiB and the paths about it.
const BYTES_MAX: usize = 128 * 1024;
/// The number of descriptors passed to a process that starts.
const STREAMS: usize = 3;

/// What the harness asks for.
#[derive(Debug)]
pub(super) enum Request<'a> {
    FolderBegins(&'a Path),
    FolderEnds(&'a Path),
    Start(&'a Start<'a>),
    Kill,
}

/// What the watchdog was asked for.
#[derive(Debug)]
pub(super) enum ReceivedRequest {
    FolderBegins(PathBuf),
    FolderEnds(PathBuf),
    Start { words: Vec<PathBuf>, streams: Vec<OwnedFd> },
    Kill,
}

/// What the watchdog answers.
#[derive(Debug)]
pub(super) enum Reply {
    /// The number of the process.
    Started(i32),
    /// The number of the system's error.
    Failed(i32),
    Ended(Option<Ended>),
}

pub(super) fn send_request(socket: impl AsFd, request: &Request<'_>) -> io::Result<()> {
    let (letter, words, streams): (u8, Vec<&OsStr>, &[_]) = match request {
        Request::FolderBegins(folder) => (b'+', vec![folder.as_os_str()], &[]),
        Request::FolderEnds(folder) => (b'-', vec![folder.as_os_str()], &[]),
        Request::Kill => (b'k', Vec::new(), &[]),
        Request::Start(start) => {
            let arguments = start.arguments.iter().map(OsStr::new);
            let words = [start.directory.as_os_str(), OsStr::new(start.program)];
            (b's', words.into_iter().chain(arguments).collect(), &start.streams)
        }
    };
    let words: Vec<&[u8]> = words.into_iter().map(OsStr::as_bytes).collect();
    if words.iter().any(|word| word.contains(&0)) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "an argument contains a zero byte",
        ));
    }
    let packet = [&[letter], words.join(&0).as_slice()].concat();
    if packet.len() > BYTES_MAX {
        return Err(rustix::io::Errno::TOOBIG.into());
    }
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(STREAMS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !streams.is_empty() {
        control.push(SendAncillaryMessage::ScmRights(streams));
    }
    let sent = || sendmsg(&socket, &[IoSlice::new(&packet)], &mut control, SendFlags::NOSIGNAL);
    rustix::io::retry_on_intr(sent)?;
    Ok(())
}

/// What the watchdog is asked for next; nothing once the harness is gone.
pub(super) fn receive_request(socket: impl AsFd) -> io::Result<Option<ReceivedRequest>> {
    let mut packet = vec![0; BYTES_MAX];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(STREAMS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let length = {
        let mut slices = [IoSliceMut::new(&mut packet)];
        let received = || recvmsg(&socket, &mut slices, &mut control, RecvFlags::CMSG_CLOEXEC);
        rustix::io::retry_on_intr(received)?.bytes
    };
    let Some((letter, rest)) = packet[..length].split_first() else { return Ok(None) };
    let word = |bytes: &[u8]| PathBuf::from(OsStr::from_bytes(bytes));
    Ok(Some(match letter {
        b'+' => ReceivedRequest::FolderBegins(word(rest)),
        b'-' => ReceivedRequest::FolderEnds(word(rest)),
        b's' => {
            let rights = |message| match message {
                RecvAncillaryMessage::ScmRights(streams) => Some(streams),
                _ => None,
            };
            let streams = control.drain().filter_map(rights).flatten().collect();
            ReceivedRequest::Start {
                words: rest.split(|byte| *byte == 0).map(word).collect(),
                streams,
            }
        }
        _ => ReceivedRequest::Kill,
    }))
}

pub(super) fn send_reply(socket: impl AsFd, reply: &Reply) -> io::Result<()> {
    let (letter, number) = match reply {
        Reply::Started(process) => (b'p', *process),
        Reply::Failed(error) => (b'e', *error),
        Reply::Ended(None) => (b'n', 0),
        Reply::Ended(Some(Ended::Exited(status))) => (b'x', *status),
        Reply::Ended(Some(Ended::Signaled(signal))) => (b'g', *signal),
    };
    let packet = [&[letter], number.to_le_bytes().as_slice()].concat();
    let mut control = SendAncillaryBuffer::default();
    let sent = || sendmsg(&socket, &[IoSlice::new(&packet)], &mut control, SendFlags::NOSIGNAL);
    rustix::io::retry_on_intr(sent)?;
    Ok(())
}

/// What the watchdog answers; nothing if it is gone.
pub(super) fn receive_reply(socket: impl AsFd) -> io::Result<Option<Reply>> {
    let mut packet = [0; 1 + size_of::<i32>()];
    let mut slices = [IoSliceMut::new(&mut packet)];
    let mut control = RecvAncillaryBuffer::default();
    let received = || recvmsg(&socket, &mut slices, &mut control, RecvFlags::empty());
    if rustix::io::retry_on_intr(received)?.bytes < size_of_val(&packet) {
        return Ok(None);
    }
    let [letter, number @ ..] = packet;
    let number = i32::from_le_bytes(number);
    Ok(Some(match letter {
        b'p' => Reply::Started(number),
        b'x' => Reply::Ended(Some(Ended::Exited(number))),
        b'g' => Reply::Ended(Some(Ended::Signaled(number))),
        b'n' => Reply::Ended(None),
        _ => Reply::Failed(number),
    }))
}
