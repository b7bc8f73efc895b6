//! Text that somebody else wrote, on its way to a terminal, a log, XML or Markdown.
//!
//! Keys, words, titles, notes, paths, and whatever a connector says may hold anything: an escape
//! sequence that rewrites the screen, a mark that turns the direction of writing, a line that a CI
//! system takes for a command. All of it is made visible here and nowhere else. [`Foreign`] has no
//! `Display`, so that forgetting does not compile:
//!
//! ```compile_fail
//! let _ = format!("{}", event70_model::Foreign::from("\u{1b}[2J"));
//! ```
//!
//! ```
//! assert_eq!(event70_model::Foreign::from("\u{1b}[2J").shown().to_string(), "\\u{1b}[2J");
//! ```
//!
//! What is written to a stream is looked over once more as a whole by [`flowed`]: a text that got
//! there on another way is made visible too.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::Path;

/// A text that somebody else wrote.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Foreign(String);

/// A text made visible, in one line.
#[derive(Clone, Copy)]
pub struct Shown<'a>(&'a str);

impl Foreign {
    /// The text as it was written: to compare it or to write it back, never to print it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// The text made visible, in one line.
    #[must_use]
    pub fn shown(&self) -> Shown<'_> {
        Shown(&self.0)
    }
}

impl From<&str> for Foreign {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Foreign {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl PartialEq<&str> for Foreign {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// As it was written; what becomes of it as JSON is [`in_json`]'s affair.
impl serde::Serialize for Foreign {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.shown())
    }
}

/// In quotes.
impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((at, letter)) = rest.char_indices().find(|(_, letter)| is_unseen(*letter)) {
            f.write_str(&rest[..at])?;
            visible(letter).fmt(f)?;
            rest = &rest[at + letter.len_utf8()..];
        }
        f.write_str(rest)
    }
}

/// A text made visible, in one line: whatever is not seen is written as Rust writes it.
///
/// ```
/// assert_eq!(event70_model::shown("a\u{202e}b\n").to_string(), "a\\u{202e}b\\n");
/// ```
#[must_use]
pub fn shown(text: &str) -> Shown<'_> {
    Shown(text)
}

/// A path made visible, in one line; bytes that are no text show as `\u{fffd}`.
#[must_use]
pub fn shown_path(path: &Path) -> String {
    shown(&path.to_string_lossy()).to_string()
}

/// A text of several lines made visible, so that none of them is a command to a CI system: GitHub
/// takes `::` at the beginning of a line for one, and `##[` anywhere.
#[must_use]
pub fn flowed(text: &str) -> Cow<'_, str> {
    if !text.contains(|letter| letter != '\n' && is_unseen(letter))
        && !text.contains("##[")
        && !text.lines().any(is_command)
    {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| {
        let line = shown(line).to_string().replace("##[", "#\\u{23}[");
        if is_command(&line) { line.replacen(':', "\\u{3a}", 1) } else { line }
    });
    lines.collect::<Vec<_>>().join("\n").into()
}

fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::")
}

/// A source text with a span of bytes in it, both made visible: line breaks and tabs stay, and the
/// span marks what it marked.
#[must_use]
pub fn shown_source(text: &str, span: &Range<usize>) -> (String, Range<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut marked = None..None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if at >= span.start {
            marked.start.get_or_insert(out.len());
        }
        if at >= span.end {
            marked.end.get_or_insert(out.len());
        }
        match letter {
            '\n' | '\t' => out.push(letter),
            // Half of a line break.
            '\r' if letters.peek().is_some_and(|(_, next)| *next == '\n') => {}
            letter if is_unseen(letter) => out.push_str(&visible(letter)),
            letter => out.push(letter),
        }
    }
    let start = marked.start.unwrap_or(out.len());
    let end = marked.end.unwrap_or(out.len()).max(start);
    (out, start..end)
}

/// A line of JSON that shows what it holds: what is not seen stands in it as `\u` and four digits.
/// It means the same, for such letters stand in strings only.
#[must_use]
pub fn in_json(line: &str) -> Cow<'_, str> {
    let is_printable = |byte: u8| matches!(byte, b' '..=b'~');
    if line.bytes().all(is_printable) && !line.contains("##[") {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    for letter in line.chars() {
        if is_unseen(letter) {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(letter);
        }
    }
    out.replace("##[", "#\\u0023[").into()
}

