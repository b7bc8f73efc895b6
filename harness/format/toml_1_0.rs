//! What TOML 1.0 has not, and the parser lets pass.
//!
//! Scenario files are TOML 1.0, which every editor and every other reader knows; the parser that is
//! used here reads 1.1, and numbers only when they are needed. What is more than 1.0 is found in the
//! parts that it takes a text apart into.

use event70_model::shown;
use toml_parser::Source;
use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};

use super::complaint::Complaint;

/// Tables and lists are followed so deep, as the parser does that reads their content.
const DEPTH_MAX: u32 = 80;

/// A complaint of everything in the text that only TOML 1.1 has.
pub(super) fn faults(text: &str) -> Vec<Complaint> {
    let mut scan = Scan { text, open: Vec::new(), faults: Vec::new() };
    let mut last_separator = None;
    for event in events(text) {
        let span = event.span().start()..event.span().end();
        scan.event(&event, &span, last_separator.as_ref());
        match event.kind() {
            EventKind::ValueSep => last_separator = Some(span),
            EventKind::Whitespace | EventKind::Newline | EventKind::Comment => {}
            _ => last_separator = None,
        }
    }
    scan.faults
}

/// A complaint of everything that begins like a number and is none; the parser leaves that to
/// whoever needs the number.
pub(super) fn numbers(text: &str) -> Vec<Complaint> {
    let fault = |event: Event| {
        let span = event.span().start()..event.span().end();
        let scalar = text.get(span.clone()).unwrap_or_default();
        let is_plain = event.kind() == EventKind::Scalar && event.encoding().is_none();
        (is_plain && !["true", "false"].contains(&scalar) && !is_time(scalar) && !is_number(scalar))
            .then(|| Complaint {
                span,
                message: format!("not TOML: `{}` is not a number", shown(scalar)),
                help: None,
            })
    };
    events(text).into_iter().filter_map(fault).collect()
}

fn events(text: &str) -> Vec<Event> {
    let tokens = Source::new(text).lex().into_vec();
    let mut events: Vec<Event> = Vec::new();
    parse_document(&tokens, &mut RecursionGuard::new(&mut events, DEPTH_MAX), &mut ());
    events
}

/// Whether it is a date or a time, or would be: those the parser reads to the letter.
fn is_time(scalar: &str) -> bool {
    let begins_with = |figures: usize, mark: u8| {
        let text = scalar.as_bytes();
        text.get(figures) == Some(&mark) && text[..figures].iter().all(u8::is_ascii_digit)
    };
    begins_with(4, b'-') || begins_with(2, b':')
}

fn is_number(scalar: &str) -> bool {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(figures) = scalar.strip_prefix(prefix) {
            return are_figures(figures, radix);
        }
    }
    let number = scalar.strip_prefix(['+', '-']).unwrap_or(scalar);
    let (number, power) = match number.split_once(['e', 'E']) {
        Some((number, power)) => (number, power.strip_prefix(['+', '-']).unwrap_or(power)),
        None => (number, "1"),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "1"));
    let begins_well = whole == "0" || !whole.starts_with('0');
    let is_finite =
        begins_well && [whole, fraction, power].iter().all(|part| are_figures(part, 10));
    is_finite || ["inf", "nan"].contains(&number)
}

/// Figures, with an underscore between two of them at most.
fn are_figures(text: &str, radix: u32) -> bool {
    text.split('_').all(|part| !part.is_empty() && part.chars().all(|c| c.is_digit(radix)))
}

/// What is open around a part of a text.
enum Open {
    List,
    /// An inline table; whether a line break in it was told already.
    Table(bool),
}

struct Scan<'a> {
    text: &'a str,
    open: Vec<Open>,
    faults: Vec<Complaint>,
}

type Span = std::ops::Range<usize>;

impl Scan<'_> {
    /// `separator` is the comma before this part, if nothing but blanks lies between.
    fn event(&mut self, event: &Event, span: &Span, separator: Option<&Span>) {
        match event.kind() {
            EventKind::ArrayOpen => self.open.push(Open::List),
            EventKind::InlineTableOpen => self.open.push(Open::Table(false)),
            EventKind::ArrayClose => drop(self.open.pop()),
            EventKind::InlineTableClose => {
                self.open.pop();
                if let Some(comma) = separator {
                    let help = "remove the comma before the closing brace";
                    self.fault(
                        comma.clone(),
                        "a comma after the last key of an inline table",
                        help,
                    );
                }
            }
            EventKind::Newline | EventKind::Comment => self.line_break(event.kind(), span),
            EventKind::SimpleKey | EventKind::Scalar => self.scalar(event.encoding(), span),
            _ => {}
        }
    }

    fn line_break(&mut self, kind: EventKind, span: &Span) {
        let Some(Open::Table(told)) = self.open.last_mut() else { return };
        if std::mem::replace(told, true) {
            return;
        }
        let what = if kind == EventKind::Comment { "a comment" } else { "a line break" };
        let help = "write the table in one line, or under a head of its own, as [[steps]]";
        self.fault(span.clone(), &format!("{what} in an inline table"), help);
    }

    fn scalar(&mut self, encoding: Option<Encoding>, span: &Span) {
        match encoding {
            Some(Encoding::BasicString | Encoding::MlBasicString) => self.escapes(span),
            None => self.time(span),
            Some(_) => {}
        }
    }

    fn escapes(&mut self, span: &Span) {
        let mut characters = self.text.get(span.clone()).unwrap_or_default().char_indices();
        let mut faults = Vec::new();
        while let Some((at, character)) = characters.next() {
            if character != '\\' {
                continue;
            }
            let at = span.start + at;
            match characters.next() {
                Some((_, 'e')) => faults.push((at..at + 2, "`\\e`", "write `\\u001B`")),
                Some((_, 'x')) => {
                    // The two digits belong to it; where they are wrong, the parser says so.
                    let end = (at + 4).min(span.end);
                    let end = if self.text.is_char_boundary(end) { end } else { at + 2 };
                    faults.push((at..end, "`\\x`", "write `\\u00` and the two digits"));
                }
                _ => {}
            }
        }
        for (span, what, help) in faults {
            self.fault(span, &format!("the escape {what}"), help);
        }
    }

    /// A time has its seconds. The first colon is that of the time, whatever stands about it.
    fn time(&mut self, span: &Span) {
        let text = self.text.get(span.clone()).unwrap_or_default().as_bytes();
        let Some(colon) = text.iter().position(|byte| *byte == b':') else { return };
        if text.get(colon + 3) != Some(&b':') {
            self.fault(span.clone(), "a time without seconds", "add `:00` after the minutes");
        }
    }

    fn fault(&mut self, span: Span, what: &str, help: &str) {
        self.faults.push(Complaint {
            span,
            message: format!("{what} is TOML 1.1; scenario files are TOML 1.0"),
            help: Some(help.to_owned()),
        });
    }
}
