//! The events of a text, each read on its own, so that one that is broken spoils no other.

use super::event::event_of;
use crate::record::{LogFile, LogKind, Place};
use crate::text::Lines;
use crate::trouble::{Trouble, TroubleKind};

/// Whether a text is XML that may have events in it.
pub(crate) fn is_one(text: &str) -> bool {
    text.trim_start().starts_with('<') && (text.contains("<Event") || text.contains(END))
}

const END: &str = "</Event>";

/// Reads the events of a text.
pub(crate) fn read(text: &str) -> LogFile {
    let mut log = LogFile { kind: LogKind::Xml, records: Vec::new(), troubles: Vec::new() };
    let mut lines = Lines::of(text);
    let (mut after, mut next, mut end) = (0, start_from(text, 0), 0);
    while let Some(start) = next {
        stray(&text[after..start], lines.of_offset(after), &mut log);
        let line = lines.of_offset(start);
        // The end that was found for an event before is looked for no second time.
        if end <= start {
            let Some(at) = text[start..].find(END) else {
                log.troubles.push(Trouble::at_line(line, TroubleKind::Cut));
                return log;
            };
            end = start + at + END.len();
        }
        next = start_from(text, start + 1);
        let is_whole = next.is_none_or(|next| next >= end);
        after = if is_whole { end } else { next.unwrap_or(end) };
        let read = match is_whole {
            true => event_of(&text[start..end], Place::Line(line as u64)),
            false => Err("the event has no end".to_owned()),
        };
        let kinds = match read {
            Ok((record, parts)) => {
                log.records.push(record);
                parts.into_iter().map(|what| TroubleKind::Part(what.to_owned())).collect()
            }
            Err(what) => vec![TroubleKind::Broken(what)],
        };
        log.troubles.extend(kinds.into_iter().map(|kind| Trouble::at_line(line, kind)));
    }
    stray(&text[after..], lines.of_offset(after), &mut log);
    if text.contains("<Events") && !text.contains("</Events>") {
        let line = lines.of_offset(text.len());
        log.troubles.push(Trouble::at_line(line, TroubleKind::Cut));
    }
    log
}

/// Names what stands between events and is neither white space nor the frame around all of them.
fn stray(between: &str, line: usize, log: &mut LogFile) {
    let mut rest = between.trim();
    while !rest.is_empty() {
        let frame = ["<?xml", "<Events", "</Events"].iter().any(|frame| rest.starts_with(frame));
        match rest.split_once('>') {
            Some((_, after)) if frame => rest = after.trim_start(),
            _ => {
                let kind = TroubleKind::Broken("an event was expected".to_owned());
                return log.troubles.push(Trouble::at_line(line, kind));
            }
        }
    }
}

/// The next place where an `Event` element begins.
fn start_from(text: &str, from: usize) -> Option<usize> {
    const START: &str = "<Event";
    let mut from = from;
    loop {
        let at = from + text.get(from..)?.find(START)?;
        let after = text[at + START.len()..].chars().next()?;
        if after.is_whitespace() || matches!(after, '>' | '/') {
            return Some(at);
        }
        from = at + START.len();
    }
}
