//! Whether one record is what the message table says.

use event70_model::{
    EVENT_70, Event, FileName, Insert, Keyword, Record, Source, Trace, TraceEvent, Verbatim,
};
use event70_rule::{Rules, is_judged, printed_text};

use super::disagreement::{Flaw, Judged};

/// An event that is judged bears the connector's source and is filed under the type and category that
/// the documents print. Every other one is the connector's own affair.
#[inline]
pub(super) fn check(event: &Event, rules: &Rules) -> Judged {
    let is_filed = rules.filed(event.id).is_none_or(|filed| {
        event.source == Source::Ccmc
            && filed.0.is_none_or(|event_type| event_type == event.event_type)
            && filed.1.is_none_or(|category| category == event.category)
    });
    // Nearly every record is; what is wrong with another is told from its words.
    if is_filed { Ok(()) } else { check_words(&Verbatim::from(event), rules) }
}

/// As [`check`], for an event in a connector's own words.
pub(super) fn check_words(event: &Verbatim, rules: &Rules) -> Judged {
    let flaw = |field, expected: &str, found: &str| {
        let (expected, found) = (expected.to_owned(), found.to_owned());
        Judged::from(Flaw::Field { id: event.id, field, expected, found })
    };
    let Some((event_type, category)) = rules.filed(event.id) else { return Ok(()) };
    if event.source != Source::Ccmc.keyword() {
        return flaw("source", Source::Ccmc.keyword(), event.source.raw());
    }
    match (event_type, category) {
        (Some(event_type), _) if event.event_type != event_type.keyword() => {
            flaw("type", event_type.keyword(), event.event_type.raw())
        }
        (_, Some(category)) if event.category != category.title() => {
            flaw("category", category.title(), event.category.raw())
        }
        _ => match (wrong_text(event), &event.text) {
            (Some(expected), Some(found)) => flaw("text", &expected, found.raw()),
            _ => Ok(()),
        },
    }
}

/// The text that a document prints for this event with these insertion strings, where the connector
/// gives another one. Where lines break is not compared.
fn wrong_text(event: &Verbatim) -> Option<String> {
    let given = event.text.as_ref().filter(|_| is_judged(event.id))?;
    let printed = printed_text(event.id, &event.strings)?;
    (!given.raw().split_whitespace().eq(printed.split_whitespace())).then_some(printed)
}

/// Forgets the texts of events from this one on that are as they must be: what is left of such an
/// event is known as any other.
#[inline]
pub fn forget_right_texts(trace: &mut Trace, from: usize) {
    if !trace.verbatim.is_empty() {
        forget_texts(trace, from);
    }
}

fn forget_texts(trace: &mut Trace, from: usize) {
    let Trace { events, verbatim, .. } = trace;
    for traced in &mut events[from..] {
        let TraceEvent::Verbatim { at, index } = *traced else { continue };
        let event = &mut verbatim[index as usize];
        if event.text.is_none() || wrong_text(event).is_some() {
            continue;
        }
        event.text = None;
        if let Some(known) = event.known() {
            *traced = TraceEvent::Logged(Record::once(at, known));
        }
    }
}

/// An event names the file of the run that it reports.
pub(super) fn names_file(event: &Event, file: FileName) -> Judged {
    if event.strings[0] == Insert::File(file) {
        return Ok(());
    }
    names_file_in_words(&Verbatim::from(event), file)
}

/// As [`names_file`], for an event in a connector's own words.
pub(super) fn names_file_in_words(event: &Verbatim, file: FileName) -> Judged {
    let (expected, found) = (file.to_string(), event.string(0));
    if found.eq_ignore_ascii_case(&expected) {
        return Ok(());
    }
    Flaw::Field { id: event.id, field: "file", expected, found: found.to_owned() }.into()
}

/// What Event 70 must tell of: the file of its run, and what that run printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reported<'a> {
    pub(super) file: FileName,
    pub(super) printed: &'a str,
}

impl Reported<'_> {
    /// What `%2` of Event 70 is expected to add.
    fn expected_text(self) -> String {
        let or_printed = if self.printed.is_empty() { "" } else { ", or what the run printed" };
        format!("nothing after the article's sentence{or_printed}")
    }
}

