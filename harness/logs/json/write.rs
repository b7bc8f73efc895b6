//! Records written as an array, one object on a line.

use std::io;

use event70_model::{Category, EventType, Keyword};
use serde::Serialize;

use crate::filing::{level_of, number_of_category};
use crate::record::{LogKind, LogRecord};
use crate::trouble::WriteError;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    id: u16,
    provider_name: &'a str,
    log_name: &'static str,
    record_id: Option<u64>,
    level: u8,
    level_display_name: Option<&'static str>,
    task: u16,
    task_display_name: Option<&'static str>,
    time_created: Option<String>,
    machine_name: Option<&'a str>,
    message: Option<&'a str>,
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Property<'a> {
    value: &'a str,
}

/// Writes records.
pub(crate) fn write(records: &[LogRecord], out: &mut impl io::Write) -> Result<(), WriteError> {
    write!(out, "[")?;
    for (index, record) in records.iter().enumerate() {
        write!(out, "{}\n  ", if index == 0 { "" } else { "," })?;
        let entry = entry(record);
        let entry = entry.map_err(|why| WriteError::Record { index, kind: LogKind::Json, why })?;
        serde_json::to_writer(&mut *out, &entry).map_err(io::Error::from)?;
    }
    writeln!(out, "\n]")?;
    Ok(())
}

fn entry(record: &LogRecord) -> Result<Entry<'_>, &'static str> {
    let milliseconds = |seconds: i64| {
        let milliseconds = seconds.checked_mul(1000).ok_or("its time is not in the calendar")?;
        Ok(format!("/Date({milliseconds})/"))
    };
    Ok(Entry {
        id: record.id,
        provider_name: &record.source,
        log_name: "Application",
        record_id: record.number,
        level: level_of(record.event_type),
        level_display_name: record.event_type.map(EventType::keyword),
        task: number_of_category(record.category),
        task_display_name: record.category.map(Category::title),
        time_created: record.time.map(milliseconds).transpose()?,
        machine_name: record.computer.as_deref(),
        message: record.text.as_deref(),
        properties: record.strings.iter().map(|value| Property { value }).collect(),
    })
}
