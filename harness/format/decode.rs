//! Reading values of a parsed text, with a complaint at the place of each that does not fit.

use std::ops::{Range, RangeInclusive};

use event70_model::{Keyword, nearest, shown};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::complaint::Complaint;

/// A value with its place in the text.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// Collects complaints while values are read. A value that does not fit reads as `None`.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    pub(super) complaints: Vec<Complaint>,
    /// Where the text ceases to be TOML, if it does: from there on it is not clear what belongs
    /// where, and of nothing can it be said that it is missing.
    pub(super) broken_from: Option<usize>,
}

/// One table of the text, with the keys that it may have.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a, 'i> {
    table: &'a DeTable<'i>,
    pub(super) span: &'a Range<usize>,
}

impl<'a, 'i> Fields<'a, 'i> {
    pub(super) fn new(table: &'a DeTable<'i>, span: &'a Range<usize>) -> Self {
        Self { table, span }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value<'i>> {
        self.table.get(key)
    }

    /// The keys of this table that are among `keys`, each with its place, in the order of the text.
    pub(super) fn present(&self, keys: &[&'static str]) -> Vec<(&'static str, Range<usize>)> {
        let mut present: Vec<_> = keys
            .iter()
            .filter_map(|key| {
                let (found, _) = self.table.get_key_value(*key)?;
                Some((*key, found.span()))
            })
            .collect();
        present.sort_by_key(|(_, span)| span.start);
        present
    }
}

impl Decoder {
    pub(super) fn complain(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        self.complaints.push(Complaint { span, message: message.into(), help: help.into() });
    }

    /// Complains of what stands in the wrong place, if it is clear where that is.
    pub(super) fn misplaced(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        if self.broken_from.is_none_or(|broken| span.start < broken) {
            self.complain(span, message, help);
        }
    }

    /// Complains of what is missing at a place, if it is clear that it is.
    pub(super) fn absent(&mut self, span: Range<usize>, message: impl Into<String>, help: &str) {
        if self.broken_from.is_none() {
            self.complain(span, message, help.to_owned());
        }
    }

    /// A value as a table whose keys are among `known`.
    pub(super) fn table<'a, 'i>(
        &mut self,
        value: &'a Value<'i>,
        span: &'a Range<usize>,
        known: &[&str],
        what: &str,
    ) -> Option<Fields<'a, 'i>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(value, "a table");
            return None;
        };
        let fields = Fields::new(table, span);
        self.known_keys(&fields, known, what);
        Some(fields)
    }

    /// Complains of every key that is not among `known`.
    pub(super) fn known_keys(&mut self, fields: &Fields<'_, '_>, known: &[&str], what: &str) {
        for (key, _) in fields.table {
            let text = key.get_ref().as_ref();
            if !known.contains(&text) {
                let help = suggestion(text, known);
                let message = format!("unknown key `{}` in {what}", shown(text));
                self.misplaced(key.span(), message, help);
            }
        }
    }

    /// Complains that a key is not there, at the table that should have it.
    pub(super) fn missing(&mut self, fields: &Fields<'_, '_>, key: &str, what: &str, help: &str) {
        let span = fields.span.clone();
        self.absent(span, format!("`{key}` is missing in {what}"), help);
    }

    pub(super) fn wrong_type(&mut self, value: &Value<'_>, wanted: &str) {
        let found = with_article(value.get_ref().type_str());
        self.complain(value.span(), format!("expected {wanted}, found {found}"), None);
    }

    pub(super) fn string<'a>(&mut self, value: &'a Value<'_>, wanted: &str) -> Option<&'a str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong_type(value, wanted);
        }
        text
    }

    /// A word of one vocabulary; `what` names the vocabulary in complaints.
    pub(super) fn word<W: Keyword>(&mut self, value: &Value<'_>, what: &str) -> Option<W> {
        let words = W::all_keywords();
        let text = self.one_of(value, &words, what)?;
        W::from_keyword(text)
    }

    /// A text that is among `words`.
    pub(super) fn one_of<'a>(
        &mut self,
        value: &'a Value<'_>,
        words: &[&str],
        what: &str,
    ) -> Option<&'a str> {
        let text = self.string(value, &format!("{what} in quotes"))?;
        if words.contains(&text) {
            return Some(text);
        }
        self.complain(
            value.span(),
            format!("unknown {what} \"{}\"", shown(text)),
            suggestion(text, words),
        );
        None
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &mut self,
        value: &Value<'_>,
        bounds: RangeInclusive<i64>,
        what: &str,
    ) -> Option<i64> {
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_type(value, "a whole number");
            return None;
        };
        let digits = integer.as_str().replace('_', "");
        let number = i64::from_str_radix(&digits, integer.radix()).ok();
        if let Some(number) = number.filter(|number| bounds.contains(number)) {
            return Some(number);
        }
        let (least, most) = (bounds.start(), bounds.end());
        let prefix = match integer.radix() {
            16 => "0x",
            8 => "0o",
            2 => "0b",
            _ => "",
        };
        let message =
            format!("`{what}` is {prefix}{digits}, which is not between {least} and {most}");
        self.complain(value.span(), message, None);
        None
    }

    pub(super) fn array<'a, 'i>(
        &mut self,
        value: &'a Value<'i>,
        wanted: &str,
    ) -> Option<&'a [Value<'i>]> {
        if let DeValue::Array(array) = value.get_ref() {
            return Some(array);
        }
        self.wrong_type(value, wanted);
        None
    }
}

/// Which word may have been meant, or which there are.
fn suggestion(text: &str, words: &[&str]) -> Option<String> {
    Some(match nearest(text, words) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("one of: {}", words.join(", ")),
    })
}

fn with_article(type_name: &str) -> String {
    let article = if type_name.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {type_name}")
}
