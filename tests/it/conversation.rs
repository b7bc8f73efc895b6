//! `--trace` writes down what both sides say, to the letter and in order; and a text that an event
//! brings is held against the document that prints it.
#![cfg(unix)]

use event70::process::{Answer, Command, ConnectorLine};
use rstest::rstest;
use serde_json::Value;

use crate::support::{HEALTHY, ProgramOutput, Project, scenario, skip};

/// The command that starts the harness's own connector.
fn own() -> String {
    format!("{} connector", shell_words::quote(env!("CARGO_BIN_EXE_event70")))
}

const WRONG_PATH: &str = "conditions = ['tab-path-wrong']";

/// A project with two scenarios.
fn project() -> Project {
    let steps = "start; cycles 2; kill; start; stop";
    Project::with(&[("a", &scenario(WRONG_PATH, steps)), ("b", HEALTHY)])
}

fn traced(project: &Project, connector: &str) -> ProgramOutput {
    project.event70(&["run", "--connector", connector, "--trace", "trace.jsonl"])
}

fn lines(project: &Project) -> Vec<Value> {
    let trace = project.read("trace.jsonl");
    trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn both_sides_are_written_down_in_order() {
    let project = project();
    let said = traced(&project, &own()).with_status(0);
    let lines = lines(&project);
    let times: Vec<f64> = lines.iter().map(|line| line["seconds"].as_f64().unwrap()).collect();
    assert!(times.is_sorted() && times[0] < *times.last().unwrap());
    let mut commands = Vec::new();
    let mut seventies = 0;
    for line in &lines {
        assert_eq!(line["connector"], 1);
        let told = line["line"].to_string();
        match line["from"].as_str().unwrap() {
            "connector" => {
                ConnectorLine::read(told.as_bytes()).unwrap();
                seventies += u64::from(line["line"]["event"]["id"] == 70);
            }
            _ if line["kill"] == true => commands.push("kill".to_owned()),
            _ if line["line"].get("ran").is_some() => {
                assert!(serde_json::from_str::<Answer<'_>>(&told).is_ok(), "{told}");
            }
            _ => {
                assert!(serde_json::from_str::<Command<'_>>(&told).is_ok(), "{told}");
                commands.push(line["line"]["do"].as_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(
        commands.join(" "),
        "reset start cycle cycle kill start stop reset start",
        "two scenarios, one after the other"
    );
    assert_eq!((seventies, said.count("logged")), (4, 4));
    let answers = lines.iter().filter(|line| line["line"].get("ran").is_some()).count();
    let runs = lines.iter().filter(|line| line["line"].get("run").is_some()).count();
    assert_eq!((answers, runs), (5, 5));
}

#[test]
fn what_is_no_line_is_written_down_as_it_came() {
    let project = Project::with(&[("b", HEALTHY)]);
    traced(&project, "sh -c 'read line; echo ready \"[1]\"; read line'").with_status(3);
    let lines = lines(&project);
    assert_eq!(lines[1]["line"], "ready [1]", "{lines:?}");
}

#[test]
fn each_job_is_a_connector_of_its_own() {
    let project = project();
    let run = ["run", "--connector", &own(), "--trace", "trace.jsonl", "--jobs", "2"];
    project.event70(&run).with_status(0);
    let lines = lines(&project);
    for connector in [1, 2] {
        let of_one = lines.iter().filter(|line| line["connector"] == connector);
        let from: Vec<&Value> = of_one.map(|line| &line["from"]).collect();
        assert!(from.is_empty() || from[..2] == ["harness", "connector"], "{from:?}");
    }
}

#[rstest]
#[case::without_a_program(&["--trace", "t"], "--connector CMD")]
#[case::where_no_file_can_be(&["--connector", "false", "--trace", "not/there"], "not/there")]
fn a_trace_that_cannot_be_is_wrong_usage(#[case] options: &[&str], #[case] why: &str) {
    let said = project().event70(&[&["run"], options].concat()).with_status(2);
    assert!(said.err.contains("--trace") && said.err.contains(why), "{}", said.err);
}

#[test]
fn a_trace_that_cannot_be_written_on_is_no_verdict() {
    if !std::path::Path::new("/dev/full").exists() {
        return skip("there is no /dev/full");
    }
    let run = ["run", "--connector", &own(), "--trace", "/dev/full"];
    let said = project().event70(&run).with_status(70);
    assert!(said.out.contains("the conversation cannot be written down"), "{}", said.out);
}

/// The harness's own connector, whose Event 70 brings this text.
fn with_text(text: &str) -> ProgramOutput {
    let project = Project::with(&[("x", &scenario(WRONG_PATH, "start; cycles 1"))]);
    let filter = format!(r#"s|\(\["\(msg....\.ccm\)",""\]\)|\1,"text":"{text}"|"#);
    project.write("connector.sh", format!("{} | sed -u -e '{filter}'", own()));
    project.event70(&["run", "--connector", "sh connector.sh"])
}

const CODE_3: &str = "Lotus cc:Mail EXPORT to file \\2 returned result code 3. The Microsoft Exchange \
    Connector for Lotus cc:Mail has not been configured correctly or the Post Office it is configured \
    to connect to is not accessible at this time.";

#[test]
fn the_text_of_the_article_is_taken() {
    let said = with_text(CODE_3).with_status(0);
    assert_eq!(said.count("logged"), 2);
}

#[rstest]
#[case::another_code("code 3", "code 4")]
#[case::another_file("\\2", "msg9999.ccm")]
#[case::a_slip("accessible", "accessable")]
fn another_text_is_malformed_against_the_article(#[case] right: &str, #[case] wrong: &str) {
    assert!(CODE_3.contains(right));
    let said = with_text(&CODE_3.replace(right, wrong)).with_status(1);
    assert_eq!(said.count("malformed"), 1);
    let flowing = said.flowing();
    for told in ["text of Event 70: expected Lotus cc:Mail", "returned result code", "article"] {
        assert!(flowing.contains(told), "{told}: {flowing}");
    }
}
