//! The README says what is so: its excerpt is real output, its lists are complete; and the pages that
//! it leads to are.

use std::fs;
use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;
use event70::commands::Status;
use event70::report::assumptions_page;
use event70::rule::CHOICES;

use crate::support::page_is_up_to_date;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

fn output_of(arguments: &[&str]) -> String {
    let mut command = cargo_bin_cmd!("event70");
    let output = command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_excerpt_is_what_the_program_prints() {
    let readme = readme();
    let block = readme.split("```text\n$ event70 ").nth(1).unwrap().split("```").next().unwrap();
    let (arguments, shown) = block.split_once('\n').unwrap();
    let printed = output_of(&arguments.split(' ').collect::<Vec<_>>());
    let parts: Vec<&str> = shown.split("…\n").filter(|part| !part.is_empty()).collect();
    assert!(parts.len() >= 2);
    for part in parts {
        assert!(printed.contains(part), "not printed:\n{part}\nprinted:\n{printed}");
    }
}

/// What is compiled is the example of the crate's documentation, whose hidden line says what stands
/// for the reader's own connector.
#[test]
fn its_test_program_is_the_one_that_is_compiled() {
    let readme = readme();
    let shown = readme.split("```rust\n").nth(1).unwrap().split("```").next().unwrap();
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/lib.rs");
    let library = fs::read_to_string(library).unwrap();
    let documentation: String = library
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    // Compiled, and not run: it would end the test.
    let compiled = documentation.split("```no_run\n").nth(1).unwrap().split("```").next().unwrap();
    let without_remarks = compiled.lines().filter(|line| !line.starts_with("# "));
    let without_remarks = without_remarks.map(|line| line.split(" // ").next().unwrap());
    let without_remarks: Vec<&str> = without_remarks.collect();
    assert_eq!(shown.lines().collect::<Vec<_>>(), without_remarks);
    assert!(shown.starts_with("fn main()"), "{shown}");
}

/// The page of choices, from the data.
fn page_of_choices() -> String {
    let head = "# What is ours and not history\n\nCauses, texts, result codes and repairs are facts; \
                each row of [the table](rule/catalogue/table.rs) names its article. These points the \
                documents leave open, and we chose. This page is written from \
                [the data](rule/catalogue/choices.rs): `INSTA_UPDATE=always cargo test --test it \
                page_of_choices`.\n\n";
    let items = CHOICES.iter().map(|choice| format!("- **C{}** {}\n", choice.number, choice.says));
    head.to_owned() + &items.collect::<String>()
}

#[test]
fn the_page_of_choices_is_what_the_data_says() {
    page_is_up_to_date("harness/CHOICES.md", &page_of_choices());
}

#[test]
fn the_page_of_assumptions_is_what_the_data_says() {
    let head = "# What the documents leave open about a connector\n\nA connector may do either; it is \
                held against whatever it has not yet ruled out by what it did. `--assume KEY=VALUE` \
                or `[assume]` in a file decides. This page is written from \
                [the data](rule/catalogue/assumptions.rs): `INSTA_UPDATE=always cargo test --test it \
                page_of_assumptions`.\n\n";
    page_is_up_to_date("harness/ASSUMPTIONS.md", &(head.to_owned() + &assumptions_page()));
}

#[test]
fn it_is_read_in_a_few_minutes() {
    let words = readme().split_whitespace().count();
    assert!(words <= 800, "{words} words");
}

#[test]
fn every_command_and_every_exit_status_is_listed() {
    let readme = readme();
    let help = output_of(&["--help"]);
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    for command in commands.lines().filter_map(|line| line.split_whitespace().next()) {
        if command != "help" {
            assert!(readme.contains(&format!("| `event70 {command}")), "{command}");
        }
    }
    let statuses =
        [Status::Agree, Status::Disagree, Status::Usage, Status::ConnectorFailed, Status::Internal];
    for status in statuses {
        assert!(readme.contains(&format!("\n| {} | ", status.code())), "{status:?}");
    }
}

#[test]
fn the_files_that_it_links_to_are_there() {
    let measured = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/MEASURED.md");
    assert!(fs::read_to_string(measured).unwrap().contains("| command |"));
    let readme = readme();
    for link in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        if !link.starts_with("http") {
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(link).exists(), "{link}");
        }
    }
}
