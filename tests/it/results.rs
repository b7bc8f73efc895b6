//! `--format json` and `--format jsonl` are one tree of results: programs find in it whatever a
//! person is told, as values and not as sentences.
//!
//! Method: the real program plays files in a folder of its own; what must be in the tree is derived
//! by hand from the steps.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::{HEALTHY, ProgramOutput, Project, process, scenario};
use rstest::rstest;
use serde_json::{Value, json};

/// The one scenario of a project, played.
fn played(text: &str) -> Value {
    let project = Project::with(&[("row", text)]);
    project.event70(&["run", "--format", "json"]).with_status(0).json()["scenarios"][0].clone()
}

/// The value of this key in every step.
fn in_each_step(scenario: &Value, key: &str) -> Vec<Value> {
    scenario["steps"].as_array().unwrap().iter().map(|step| step[key].clone()).collect()
}

fn lines(said: &ProgramOutput) -> Vec<Value> {
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[rstest]
#[case("do = 'dirsync'", json!({ "kind": "do", "operation": "dirsync" }))]
#[case("cycles = 3", json!({ "kind": "cycles", "cycles": 3 }))]
#[case("inject = 'postoffice-damaged', passes = 2", json!({ "kind": "inject",
    "condition": "postoffice-damaged", "passes": 2, "outcome": null, "export-code": null, "import-code": null }))]
#[case("inject = 'install-path-space', outcome = 'hang'", json!({ "kind": "inject",
    "condition": "install-path-space", "passes": null, "outcome": "hang", "export-code": null,
    "import-code": null }))]
#[case("inject = 'directory-index-damaged', code = 4", json!({ "kind": "inject",
    "condition": "directory-index-damaged", "passes": null, "outcome": null, "export-code": 4,
    "import-code": 4 }))]
#[case("repair = 'chkstat'", json!({ "kind": "repair", "repair": "chkstat" }))]
#[case("mail = 7, to = 'cc-mail'", json!({ "kind": "mail", "messages": 7, "to": "cc-mail" }))]
#[case("logging = { outbound = 'medium' }", json!({ "kind": "logging", "levels":
    { "general": null, "outbound": "medium", "inbound": null, "dir-synch": null } }))]
fn each_step_stands_in_the_tree_in_its_parts(#[case] step: &str, #[case] parts: Value) {
    let text = format!("format = 1\ntitle = 'x'\nsteps = [{{ {step} }}]\n");
    assert_eq!(in_each_step(&played(&text), "action"), [parts]);
}

#[test]
fn each_step_names_its_line_in_the_scenario_file() {
    let text = "format = 1\ntitle = 'x'\n\n[[steps]]\ndo = 'start'\n# so\n[[steps]]\ncycles = 1\n";
    let scenario = played(text);
    assert_eq!(in_each_step(&scenario, "line"), [4, 7]);
    assert_eq!(in_each_step(&scenario, "step"), [1, 2]);
}

/// Events of which nothing is promised.
const NEVER_JUDGED: [&str; 2] = ["86", "11001"];

/// What each event of a step reports: its number with the file and the end of its run.
fn reports(step: &Value) -> Vec<String> {
    let events = step["events"].as_array().unwrap().iter();
    let told = events.map(|event| match event["run"].as_u64() {
        None => event["id"].to_string(),
        Some(index) => {
            let run = &step["runs"][index as usize];
            assert!(run["order"].as_u64() < event["order"].as_u64(), "{event} before {run}");
            let ended = run["code"].as_u64().map_or(&run["ended"], |_| &run["code"]);
            format!("{} {} {ended}", event["id"], run["file"]).replace('"', "")
        }
    });
    told.collect()
}

#[rstest]
#[case::cause("conditions = ['tab-name-wrong']", "start; cycles 2",
    &["70 msg0002.ccm 3", "70 msg0003.ccm 3"])]
#[case::both_programs("logging = 'maximum'", "start; mail 6 cc-mail; cycles 1",
    &["67 msg0002.ccm 0", "58 *.ccm 0", "58 *.ccm 0"])]
#[case::dirsync("logging = 'maximum'", "start; dirsync",
    &["14001", "67 CCMDIR.EXP 0", "67 CCMLIST.EXP 0", "67 CCMBB.EXP 0", "58 CCMDEL.IMP 0",
      "58 CCMDIR.IMP 0", "14031"])]
#[case::not_found("", "start; inject programs-not-on-path; dirsync", &["43 CCMDIR.EXP not-found", "14005"])]
#[case::failed("database = 'db8', conditions = ['resource-file-missing']", "start; cycles 1",
    &["65 msg0002.ccm failed"])]
