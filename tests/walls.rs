//! The plan of the house is held: who may know whom, how long a file and a function may be, what
//! the library never does.
//!
//! The walls are read off the sources as text: every `crate::ROOM` that a file of one room names.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rstest::rstest;

/// The rooms of the library, from the ground up. A room names only rooms that stand before it.
const FLOORS: &[&str] = &[
    "words",
    "foreign",
    "trouble",
    "conditions",
    "files",
    "event_log",
    "scenario",
    "site",
    "connector",
    "protocol",
    "program",
    "lotus",
    "live",
    "play",
    "invariant",
    "judge",
    "trial",
    "search",
    "report",
    "commands",
];
const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

fn harness() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("harness")
}

/// Every source file of the library and the program, with its path below `harness/`.
fn sources() -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    let mut folders = vec![harness()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let below = path.strip_prefix(harness()).unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !["benches", "peers", "examples"].contains(&below.as_str()) {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.insert(below, fs::read_to_string(path).unwrap());
            }
        }
    }
    assert!(sources.len() > 30, "the sources were not found");
    sources
}

/// The part of a source file before its own tests.
fn without_tests(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod tests").next().unwrap()
}

fn room_of(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

/// The rooms that a source file names in code, comments left out.
fn rooms_named(source: &str) -> Vec<&'static str> {
    let code: Vec<&str> =
        without_tests(source).lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    for hidden in ["crate::{", "super::super", "extern crate"] {
        assert!(!code.contains(hidden), "a path that hides which room it leads to: {hidden}");
    }
    let named = |room: &&&str| {
        let paths =
            [format!("crate::{room}::"), format!("crate::{room};"), format!("event70::{room}::")];
        paths.iter().any(|path| code.contains(path))
    };
    FLOORS.iter().filter(named).copied().collect()
}

#[test]
fn a_room_uses_only_rooms_below_it() {
    for (file, source) in sources() {
        let Some(floor) = FLOORS.iter().position(|room| *room == room_of(&file)) else {
            assert!(["lib.rs", "main.rs"].contains(&file.as_str()), "{file} stands on no floor");
            continue;
        };
        for named in rooms_named(&source) {
            let below = FLOORS.iter().position(|room| *room == named).unwrap();
            assert!(below <= floor, "{file} reaches up into {named}");
        }
    }
}

#[rstest]
#[case("invariant", &["site", "connector", "play", "judge", "trial"])]
#[case("site", &["invariant", "judge", "trial"])]
#[case("connector", &["invariant", "judge", "trial"])]
#[case("play", &["invariant", "judge", "trial"])]
#[case("lotus", &["invariant", "judge", "trial", "connector"])]
#[case("live", &["invariant", "judge", "trial", "connector"])]
fn the_invariant_and_what_it_judges_never_meet(#[case] room: &str, #[case] never: &[&str]) {
    for (file, source) in sources().iter().filter(|(file, _)| room_of(file) == room) {
        for named in rooms_named(source) {
            assert!(!never.contains(&named), "{file} knows {named}");
        }
    }
}

#[rstest]
#[case("site")]
#[case("connector")]
#[case("lotus")]
#[case("live")]
fn the_mechanism_never_reads_the_catalogue(#[case] room: &str) {
    for (file, source) in sources().iter().filter(|(file, _)| room_of(file) == room) {
        for table in ["CATALOGUE", "REPAIRS", ".entry()", ".row()", "cleared_by"] {
            assert!(!without_tests(source).contains(table), "{file} reads {table}");
        }
    }
}

#[test]
fn the_library_never_prints_exits_reads_the_clock_or_the_environment() {
    let never = [
        "println!",
        "eprint",
        "print!(",
        "process::exit",
        "SystemTime",
        "Instant::now",
        "env::var",
    ];
    for (file, source) in sources() {
        // What another process is waited for has a deadline.
        if ["commands", "main", "program", "live"].contains(&room_of(&file)) {
            continue;
        }
        for word in never {
            assert!(!without_tests(&source).contains(word), "{file} uses {word}");
        }
    }
}

#[test]
fn nothing_is_unwrapped_and_nothing_is_left_undone() {
    let marks = [".unwrap()", ".expect(", "panic!(", concat!("TO", "DO"), "unimplemented!"];
    for (file, source) in sources() {
        let code = without_tests(&source).lines().filter(|l| !l.trim_start().starts_with("//"));
        for line in code {
            for mark in marks {
                assert!(!line.contains(mark), "{file}: {}", line.trim());
            }
        }
    }
}

#[test]
fn no_file_is_longer_than_500_lines_and_no_function_longer_than_70() {
    for (file, source) in sources() {
        assert!(source.lines().count() <= FILE_LINES_MAX, "{file} is too long");
        for (name, lines) in functions(&source) {
            assert!(lines <= FUNCTION_LINES_MAX, "{file}: {name} has {lines} lines");
        }
    }
}

/// The functions of a source file that `rustfmt` has laid out: a function ends at the first line
/// that is a closing brace at the column where it began.
fn functions(source: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = source.lines().collect();
    let mut functions = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some((before, name)) = line.split_once("fn ") else { continue };
        if !before
            .trim()
            .split(' ')
            .all(|w| ["", "pub", "const", "pub(super)", "pub(crate)"].contains(&w))
        {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|line| *line == end).unwrap_or(0) + 1;
        functions.push((name.split('(').next().unwrap().to_owned(), length));
    }
    functions
}

/// The mechanism is a second writing: it asks no table what the rule reads in it.
#[test]
fn the_mechanism_reads_no_table_of_the_rule() {
    let mechanism = [
        "site/simulated.rs",
        "connector/machine.rs",
        "connector/filing.rs",
        "connector/deviation.rs",
        "connector/seeded.rs",
    ];
    let tables = [
        "CATALOGUE",
        "REPAIRS",
        "&MESSAGES",
        "MESSAGES.",
        "message(",
        ".entry()",
        "Event::new(",
        "Event::of_run(",
        "cleared_by",
        "default_of",
        ".allows(",
        ".can_hold(",
        "is_affected_by",
        "inert_on",
    ];
    let sources = sources();
    for file in mechanism {
        let code: Vec<&str> = without_tests(&sources[file])
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        let read = tables.iter().find(|table| code.iter().any(|line| line.contains(**table)));
        assert_eq!(read, None, "{file} asks a table");
    }
}

#[test]
fn the_measure_of_functions_measures() {
    let source = "fn short() {\n    x();\n}\n\npub fn other() {\n    y();\n    z();\n}\n";
    assert_eq!(functions(source), [("short".to_owned(), 3), ("other".to_owned(), 4)]);
}

#[test]
fn the_top_level_holds_what_the_plan_says_and_nothing_else() {
    let planned = [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "harness",
        "justfile",
        "scenarios",
        "snapshots",
        "target",
        "tests",
    ];
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name.starts_with('.') || planned.contains(&name.as_str()), "{name}");
    }
}
