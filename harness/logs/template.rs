//! Insertion strings taken back out of a message text.

use event70_model::{Keyword, Source};
use event70_rule::message;

/// The strings that make this text of the event of this number; nothing if none do.
///
/// One space of a message text is any white space of the file's, since files break lines. Empty strings
/// at the end are left out.
pub(crate) fn strings_of(source: &str, id: u16, text: &str) -> Option<Vec<String>> {
    if source != Source::Ccmc.keyword() {
        return None;
    }
    let mut parts = message(id)?.text.split('%');
    let mut rest = after(text.trim(), parts.next()?)?;
    let mut strings: Vec<String> = Vec::new();
    for part in parts {
        let number = part.chars().next()?.to_digit(10)? as usize;
        let literal = &part[1..];
        let (string, left) = before(rest, literal)?;
        if strings.len() < number {
            strings.resize(number, String::new());
        }
        string.clone_into(strings.get_mut(number.checked_sub(1)?)?);
        rest = left;
    }
    if !rest.is_empty() {
        return None;
    }
    without_empty_end(&mut strings);
    Some(strings)
}

/// Takes off the empty strings at the end, which say nothing.
pub(crate) fn without_empty_end(strings: &mut Vec<String>) {
    while strings.last().is_some_and(String::is_empty) {
        strings.pop();
    }
}

/// What stands before the literal, and after it. An empty literal stands at the end.
fn before<'a>(text: &'a str, literal: &str) -> Option<(&'a str, &'a str)> {
    if literal.is_empty() {
        return Some((text, ""));
    }
    // A blank of the literal takes a whole run of white space: only where one begins is it looked for.
    let goes_on = |at: usize| {
        literal.starts_with(' ')
            && text[at..].starts_with(char::is_whitespace)
            && text[..at].ends_with(char::is_whitespace)
    };
    let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    places.find_map(|at| {
        let left = if goes_on(at) { None } else { after(&text[at..], literal) };
        Some((&text[..at], left?))
    })
}

/// What follows the literal at the beginning of a text. White space at the end of the literal may be
/// missing at the end of the text.
fn after<'a>(text: &'a str, literal: &str) -> Option<&'a str> {
    let mut rest = text;
    for letter in literal.chars() {
        rest = match letter {
            ' ' if rest.is_empty() => rest,
            ' ' => {
                let left = rest.trim_start();
                (left.len() < rest.len()).then_some(left)?
            }
            letter => rest.strip_prefix(letter)?,
        };
    }
    Some(rest)
}