#[case::corrupt("conditions = ['message-corrupt']", "start; cycles 1", &["54 msg0002.ccm 0"])]
#[case::another_source("conditions = ['tab-name-wrong']", "start; inject foreign-event-70",
    &["70"])]
fn an_event_names_the_run_that_it_reports(
    #[case] site: &str,
    #[case] steps: &str,
    #[case] expected: &[&str],
) {
    let scenario = played(&scenario(site, steps));
    let told = reports(scenario["steps"].as_array().unwrap().last().unwrap());
    let judged = told.iter().map(String::as_str).filter(|told| !NEVER_JUDGED.contains(told));
    assert_eq!(judged.collect::<Vec<_>>(), expected);
}

#[test]
fn an_event_about_no_run_of_its_step_names_none() {
    let text = scenario("conditions = ['tab-name-wrong']", "start; cycles 1");
    let project = Project::with(&[("row", &text)]);
    let run = ["run", "--bug", "wrong-file", "--format", "json"];
    let said = project.event70(&run);
    let step = &said.json()["scenarios"][0]["steps"][0];
    assert_eq!(reports(step), ["70"], "{step}");
}

#[test]
fn runs_have_their_values_as_numbers_and_words() {
    let text =
        scenario("", "start; mail 20 exchange; cycles 1; inject install-path-long; cycles 1");
    let scenario = played(&text);
    let runs = &scenario["steps"][2]["runs"];
    let keys = ["program", "kind", "file", "ended", "code", "messages", "corrupt"];
    let values = |run: &Value| keys.map(|key| run[key].clone()).to_vec();
    let exported = |file: &str, messages| {
        let exited = json!(["EXPORT", "messages", file, "exited", 0, messages, 0]);
        exited.as_array().unwrap().clone()
    };
    let both = [exported("msg0002.ccm", 16), exported("msg0003.ccm", 4)];
    assert_eq!(runs.as_array().unwrap().iter().map(values).collect::<Vec<_>>(), both);
    assert_eq!(runs[0]["at"], "1997-12-06T09:00:15");
    let hung = values(&scenario["steps"][4]["runs"][0]);
    let expected = json!(["EXPORT", "messages", "msg0004.ccm", "unfinished", null, null, null]);
    assert_eq!(json!(hung), expected);
    let exports = json!({ "kind": "messages", "runs": 1, "ended": "unfinished", "code": null });
    assert_eq!(scenario["steps"][4]["exports"], exports);
}

#[test]
fn a_step_says_whether_the_service_is_up_and_since_when() {
    let steps = "mail 1 exchange; start; cycles 1; restart; stop; cycles 1; start; kill";
    let service = in_each_step(&played(&scenario("", steps)), "service");
    let told = service.iter().map(|s| (s["up"].as_bool().unwrap(), s["since-step"].as_u64()));
    let expected = [
        (false, 0),
        (true, 2),
        (true, 2),
        (true, 4),
        (false, 5),
        (false, 5),
        (true, 7),
        (false, 8),
    ];
    let expected = expected.map(|(up, since)| (up, Some(since).filter(|since| *since > 0)));
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let gives_up = scenario("", "start; inject programs-not-on-path; cycles 30; cycles 1");
    let service = in_each_step(&played(&gives_up), "service");
    assert_eq!(service[3], json!({ "up": false, "since-step": 3 }));
    let at_its_start = scenario("conditions = ['programs-not-on-path']", "cycles 1; start; stop");
    let service = in_each_step(&played(&at_its_start), "service");
    let since = [None, Some(2), Some(2)];
    assert_eq!(service, since.map(|since| json!({ "up": false, "since-step": since })));
}

#[test]
fn a_step_says_how_much_mail_waits_after_it() {
    let steps = "mail 3 exchange; mail 7 cc-mail; start; inject share-access-denied; mail 2 exchange; \
                 cycles 1";
    let waiting = in_each_step(&played(&scenario("", steps)), "waiting");
    let expected = [(3, 0), (3, 7), (0, 7), (0, 7), (2, 7), (2, 7)];
    let waiting_of = |(exchange, cc_mail)| json!({ "exchange": exchange, "cc-mail": cc_mail });
    assert_eq!(waiting, expected.map(waiting_of));
}

