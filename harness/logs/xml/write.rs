//! Records written as `Event` elements below `Events`, one on a line.

use std::io;

use event70_model::Category;
use jiff::Timestamp;
use quick_xml::escape::escape;

use crate::filing::{level_of, number_of_category, severity_of};
use crate::record::{LogKind, LogRecord};
use crate::trouble::WriteError;

const NAMESPACE: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

/// Writes records.
pub(crate) fn write(records: &[LogRecord], out: &mut impl io::Write) -> Result<(), WriteError> {
    writeln!(out, "<Events>")?;
    for (index, record) in records.iter().enumerate() {
        let cannot = |why| WriteError::Record { index, kind: LogKind::Xml, why };
        writeln!(out, "{}", element(record).map_err(cannot)?)?;
    }
    writeln!(out, "</Events>")?;
    Ok(())
}

fn element(record: &LogRecord) -> Result<String, &'static str> {
    let source = escaped(&record.source)?;
    let qualifiers = severity_of(record.event_type) << 14;
    let (id, task) = (record.id, number_of_category(record.category));
    let mut text = format!(
        "<Event xmlns=\"{NAMESPACE}\"><System><Provider Name=\"{source}\"/><EventID \
         Qualifiers=\"{qualifiers}\">{id}</EventID><Level>{}</Level><Task>{task}</Task>\
         <Keywords>0x80000000000000</Keywords>",
        level_of(record.event_type)
    );
    if let Some(time) = record.time {
        let time = Timestamp::from_second(time).map_err(|_| "its time is not in the calendar")?;
        text += &format!("<TimeCreated SystemTime=\"{time}\"/>");
    }
    if let Some(number) = record.number {
        text += &format!("<EventRecordID>{number}</EventRecordID>");
    }
    text += "<Channel>Application</Channel>";
    if let Some(computer) = &record.computer {
        text += &format!("<Computer>{}</Computer>", escaped(computer)?);
    }
    text += "</System><EventData>";
    for string in &record.strings {
        text += &format!("<Data>{}</Data>", escaped(string)?);
    }
    text += "</EventData>";
    let message = record.text.as_deref().map(escaped).transpose()?;
    let message = message.map(|message| format!("<Message>{message}</Message>"));
    let title = record.category.map(Category::title);
    let title = title.map(|title| format!("<Task>{title}</Task>"));
    if message.is_some() || title.is_some() {
        let parts = [message, title].into_iter().flatten().collect::<String>();
        text += &format!("<RenderingInfo Culture=\"en-US\">{parts}</RenderingInfo>");
    }
    Ok(text + "</Event>")
}

/// A text as XML has it. Line ends other than a line feed would not come back as they were, and in an
/// attribute no white space but a blank would.
fn escaped(text: &str) -> Result<String, &'static str> {
    let is_character = |letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    if !text.chars().all(is_character) {
        return Err("a text in it has a character that XML has not");
    }
    let escaped = escape(text).replace('\r', "&#13;");
    Ok(escaped.replace('\n', "&#10;").replace('\t', "&#9;"))
}
