//! Whatever is wrong with a scenario file, the program says it in a message that helps: the file,
//! the line and the column, the text that is meant, and the word that was meant in its place. It
//! ends with status 2, and a valid file in the same folder is played as if nothing had happened.
//!
//! Method: each row writes one faulty file beside a valid one, runs the program over the folder,
//! and holds line, column and marked text, all counted by hand, against the message.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::fs;
use std::path::Path;

use crate::support::{HEALTHY, ProgramOutput, Project, skip};
use rstest::rstest;

/// Every row that does not bring its own beginning stands below these two lines.
const HEADER: &str = "format = 1\ntitle = \"x\"\n";

/// Plays this text beside a valid file, which must come out well all the same.
fn played_beside_a_valid_file(text: &str) -> ProgramOutput {
    let project = Project::with(&[("bad", text), ("good", HEALTHY)]);
    one_is_refused_and_the_other_played(&project)
}

fn one_is_refused_and_the_other_played(project: &Project) -> ProgramOutput {
    let said = project.event70(&["run"]).with_status(2);
    let of_good = said.out.lines().find(|line| line.contains("good"));
    assert!(of_good.is_some_and(|line| line.starts_with("agree")), "{}", said.out);
    assert_eq!((said.count("agree"), said.count("invalid")), (1, 1));
    said
}

fn named(file: &str) -> String {
    Path::new("scenarios").join(file).display().to_string()
}

/// The complaint at this place of `bad.toml`, up to the next one.
fn complaint_at(said: &ProgramOutput, line: usize, column: usize) -> &str {
    let headline = format!("error: {}:{line}:{column}: ", named("bad.toml"));
    let start = said.err.find(&headline);
    let complaint = &said.err[start.unwrap_or_else(|| panic!("no {headline}in: {}", said.err))..];
    complaint.find("\nerror: ").map_or(complaint, |end| &complaint[..end])
}

/// The text above the marks of a complaint.
fn marked(complaint: &str) -> String {
    let lines: Vec<&str> = complaint.lines().collect();
    let is_mark = |line: &&str| line.trim_start().starts_with('|') && line.contains('^');
    let at = lines.iter().position(is_mark).unwrap_or_else(|| panic!("no marks in: {complaint}"));
    let above_marks = lines[at - 1].chars().zip(lines[at].chars().chain(std::iter::repeat(' ')));
    above_marks.filter(|(_, mark)| *mark == '^').map(|(text, _)| text).collect()
}

fn number_of_complaints(said: &ProgramOutput) -> usize {
    said.err.lines().filter(|line| line.starts_with("error: ")).count()
}

#[rstest]
#[case::top("stepz = []", (3, 1), "stepz", "steps")]
#[case::title("tilte = \"y\"", (3, 1), "tilte", "title")]
#[case::site("[site]\nhots = \"windows-nt\"", (4, 1), "hots", "host")]
#[case::limit("[site]\nexport_max = 1", (4, 1), "export_max", "export-max")]
#[case::site_inline("site = { data-base = \"db6\" }", (3, 10), "data-base", "database")]
#[case::step("[[steps]]\ndo = \"start\"\nevent70 = 1", (5, 1), "event70", "event-70")]
#[case::step_inline("steps = [{ do = \"start\", pases = 1 }]", (3, 26), "pases", "passes")]
#[case::category("[[steps]]\nlogging = { generel = \"none\" }", (4, 13), "generel", "general")]
#[case::category_in_site("[site]\nlogging = { dirsynch = \"none\" }",
    (4, 13), "dirsynch", "dir-synch")]
fn an_unknown_key_is_marked_and_the_nearest_key_suggested(
    #[case] body: &str,
    #[case] (line, column): (usize, usize),
    #[case] key: &str,
    #[case] meant: &str,
) {
    let said = played_beside_a_valid_file(&format!("{HEADER}{body}\n"));
    let complaint = complaint_at(&said, line, column);
    assert_eq!(marked(complaint), key);
    assert!(complaint.contains("unknown key") && complaint.contains(meant), "{complaint}");
}

