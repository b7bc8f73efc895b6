//! One entry of the application log with all its fields, and how Event Viewer shows it.

use std::fmt;

use event70_model::{COMPUTER, EventType, Foreign, Keyword, Record, Source, Verbatim, clock};
use jiff::civil::DateTime;

use super::messages::message;
use crate::Basis;

/// The mailboxes between which outbound mail of a scenario goes.
const SENDER: &str = "Administrator (EXCHANGE)";
const RECIPIENT: &str = "Postmaster at HQ";

/// A record with every field of an entry in the application log of Windows NT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The record's number in the log, from 1.
    pub record_number: u64,
    /// When the event happened, by the site's own clock.
    pub time_generated: DateTime,
    /// When the record was written; the same second.
    pub time_written: DateTime,
    /// The full identifier: severity in the two highest bits, the number in the lowest sixteen.
    pub event_identifier: u32,
    /// The number alone, as Event Viewer shows it.
    pub event_id: u16,
    /// Error, warning or information.
    pub event_type: Foreign,
    /// The category's name.
    pub category: Foreign,
    /// Who wrote the record.
    pub source_name: Foreign,
    /// On which computer.
    pub computer_name: &'static str,
    /// The user on whose behalf; a service reports none, which Event Viewer shows as `N/A`.
    pub user: Option<String>,
    /// The insertion strings.
    pub strings: Vec<Foreign>,
    /// The binary data; the connector attaches none.
    pub data: Vec<u8>,
}

impl LogEntry {
    /// The entry for a record, as number `record_number` of its log.
    #[must_use]
    pub fn new(record_number: u64, record: &Record) -> Self {
        let event = record.event;
        Self::filed(
            record_number,
            clock(record.at),
            event.id,
            event.event_type.keyword().into(),
            event.category.title().into(),
            event.source.keyword().into(),
            strings(record),
        )
    }

    /// The entry for an event in a connector's own words.
    #[must_use]
    pub fn verbatim(record_number: u64, at: u64, event: &Verbatim) -> Self {
        Self::filed(
            record_number,
            clock(at),
            event.id,
            event.event_type.clone(),
            event.category.clone(),
            event.source.clone(),
            event.strings.clone(),
        )
    }

    fn filed(
        record_number: u64,
        at: DateTime,
        event_id: u16,
        event_type: Foreign,
        category: Foreign,
        source_name: Foreign,
        strings: Vec<Foreign>,
    ) -> Self {
        Self {
            record_number,
            time_generated: at,
            time_written: at,
            event_identifier: severity_bits(event_type.raw()) | u32::from(event_id),
            event_id,
            event_type,
            category,
            source_name,
            computer_name: COMPUTER,
            user: None,
            strings,
            data: Vec::new(),
        }
    }

    /// The description: the message text with its insertion strings in place.
    ///
    /// For an event whose message file is not ours it is the sentence that Event Viewer prints
    /// when it has no message file (Q221122).
    #[must_use]
    pub fn description(&self) -> Foreign {
        let known =
            (self.source_name.raw() == Source::Ccmc.keyword()).then(|| message(self.event_id));
        let Some(message) = known.flatten() else {
            return format!(
                "The description for Event ID ( {} ) in Source ( {} ) could not be found. It \
                 contains the following insertion string(s): {}.",
                self.event_id,
                self.source_name.raw(),
                self.strings.iter().map(Foreign::raw).collect::<Vec<_>>().join(", ")
            )
            .into();
        };
        filled(message.text, &self.strings).trim_end().into()
    }

    /// The date as Event Viewer shows it: `12/6/97`.
    #[must_use]
    pub fn date(&self) -> String {
        let at = self.time_generated;
        format!("{}/{}/{:02}", at.month(), at.day(), at.year().rem_euclid(100))
    }

    /// The time as Event Viewer shows it: `9:00:15 AM`.
    #[must_use]
    pub fn time(&self) -> String {
        let at = self.time_generated;
        let (hour, half) = match at.hour() {
            0 => (12, "AM"),
            hour @ 1..=11 => (hour, "AM"),
            12 => (12, "PM"),
            hour => (hour - 12, "PM"),
        };
        format!("{hour}:{:02}:{:02} {half}", at.minute(), at.second())
    }
}

/// The entry as the Event Detail window of Event Viewer lays it out.
impl fmt::Display for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user.as_deref().unwrap_or("N/A");
        writeln!(f, "Date:      {:<22}Event ID:  {}", self.date(), self.event_id)?;
        writeln!(f, "Time:      {:<22}Source:    {}", self.time(), self.source_name.shown())?;
        writeln!(f, "User:      {user:<22}Type:      {}", self.event_type.shown())?;
        writeln!(f, "Computer:  {:<22}Category:  {}", self.computer_name, self.category.shown())?;
        writeln!(f, "Description:")?;
        write!(f, "{}", self.description().shown())
    }
}

