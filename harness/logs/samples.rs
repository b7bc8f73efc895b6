//! Files in the forms that other programs give them, written by hand after their documentation.

use event70_model::{Category, EventType};

use crate::{LogFile, LogKind, LogRecord, Place, TroubleKind, Unreadable, read};

/// The record of Q166045: 6 December 1997, 09:00:15.
fn event_70() -> LogRecord {
    LogRecord {
        number: None,
        time: Some(881_398_815),
        source: "MSExchangeCCMC".to_owned(),
        id: 70,
        event_type: Some(EventType::Error),
        category: Some(Category::General),
        strings: vec!["msg65F9.ccm".to_owned()],
        text: None,
        computer: Some("EXCH1".to_owned()),
        place: Place::Line(1),
    }
}

const TEXT: &str = "Lotus cc:Mail EXPORT to file msg65F9.ccm returned result code 3. The Microsoft \
                    Exchange Connector for Lotus cc:Mail has not been configured correctly or the Post \
                    Office it is configured to connect to is not accessible at this time.";

fn sound(file: impl AsRef<[u8]>, kind: LogKind) -> LogFile {
    let log = read(file.as_ref()).unwrap();
    assert_eq!((log.kind, &log.troubles[..]), (kind, &[][..]));
    log
}

/// The one record of a file.
fn one(file: impl AsRef<[u8]>, kind: LogKind) -> LogRecord {
    let mut log = sound(file, kind);
    assert_eq!(log.records.len(), 1);
    log.records.remove(0)
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn xml_of_wevtutil() {
    let event = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
                 <Provider Name='MSExchangeCCMC'/><EventID Qualifiers='49152'>70</EventID><Level>2\
                 </Level><Task>1</Task><Keywords>0x80000000000000</Keywords><TimeCreated \
                 SystemTime='1997-12-06T09:00:15.000000000Z'/><EventRecordID>4711</EventRecordID>\
                 <Channel>Application</Channel><Computer>EXCH1</Computer><Security/></System>\
                 <EventData><Data>msg65F9.ccm</Data><Data>a &lt; b &amp; &#99;</Data></EventData>\
                 </Event>";
    let strings = vec!["msg65F9.ccm".to_owned(), "a < b & c".to_owned()];
    let expected = LogRecord { number: Some(4711), strings, ..event_70() };
    assert_eq!(one(event, LogKind::Xml), expected);
    assert_eq!(
        one(format!("<?xml version='1.0'?>\n<Events>{event}</Events>"), LogKind::Xml).place,
        Place::Line(2)
    );
    assert_eq!(one([b"\xFF\xFE".to_vec(), utf_16(event)].concat(), LogKind::Xml), expected);
    // Newest first, as with /reversedirection, and another provider beside.
    let other = event.replace("4711", "4712").replace("MSExchangeCCMC", "ESE");
    let both = sound(format!("{other}\n{event}"), LogKind::Xml);
    let told = both.records.iter().map(|r| (r.number, r.source.as_str(), r.category));
    let general = Some(Category::General);
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(Some(4711), "MSExchangeCCMC", general), (Some(4712), "ESE", None)]
    );
}

#[test]
fn xml_that_was_rendered_has_its_strings_in_the_message() {
    let event = format!(
        "<Event><System><Provider Name='x' EventSourceName='MSExchangeCCMC'/><EventID>70</EventID>\
         </System><RenderingInfo Culture='en-US'><Message>{TEXT}</Message><Level>Error</Level><Task>General</Task>\
         </RenderingInfo></Event>"
    );
    let read = one(event, LogKind::Xml);
    assert_eq!((read.strings, read.category), (event_70().strings, event_70().category));
    assert_eq!((read.event_type, read.time, read.computer), (Some(EventType::Error), None, None));
}

#[test]
fn json_of_get_winevent() {
    let text = TEXT.replace('"', "\\\"");
    let object = format!(
        r#"{{
    "Id":  70, "Version":  null, "Qualifiers":  49152, "Level":  2, "Task":  1,
    "RecordId":  4711, "ProviderName":  "MSExchangeCCMC", "MachineName":  "EXCH1",
    "TimeCreated":  "\/Date(881398815000)\/",
    "LevelDisplayName":  "Error", "TaskDisplayName":  "General",
    "Properties":  [ {{ "Value":  "msg65F9.ccm" }}, {{ "Value":  3 }} ],
    "Message":  "{text}"
}}"#
    );
    let strings = vec!["msg65F9.ccm".to_owned(), "3".to_owned()];
    let expected = LogRecord { number: Some(4711), strings, ..event_70() };
    assert_eq!(one(&object, LogKind::Json), expected);
    assert_eq!(one(format!("{{\"value\":[{object}],\"Count\":1}}"), LogKind::Json), expected);
    // As PowerShell 7 prints it, compressed, and the properties as the name of their type.
    let line =
        object.replace('\n', "").replace(r"\/Date(881398815000)\/", "1997-12-06T10:00:15+01:00");
    let begin = line.find("[ {").unwrap();
    let end = line.find(']').unwrap();
    let line = format!(
        "{}[\"System.Diagnostics.Eventing.Reader.EventProperty\"{}",
        &line[..begin],
        &line[end..]
    );
    let expected = LogRecord { number: Some(4711), ..event_70() };
    assert_eq!(one(&line, LogKind::Json), expected);
    assert_eq!(sound(format!("{line}\n{line}\n"), LogKind::Json).records.len(), 2);
}