#[rstest]
#[case::host("[site]\nhost = \"windows-nt4\"", (4, 8), "windows-nt4", "windows-nt")]
#[case::exchange("[site]\nexchange = \"5.5-sp2\"", (4, 12), "5.5-sp2", "5.5-sp1")]
#[case::database("[site]\ndatabase = \"bd6\"", (4, 12), "bd6", "db6")]
#[case::dirsync("[site]\ndirsync = \"complete\"", (4, 11), "complete", "completed")]
#[case::level("[site]\nlogging = \"maximun\"", (4, 11), "maximun", "maximum")]
#[case::level_of_category("[site]\nlogging = { general = \"maxmum\" }",
    (4, 23), "maxmum", "maximum")]
#[case::level_in_step("[[steps]]\nlogging = \"mediun\"", (4, 11), "mediun", "medium")]
#[case::condition("[[steps]]\ninject = \"tab-nmae-wrong\"",
    (4, 10), "tab-nmae-wrong", "tab-name-wrong")]
#[case::condition_in_site("[site]\nconditions = [\"tab-name-wrong\", \"lsa-hotfix\"]",
    (4, 33), "lsa-hotfix", "lsa2-hotfix")]
#[case::part_of_a_condition("[[steps]]\ninject = \"fragmented\"",
    (4, 10), "fragmented", "postoffice-fragmented")]
#[case::repair("[[steps]]\nrepair = \"chkstats\"", (4, 10), "chkstats", "chkstat")]
#[case::operation("[[steps]]\ndo = \"strat\"", (4, 6), "strat", "start")]
#[case::capital_letter("[[steps]]\ndo = \"Kill\"", (4, 6), "Kill", "kill")]
#[case::direction("[[steps]]\nmail = 1\nto = \"cc-mial\"", (5, 6), "cc-mial", "cc-mail")]
#[case::outcome("[[steps]]\ninject = \"install-path-space\"\noutcome = \"code3\"",
    (5, 11), "code3", "code-3")]
fn an_unknown_word_is_marked_and_the_nearest_word_suggested(
    #[case] body: &str,
    #[case] (line, column): (usize, usize),
    #[case] word: &str,
    #[case] meant: &str,
) {
    let said = played_beside_a_valid_file(&format!("{HEADER}{body}\n"));
    let complaint = complaint_at(&said, line, column);
    assert_eq!(marked(complaint), format!("\"{word}\""));
    assert!(complaint.contains("unknown") && complaint.contains(word), "{complaint}");
    assert!(complaint.contains(&format!("did you mean `{meant}`")), "{complaint}");
}

#[test]
fn a_word_that_is_near_to_none_is_met_with_all_of_them() {
    let said = played_beside_a_valid_file(&format!("{HEADER}[[steps]]\nrepair = \"zzzzzzzz\"\n"));
    let complaint = complaint_at(&said, 4, 10);
    let names = ["correct-postoffice-tab", "chkstat", "restore-postoffice", "remove-message"];
    assert!(names.iter().all(|name| complaint.contains(name)), "{complaint}");
    assert!(!complaint.contains("did you mean"), "{complaint}");
}

#[rstest]
#[case::source("source = \"Q166045\"", (3, 10), "\"Q166045\"", "string")]
#[case::source_item("source = [\"Q1\", 2]", (3, 17), "2", "integer")]
#[case::notes("notes = 7", (3, 9), "7", "integer")]
#[case::site("site = \"windows-nt\"", (3, 8), "\"windows-nt\"", "string")]
#[case::steps("steps = \"start\"", (3, 9), "\"start\"", "string")]
#[case::step("steps = [\"start\"]", (3, 10), "\"start\"", "string")]
#[case::host("[site]\nhost = 1", (4, 8), "1", "integer")]
#[case::exchange("[site]\nexchange = 5.0", (4, 12), "5.0", "float")]
#[case::dirsync("[site]\ndirsync = true", (4, 11), "true", "boolean")]
#[case::conditions("[site]\nconditions = \"tab-name-wrong\"",
    (4, 14), "\"tab-name-wrong\"", "string")]
