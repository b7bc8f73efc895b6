//! A file whose letters are not what they seem is told so, with the place and what to do: another
//! encoding, other line ends, blanks that are no spaces, letters that no one sees.
//!
//! Method: each row writes the bytes of one file beside a valid one and runs the real program.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use event70::format::read;
use proptest::prelude::*;
use rstest::rstest;

use crate::support::{HEALTHY, ProgramOutput, Project};

fn refused(bytes: &[u8]) -> ProgramOutput {
    let project = Project::with(&[("good", HEALTHY)]);
    project.write("scenarios/bad.toml", bytes);
    let said = project.event70(&["run"]).with_status(2);
    assert_eq!((said.count("agree"), said.count("invalid")), (1, 1));
    assert!(!said.err.contains('\r'), "{:?}", said.err);
    assert!(!said.err.contains(":0:"), "{}", said.err);
    said
}

fn utf_16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let mark = mark.then_some('\u{feff}');
    let text: String = mark.into_iter().chain(text.chars()).collect();
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

#[rstest]
fn a_file_of_utf_16_is_named_as_that(
    #[values(false, true)] big: bool,
    #[values(false, true)] mark: bool,
) {
    let said = refused(&utf_16(HEALTHY, big, mark));
    let order = if big { "UTF-16, big-endian" } else { "UTF-16, little-endian" };
    assert!(
        said.err.contains(order) && said.err.contains("save the file as UTF-8"),
        "{}",
        said.err
    );
    assert!(said.err.contains("format = 1"), "what it says is shown: {}", said.err);
    assert_eq!(said.places("bad.toml"), ["1:1"]);
}

#[rstest]
#[case::half_a_unit(b"\xff\xfef\0o")]
#[case::only_the_mark(b"\xff\xfe")]
#[case::half_a_pair(b"\xff\xfe\x00\xd8")]
#[case::utf_32(b"f\0\0\0o\0\0\0")]
#[case::utf_32_with_its_mark(b"\0\0\xfe\xff\0\0\0f")]
fn a_broken_or_wider_file_is_named_as_well(#[case] bytes: &[u8]) {
    let said = refused(bytes);
    assert!(said.err.contains("save the file as UTF-8"), "{}", said.err);
    assert_eq!(said.places("bad.toml"), ["1:1"]);
}

#[test]
fn each_byte_that_is_not_utf_8_is_named_with_its_place() {
    let said = refused(
        b"format = 1\ntitle = \"caf\xe9, \xc3\xa9\xff\"\n# \x80\n[[steps]]\ndo = 'start'\n",
    );
    assert_eq!(said.places("bad.toml"), ["2:13", "2:17", "3:3"], "{}", said.err);
    assert!(
        said.err.contains("0xE9") && said.err.contains("in Windows-1252 it is `é`"),
        "{}",
        said.err
    );
    assert!(said.err.contains("save the file as UTF-8"), "{}", said.err);
}

#[test]
fn a_byte_order_mark_is_named_and_the_rest_read_all_the_same() {
    let said = refused(format!("\u{feff}{HEALTHY}").as_bytes());
    assert_eq!(said.places("bad.toml"), ["1:1"]);
    assert!(said.err.contains("byte-order mark") && said.err.contains("without"), "{}", said.err);
    let said = refused(format!("\u{feff}{HEALTHY}[[steps]]\ndo = \"strat\"\n").as_bytes());
    assert_eq!(said.places("bad.toml"), ["1:1", "7:6"], "{}", said.err);
}

#[test]
fn a_file_with_the_line_ends_of_an_old_mac_is_named_as_that() {
    let said = refused(HEALTHY.replace('\n', "\r").as_bytes());
    assert_eq!(said.places("bad.toml"), ["1:11"], "{}", said.err);
    assert!(said.err.contains("classic Mac OS") && said.err.contains("CRLF"), "{}", said.err);
}

