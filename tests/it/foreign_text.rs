//! Whatever stands in a file, a name, an argument or a connector's mouth: what leaves the program
//! moves no cursor, turns no direction of writing and gives a CI system no command.

use crate::support::is_long;
use std::fmt::Write as _;

use crate::support::{HEALTHY, ProgramOutput, Project, scenario};
use rstest::rstest;

/// Every letter that a person does not see, and every text that a CI system obeys.
const HOSTILE: &[&str] = &[
    "\u{1b}[2J",
    "\u{1b}]52;c;aGk=\u{7}",
    "\u{9b}31m",
    "\u{7f}",
    "\u{0}",
    "\r",
    "\u{8}",
    "\u{85}",
    "\u{202e}",
    "\u{2066}",
    "\u{200f}",
    "\u{61c}",
    "\u{200b}",
    "\u{2060}",
    "\u{feff}",
    "\u{ad}",
    "\u{2028}",
    "\u{2029}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{1fffe}",
    "\u{fdd0}",
    "\u{e0041}",
    "\u{3164}",
    "\u{fe0f}",
    "\n::error::x",
    "\n  ::stop-commands::x",
    "\n##[group]x",
    "::warning::x",
    "##[error]",
    "```",
    "<script>",
    "| a | b |",
    "]]>",
    "&amp;",
];

/// What may never come out, and where it stands.
fn unseen(text: &str) -> Option<String> {
    let is_unseen = |letter: char| {
        (letter.is_control() && letter != '\n')
            || u32::from(letter) & 0xFFFE == 0xFFFE
            || HOSTILE[8..25].iter().any(|hostile| hostile.starts_with(letter))
    };
    let letter = text.char_indices().find(|(_, letter)| is_unseen(*letter));
    let letter = letter.map(|(at, letter)| format!("{letter:?} at {at}"));
    let is_command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
    letter.or_else(|| text.lines().find(is_command).map(|line| format!("command: {line}")))
}

fn is_harmless(what: &str, said: &ProgramOutput) {
    for (stream, text) in [("stdout", &said.out), ("stderr", &said.err)] {
        assert_eq!(unseen(text), None, "{what}: {stream}: {text:?}");
    }
}

/// Every way to look at a project.
fn look_at(project: &Project, what: &str) {
    let ways: &[&[&str]] = &[
        &["run"],
        &["run", "--format", "json", "--junit", "junit.xml"],
        &["explain", "scenarios"],
        &["explain", "scenarios", "--format", "json"],
        &["review", "-o", "summary.md"],
        &["review"],
        &["cover", "--strength", "1"],
    ];
    for way in ways {
        is_harmless(&format!("{what}: {way:?}"), &project.event70(way));
    }
    for file in ["junit.xml", "summary.md"] {
        let text = project.read(file);
        assert_eq!(unseen(&text), None, "{what}: {file}: {text:?}");
    }
}

/// A text for a basic string of TOML that stands for `text`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        let _ = match letter {
            '"' | '\\' => write!(out, "\\{letter}"),
            letter if u32::from(letter) > 0xFFFF => write!(out, "\\U{:08X}", u32::from(letter)),
            letter => write!(out, "\\u{:04X}", u32::from(letter)),
        };
    }
    out
}

#[rstest]
#[case::title("format = 1\ntitle = \"a@\"\nsteps = [{ do = \"start\", event-70 = 9 }]\n")]
#[case::source(
    "format = 1\ntitle = \"a\"\nsource = [\"@\"]\nsteps = [{ do = \"start\", event-70 = 9 }]\n"
)]
#[case::notes(
    "format = 1\ntitle = \"a\"\nnotes = \"@\"\nsteps = [{ do = \"start\", event-70 = 9 }]\n"
)]
#[case::key("format = 1\ntitle = \"a\"\n\"k@\" = 1\nsteps = [{ do = \"start\" }]\n")]
#[case::word("format = 1\ntitle = \"a\"\nsteps = [{ do = \"start@\" }]\n")]
#[case::condition(
    "format = 1\ntitle = \"a\"\nsite = { conditions = [\"@\"] }\nsteps = [{ do = \"start\" }]\n"
)]
#[case::table("format = 1\ntitle = \"a\"\n[\"@\"]\nx = 1\n")]
fn a_file_may_hold_anything(#[case] text: &str) {
    let files: Vec<(String, String)> = HOSTILE
        .iter()
        .enumerate()
        .map(|(number, hostile)| (format!("f{number}"), text.replace('@', &escaped(hostile))))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    look_at(&Project::with(&files), text);
}