#[case::condition("[site]\nconditions = [1]", (4, 15), "1", "integer")]
#[case::logging("[site]\nlogging = 3", (4, 11), "3", "integer")]
#[case::limit("[site]\npoll-seconds = \"15\"", (4, 16), "\"15\"", "string")]
#[case::level("[site]\nlogging = { general = 3 }", (4, 23), "3", "integer")]
#[case::operation("[[steps]]\ndo = true", (4, 6), "true", "boolean")]
#[case::cycles("[[steps]]\ncycles = \"3\"", (4, 10), "\"3\"", "string")]
#[case::half_a_cycle("[[steps]]\ncycles = 1.5", (4, 10), "1.5", "float")]
#[case::inject("[[steps]]\ninject = [\"chkstat\"]", (4, 10), "[\"chkstat\"]", "array")]
#[case::repair("[[steps]]\nrepair = 1", (4, 10), "1", "integer")]
#[case::mail("[[steps]]\nmail = \"5\"\nto = \"exchange\"", (4, 8), "\"5\"", "string")]
#[case::direction("[[steps]]\nmail = 5\nto = 1", (5, 6), "1", "integer")]
#[case::logging_step("[[steps]]\nlogging = true", (4, 11), "true", "boolean")]
#[case::passes("[[steps]]\ninject = \"postoffice-damaged\"\npasses = \"2\"",
    (5, 10), "\"2\"", "string")]
#[case::code("[[steps]]\ninject = \"directory-index-damaged\"\ncode = \"4\"",
    (5, 8), "\"4\"", "string")]
#[case::expectation("[[steps]]\ndo = \"start\"\nevent-70 = \"1\"", (5, 12), "\"1\"", "string")]
fn a_value_of_a_wrong_type_is_marked_and_its_type_named(
    #[case] body: &str,
    #[case] (line, column): (usize, usize),
    #[case] value: &str,
    #[case] found: &str,
) {
    let said = played_beside_a_valid_file(&format!("{HEADER}{body}\n"));
    let complaint = complaint_at(&said, line, column);
    assert_eq!(marked(complaint), value);
    assert!(complaint.contains("expected") && complaint.contains(found), "{complaint}");
}

#[rstest]
#[case::no_cycle("cycles = 0", (4, 10), "0", &["0", "1", "10000"])]
#[case::too_many_cycles("cycles = 10001", (4, 10), "10001", &["10001", "1", "10000"])]
#[case::fewer_than_no_cycles("cycles = -3", (4, 10), "-3", &["-3", "1", "10000"])]
#[case::beyond_64_bits("cycles = 99999999999999999999",
    (4, 10), "99999999999999999999", &["99999999999999999999", "1", "10000"])]
#[case::no_mail("mail = 0\nto = \"exchange\"", (4, 8), "0", &["0", "1", "10000"])]
#[case::too_much_mail("mail = 10_001\nto = \"cc-mail\"", (4, 8), "10_001", &["1", "10000"])]
#[case::no_passes("inject = \"postoffice-damaged\"\npasses = 0", (5, 10), "0", &["0", "1", "3"])]
#[case::four_passes("inject = \"postoffice-damaged\"\npasses = 4", (5, 10), "4", &["4", "1", "3"])]
#[case::code_2("inject = \"directory-index-damaged\"\ncode = 2", (5, 8), "2", &["2", "1", "4"])]
#[case::export_code_2("inject = \"directory-index-damaged\"\nexport-code = 2", (5, 15), "2",
    &["`export-code`", "2", "1", "4"])]
#[case::code_5("inject = \"directory-index-damaged\"\ncode = 5", (5, 8), "5", &["5", "1", "4"])]
#[case::fewer_than_no_events("do = \"start\"\nevent-70 = -1", (5, 12), "-1", &["-1", "0"])]
fn a_number_out_of_range_is_marked_and_the_range_named(
    #[case] step: &str,
    #[case] (line, column): (usize, usize),
    #[case] number: &str,
    #[case] named: &[&str],
) {
    let said = played_beside_a_valid_file(&format!("{HEADER}[[steps]]\n{step}\n"));
    is_out_of_range(complaint_at(&said, line, column), number, named);
}

/// The complaint marks this number, and its first line names all of these words.
fn is_out_of_range(complaint: &str, number: &str, named: &[&str]) {
    assert_eq!(marked(complaint), number);
    let message = complaint.lines().next().unwrap();
    let words: Vec<&str> = message.split([' ', ',']).collect();
    assert!(named.iter().all(|word| words.contains(word)), "{message}");
}

