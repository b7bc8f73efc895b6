//! Scenario files are TOML 1.0, whatever more the parser reads: what another reader of 1.0 refuses
//! is refused here, with its place, and what it reads is read.
//!
//! Method: rows for each thing that only TOML 1.1 has, through the real program; then thousands of
//! texts that are nearly TOML, drawn from a fixed seed, read here and by Python's `tomllib`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use crate::support::is_long;
use std::io::Write as _;
use std::process::{Command, Stdio};

use event70::format::read;
use rstest::rstest;

use crate::support::{HEALTHY, Project, skip};

const HEADER: &str = "format = 1\ntitle = \"x\"\n";
const STEP: &str = "[[steps]]\ndo = \"start\"\n";

#[rstest]
#[case::escape_in_a_text("source = [\"\\e[1m\"]", "3:12", "`\\e`")]
#[case::escape_in_figures("notes = \"a\\x41\"", "3:11", "`\\x`")]
#[case::escape_in_a_text_of_lines("notes = \"\"\"a\n\\e\"\"\"", "4:1", "`\\e`")]
#[case::escape_in_a_key("[site]\n\"h\\x6fst\" = \"windows-nt\"", "4:3", "`\\x`")]
#[case::escape_behind_a_backslash("notes = \"\\\\\\e\"", "3:12", "`\\e`")]
#[case::line_break_in_a_table("site = {\n  host = \"windows-nt\" }", "3:9", "line break")]
#[case::line_break_before_the_brace("site = { host = \"windows-nt\"\n}", "3:29", "line break")]
#[case::comment_in_a_table("site = { # here\n}", "3:10", "comment")]
#[case::line_break_in_a_table_in_a_list(
    "steps = [\n{ do = \"start\",\ncycles = 1 }]",
    "4:16",
    "line break"
)]
#[case::comma_before_the_brace("site = { host = \"windows-nt\", }", "3:29", "comma")]
#[case::time("notes = 07:32", "3:9", "seconds")]
#[case::date_and_time("notes = 1979-05-27T07:32Z", "3:9", "seconds")]
#[case::date_and_time_with_an_offset("notes = 1979-05-27 07:32-07:00", "3:9", "seconds")]
fn what_only_toml_1_1_has_is_refused_with_its_place(
    #[case] body: &str,
    #[case] place: &str,
    #[case] what: &str,
) {
    let project = Project::with(&[("bad", &format!("{HEADER}{body}\n{STEP}")), ("a", HEALTHY)]);
    let said = project.event70(&["run"]).with_status(2);
    let beginning = format!("error: scenarios/bad.toml:{place}: ");
    let complaints = said.err.lines().filter_map(|line| line.strip_prefix(&beginning));
    let says_so = |complaint: &str| complaint.contains(what) && complaint.contains("TOML 1.0");
    assert!(complaints.into_iter().any(says_so), "no {beginning}in: {}", said.err);
}

#[rstest]
#[case::underscore_at_the_end("1_", "3:11")]
#[case::quotation_mark("1\"\"", "3:10")]
#[case::two_points("1.2.3", "3:13")]
#[case::letters("1x", "3:10")]
#[case::half_a_date("1_79-05-27", "3:10")]
#[case::control_character_behind_an_underscore("1_0\u{7f}", "3:10")]
#[case::escape_behind_an_underscore("1_0\\00'", "3:10")]
fn what_begins_like_a_number_and_is_none_is_no_toml(#[case] number: &str, #[case] place: &str) {
    let text = format!("{HEADER}cycles = {number}\n{STEP}");
    let project = Project::with(&[("bad", &text), ("a", HEALTHY)]);
    let said = project.event70(&["run"]).with_status(2);
    let complaint = format!("error: scenarios/bad.toml:{place}: not TOML");
    assert!(said.err.contains(&complaint), "no {complaint} in: {}", said.err);
}

#[rstest]
#[case::line_breaks_in_a_list("source = [\n\"a\",\n\"b\",\n# c\n]")]
#[case::list_in_a_table("site = { conditions = [\n\"tab-name-wrong\",\n] }")]
#[case::backslashes("notes = \"\\\\e \\\\x41\"")]
#[case::literal_text("notes = '\\e \\x41'")]
#[case::literal_text_of_lines("notes = '''\n\\e\n'''")]
#[case::comment("# \\e { , }\n# 07:32")]
fn what_toml_1_0_has_is_read(#[case] body: &str) {
    let text = format!("{HEADER}{body}\n{}", if body.contains("steps") { "" } else { STEP });
    assert!(read(&text).is_ok(), "{:?}", read(&text));
}

/// Whether the text is TOML 1.0, whatever it says.
fn is_toml(text: &str) -> bool {
    let of_toml = ["not TOML", "TOML 1.0", "U+", "carriage return"];
    let complaints = read(text).err().unwrap_or_default();
    !complaints.iter().any(|complaint| of_toml.iter().any(|word| complaint.message.contains(word)))
}