/// The text of the event of this number with these insertion strings in place, where a document prints
/// it.
#[must_use]
pub fn printed_text(id: u16, strings: &[Foreign]) -> Option<String> {
    let message = message(id).filter(|message| message.basis == Basis::Stated)?;
    Some(filled(message.text, strings).trim_end().to_owned())
}

/// A message text with its insertion strings in place; what stands in a string is left as it is.
fn filled(text: &str, strings: &[Foreign]) -> String {
    let mut parts = text.split('%');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.chars().next().and_then(|digit| digit.to_digit(10));
        let string = number.and_then(|number| strings.get((number as usize).checked_sub(1)?));
        match (number, string) {
            (Some(_), string) => {
                filled.push_str(string.map_or("", Foreign::raw));
                filled.push_str(&part[1..]);
            }
            (None, _) => {
                filled.push('%');
                filled.push_str(part);
            }
        }
    }
    filled
}

/// The severity bits of an event identifier: 3 is error, 2 warning, 1 informational.
/// A type that Windows NT does not know has none.
fn severity_bits(event_type: &str) -> u32 {
    match EventType::from_keyword(event_type) {
        Some(EventType::Error) => 0xC000_0000,
        Some(EventType::Warning) => 0x8000_0000,
        Some(EventType::Information) => 0x4000_0000,
        None => 0,
    }
}

/// The insertion strings as text. 11001 names the message that was handed over.
fn strings(record: &Record) -> Vec<Foreign> {
    if record.event.id == 11001 {
        let at = clock(record.at).strftime("%Y-%m-%d %H:%M:%S").to_string();
        return vec![SENDER.into(), RECIPIENT.into(), at.into()];
    }
    if record.event.source != Source::Ccmc {
        return Vec::new();
    }
    record.event.strings.iter().map(|insert| insert.to_string().into()).collect()
}

#[cfg(test)]
mod tests {
    use event70_model::{Event, FileName};

    use super::*;
    use crate::{FOREIGN_70, MESSAGES, event_of_run};

    fn entry(at: u64, event: Event) -> LogEntry {
        LogEntry::new(1, &Record::once(at, event))
    }

    #[test]
    fn event_70_reads_as_the_article_prints_it() {
        let entry = entry(15, event_of_run(70, FileName::Message(0x65F9.into())));
        assert_eq!(
            entry.to_string(),
            "Date:      12/6/97               Event ID:  70\n\
             Time:      9:00:15 AM            Source:    MSExchangeCCMC\n\
             User:      N/A                   Type:      Error\n\
             Computer:  EXCH1                 Category:  General\n\
             Description:\n\
             Lotus cc:Mail EXPORT to file msg65F9.ccm returned result code 3. The Microsoft \
             Exchange Connector for Lotus cc:Mail has not been configured correctly or the Post \
             Office it is configured to connect to is not accessible at this time."
        );
        assert_eq!(entry.event_identifier, 0xC000_0046);
    }

    #[test]
    fn without_a_message_file_a_record_reads_as_in_event_viewer() {
        let entry = entry(0, FOREIGN_70);
        assert!(entry.description().raw().starts_with(
            "The description for Event ID ( 70 ) in Source ( MSExchangeMTA ) could not be found."
        ));
    }

    #[test]
    fn the_clock_counts_over_noon_midnight_and_the_end_of_the_year() {
        let time = |at| {
            let entry = entry(at, FOREIGN_70);
            (entry.date(), entry.time())
        };
        assert_eq!(time(3 * 3600), ("12/6/97".into(), "12:00:00 PM".into()));
        assert_eq!(time(15 * 3600), ("12/7/97".into(), "12:00:00 AM".into()));
        assert_eq!(time(26 * 86_400), ("1/1/98".into(), "9:00:00 AM".into()));
        assert_eq!(clock(1_500_000_000).year(), 2045);
    }

    #[test]
    fn what_stands_in_an_insertion_string_is_not_filled_in_again() {
        let strings = ["%2".into(), "b".into()];
        assert_eq!(filled("%1 and %2, 100 % of %3.", &strings), "%2 and b, 100 % of .");
    }

    #[test]
    fn the_messages_stand_in_the_order_of_their_numbers() {
        assert!(MESSAGES.windows(2).all(|pair| pair[0].id < pair[1].id));
    }
}