#[rstest]
#[case::no_interval("poll-seconds = 0", (4, 16), "0", &["`poll-seconds`", "1", "86400"])]
#[case::more_than_a_day("poll-seconds = 86401", (4, 16), "86401", &["1", "86400"])]
#[case::no_export("export-max = 0", (4, 14), "0", &["`export-max`", "1", "1000"])]
#[case::too_large_an_export("export-max = 1001", (4, 14), "1001", &["1", "1000"])]
#[case::no_import("import-max = 0", (4, 14), "0", &["`import-max`", "1", "1000"])]
#[case::fewer_than_none("import-max = -5", (4, 14), "-5", &["-5", "1", "1000"])]
fn a_limit_out_of_range_is_marked_and_the_range_named(
    #[case] limit: &str,
    #[case] (line, column): (usize, usize),
    #[case] number: &str,
    #[case] named: &[&str],
) {
    let said = played_beside_a_valid_file(&format!("{HEADER}[site]\n{limit}\n"));
    is_out_of_range(complaint_at(&said, line, column), number, named);
}

#[test]
fn a_number_in_another_base_is_not_named_by_its_bare_digits() {
    // 0x2711 is 10001; 2711 would be within the range.
    let said = played_beside_a_valid_file(&format!("{HEADER}[[steps]]\ncycles = 0x2711\n"));
    let complaint = complaint_at(&said, 4, 10);
    assert_eq!(marked(complaint), "0x2711");
    assert!(!complaint.contains(" 2711"), "{complaint}");
}

#[rstest]
#[case::gateway_on_nt("windows-nt", "gateway-not-configured", "netware-gateway")]
#[case::ntgateway_on_nt("windows-nt", "gateway-account-not-in-ntgateway", "netware-gateway")]
#[case::limit_on_nt("windows-nt", "gateway-connection-limit", "netware-gateway")]
#[case::limit_on_netware("netware-direct", "gateway-connection-limit", "netware-gateway")]
#[case::lockout_on_nt("windows-nt", "netware-account-locked", "netware-direct")]
#[case::lockout_behind_gateway("netware-gateway", "netware-account-locked", "netware-direct")]
#[case::account_on_nt("windows-nt", "netware-account-mismatch", "netware-direct")]
#[case::hotfix_on_nt("windows-nt", "lsa2-hotfix", "netware-direct")]
#[case::share_behind_gateway("netware-gateway", "share-access-denied", "windows-nt")]
#[case::account_behind_gateway("netware-gateway", "netware-account-mismatch", "netware-direct")]
#[case::share_on_netware("netware-direct", "share-access-denied", "windows-nt")]
#[case::gateway_on_netware("netware-direct", "gateway-not-configured", "netware-gateway")]
#[case::ntgateway_on_netware(
    "netware-direct",
    "gateway-account-not-in-ntgateway",
    "netware-gateway"
)]
fn a_condition_impossible_on_the_host_names_a_host_that_fits(
    #[case] host: &str,
    #[case] condition: &str,
    #[case] fitting: &str,
) {
    let quoted = format!("\"{condition}\"");
    let site = format!("{HEADER}[site]\nhost = \"{host}\"\n");
    let from_the_start = format!("{site}conditions = [{quoted}]\n");
    let later = format!("{site}[[steps]]\ninject = {quoted}\n");
    for (text, line, column) in [(from_the_start, 5, 15), (later, 6, 10)] {
        let said = played_beside_a_valid_file(&text);
        let complaint = complaint_at(&said, line, column);
        assert_eq!(marked(complaint), quoted);
        assert!(complaint.contains(&format!("\"{fitting}\"")), "{complaint}");
    }
}

#[rstest]
fn the_resource_file_cannot_be_missing_on_db6(
    #[values("windows-nt", "netware-gateway", "netware-direct")] host: &str,
) {
    let site = format!("{HEADER}[site]\nhost = \"{host}\"\ndatabase = \"db6\"\n");
    let from_the_start = format!("{site}conditions = [\"resource-file-missing\"]\n");
    let later = format!("{site}[[steps]]\ninject = \"resource-file-missing\"\n");
    for (text, line, column) in [(from_the_start, 6, 15), (later, 7, 10)] {
        let said = played_beside_a_valid_file(&text);
        let complaint = complaint_at(&said, line, column);
        assert_eq!(marked(complaint), "\"resource-file-missing\"");
        assert!(complaint.contains("\"db8\""), "{complaint}");
    }
}

