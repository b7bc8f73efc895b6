//! Rows of fields, after RFC 4180: a field in quotes may hold separators and line breaks, and a quote as two.

use std::borrow::Cow;

/// The rows of a text, each with the line on which it begins and its fields.
pub(super) struct Rows<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    separator: char,
    /// Whether a field in quotes must end on its line. It must after one that had no end, so that no text
    /// is gone through over and over.
    is_strict: bool,
}

/// One row.
pub(super) struct Row<'a> {
    pub(super) line: usize,
    pub(super) fields: Vec<Cow<'a, str>>,
    /// Whether a field in it begins with a quote and has no end.
    pub(super) is_open: bool,
    /// The row as it stands in the file.
    pub(super) raw: &'a str,
}

impl<'a> Rows<'a> {
    pub(super) fn of(text: &'a str, separator: char) -> Self {
        Self { text, at: 0, line: 1, separator, is_strict: false }
    }

    /// A field in quotes that begins here: its text, and where it ends. Nothing if it has no end.
    fn quoted(&self, start: usize) -> Option<(Cow<'a, str>, usize)> {
        let inner = &self.text[start + 1..];
        let limit =
            if self.is_strict { inner.find('\n').unwrap_or(inner.len()) } else { inner.len() };
        let mut at = 0;
        loop {
            at += inner[at..limit].find('"')?;
            let after = &inner[at + 1..];
            if after.starts_with('"') {
                at += 2;
            } else if after.is_empty() || after.starts_with([self.separator, '\n', '\r']) {
                break;
            } else {
                at += 1;
            }
        }
        let text = &inner[..at];
        let text =
            if text.contains("\"\"") { text.replace("\"\"", "\"").into() } else { text.into() };
        Some((text, start + 1 + at + 1))
    }

    /// The end of a field without quotes.
    fn plain(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        rest.find([self.separator, '\n']).map_or(self.text.len(), |at| start + at)
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        let begin = self.at;
        if begin >= self.text.len() {
            return None;
        }
        let (mut at, mut fields, mut is_open) = (begin, Vec::new(), false);
        loop {
            // After a quote that has no end, the others of the row are letters like any.
            let is_quote = !is_open && self.text[at..].starts_with('"');
            let quoted = if is_quote { self.quoted(at) } else { None };
            is_open |= is_quote && quoted.is_none();
            self.is_strict |= is_open;
            let (field, end) = quoted.unwrap_or_else(|| {
                let end = self.plain(at);
                (self.text[at..end].trim_end_matches('\r').into(), end)
            });
            fields.push(field);
            at = end;
            if !self.text[at..].starts_with(self.separator) {
                break;
            }
            at += self.separator.len_utf8();
        }
        let raw = self.text[begin..at].trim_end_matches('\r');
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1);
        let line = self.line;
        self.line += self.text[begin..end].matches('\n').count();
        self.at = end;
        Some(Row { line, fields, is_open, raw })
    }
}