/// As [`reports`], for an event in a connector's own words.
pub(super) fn reports_in_words(event: &Verbatim, run: Reported<'_>) -> Judged {
    names_file_in_words(event, run.file)?;
    let [more, further @ ..] = event.strings.get(1..).unwrap_or_default() else { return Ok(()) };
    let is_told = more.raw().is_empty() || are_same_lines(more.raw(), run.printed);
    let untold = Some(more).filter(|_| !is_told);
    let unasked = untold.or_else(|| further.iter().find(|text| !text.raw().is_empty()));
    let Some(found) = unasked else { return Ok(()) };
    let (expected, found) = (run.expected_text(), found.raw().to_owned());
    Flaw::Field { id: EVENT_70, field: "text", expected, found }.into()
}

/// Whether two texts are the same but for blanks and line breaks around their lines.
fn are_same_lines(one: &str, other: &str) -> bool {
    one.trim().lines().map(str::trim).eq(other.trim().lines().map(str::trim))
}

/// Event 70 names the file of its run, and adds nothing to the article's text but what that run
/// printed.
pub(super) fn reports(event: &Event, run: Reported<'_>) -> Judged {
    if event.strings == [Insert::File(run.file), Insert::Empty] {
        return Ok(());
    }
    reports_in_words(&Verbatim::from(event), run)
}

#[cfg(test)]
mod tests {
    use event70_model::{Category, EventType, MessageFile};
    use event70_rule::event_of_run;

    use super::*;
    use crate::Disagreement;

    const FILE: FileName = FileName::Message(MessageFile::numbered(1));
    const SILENT: Reported<'_> = Reported { file: FILE, printed: "" };

    /// Which field is wrong, with what was found in it.
    fn wrong(judged: Judged) -> Option<(&'static str, String)> {
        match *judged.err()? {
            Disagreement::Malformed(Flaw::Field { field, found, .. }) => Some((field, found)),
            other => unreachable!("{other}"),
        }
    }

    /// Of a record, and of the same in a connector's own words.
    fn both(event: Event) -> Option<(&'static str, String)> {
        let (words, rules, run) = (Verbatim::from(&event), Rules::documented(), SILENT);
        let filed = (wrong(check(&event, &rules)), wrong(check_words(&words, &rules)));
        let named = (wrong(reports(&event, run)), wrong(reports_in_words(&words, run)));
        assert_eq!(filed.0, filed.1, "{event:?}");
        assert_eq!(named.0, named.1, "{event:?}");
        filed.0.or(named.0)
    }

    #[test]
    fn a_record_is_wrong_in_the_field_that_differs_from_the_table() {
        let seventy = event_of_run(EVENT_70, FILE);
        let strings = |named, more| Event { strings: [named, more], ..seventy };
        let found = |field, found: &str| Some((field, found.to_owned()));
        assert_eq!(both(seventy), None);
        let elsewhere = Event { source: Source::Mta, ..seventy };
        assert_eq!(both(elsewhere), found("source", Source::Mta.keyword()));
        let warning = Event { event_type: EventType::Warning, ..seventy };
        assert_eq!(both(warning), found("type", EventType::Warning.keyword()));
        let inbound = Event { category: Category::Inbound, ..seventy };
        assert_eq!(both(inbound), found("category", Category::Inbound.title()));
        let next = FileName::Message(2.into());
        let other_file = strings(Insert::File(next), Insert::Empty);
        assert_eq!(both(other_file), found("file", &next.to_string()));
        let more = strings(Insert::File(FILE), Insert::Number(3));
        assert_eq!(both(more), found("text", "3"));
    }