#[rstest]
#[case::in_a_list("conditions = [\"site-entry-missing\", \"entry-made-by-hand\"]", (4, 37))]
#[case::by_dirsync("conditions = [\"entry-made-by-hand\"]\ndirsync = \"never\"", (4, 15))]
fn a_site_whose_entry_is_missing_has_none_made_by_hand(
    #[case] site: &str,
    #[case] (line, column): (usize, usize),
) {
    let said =
        played_beside_a_valid_file(&format!("{HEADER}[site]\n{site}\n[[steps]]\ndo = \"start\"\n"));
    let complaint = complaint_at(&said, line, column);
    assert_eq!(marked(complaint), "\"entry-made-by-hand\"");
    assert!(complaint.contains("cannot hold beside `site-entry-missing`"), "{complaint}");
}

#[rstest]
#[case::foreign_in_site("[site]\nconditions = [\"foreign-event-70\"]",
    (4, 15), "\"foreign-event-70\"", "step")]
#[case::setting_of_another_condition("[[steps]]\ninject = \"tab-name-wrong\"\npasses = 1",
    (5, 1), "passes", "postoffice-damaged")]
#[case::outcome_of_damage("[[steps]]\ninject = \"postoffice-damaged\"\noutcome = \"hang\"",
    (5, 1), "outcome", "install-path-space")]
#[case::code_of_a_path("[[steps]]\ninject = \"install-path-space\"\ncode = 4",
    (5, 1), "code", "directory-index-damaged")]
#[case::setting_of_another_verb("[[steps]]\ndo = \"start\"\npasses = 1",
    (5, 1), "passes", "postoffice-damaged")]
#[case::outcome_of_a_repair("[[steps]]\nrepair = \"chkstat\"\noutcome = \"hang\"",
    (5, 1), "outcome", "install-path-space")]
#[case::direction_of_cycles("steps = [{ cycles = 1, to = \"exchange\" }]", (3, 24), "to", "mail")]
#[case::direction_of_a_condition("[[steps]]\ninject = \"postoffice-locked\"\nto = \"exchange\"",
    (5, 1), "to", "mail")]
#[case::two_verbs("[[steps]]\ndo = \"start\"\ncycles = 1", (5, 1), "cycles", "do")]
#[case::two_verbs_of_one_sort("[[steps]]\nrepair = \"chkstat\"\ninject = \"postoffice-locked\"",
    (5, 1), "inject", "repair")]
#[case::no_verb("[[steps]]\nevent-70 = 1",
    (3, 1), "[[steps]]", "do, cycles, inject, repair, mail, logging")]
#[case::empty_step("steps = [{}]", (3, 10), "{}", "do, cycles, inject, repair, mail, logging")]
#[case::mail_to_nobody("steps = [{ mail = 5 }]", (3, 10), "{ mail = 5 }", "cc-mail")]
#[case::duplicate_key("title = \"y\"", (3, 1), "title", "duplicate")]
#[case::duplicate_table("[site]\nhost = \"windows-nt\"\n[site]", (5, 2), "site", "duplicate")]
#[case::not_toml("notes = nope", (3, 9), "nope", "not TOML")]
fn what_does_not_fit_together_is_marked_and_explained(
    #[case] body: &str,
    #[case] (line, column): (usize, usize),
    #[case] text: &str,
    #[case] explained: &str,
) {
    let said = played_beside_a_valid_file(&format!("{HEADER}{body}\n"));
    let complaint = complaint_at(&said, line, column);
    assert_eq!(marked(complaint), text);
    assert!(complaint.contains(explained), "{complaint}");
}