#[cfg(unix)]
#[test]
fn a_name_may_hold_anything() {
    let project = Project::new();
    for (number, hostile) in HOSTILE.iter().enumerate().filter(|(_, h)| !h.contains(['\0', '/'])) {
        project.write(&format!("scenarios/n{number}{hostile}.toml"), HEALTHY);
        project.write(&format!("scenarios/d{number}{hostile}/x.toml"), "= nothing");
    }
    look_at(&project, "names");
}

#[cfg(unix)]
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn an_argument_may_hold_anything() {
    let project = Project::with(&[("a", HEALTHY)]);
    for hostile in HOSTILE.iter().filter(|hostile| !hostile.contains('\0')) {
        for arguments in [
            &["run", hostile][..],
            &[hostile],
            &["run", "--format", hostile],
            &["run", "--connector", hostile],
            &["run", "--bug", hostile],
            &["run", "--junit", &format!("no/{hostile}")],
            &["explain", hostile],
            &["new", hostile],
            &["explore", "--cases", hostile],
            &["cover", hostile],
            &["mutants", "--scenarios", hostile],
            &["review", hostile],
            &["certify", "--test", hostile],
        ] {
            is_harmless(&format!("{arguments:?}"), &project.event70(arguments));
        }
    }
}

#[cfg(unix)]
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_connector_may_say_anything() {
    let project = Project::with(&[("a", &scenario("", "start; cycles 1"))]);
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    for hostile in HOSTILE {
        let lines = [
            format!(
                r#"{{"event":{{"id":70,"source":{},"type":"Error","category":"General"}}}}"#,
                quoted(hostile)
            ),
            format!(r#"{{"event":{{"id":54,"strings":[{0},{0}]}}}}"#, quoted(hostile)),
            format!(r#"{{"run":{{"program":"EXPORT","arguments":[{}]}}}}"#, quoted(hostile)),
            format!(r#"{{"run":{{"program":{}}}}}"#, quoted(hostile)),
            format!(r#"{{"done":{}}}"#, quoted(hostile)),
            (*hostile).to_owned(),
        ];
        for line in lines {
            project.write("line", format!("{line}\n{{\"done\":\"start\"}}\n"));
            project.write("stderr", hostile);
            let connector = "sh -c 'read -r _; echo \"{\\\"done\\\":\\\"reset\\\"}\"; read -r _; cat \"$0\"; cat \"$1\" >&2' ";
            let [answer, complaint] = ["line", "stderr"].map(|file| project.path(file));
            let connector =
                format!("{connector}{} {}", answer.to_str().unwrap(), complaint.to_str().unwrap());
            for format in ["text", "json"] {
                let arguments = ["run", "--connector", &connector, "--format", format];
                let said = project.event70(&[&arguments[..], &["--junit", "junit.xml"]].concat());
                is_harmless(&line, &said);
                assert_eq!(unseen(&project.read("junit.xml")), None, "{line}");
            }
        }
    }
}

/// Bytes by chance, among them much of the above, in place of a file.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_file_may_be_anything_at_all() {
    let rounds = if is_long() { 200 } else { 4 };
    let mut state: u64 = 0x70;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % n
    };
    let sound = [
        "format = 1\n",
        "title = \"x",
        "\"\n",
        "[[steps]]\n",
        "do = \"start",
        "notes = '''",
        "'''\n",
        "cycles = ",
        "inject = \"",
        "site = { conditions = [\"",
        "\"]}\n",
        "= ",
        "\\u001b",
    ];
    for round in 0..rounds {
        let project = Project::new();
        for file in 0..40 {
            let mut text = String::from(if below(2) == 0 { "format = 1\n" } else { "" });
            for _ in 0..below(12) {
                text.push_str(if below(2) == 0 {
                    sound[below(sound.len())]
                } else {
                    HOSTILE[below(HOSTILE.len())]
                });
            }
            project.write(&format!("scenarios/f{file}.toml"), text);
        }
        look_at(&project, &format!("round {round}"));
    }
}
