//! The logs that the articles print come out of scenarios of the set, entry for entry.
//!
//! What is expected here was typed from the articles: numbers, sources, types, categories and texts.

use event70::rule::LogEntry;
use rstest::rstest;

use crate::published::log_of;

fn ids(log: &[LogEntry]) -> Vec<u16> {
    log.iter().map(|entry| entry.event_id).collect()
}

/// Q166045 prints the whole entry.
#[test]
fn event_70_is_the_entry_that_the_article_prints() {
    let log = log_of("causes/tab-path-wrong");
    let entry = log.iter().find(|entry| entry.event_id == 70).unwrap();
    assert_eq!(entry.source_name, "MSExchangeCCMC");
    assert_eq!(entry.event_type.raw(), "Error");
    assert_eq!(entry.category, "General");
    let text = entry.description();
    let (file, rest) = text
        .raw()
        .strip_prefix("Lotus cc:Mail EXPORT to file ")
        .and_then(|text| text.split_once(' '))
        .unwrap();
    assert_eq!(
        rest,
        "returned result code 3. The Microsoft Exchange Connector for Lotus cc:Mail has not been \
         configured correctly or the Post Office it is configured to connect to is not accessible \
         at this time."
    );
    let digits = file.strip_prefix("msg").and_then(|file| file.strip_suffix(".ccm")).unwrap();
    assert_eq!(digits.len(), 4);
    assert!(digits.chars().all(|digit| digit.is_ascii_digit() || ('A'..='F').contains(&digit)));
}

/// Q166045: the error occurs every time the service is started until dirsync completes.
#[test]
fn cause_5_shows_at_every_start_until_dirsync_completes() {
    let log = log_of("causes/site-entry-missing-from-the-start");
    assert!(log.iter().all(|entry| entry.event_id == 70), "{:?}", ids(&log));
    assert!(!log.is_empty());
}

/// Q181186: in a long directory 11001 and 14001 are logged, and no 58, 67 or 14031 after them; on
/// a short path there are all five.
#[rstest]
#[case::long("stories/long-directory", &[11001, 14001])]
#[case::short("stories/long-directory-made-short", &[67, 67, 11001, 58, 14001, 67, 67, 67, 58, 58, 14031])]
#[case::service_pack_1("stories/long-directory-with-sp1", &[67, 67, 11001, 58, 14001, 67, 67, 67, 58, 58, 14031])]
fn the_log_of_q181186(#[case] name: &str, #[case] expected: &[u16]) {
    assert_eq!(ids(&log_of(name)), expected);
}

/// Q294947: 43 and 86 by turns, up to 25 of them, then 85.
#[test]
fn programs_that_are_not_found_are_restarted_25_times() {
    let log = log_of("stories/programs-off-the-path");
    let restarts: Vec<String> =
        log.iter().filter(|e| e.event_id == 86).map(|e| e.strings[0].raw().to_owned()).collect();
    let counted: Vec<String> = (1..=25).map(|n| n.to_string()).collect();
    assert_eq!(restarts, counted);
    let until_the_end = ids(&log).into_iter().take_while(|id| *id != 85);
    assert_eq!(until_the_end.filter(|id| *id == 43).count(), 26);
    assert_eq!(
        log.iter().find(|entry| entry.event_id == 43).unwrap().description(),
        "The Lotus cc:Mail IMPORT/EXPORT.EXE programs could not be executed. Check to see that \
         they exist on the server and are in the system path. The system error code is 2. The \
         system cannot find the file specified."
    );
}

/// Q190275: Event 65 ends with what EXPORT printed.
#[test]
fn a_missing_resource_file_is_named_by_event_65() {
    let log = log_of("near-misses/resource-file-missing");
    let entry = log.iter().find(|entry| entry.event_id == 65).unwrap();
    assert!(
        entry
            .description()
            .raw()
            .ends_with("failed to run. R0002 Resource file not found: C:\\WINNT\\IE.RI.")
    );
}

/// Q212759: the corrupt message is exported again every 15 seconds.
#[test]
fn a_corrupt_message_logs_54_in_every_cycle() {
    let log = log_of("near-misses/message-corrupt");
    let times: Vec<_> = log.iter().filter(|e| e.event_id == 54).map(|e| e.time_generated).collect();
    assert!(times.len() >= 2);
    for pair in times.windows(2) {
        assert_eq!((pair[1] - pair[0]).get_seconds() % 15, 0);
    }
    assert_eq!(
        log[0].description(),
        "Conversion of message failed and the message was moved to the Bad directory."
    );
}