#[rstest]
#[case::no_format("title = \"x\"", (1, 1), "format = 1")]
#[case::no_title("format = 1", (1, 1), "title")]
#[case::later_format("format = 2\ntitle = \"x\"", (1, 10), "newer")]
#[case::format_0("format = 0\ntitle = \"x\"", (1, 10), "format")]
#[case::format_as_text("format = \"1\"\ntitle = \"x\"", (1, 10), "string")]
#[case::title_of_another_type("format = 1\ntitle = 3", (2, 9), "integer")]
#[case::empty_title("format = 1\ntitle = \"\"", (2, 9), "title")]
#[case::blank_title("format = 1\ntitle = \"  \"", (2, 9), "title")]
#[case::title_with_a_line_break("format = 1\ntitle = \"a\\nb\"", (2, 9), "one line")]
#[case::title_of_two_lines("format = 1\ntitle = \"\"\"a\nb\"\"\"", (2, 9), "one line")]
fn a_file_that_begins_wrongly_is_told_so(
    #[case] text: &str,
    #[case] (line, column): (usize, usize),
    #[case] explained: &str,
) {
    let said = played_beside_a_valid_file(&format!("{text}\n[[steps]]\ndo = \"start\"\n"));
    assert!(complaint_at(&said, line, column).contains(explained), "{}", said.err);
    assert_eq!(number_of_complaints(&said), 1, "{}", said.err);
}

#[test]
fn a_file_of_a_later_format_is_not_complained_of_any_further() {
    let said = played_beside_a_valid_file("format = 9\nheadline = \"x\"\nsteps = 3\n");
    assert!(complaint_at(&said, 1, 10).contains("newer"), "{}", said.err);
    assert_eq!(number_of_complaints(&said), 1, "{}", said.err);
}

#[test]
fn an_empty_file_lacks_its_format_its_title_and_its_steps() {
    let said = played_beside_a_valid_file("");
    assert_eq!(number_of_complaints(&said), 3, "{}", said.err);
    assert!(said.err.contains("the scenario has no steps"), "{}", said.err);
    assert!(complaint_at(&said, 1, 1).contains("`format`"), "{}", said.err);
    assert!(said.err.contains("`title`"), "{}", said.err);
}

#[rstest]
#[case::no_key("", (1, 1), "format = 1")]
#[case::no_step("steps = []", (3, 9), "[]")]
fn a_file_that_plays_nothing_is_refused(
    #[case] body: &str,
    #[case] (line, column): (usize, usize),
    #[case] text: &str,
) {
    let said = played_beside_a_valid_file(&format!("{HEADER}{body}\n"));
    let complaint = complaint_at(&said, line, column);
    assert!(complaint.contains("the scenario has no steps"), "{complaint}");
    assert_eq!((marked(complaint).as_str(), number_of_complaints(&said)), (text, 1));
}

#[test]
fn columns_count_characters_and_not_bytes() {
    // `steps = [{ do = "stürt", xx = 1 }]`: the key stands in column 26, in byte 27.
    let body = "steps = [{ do = \"stürt\", xx = 1 }]";
    let said = played_beside_a_valid_file(&format!("{HEADER}{body}\n"));
    assert_eq!(marked(complaint_at(&said, 3, 17)), "\"stürt\"");
    assert_eq!(marked(complaint_at(&said, 3, 26)), "xx");
}

#[test]
fn a_message_names_one_place_only() {
    let body = "steps = [{ do = \"stürt\", xx = 1 }]";
    let said = played_beside_a_valid_file(&format!("{HEADER}{body}\n"));
    let complaint = complaint_at(&said, 3, 26);
    let file = format!("{}:", named("bad.toml"));
    let mentions = complaint.matches(&file).count();
    assert_eq!(complaint.matches(&format!("{file}3:26")).count(), mentions, "{complaint}");
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let said = played_beside_a_valid_file("\u{feff}format = \"1\"\ntitle = \"x\"\n");
    complaint_at(&said, 1, 10);
}

#[test]
fn a_fault_far_to_the_right_holds_up_nothing() {
    let long = "{ cycles = 1 }, ".repeat(5_000);
    let body = format!("steps = [{long}{{ do = \"strat\" }}]");
    let said = played_beside_a_valid_file(&format!("{HEADER}{body}\n"));
    // `steps = [` has 9 columns, each step before the fault 16, `{ do = ` 7.
    assert!(complaint_at(&said, 3, 9 + 16 * 5_000 + 7 + 1).contains("did you mean `start`"));
}

#[test]
fn ten_thousand_steps_are_played_and_one_more_is_marked() {
    let lines = |steps| format!("{HEADER}steps = [\n{}]\n", "{ cycles = 1 },\n".repeat(steps));
    let project = Project::with(&[("most", &lines(10_000))]);
    assert_eq!(project.event70(&[]).with_status(0).count("steps"), 10_000);
    let said = played_beside_a_valid_file(&lines(10_001));
    assert_eq!(marked(complaint_at(&said, 10_004, 1)), "{ cycles = 1 }");
}

