//! Records copied out of the window that shows one, and as documents print them.
//!
//! Both name fields, one or several on a line, before a description: `Event ID: 70`, `Source:
//! MSExchangeCCMC`, `Type: Error`, `Category: General`. The windows of Windows NT, 2000 and Vista differ in
//! names and order. Documents leave fields out, break lines anywhere, and go on with prose after an empty
//! line. What is in a description is joined to one line.

use event70_model::{Keyword, Source};

use crate::draft::{Draft, finished};
use crate::filing::{category_titled, type_named};
use crate::message::{NO_DESCRIPTION, described};
use crate::record::{LogFile, LogKind, LogRecord, Place};
use crate::trouble::{Trouble, TroubleKind};

/// A field that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Id,
    Source,
    Type,
    Category,
    Date,
    Time,
    Computer,
    Description,
    Other,
}

/// The names. Where one ends with another, it stands first.
const NAMES: [(&str, Field); 18] = [
    ("Event ID", Field::Id),
    ("Event Source", Field::Source),
    ("Source", Field::Source),
    ("Event Type", Field::Type),
    ("Type", Field::Type),
    ("Level", Field::Type),
    ("Event Category", Field::Category),
    ("Task Category", Field::Category),
    ("Category", Field::Category),
    ("Date", Field::Date),
    ("Time", Field::Time),
    ("Computer", Field::Computer),
    ("Descriptions", Field::Description),
    ("Description", Field::Description),
    ("User", Field::Other),
    ("Log Name", Field::Other),
    ("Keywords", Field::Other),
    ("OpCode", Field::Other),
];

/// With these a record may begin right after the description of another.
const FIRST: [&str; 4] = ["Event ID", "Event Type", "Event Source", "Log Name"];

/// What comes after a description that is none of it.
const AFTER: [&str; 3] = ["Event Xml:", "For more information, see", "Data:"];

/// Reads the records of a text, if there are any.
pub(crate) fn read(text: &str) -> Option<LogFile> {
    let mut reader = Reader::default();
    for (line, number) in text.lines().zip(1..) {
        reader.take(line.trim(), number);
    }
    reader.end();
    (!reader.drafts.is_empty()).then(|| finished(LogKind::Text, reader.drafts, reader.troubles))
}

#[derive(Default)]
struct Reader {
    record: Open,
    drafts: Vec<Draft>,
    troubles: Vec<Trouble>,
}

/// The record that is being read.
#[derive(Default)]
struct Open {
    line: usize,
    fields: Vec<(Field, String)>,
    /// The lines of its description, once it has begun.
    description: Option<Vec<String>>,
    is_over: bool,
}

impl Reader {
    fn take(&mut self, line: &str, number: usize) {
        let fields = fields_of(line);
        let begins = fields.iter().any(|(name, ..)| FIRST.contains(name));
        let open = &self.record;
        let is_known = |(_, field, _): &(&str, Field, &str)| open.has(*field);
        if begins && (open.description.is_some() || fields.iter().any(is_known)) {
            self.end();
        }
        let open = &mut self.record;
        if let Some(lines) = &mut open.description {
            open.is_over |= AFTER.iter().any(|after| line.starts_with(after));
            if !open.is_over {
                lines.push(line.to_owned());
            }
        } else if !fields.is_empty() {
            if open.fields.is_empty() {
                open.line = number;
            }
            for (_, field, value) in fields {
                match field {
                    Field::Description => open.description = Some(vec![value.to_owned()]),
                    field => open.fields.push((field, value.to_owned())),
                }
            }
        } else if Source::from_keyword(line).is_some() {
            open.fields.push((Field::Source, line.to_owned()));
        } else if !line.is_empty() && open.has(Field::Id) {
            open.description = Some(vec![line.to_owned()]);
        }
    }

    /// The record ends.
    fn end(&mut self) {
        let open = std::mem::take(&mut self.record);
        let Some(id) = open.value(Field::Id) else { return };
        let trouble = |kind| Trouble::at_line(open.line, kind);
        let Some(id) = id.parse::<u32>().ok() else {
            let what = "the event's number is none".to_owned();
            return self.troubles.push(trouble(TroubleKind::Broken(what)));
        };
        let id = id as u16;
        let description = open.description();
        let source = open.value(Field::Source).map(str::to_owned).unwrap_or_else(|| {
            // Articles on the connector leave it out where nobody else has such a text.
            let ours = Source::Ccmc.keyword();
            let (_, text) = described(ours, id, &description);
            let is_ours = text.is_none() && !description.is_empty();
            if is_ours { ours.to_owned() } else { String::new() }
        });
        if source.is_empty() {
            self.troubles.push(trouble(TroubleKind::Part("it has no source".to_owned())));
        }
        let time = [open.value(Field::Date), open.value(Field::Time)];
        let record = LogRecord {
            number: None,
            time: None,
            id,
            event_type: open.value(Field::Type).and_then(type_named),
            category: open.value(Field::Category).and_then(|t| category_titled(&source, t)),
            source,
            strings: Vec::new(),
            text: None,
            computer: open.value(Field::Computer).filter(|c| !c.is_empty()).map(str::to_owned),
            place: Place::Line(open.line as u64),
        };
        let time = time.into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.drafts.push(Draft { record, time, description });
    }
}

impl Open {
    fn has(&self, field: Field) -> bool {
        field != Field::Other && self.value(field).is_some()
    }

    fn value(&self, field: Field) -> Option<&str> {
        self.fields.iter().find(|(known, _)| *known == field).map(|(_, value)| value.as_str())
    }

    /// The first paragraph; all of them where a viewer had no text, since it lists strings in the last.
    fn description(&self) -> String {
        let lines = self.description.as_deref().unwrap_or_default();
        let begin = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
        let lines = &lines[begin..];
        if lines.first().is_some_and(|line| line.starts_with(NO_DESCRIPTION)) {
            return lines.join("\n");
        }
        let paragraph = lines.split(String::is_empty).next().unwrap_or_default();
        paragraph.join(" ")
    }
}

/// The fields that a line names, if it begins with a name.
fn fields_of(line: &str) -> Vec<(&'static str, Field, &str)> {
    if let Some(id) = line.get(..8).filter(|name| name.eq_ignore_ascii_case("Event ID")) {
        let id = line[id.len()..].trim_matches([' ', ':']);
        if !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit()) {
            return vec![("Event ID", Field::Id, id)];
        }
    }
    let mut fields = Vec::new();
    let mut next = name_at(line);
    let mut rest = line;
    while let Some((name, field)) = next {
        rest = &rest[name.len() + 1..];
        next = None;
        let mut end = rest.len();
        if field != Field::Description {
            for (at, _) in rest.match_indices([' ', '\t']) {
                next = name_at(&rest[at + 1..]);
                if next.is_some() {
                    end = at + 1;
                    break;
                }
            }
        }
        fields.push((name, field, rest[..end].trim().trim_end_matches('/').trim_end()));
        rest = &rest[end..];
    }
    fields
}

/// The name with which a text begins, if a colon follows.
fn name_at(text: &str) -> Option<(&'static str, Field)> {
    let is_here = |name: &str| {
        let begin = text.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name));
        begin && text[name.len()..].starts_with(':')
    };
    NAMES.into_iter().find(|(name, _)| is_here(name))
}