#[test]
fn json_of_get_eventlog() {
    let object = r#"[{"EventID":70,"MachineName":"EXCH1","Data":[],"Index":4711,"Category":"(1)",
        "CategoryNumber":1,"EntryType":1,"Message":"not used","Source":"MSExchangeCCMC",
        "ReplacementStrings":["msg65F9.ccm"],"InstanceId":3221225542,
        "TimeGenerated":"\/Date(881398815000)\/","TimeWritten":"\/Date(881398815000)\/",
        "UserName":null,"Site":null,"Container":null}]"#;
    assert_eq!(one(object, LogKind::Json), LogRecord { number: Some(4711), ..event_70() });
}

#[test]
fn an_object_without_its_end_spoils_no_other() {
    let object = |id: u32| {
        format!("  {{\n    \"Id\": {id},\n    \"ProviderName\": \"MSExchangeCCMC\"\n  }}")
    };
    let broken = object(68).replace("\n  }", "");
    let log = read(format!("[\n{},\n{broken},\n{}\n]", object(67), object(70)).as_bytes()).unwrap();
    assert_eq!(log.records.iter().map(|record| record.id).collect::<Vec<_>>(), [67, 70]);
    assert!(
        matches!(log.troubles[..], [ref t] if matches!(t.kind, TroubleKind::Broken(_)) && t.place == Place::Line(6)),
        "{:?}",
        log.troubles
    );
}

#[test]
fn lists_of_windows_nt() {
    let tabs = format!(
        "12/6/97\t9:00:15 AM\tMSExchangeCCMC\tError\tGeneral \t70\tN/A\tEXCH1\t{TEXT}  \r\n"
    );
    assert_eq!(one(&tabs, LogKind::Text), event_70());
    assert_eq!(one(tabs.replace('\t', ","), LogKind::Csv), event_70());
    // The newest first; a description on two lines without quotes, and one that lists its strings.
    let second = "12/6/97,9:00:30 AM,MSExchangeCCMC,Error,(1),65,N/A,EXCH1,The description for Event \
                  ID ( 65 ) in Source ( MSExchangeCCMC ) could not be found. It contains the following \
                  insertion string(s): msg1.ccm, R0002.\r\n";
    let third = "12/6/97,9:00:45 AM,MSExchangeCCMC,Error,General,65,N/A,EXCH1,Lotus cc:Mail EXPORT to \
                 file msg2.ccm failed to run.\r\nR0002, as ever\r\n";
    let first = tabs.replace('\t', ",");
    let log = read(format!("{third}{second}{first}").as_bytes()).unwrap();
    let strings: Vec<_> = log.records.iter().map(|record| record.strings.join("|")).collect();
    assert_eq!(strings, ["msg65F9.ccm", "msg1.ccm|R0002", "msg2.ccm|R0002, as ever"]);
    assert_eq!(log.records[1].category, Some(Category::General));
    let taken = "it is taken as a line of the description before it".to_owned();
    assert_eq!(log.troubles.len(), 1);
    assert_eq!(log.troubles[0].kind, TroubleKind::Part(taken));
}

#[test]
fn lists_of_windows_vista_and_later() {
    let list = format!(
        "\u{feff}Level,Date and Time,Source,Event ID,Task Category\r\n\
         Error,06.12.1997 09:00:15,MSExchangeCCMC,70,General,\"{TEXT}\"\r\n\
         Information,06.12.1997 09:00:30,ESE,102,None,\"a \"\"word\"\",\r\n\r\nand more\"\r\n"
    );
    let log = sound(&list, LogKind::Csv);
    let expected = LogRecord { computer: None, place: Place::Line(2), ..event_70() };
    assert_eq!(log.records[0], expected);
    let text = Some("a \"word\",\r\n\r\nand more");
    assert_eq!((log.records[1].text.as_deref(), log.records[1].place), (text, Place::Line(3)));
    assert_eq!(log.records.len(), 2);
}

#[test]
fn headers_in_other_languages_are_not_known_and_that_is_said() {
    let list = "Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie\r\n\
                Fehler,06.12.1997 09:00:15,MSExchangeCCMC,70,General,Text\r\n";
    assert_eq!(read(list.as_bytes()), Err(Unreadable::UnknownKind));
    assert!(
        Unreadable::UnknownKind.to_string().contains("headers in other languages are not known")
    );
}