#[rstest]
#[case::the_most(1 << 20, true)]
#[case::a_byte_more((1 << 20) + 1, false)]
#[case::two_mebibytes(2 << 20, false)]
fn a_file_of_more_than_a_mebibyte_is_not_read(#[case] bytes: usize, #[case] is_read: bool) {
    let text = format!("{HEALTHY}#{}\n", "x".repeat(bytes - HEALTHY.len() - 2));
    assert_eq!(text.len(), bytes);
    let project = Project::with(&[("bad", &text), ("good", HEALTHY)]);
    if is_read {
        assert_eq!(project.event70(&[]).with_status(0).count("agree"), 2);
    } else {
        let said = one_is_refused_and_the_other_played(&project);
        assert!(said.err.contains(&named("bad.toml")) && said.err.contains("1048576"));
    }
}

/// A name that leads to no text is refused with its path and the reason.
fn refused_as(project: &Project, reason: &str) {
    project.write("scenarios/good.toml", HEALTHY);
    let said = one_is_refused_and_the_other_played(project);
    let of_bad = said.err.lines().find(|line| line.contains(&named("bad")));
    let of_bad = of_bad.unwrap_or_else(|| panic!("{}", said.err));
    assert!(of_bad.starts_with("error: ") && of_bad.contains(reason), "{of_bad}");
    assert_eq!(number_of_complaints(&said), 1, "{}", said.err);
}

#[test]
fn a_file_that_is_not_utf_8_is_refused() {
    let project = Project::new();
    project.write("scenarios/bad.toml", b"format = 1\ntitle = \"caf\xe9\"\n");
    refused_as(&project, "UTF-8");
}

#[test]
fn a_folder_with_the_name_of_a_file_is_refused() {
    let project = Project::new();
    project.write("scenarios/bad.toml/inner.toml", HEALTHY);
    refused_as(&project, "not a file");
}

#[cfg(unix)]
mod special_files {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    #[test]
    fn a_file_that_may_not_be_read_is_refused() {
        let project = Project::new();
        let bad = project.write("scenarios/bad.toml", HEALTHY);
        fs::set_permissions(&bad, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::read(&bad).is_ok() {
            return skip("whoever runs this test may read every file (root?)");
        }
        refused_as(&project, "cannot be read");
    }

    #[rstest]
    #[case::that_dangles("nowhere.toml", "cannot be read")]
    #[case::to_itself("bad.toml", "circle")]
    #[case::out_of_the_folder("../outside.toml", "outside")]
    fn a_link_is_refused(#[case] target: &str, #[case] reason: &str) {
        let project = Project::new();
        project.write("outside.toml", HEALTHY);
        symlink(target, project.path("scenarios/bad.toml")).unwrap();
        refused_as(&project, reason);
    }

    #[rstest]
    #[case::to_its_own_folder(".", "circle")]
    #[case::out_of_the_folder("../elsewhere", "outside")]
    fn a_link_to_a_folder_is_refused(#[case] target: &str, #[case] reason: &str) {
        let project = Project::new();
        project.write("elsewhere/other.toml", HEALTHY);
        symlink(target, project.path("scenarios/bad")).unwrap();
        refused_as(&project, reason);
    }

    #[test]
    fn a_link_to_a_neighbour_is_the_neighbour() {
        let project = Project::with(&[("good", HEALTHY)]);
        symlink("good.toml", project.path("scenarios/also-good.toml")).unwrap();
        assert_eq!(project.event70(&[]).with_status(0).count("agree"), 1);
    }

    #[test]
    fn a_pipe_with_the_name_of_a_file_is_refused_and_not_waited_for() {
        let project = Project::new();
        let pipe = project.path("scenarios/bad.toml");
        if !Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
            return skip("there is no command `mkfifo` that makes a pipe");
        }
        refused_as(&project, "not a file");
        let named = project.event70(&["run", "scenarios/bad.toml"]).with_status(2);
        assert!(named.err.contains("not a file"), "{}", named.err);
    }
}