    #[test]
    fn the_text_of_event_70_is_empty_or_what_its_run_printed() {
        let printed = "EXPORT of Lotus cc:Mail\nPost office directory was not found.\n";
        let text = |strings: &[&str]| {
            let strings = strings.iter().map(|text| (*text).into()).collect();
            let event = Verbatim { strings, ..Verbatim::from(&event_of_run(EVENT_70, FILE)) };
            wrong(reports_in_words(&event, Reported { file: FILE, printed }))
                .map(|(_, found)| found)
        };
        assert_eq!(text(&["msg0001.ccm"]), None);
        assert_eq!(text(&["msg0001.ccm", ""]), None);
        assert_eq!(text(&["msg0001.ccm", printed]), None);
        let elsewhere = "EXPORT of Lotus cc:Mail\r\nPost office directory was not found.\r\n";
        assert_eq!(text(&["msg0001.ccm", elsewhere, ""]), None, "with other line breaks");
        for other in ["EXPORT of Lotus cc:Mail", "3", "Post office directory was not found."] {
            assert_eq!(text(&["msg0001.ccm", other]).as_deref(), Some(other));
        }
        assert_eq!(text(&["msg0001.ccm", printed, "3"]).as_deref(), Some("3"));
    }

    /// An event with a text of its own.
    fn told(id: u16, text: &str) -> Verbatim {
        let event = event_of_run(id, FILE);
        Verbatim { text: Some(text.into()), ..Verbatim::from(&event) }
    }

    #[test]
    fn a_text_that_is_given_is_the_one_that_its_document_prints() {
        let judged = |id, text: &str| wrong(check_words(&told(id, text), &Rules::documented()));
        let wrong_text = |text: &str| Some(("text", text.to_owned()));
        let code_1 = "Lotus cc:Mail EXPORT to file msg0001.ccm returned result code 1. Could not \
                      access the Lotus cc:Mail Post Office.";
        assert_eq!(judged(68, code_1), None);
        assert_eq!(judged(68, &code_1.replace(". ", ".\r\n")), None, "with another line break");
        for other in [code_1.replace('1', "2"), code_1.replace("Post", "post"), String::new()] {
            assert_eq!(judged(68, &other), wrong_text(&other));
        }
        // 61 follows its siblings in words that no document prints; 45 is never judged; no document
        // knows 9999.
        for id in [61, 45, 9999] {
            assert_eq!(judged(id, "Whatever."), None, "{id}");
        }
    }

    #[test]
    fn a_right_text_is_forgotten_and_a_wrong_one_kept() {
        let code_4 = "Lotus cc:Mail EXPORT to file msg0001.ccm returned result code 4. The Lotus \
                      cc:Mail Post Office is locked by another process";
        let verbatim = vec![told(71, code_4), told(71, "Locked."), told(45, "Missing.")];
        let events = (0..3).map(|index| TraceEvent::Verbatim { at: 7, index }).collect();
        let mut trace = Trace { events, verbatim, ..Trace::default() };
        forget_right_texts(&mut trace, 0);
        let logged = |id| TraceEvent::Logged(Record::once(7, event_of_run(id, FILE)));
        let kept = TraceEvent::Verbatim { at: 7, index: 1 };
        assert_eq!(trace.events, [logged(71), kept, logged(45)]);
        assert_eq!(trace.verbatim[1].text, Some("Locked.".into()));
    }

    #[test]
    fn what_no_document_prints_is_not_judged() {
        let filed = |id, event_type, category| {
            let event = Event { id, event_type, category, ..event_of_run(id, FILE) };
            let judged = check(&event, &Rules::documented());
            assert_eq!(
                judged.is_ok(),
                check_words(&Verbatim::from(&event), &Rules::documented()).is_ok()
            );
            judged.is_ok()
        };
        let (warning, inbound) = (EventType::Warning, Category::Inbound);
        assert!(filed(67, warning, inbound) && filed(71, warning, inbound));
        assert!(filed(59, warning, Category::General) && !filed(59, warning, inbound));
        assert!(filed(43, EventType::Error, inbound) && !filed(43, warning, inbound));
        assert!(!filed(68, warning, Category::General) && !filed(70, EventType::Error, inbound));
    }

    #[test]
    fn what_is_never_judged_is_filed_as_its_connector_likes() {
        for id in [45, 86, 9999, 11001, 14005] {
            let own = Event { event_type: EventType::Warning, ..event_of_run(EVENT_70, FILE) };
            let own = Event { id, category: Category::Inbound, source: Source::Mta, ..own };
            assert_eq!(check(&own, &Rules::documented()), Ok(()), "{id}");
            assert_eq!(check_words(&Verbatim::from(&own), &Rules::documented()), Ok(()), "{id}");
        }
    }
}
