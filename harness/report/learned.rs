//! What was learned of a connector, for a person.

use std::fmt::Write;

use event70_model::{Assignments, Assumption, Keyword, Pins};

use super::layout::wrap;

/// What may be assumed, as on the command line.
pub(super) fn assumed(assumed: &Assignments) -> String {
    let pins = Pins::decided_in(assumed);
    if pins.is_empty() { "nothing".to_owned() } else { pins.to_string() }
}

/// What the documents leave open and how the connector decides it, as far as it was seen to; with
/// what to write to have it assumed. Empty where nothing was open.
#[must_use]
pub fn learned(assumed: &Assignments, left: &Assignments) -> String {
    learned_to_be_written(assumed, left, |pin| format!("--assume {pin}"))
}

/// As [`learned`]; `write` says how one of them is written to be assumed.
pub(crate) fn learned_to_be_written(
    assumed: &Assignments,
    left: &Assignments,
    write: impl Fn(&str) -> String,
) -> String {
    let inferable = || Assumption::ALL.iter().copied().filter(|key| key.is_inferable());
    let was_open = |key: &Assumption| assumed.decided(*key).is_none();
    let decided = |key: Assumption| Some(format!("{key} = {}", left.decided(key)?));
    let seen: Vec<String> = inferable().filter(was_open).filter_map(decided).collect();
    let open: Vec<&str> = inferable()
        .filter(|key| was_open(key) && left.decided(*key).is_none())
        .map(|key| key.keyword())
        .collect();
    let mut text = String::new();
    if seen.is_empty() && open.is_empty() {
        return text;
    }
    if !seen.is_empty() {
        let line = wrap("the connector: ", 2, &seen.join(", "));
        let _ = writeln!(text, "{line}");
    }
    if !open.is_empty() {
        let _ = writeln!(text, "{}", wrap("not yet seen: ", 2, &open.join(", ")));
    }
    let pins = Pins::decided_in(left);
    if !pins.is_empty() {
        // On one line, whatever its length, so that it can be pasted.
        let words = pins.to_string().split(' ').map(write).collect::<Vec<_>>();
        let _ = writeln!(text, "to assume it: {}", words.join(" "));
    }
    text
}