/// Numbers from a seed (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const KEYS: &[&str] = &["a", "b", "c-d", "\"e f\"", "'g'", "1", "a.b", "a . c", "\"\\u0041\""];
const SCALARS: &[&str] = &[
    "1",
    "-17",
    "+3",
    "1_000",
    "0x1F",
    "0o17",
    "0b101",
    "1.5",
    "-0.0",
    "6.2e-3",
    "inf",
    "-nan",
    "true",
    "false",
    "\"text\"",
    "'text'",
    "\"\"",
    "''",
    "\"\\t\\\"\\u00e9\\U0001F600\"",
    "\"\\e\"",
    "\"\\x41\"",
    "\"\"\"a\nb\"\"\"",
    "'''a\n'b''c'''",
    "\"\"\"a \\\n  b\"\"\"",
    "\"\"\"\"quoted\"\"\"\"",
    "1979-05-27",
    "07:32:00",
    "07:32",
    "07:32:00.5",
    "1979-05-27T07:32:00Z",
    "1979-05-27 07:32:00",
    "1979-05-27T07:32Z",
    "1979-05-27 07:32+01:00",
    "1979-05-27t07:32:00.25-07:00",
    "é",
    "01",
    "1__0",
    "1.",
    ".5",
    "0X1",
    "True",
    "nope",
    "1e5",
    "\"ü\u{a0}\"",
    "'\\e'",
    "\"\\q\"",
    "\"a\tb\"",
];
/// What a text is spoiled with.
const SPOILS: &[&str] = &[
    "", "\n", "\r", "\r\n", "\t", " ", "#", "# c\n", "\"", "'", "\"\"\"", "'''", "\\", "\\e",
    "\\x4", "{", "}", "[", "]", ",", ", ", "=", ".", "é", "\u{a0}", "\u{feff}", "\u{7f}", "\u{1}",
    "\u{85}", "0", "_", ":", "-", "T", "Z", "a", "[[x]]\n", "[x]\n", "x = 1\n",
];

fn value(draw: &mut Draw, depth: usize) -> String {
    let breaks = ["", " ", "\n", " # c\n"];
    match draw.below(if depth == 0 { 4 } else { 7 }) {
        4 | 5 => {
            let items: Vec<String> = (0..draw.below(4)).map(|_| value(draw, depth - 1)).collect();
            let gap = draw.one_of(&breaks);
            let end = draw.one_of(&["", ","]);
            format!("[{gap}{}{end}{gap}]", items.join(&format!(",{gap}")))
        }
        6 => {
            let item = |draw: &mut Draw, number: usize| {
                format!("k{number}{}= {}", draw.one_of(&["", " "]), value(draw, depth - 1))
            };
            let items: Vec<String> = (0..draw.below(3)).map(|number| item(draw, number)).collect();
            // Mostly as in TOML 1.0.
            let plain = draw.below(4) > 0;
            let gap = if plain { draw.one_of(&["", " "]) } else { draw.one_of(&breaks) };
            let end = if plain { "" } else { draw.one_of(&["", ","]) };
            format!("{{{gap}{}{end}{gap}}}", items.join(&format!(",{gap}")))
        }
        _ => draw.one_of(SCALARS).to_owned(),
    }
}

/// A text that is TOML, or nearly.
fn text(draw: &mut Draw) -> String {
    let mut text = String::new();
    for line in 0..=draw.below(4) {
        text.push_str(&match draw.below(8) {
            0 => format!("[t{line}]"),
            1 => format!("[[l]] # {}", draw.one_of(SPOILS)),
            2 => format!("[t.{}]", draw.one_of(KEYS)),
            3 => format!("{} = {}", draw.one_of(KEYS), value(draw, 2)),
            _ => format!("v{line} ={}{}", draw.one_of(&["", " ", "\t"]), value(draw, 2)),
        });
        text.push_str(draw.one_of(&["\n", "\n", "\r\n", " # c\n"]));
    }
    for _ in 0..draw.below(3) {
        let at = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect::<Vec<_>>();
        let start = draw.below(at.len());
        let end = (start + draw.below(2)).min(at.len() - 1);
        text.replace_range(at[start]..at[end], draw.one_of(SPOILS));
    }
    text
}

/// Says for each line of its input, a text in JSON, whether it is TOML.
const PYTHON: &str = "
import json, sys, tomllib
for line in sys.stdin:
    try:
        tomllib.loads(json.loads(line))
        print('yes')
    except (tomllib.TOMLDecodeError, RecursionError):
        print('no')
";

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_text_is_read_exactly_if_another_toml_1_0_reader_reads_it() {
    let has_tomllib = Command::new("python3").args(["-c", "import tomllib"]).output();
    if !has_tomllib.is_ok_and(|output| output.status.success()) {
        return skip("there is no python3 with tomllib (3.11 or later)");
    }
    let count = if is_long() { 400_000 } else { 20_000 };
    let mut draw = Draw(70);
    let texts: Vec<String> = (0..count).map(|_| text(&mut draw)).collect();
    let lines: String =
        texts.iter().map(|text| serde_json::json!(text).to_string() + "\n").collect();
    let mut python = Command::new("python3");
    python.args(["-c", PYTHON]).env("PYTHONIOENCODING", "utf-8");
    let mut python = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    let verdicts = String::from_utf8(output.stdout).unwrap();
    let verdicts: Vec<bool> = verdicts.lines().map(|line| line == "yes").collect();
    assert_eq!(verdicts.len(), texts.len());
    let read_there = verdicts.iter().filter(|verdict| **verdict).count();
    assert!(read_there > count / 5 && read_there < count * 4 / 5, "{read_there} of {count}");
    let differ = texts.iter().zip(&verdicts).filter(|(text, verdict)| is_toml(text) != **verdict);
    let differ: Vec<_> = differ.take(10).collect();
    assert!(differ.is_empty(), "read there, and not here, or the reverse: {differ:#?}");
}