#[test]
fn a_step_says_what_holds_before_it_and_what_is_left() {
    let steps = "inject postoffice-damaged passes=3; start; repair chkstat; cycles 1";
    let scenario = played(&scenario("conditions = ['tab-name-wrong']", steps));
    let name = json!({ "condition": "tab-name-wrong", "passes": null, "outcome": null,
        "export-code": null, "import-code": null, "passes-left": null, "since-step": null, "set-step": null });
    let damage = |left| {
        json!({ "condition": "postoffice-damaged", "passes": 3, "outcome": null,
        "export-code": null, "import-code": null, "passes-left": left, "since-step": 1, "set-step": 1 })
    };
    let expected = [
        json!([name]),
        json!([name, damage(3)]),
        json!([name, damage(3)]),
        json!([name, damage(2)]),
    ];
    assert_eq!(in_each_step(&scenario, "conditions"), expected);
    assert_eq!(scenario["standing"], expected[3]);
    assert_eq!(
        scenario["remedy"],
        json!(["correct-postoffice-tab", "chkstat", "chkstat", "restart"])
    );
    let evidence = &scenario["steps"][3]["evidence"];
    assert_eq!(evidence["masks"], json!(["postoffice-damaged"]));
    assert_eq!((&evidence["class"], &evidence["cause"]), (&json!("cause"), &json!(1)));
    assert_eq!(evidence["barrier"], "credentials");
}

#[test]
fn an_authors_wrong_expectation_violates_the_author() {
    let wrong = HEALTHY.replace("event-70 = 0", "event-70 = 2");
    let project = Project::with(&[("wrong", &wrong)]);
    let document = project.event70(&["run", "--format", "json"]).with_status(1).json();
    let scenario = &document["scenarios"][0];
    let author = json!({ "kind": "author", "document": null, "assumptions": [] });
    assert_eq!((&scenario["verdict"], &scenario["violated"]), (&json!("expectation"), &author));
    let step = &scenario["steps"][0];
    assert_eq!((&step["verdict"], &step["violated"]), (&json!("expectation"), &author));
    assert_eq!((&step["expected"], &step["predicted"]), (&json!(2), &json!(0)));
    assert_eq!(scenario["finding"]["step"], 1);
    assert_eq!(step["message"], scenario["finding"]["message"]);
}

#[test]
fn lines_say_what_the_document_says_between_header_and_summary() {
    let wrong = scenario("conditions = ['tab-name-wrong']", "start; cycles 2");
    let disagrees = HEALTHY.replace("event-70 = 0", "event-70 = 2");
    let files = [("a", HEALTHY), ("b", "format = 1\n"), ("c/d", &*wrong), ("e", &*disagrees)];
    let project = Project::with(&files);
    let document = project.event70(&["run", "--format", "json"]).with_status(2).json();
    let said = project.event70(&["run", "--format", "jsonl"]).with_status(2);
    let mut lines = lines(&said);
    let kinds: Vec<Value> = lines
        .iter_mut()
        .map(|line| line.as_object_mut().unwrap().remove("line").unwrap())
        .collect();
    assert_eq!(kinds, ["header", "scenario", "invalid", "scenario", "scenario", "summary"]);
    let header = ["format", "tool", "subject"].map(|key| (key.to_owned(), document[key].clone()));
    assert_eq!(lines[0], Value::Object(header.into_iter().collect()));
    assert_eq!(json!([lines[1], lines[3], lines[4]]), document["scenarios"]);
    assert_eq!(json!([lines[2]]), document["invalid"]);
    assert_eq!(lines[5], document["summary"]);
    let summary = &lines[5];
    let count = |key: &str| summary[key].as_u64().unwrap();
    assert_eq!((count("scenarios"), count("invalid"), count("unplayed")), (3, 1, 0));
    assert_eq!((count("steps"), count("predicted"), count("logged")), (4, 3, 3));
    assert_eq!(summary["verdicts"]["agree"], 2);
    assert_eq!(summary["verdicts"]["expectation"], 1);
}

#[test]
fn who_was_tested_and_where_stands_first() {
    let project = Project::with(&[("a", HEALTHY)]);
    let said = project.event70(&["run", "--format", "jsonl", "--bug", "canary"]).with_status(0);
    let header = &lines(&said)[0];
    assert_eq!(header["format"], 1);
    assert_eq!(header["tool"]["name"], "event70");
    let subject = &header["subject"];
    let told = ["connector", "bug", "site"].map(|key| subject[key].as_str().unwrap());
    assert_eq!(told, ["reference", "canary", "simulated"]);
}