/// A text for XML, as content or in an attribute: made visible as by [`flowed`], and escaped.
#[must_use]
pub fn in_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in flowed(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter => out.push(letter),
        }
    }
    out
}

/// A word for a POSIX shell that can be pasted into one: bare where that is enough, in quotes, or
/// with its unseen letters written out.
#[must_use]
pub fn pasted(word: &str) -> String {
    if !word.contains(is_unseen) {
        return shell_words::quote(word).into_owned();
    }
    let mut out = String::from("$'");
    for letter in word.chars() {
        match letter {
            '\'' | '\\' => out.extend(['\\', letter]),
            letter if is_unseen(letter) => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("\\{byte:03o}"));
                }
            }
            letter => out.push(letter),
        }
    }
    out + "'"
}

/// A path that can be pasted into a shell. One that begins with `-` is not taken for an option.
#[must_use]
pub fn pasted_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.starts_with('-') { pasted(&format!("./{text}")) } else { pasted(&text) }
}

fn visible(letter: char) -> String {
    match letter {
        '\t' | '\r' | '\n' => letter.escape_default().to_string(),
        letter => letter.escape_unicode().to_string(),
    }
}

/// Whether a letter shows as nothing, as another one, or moves those beside it: controls (C0, C1,
/// DEL), marks of the direction of writing, invisible and ignorable letters, the separators of
/// lines and paragraphs, and the numbers that are no letters at all.
pub fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || u32::from(letter) & 0xFFFE == 0xFFFE
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_stays_and_what_is_not_is_written_out() {
        assert_eq!(
            shown(r"C:\EXCHSRVR, größer 漢字 🙂").to_string(),
            r"C:\EXCHSRVR, größer 漢字 🙂"
        );
        let unseen = "a\u{1b}[31m\r\n\t\u{202e}\0\u{9b}\u{7f}\u{2028}\u{fffe}\u{1ffff}\u{feff}";
        let seen = r"a\u{1b}[31m\r\n\t\u{202e}\u{0}\u{9b}\u{7f}\u{2028}\u{fffe}\u{1ffff}\u{feff}";
        assert_eq!(shown(unseen).to_string(), seen);
    }

    #[test]
    fn no_line_is_a_command_of_a_ci_system() {
        assert_eq!(flowed("a\n ::error::b\nc :: d"), "a\n \\u{3a}:error::b\nc :: d");
        assert_eq!(flowed("x ##[group]y"), "x #\\u{23}[group]y");
        assert!(matches!(flowed("plain\nlines"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_span_marks_the_same_letters_after_they_were_made_visible() {
        let text = "a\u{1b}b = \u{202e}word\r\nnext";
        let start = text.find("word").unwrap();
        let (shown, span) = shown_source(text, &(start..start + 4));
        assert_eq!((&shown[span], shown.as_str()), ("word", "a\\u{1b}b = \\u{202e}word\nnext"));
        let (shown, span) = shown_source("ab", &(2..2));
        assert_eq!((shown.as_str(), span), ("ab", 2..2));
    }

    #[test]
    fn json_means_the_same_and_holds_nothing_unseen() {
        let text = "\u{7f}\u{202e}\u{e0041}##[x]\u{fffe} ü";
        let line = serde_json::to_string(text).unwrap();
        let escaped = in_json(&line);
        assert!(!escaped.contains(is_unseen) && !escaped.contains("##["), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        assert!(matches!(in_json(r#"{"plain":1}"#), Cow::Borrowed(_)), "it costs nothing");
    }

    #[test]
    fn what_is_pasted_into_a_shell_is_the_word_again() {
        for word in ["plain", "two words", "it's", "a\nb", "\u{1b}[2J'\\", "", "$(x)", "ü\u{202e}"]
        {
            let script = format!("printf %s {}", pasted(word));
            let Ok(out) = std::process::Command::new("bash").args(["-c", &script]).output() else {
                return;
            };
            assert_eq!(String::from_utf8_lossy(&out.stdout), word, "{script}");
        }
        assert_eq!(pasted_path(Path::new("-rf")), "./-rf");
    }
}