#[rstest]
#[case::at_the_end_of_a_line("do = \"start\"\r\r\n", "4:13")]
#[case::in_a_comment("# one\rtwo\ndo = \"start\"\n", "4:6")]
#[case::in_a_text("do = \"sta\rrt\"\n", "4:10")]
#[case::at_the_end_of_the_file("do = \"start\"\r", "4:13")]
fn a_carriage_return_without_a_line_feed_is_named(#[case] step: &str, #[case] place: &str) {
    let said = refused(format!("format = 1\ntitle = \"x\"\n[[steps]]\n{step}").as_bytes());
    assert_eq!(said.places("bad.toml"), [place], "{}", said.err);
    assert!(said.err.contains("carriage return"), "{}", said.err);
}

#[test]
fn the_line_ends_of_windows_are_as_good_as_any() {
    let project = Project::with(&[("good", &HEALTHY.replace('\n', "\r\n"))]);
    project.event70(&["run"]).with_status(0);
    let said = refused(HEALTHY.replace("start", "strat").replace('\n', "\r\n").as_bytes());
    assert_eq!(said.places("bad.toml"), ["4:6"], "{}", said.err);
}

#[rstest]
#[case::no_break_space('\u{a0}', "no-break space", "plain space")]
#[case::narrow_no_break_space('\u{202f}', "narrow no-break space", "plain space")]
#[case::ideographic_space('\u{3000}', "ideographic space", "plain space")]
#[case::thin_space('\u{2009}', "blank", "plain space")]
#[case::line_separator('\u{2028}', "line separator", "plain space")]
#[case::next_line('\u{85}', "next line", "plain space")]
#[case::form_feed('\u{c}', "form feed", "plain space")]
#[case::zero_width_space('\u{200b}', "zero width space", "remove it")]
#[case::byte_order_mark('\u{feff}', "byte-order mark", "remove it")]
#[case::soft_hyphen('\u{ad}', "soft hyphen", "remove it")]
#[case::right_to_left('\u{202e}', "direction", "remove it")]
fn a_blank_that_is_no_space_is_named_wherever_it_stands(
    #[case] letter: char,
    #[case] name: &str,
    #[case] help: &str,
) {
    let head = "format = 1\ntitle = \"x\"\n[[steps]]\n";
    for (step, place) in [
        (format!("do{letter}= \"start\"\n"), "4:3"),
        (format!("do ={letter}\"start\"\n"), "4:5"),
        (format!("{letter}do = \"start\"\n"), "4:1"),
        (format!("do = \"start\"{letter}\n"), "4:13"),
        (format!("cycles = 1{letter}\n"), "4:11"),
        (format!("do = \"start\"\n{letter}\n"), "5:1"),
    ] {
        let said = refused(format!("{head}{step}").as_bytes());
        assert_eq!(said.places("bad.toml"), [place], "{}", said.err);
        let code = format!("U+{:04X}", u32::from(letter));
        assert!(said.err.contains(&code) && said.err.contains(name), "{}", said.err);
        assert!(said.err.contains(help), "{}", said.err);
    }
}

#[test]
fn typographic_quotation_marks_are_named() {
    let said = refused("format = 1\ntitle = “x”\n[[steps]]\ndo = \"start\"\n".as_bytes());
    assert_eq!(said.places("bad.toml"), ["2:9", "2:11"], "{}", said.err);
    assert!(said.err.contains("not a TOML quotation mark"), "{}", said.err);
}

#[test]
fn any_letter_may_stand_in_a_title_and_in_a_comment() {
    let text = "# “a\u{a0}b”\u{200b}\nformat = 1\ntitle = \"“a\u{a0}b” \u{200b}c\"\n\
                notes = '''\u{2028}\u{3000}'''\n[[steps]]\ndo = \"start\"\n";
    assert!(read(text).is_ok(), "{:?}", read(text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever letters a text has, it is read or complained of within the text.
    #[test]
    fn every_complaint_stands_within_the_text(
        text in "(format = 1\n|title = \"x\"\n|\\[\\[steps\\]\\]\n|do = \"start\"\n|[\r\n\u{feff}\u{a0}\u{0}\"'={}\\[\\],#. ]|\\PC){0,30}",
    ) {
        for complaint in read(&text).err().into_iter().flatten() {
            prop_assert!(text.get(complaint.span.clone()).is_some(), "{complaint:?}");
        }
    }
}
