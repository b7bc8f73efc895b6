//! Message texts: what they tell of the insertion strings, and how strings are told by one.

use event70_model::{Foreign, Keyword, Source, Verbatim};
use event70_rule::{LogEntry, message};

use crate::record::LogRecord;
use crate::template::{strings_of, without_empty_end};
use crate::trouble::TroubleKind;

/// What a viewer without the source's message file says instead of a text.
pub(crate) const NO_DESCRIPTION: &str = "The description for Event ID";
/// What stands before the strings in one line: Windows NT 4, and 2000 to 2003.
const IN_LINE: [&str; 2] = [
    "It contains the following insertion string(s):",
    "The following information is part of the event:",
];
/// What stands before the strings, one on a line: Windows Vista and later.
const ON_LINES: &str = "The following information was included with the event:";

/// The strings that a message text tells, or else the text, if it is of a source or number whose text no
/// table has.
pub(crate) fn described(source: &str, id: u16, text: &str) -> (Vec<String>, Option<String>) {
    match strings_of(source, id, text).or_else(|| listed(text)) {
        Some(strings) => (strings, None),
        None => (Vec::new(), Some(text.to_owned()).filter(|text| !text.is_empty())),
    }
}

/// What is to be said of a record whose text should be that of a table and is not.
pub(crate) fn oddity(record: &LogRecord) -> Option<TroubleKind> {
    let is_ours = record.source == Source::Ccmc.keyword() && message(record.id).is_some();
    let what =
        format!("the text is not that of event {}, and its strings are not known", record.id);
    (is_ours && record.text.is_some()).then_some(TroubleKind::Part(what))
}

/// The strings that a viewer lists where it has no text.
fn listed(text: &str) -> Option<Vec<String>> {
    let text = text.trim().strip_prefix(NO_DESCRIPTION)?;
    let mut strings: Vec<String> = if let Some((_, list)) = text.split_once(ON_LINES) {
        let list = list.trim_start_matches([' ', '\r']).trim_start_matches(['\n', '\r']);
        let lines = list.lines().take_while(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    } else {
        let list = IN_LINE.iter().find_map(|marker| Some(text.split_once(marker)?.1))?;
        let list = list.strip_suffix('.').unwrap_or(list);
        let list = list.strip_prefix(' ').unwrap_or(list);
        let between = if list.contains("; ") { "; " } else { ", " };
        list.split(between).map(str::to_owned).collect()
    };
    without_empty_end(&mut strings);
    Some(strings)
}

/// A message text that tells the strings of a record, if there is one.
pub(crate) fn text_of(record: &LogRecord) -> Option<String> {
    let mut strings = record.strings.clone();
    without_empty_end(&mut strings);
    let tells = |text: &String| {
        described(&record.source, record.id, text) == (strings.clone(), record.text.clone())
    };
    let none =
        format!("{NO_DESCRIPTION} {} from source {} cannot be found. ", record.id, record.source);
    let in_line = || format!("{none}{} {}.", IN_LINE[1], strings.join("; "));
    let on_lines = || format!("{none}{ON_LINES} \n\n{}\n", strings.join("\n"));
    let known = || description(record);
    let texts: [&dyn Fn() -> String; 3] = [&known, &in_line, &on_lines];
    match &record.text {
        Some(text) => Some(text.clone()).filter(tells),
        None => texts.iter().map(|text| text()).find(tells),
    }
}

/// The text as the tables have it.
fn description(record: &LogRecord) -> String {
    let event = Verbatim {
        id: record.id,
        source: record.source.as_str().into(),
        event_type: Foreign::default(),
        category: Foreign::default(),
        strings: record.strings.iter().map(|string| string.as_str().into()).collect(),
        text: None,
    };
    LogEntry::verbatim(0, 0, &event).description().raw().to_owned()
}

#[cfg(test)]
mod tests {
    use super::described;

    fn strings(id: u16, text: &str) -> Vec<String> {
        let (strings, left) = described("MSExchangeCCMC", id, text);
        assert_eq!(left, None, "{text}");
        strings
    }

    #[test]
    fn strings_are_taken_back_out_of_the_texts_that_articles_print() {
        let text = "Lotus cc:Mail EXPORT to file msg423B.ccm failed to run.\r\n\
                    R0002 Resource file not found: C:\\WINNT\\IE.RI.";
        let line = "R0002 Resource file not found: C:\\WINNT\\IE.RI.";
        assert_eq!(strings(65, text), ["msg423B.ccm", line]);
        let text = "Lotus cc:Mail IMPORT from file *.ccm returned result code 1.  Program\r\n  did not \
                    complete successfully.";
        assert_eq!(strings(59, text), ["*.ccm"]);
        let text = "The following message was sent from Microsoft Exchange to Lotus cc:Mail,\n\
                    From: USER at SITE\nDate: 2/10/98 11:28\nTo: PO1 User1 at PO1";
        assert_eq!(strings(11001, text), ["USER at SITE", "PO1 User1 at PO1", "2/10/98 11:28"]);
        assert_eq!(strings(98, "Insufficient Disk Space"), [""; 0]);
    }

    #[test]
    fn without_a_message_file_the_strings_are_listed() {
        let told = ["msg0001.ccm", "R0002 Resource file not found: C:\\WINNT\\IE.RI."];
        let in_line = "The description for Event ID ( 65 ) in Source ( MSExchangeCCMC ) cannot be \
                       found. The local computer may not have the necessary registry information. The \
                       following information is part of the event: msg0001.ccm; R0002 Resource file \
                       not found: C:\\WINNT\\IE.RI..";
        let nt_4 = "The description for Event ID ( 65 ) in Source ( MSExchangeCCMC ) could not be \
                    found. It contains the following insertion string(s): msg0001.ccm, R0002 Resource \
                    file not found: C:\\WINNT\\IE.RI..";
        let on_lines = "The description for Event ID 65 from source MSExchangeCCMC cannot be \
                        found.\r\n\r\nThe following information was included with the event: \r\n\r\n\
                        msg0001.ccm\r\nR0002 Resource file not found: C:\\WINNT\\IE.RI.\r\n\r\nThe \
                        message resource is present but the message was not found in the message table";
        for text in [in_line, nt_4, on_lines] {
            assert_eq!(strings(65, text), told, "{text}");
        }
    }

    #[test]
    fn a_text_that_no_table_has_stays_one() {
        let text = "Lotus cc:Mail EXPORT to file msg0001.ccm returned result code 2.";
        assert_eq!(described("MSExchangeCCMC", 70, text), (vec![], Some(text.to_owned())));
        let text = "Lotus cc:Mail EXPORT to file msg0001.ccm completed successfully.";
        assert_eq!(described("MSExchangeMTA", 67, text), (vec![], Some(text.to_owned())));
    }
}
