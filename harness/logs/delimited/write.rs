//! Records written as lists: with commas as Windows Vista and later save them, with tabs as Windows NT does.

use std::io;

use event70_model::{Category, EventType, Keyword};

use crate::message::text_of;
use crate::record::{LogKind, LogRecord};
use crate::time::civil;
use crate::trouble::WriteError;

/// Writes records with a header and commas. The computer has no column.
pub(crate) fn write_commas(
    records: &[LogRecord],
    out: &mut impl io::Write,
) -> Result<(), WriteError> {
    write!(out, "Level,Date and Time,Source,Event ID,Task Category\r\n")?;
    rows(LogKind::Csv, records, out, ",", |record| {
        let time = civil(record.time)?.map(|at| at.strftime("%-m/%-d/%Y %-I:%M:%S %p").to_string());
        let (id, time) = (record.id.to_string(), time.unwrap_or_default());
        let source = name(&record.source)?;
        Ok([type_of(record), &time, source, &id, category_of(record)].map(str::to_owned).into())
    })
}

/// Writes records without a header and with tabs.
pub(crate) fn write_tabs(
    records: &[LogRecord],
    out: &mut impl io::Write,
) -> Result<(), WriteError> {
    rows(LogKind::Text, records, out, "\t", |record| {
        let at = civil(record.time)?;
        let date = at.map(|at| at.strftime("%-m/%-d/%Y").to_string()).unwrap_or_default();
        let time = at.map(|at| at.strftime("%-I:%M:%S %p").to_string()).unwrap_or_default();
        let (id, source) = (record.id.to_string(), name(&record.source)?);
        let computer = name(record.computer.as_deref().unwrap_or_default())?;
        let (event_type, category) = (type_of(record), category_of(record));
        let fields = [&date, &time, source, event_type, category, &id, "N/A", computer];
        Ok(fields.map(str::to_owned).into())
    })
}

fn rows(
    kind: LogKind,
    records: &[LogRecord],
    out: &mut impl io::Write,
    separator: &str,
    fields: impl Fn(&LogRecord) -> Result<Vec<String>, &'static str>,
) -> Result<(), WriteError> {
    for (index, record) in records.iter().enumerate() {
        let cannot = |why| WriteError::Record { index, kind, why };
        let text = text_of(record).ok_or_else(|| cannot("no message text tells its strings"))?;
        let mut fields = fields(record).map_err(cannot)?;
        fields.push(text);
        let fields: Vec<String> =
            fields.into_iter().map(|field| quoted(field, separator)).collect();
        write!(out, "{}\r\n", fields.join(separator))?;
    }
    Ok(())
}

/// A name that reads back: what surrounds it is taken for padding.
fn name(name: &str) -> Result<&str, &'static str> {
    if name.trim() == name { Ok(name) } else { Err("a name in it has white space around it") }
}

fn type_of(record: &LogRecord) -> &'static str {
    record.event_type.map_or("None", EventType::keyword)
}

fn category_of(record: &LogRecord) -> &'static str {
    record.category.map_or("None", Category::title)
}

fn quoted(field: String, separator: &str) -> String {
    let must = field.contains(['"', '\r', '\n']) || field.contains(separator);
    if must { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}
