//! Rows made into records.

use super::layout::{Column, Layout};
use super::rows::{Row, Rows};
use crate::draft::{Draft, finished};
use crate::filing::{category_titled, type_named};
use crate::record::{LogFile, LogKind, LogRecord, Place};
use crate::trouble::{Trouble, TroubleKind};

/// So many rows are looked at for a header, or for one that has the columns of Windows NT.
const ROWS_LOOKED_AT: usize = 20;

/// Reads a list, if the text is one.
pub(crate) fn read(text: &str) -> Option<LogFile> {
    let kinds = [('\t', LogKind::Text), (',', LogKind::Csv)];
    let list = |(separator, kind)| Some((layout(text, separator)?, separator, kind));
    let ((layout, has_header), separator, kind) = kinds.into_iter().find_map(list)?;
    let mut reader =
        Reader { layout, separator, drafts: Vec::new(), troubles: Vec::new(), goes_on: false };
    let mut is_before_header = has_header;
    for row in Rows::of(text, separator) {
        let is_header = is_before_header && Layout::of_header(&row.fields).is_some();
        if is_header {
            is_before_header = false;
        } else {
            reader.take(&row);
        }
    }
    Some(finished(kind, reader.drafts, reader.troubles))
}

/// The columns of a list with this separator, and whether a header names them.
fn layout(text: &str, separator: char) -> Option<(Layout, bool)> {
    Rows::of(text, separator).take(ROWS_LOOKED_AT).find_map(|row| {
        let header = Layout::of_header(&row.fields).map(|layout| (layout, true));
        let nt_4 = Layout::nt_4();
        let is_nt_4 = nt_4.is_filled(&row.fields) && number(&nt_4, &row).is_some();
        header.or_else(|| is_nt_4.then_some((nt_4, false)))
    })
}

fn number(layout: &Layout, row: &Row<'_>) -> Option<u16> {
    layout.field(Column::Event, &row.fields)?.parse().ok()
}

struct Reader {
    layout: Layout,
    separator: char,
    drafts: Vec<Draft>,
    troubles: Vec<Trouble>,
    /// Whether the row before has gone on with a description, which is said once.
    goes_on: bool,
}

impl Reader {
    fn take(&mut self, row: &Row<'_>) {
        let trouble = |kind| Trouble::at_line(row.line, kind);
        if row.raw.trim().is_empty() {
            return;
        }
        if row.is_open {
            let what = "a field begins with a quote and has no end";
            self.troubles.push(trouble(TroubleKind::Part(what.to_owned())));
        }
        if !self.layout.is_filled(&row.fields) {
            return self.go_on(row);
        }
        self.goes_on = false;
        match number(&self.layout, row) {
            Some(id) => self.drafts.push(self.draft(id, row)),
            None => {
                let what = "the event's number is none".to_owned();
                self.troubles.push(trouble(TroubleKind::Broken(what)));
            }
        }
    }

    /// A line with too few fields is a further line of the description before it: Windows NT puts none
    /// in quotes.
    fn go_on(&mut self, row: &Row<'_>) {
        let kind = match self.drafts.last_mut() {
            None => TroubleKind::Broken("the row has too few fields".to_owned()),
            Some(draft) => {
                draft.description.push('\n');
                draft.description.push_str(row.raw);
                TroubleKind::Part("it is taken as a line of the description before it".to_owned())
            }
        };
        if !std::mem::replace(&mut self.goes_on, true) {
            self.troubles.push(Trouble::at_line(row.line, kind));
        }
    }

    fn draft(&self, id: u16, row: &Row<'_>) -> Draft {
        let field = |column| self.layout.field(column, &row.fields);
        let source = field(Column::Source).unwrap_or_default();
        let category = field(Column::Category).and_then(|title| category_titled(source, title));
        let date = [field(Column::Date), field(Column::Time)];
        let description = match self.layout.description(&row.fields) {
            [one] => one.to_string(),
            several => several.join(self.separator.encode_utf8(&mut [0; 4])),
        };
        Draft {
            record: LogRecord {
                number: None,
                time: None,
                source: source.to_owned(),
                id,
                event_type: field(Column::Type).and_then(type_named),
                category,
                strings: Vec::new(),
                text: None,
                computer: field(Column::Computer).filter(|c| !c.is_empty()).map(str::to_owned),
                place: Place::Line(row.line as u64),
            },
            time: date.into_iter().flatten().collect::<Vec<_>>().join(" "),
            description,
        }
    }
}
