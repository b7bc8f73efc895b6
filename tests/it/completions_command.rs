//! A shell completes every command, and each has a page of the manual.

use std::process::{Command, Stdio};

use rstest::rstest;

use crate::support::{Project, skip};

/// The commands that `event70 --help` lists.
fn commands() -> Vec<String> {
    let help = Project::new().event70(&["--help"]).with_status(0).out;
    let listed = help.split("Commands:\n").nth(1).unwrap();
    let lines = listed.lines().take_while(|line| line.starts_with("  "));
    let words = lines.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    words.filter(|word| word.chars().all(char::is_lowercase)).map(str::to_owned).collect()
}

#[rstest]
fn every_command_is_completed(
    #[values("bash", "elvish", "fish", "powershell", "zsh")] shell: &str,
) {
    let script = Project::new().event70(&["completions", shell]).with_status(0).out;
    let listed = commands();
    assert!(listed.len() > 10, "{listed:?}");
    for command in listed.iter().filter(|command| *command != "help") {
        assert!(script.contains(command.as_str()), "{command} in {shell}");
    }
}

#[test]
fn the_completions_for_bash_are_a_script_that_bash_reads() {
    let project = Project::new();
    let script = project.event70(&["completions", "bash"]).with_status(0).out;
    let file = project.write("completions.bash", &script);
    let read = Command::new("bash").arg("-n").arg(file).stderr(Stdio::piped()).output();
    let Ok(read) = read else { return skip("there is no bash") };
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
}

#[test]
fn each_command_has_a_page_of_the_manual() {
    let project = Project::new();
    let whole = project.event70(&["man"]).with_status(0).out;
    assert!(whole.contains(".TH event70 1"), "{whole}");
    for command in commands().iter().filter(|command| *command != "help") {
        let page = project.event70(&["man", command]).with_status(0).out;
        assert!(page.contains(&format!(".TH event70-{command} 1")), "{page}");
    }
    let said = project.event70(&["man", "nothing"]).with_status(2);
    assert!(said.err.contains("there is no command nothing"), "{}", said.err);
}