#[cfg(unix)]
#[test]
fn files_that_were_not_played_are_counted_in_the_summary() {
    let names = ["a", "b", "c", "d", "e"];
    let project = Project::with(&names.map(|name| (name, HEALTHY)));
    let run = ["run", "--format", "jsonl", "--connector", "./no-such-program"];
    let said = project.event70(&run).with_status(3);
    let summary = lines(&said).pop().unwrap();
    assert_eq!((&summary["scenarios"], &summary["unplayed"]), (&json!(3), &json!(2)));
    assert_eq!(summary["interrupted"], false);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_with_a_summary_that_says_so() {
    let text = scenario("conditions = ['tab-name-wrong']", "start; cycles 100");
    let project = Project::new();
    for file in 0..500 {
        project.write(&format!("scenarios/{file}.toml"), &text);
    }
    let mut command = process(&project);
    command.args(["run", "--format", "jsonl"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut printed = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(printed.next().unwrap().starts_with("{\"line\":\"header\""));
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let summary: Value = serde_json::from_str(&printed.last().unwrap()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
    assert_eq!((&summary["line"], &summary["interrupted"]), (&json!("summary"), &json!(true)));
    let count = |key: &str| summary[key].as_u64().unwrap();
    assert!(count("unplayed") > 0);
    assert_eq!(count("scenarios") + count("unplayed"), 500);
}

/// The connector that plays the second scenario waits for a file that is made when the line of the
/// first was read.
#[cfg(unix)]
#[test]
fn a_line_is_printed_before_the_next_file_is_played() {
    let project = Project::with(&[("a", HEALTHY), ("b", HEALTHY)]);
    let waits = "starts=0
        while read -r line; do
            word=${line#*:\\\"}; word=${word%%\\\"*}
            if [ \"$word\" = start ]; then
                starts=$((starts + 1))
                while [ $starts = 2 ] && ! [ -e \"$0.read\" ]; do sleep 0.01; done
            fi
            printf '{\"done\":\"%s\"}\\n' \"$word\"
        done";
    let script = project.write("connector.sh", waits);
    let connector = format!("sh {}", script.to_str().unwrap());
    let mut command = process(&project);
    command.args(["run", "--format", "jsonl", "--deadline", "60s", "--connector", &connector]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut printed = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(printed.next().unwrap().starts_with("{\"line\":\"header\""));
    assert!(printed.next().unwrap().starts_with("{\"line\":\"scenario\""));
    project.write("connector.sh.read", "");
    let rest: Vec<String> = printed.collect();
    assert_eq!(rest.len(), 2, "the second scenario and the summary");
    assert!(rest[1].contains("\"connector-failed\":0"), "it was waited for in vain: {}", rest[1]);
    child.wait().unwrap();
}

/// The memory that a process has in use, in KiB.
#[cfg(target_os = "linux")]
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// So much more than when it was warm may be in use at the end, in KiB: the results are far more.
#[cfg(target_os = "linux")]
const GROWTH_MAX: u64 = 1024;

/// A pipe holds some lines; what else is not read yet is not played yet.
#[cfg(target_os = "linux")]
fn is_printed_in_the_same_memory(files: usize, jobs: &str) {
    let text = scenario("conditions = ['tab-name-wrong']", "start; cycles 40; dirsync");
    let project = Project::new();
    for file in 0..files {
        project.write(&format!("scenarios/{}/{file}.toml", file / 100), &text);
    }
    let mut command = process(&project);
    command.args(["run", "--format", "jsonl", "--jobs", jobs]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let printed = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let (mut warm, mut end, mut bytes, mut scenarios) = (0, 0, 0, 0);
    for line in printed.filter(|line| line.starts_with("{\"line\":\"scenario\"")) {
        (scenarios, bytes) = (scenarios + 1, bytes + line.len() as u64);
        if scenarios == files / 10 {
            (warm, bytes) = (memory(child.id()), 0);
        }
        if scenarios == files - 20 {
            end = memory(child.id());
        }
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(scenarios, files);
    assert!(bytes > 4 * GROWTH_MAX * 1024, "only {bytes} bytes were printed");
    assert!(warm > 0 && end <= warm + GROWTH_MAX, "from {warm} to {end} KiB");
}

#[cfg(target_os = "linux")]
#[rstest]
fn many_files_are_printed_in_the_same_memory(#[values("1", "2")] jobs: &str) {
    is_printed_in_the_same_memory(600, jobs);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn ten_thousand_files_are_printed_in_the_same_memory() {
    is_printed_in_the_same_memory(10_000, "1");
}