#[test]
fn a_list_in_windows_1252_keeps_its_letters() {
    let list = b"12/6/97,9:00:15 AM,Caf\xE9,Error,None,1,N/A,EXCH1,\x93quoted\x94 \x80\r\n";
    let read = one(list, LogKind::Csv);
    assert_eq!((read.source.as_str(), read.text.as_deref()), ("Café", Some("“quoted” €")));
}

#[test]
fn copies_of_the_window_that_shows_a_record() {
    let nt_5 = format!(
        "Event Type:\tError\r\nEvent Source:\tMSExchangeCCMC\r\nEvent Category:\tGeneral \r\n\
         Event ID:\t70\r\nDate:\t\t12/6/1997\r\nTime:\t\t9:00:15 AM\r\nUser:\t\tN/A\r\n\
         Computer:\tEXCH1\r\nDescription:\r\n{TEXT} \r\n\r\nFor more information, see Help and \
         Support Center at http://example.com.\r\n"
    );
    assert_eq!(one(&nt_5, LogKind::Text), event_70());
    let vista = "Log Name:      Application\r\nSource:        MSExchangeCCMC\r\nDate:          12/6/1997 \
         9:00:15 AM\r\nEvent ID:      70\r\nTask Category: General\r\nLevel:         Error\r\n\
         Keywords:      Classic\r\nUser:          N/A\r\nComputer:      EXCH1\r\nDescription:\r\n\
         The description for Event ID 70 from source MSExchangeCCMC cannot be found.\r\n\r\nThe \
         following information was included with the event: \r\n\r\nmsg65F9.ccm\r\n\r\nThe message \
         resource is present\r\nEvent Xml:\r\n<Event>\r\n";
    assert_eq!(one(vista, LogKind::Text), event_70());
    assert_eq!(sound(format!("{nt_5}\r\n{vista}"), LogKind::Text).records.len(), 2);
}

#[test]
fn records_as_documents_print_them() {
    let articles = "\
The following error message may appear in the event log:

   Event ID:70
   Source:MSExchangeCCMC
   Type:Error
   Category:General

   Description:
   Lotus cc:Mail EXPORT to file msg65F9.ccm returned result code 3. The
   Microsoft Exchange Connector for Lotus cc:Mail has not been configured
   correctly or the Post Office it is configured to connect to is not
   accessible at this time.

In this example, the file is one of many.

  Event ID: 59 Source: MSExchangeCCMC Category: General
  Lotus cc:Mail IMPORT from file *.ccm returned result code 1. Program
  did not complete successfully.

This is a generic error message.

  Event ID: 71
  MSExchangeCCMC
  Lotus cc:Mail EXPORT to file msg1.ccm returned result code 4. The Lotus
  cc:Mail Post Office is locked by another process  R0001

  Event ID 85:
  The maximum number the thread restarts has been reached and the Microsoft
  Exchange Connector for Lotus cc:Mail will be shutdown. Try restarting the
  Microsoft Exchange Connector for Lotus cc:Mail service.

Event ID: 45 / Source: MSExchangeCCMC / Type: Warning / Category: General
Optional configuration value is missing. The index of the value is 2a. Default values are assumed.
";
    let log = sound(articles, LogKind::Text);
    let first = LogRecord { time: None, computer: None, place: Place::Line(3), ..event_70() };
    assert_eq!(log.records[0], first);
    let told = log.records[1..].iter().map(|record| {
        let strings: Vec<&str> = record.strings.iter().map(String::as_str).collect();
        (record.id, record.source.as_str(), record.event_type, strings)
    });
    let (ours, warning) = ("MSExchangeCCMC", Some(EventType::Warning));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (59, ours, None, vec!["*.ccm"]),
            (71, ours, None, vec!["msg1.ccm", "R0001"]),
            (85, ours, None, vec![]),
            (45, ours, warning, vec!["2a"]),
        ]
    );
}

#[test]
fn what_is_no_log_is_refused() {
    assert_eq!(read(b""), Err(Unreadable::Empty));
    for bytes in [&b"Some prose, with commas.\n"[..], b"\x7fELF\0\0\0", b"   ", b"<html></html>"] {
        assert_eq!(read(bytes), Err(Unreadable::UnknownKind), "{bytes:?}");
    }
    for bytes in [&b"{\"name\": \"x\"}"[..], b"<Event></Event>", b"[{"] {
        assert!(matches!(read(bytes), Err(Unreadable::Broken { .. })), "{bytes:?}");
    }
    #[cfg(not(feature = "evtx"))]
    assert_eq!(read(b"ElfFile\0"), Err(Unreadable::NotBuilt(LogKind::Evtx)));
}
