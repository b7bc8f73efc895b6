//! `event70 run` plays scenario files and says of every EXPORT run whether it logs Event 70; people
//! and scripts can rely on what it prints, in which form, and with which exit status it ends.
//!
//! Method: the real program plays real files in a folder of its own. The counts of Event 70 in the
//! tables are derived by hand from the documented rule and the choices, one number for each step.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::{HEALTHY, ProgramOutput, Project, event70_here, process, scenario};
use rstest::rstest;
use serde_json::{Value, json};

/// An example that uses nearly every key of the format.
const EXAMPLE: &str = r#"format = 1                                   # required
title  = "Damage outlives one CHKSTAT pass"  # required, one line
source = ["Q166045 cause 3"]                 # optional
notes  = "why this one is kept"              # optional

[site]                                       # optional, as is every key in it; the default is healthy
exchange   = "5.0"                           # "5.0" | "5.5" | "5.5-sp1"
host       = "windows-nt"                    # "windows-nt" | "netware-gateway" | "netware-direct"
database   = "db6"                           # "db6" | "db8"
dirsync    = "completed"                     # "completed" | "never": the site entry is missing
logging    = "none"                          # "none" | "minimum" | "medium" | "maximum", or a table by category
conditions = ["postoffice-fragmented"]       # what is wrong from the start
poll-seconds = 15                            # and export-max = 16, import-max = 5

[[steps]]
inject  = "postoffice-damaged"               # a condition; its own settings beside it
passes  = 2
[[steps]]
do = "start"                                 # start | stop | restart | kill | dirsync
event-70 = 1                                 # optional on any step: exactly so many in this step
[[steps]]
cycles = 3                                   # that many polling intervals
[[steps]]
mail = 17                                    # messages put in a queue
to   = "exchange"                            # "exchange" | "cc-mail"
[[steps]]
repair = "chkstat"
"#;

/// What the article prints, for the first file.
const ARTICLE_TEXT: &str = "Lotus cc:Mail EXPORT to file msg0001.ccm returned result code 3. The \
    Microsoft Exchange Connector for Lotus cc:Mail has not been configured correctly or the Post \
    Office it is configured to connect to is not accessible at this time.";

/// Plays a text and returns its account from the JSON document.
fn account(text: &str) -> Value {
    let project = Project::with(&[("row", text)]);
    let document = project.event70(&["run", "--format", "json"]).with_status(0).json();
    document["scenarios"][0].clone()
}

/// The Event 70 in each step, which must agree with the prediction and with the sum.
fn logged(text: &str) -> Vec<u64> {
    let account = account(text);
    let steps = account["steps"].as_array().unwrap();
    let logged: Vec<u64> = steps.iter().map(|step| step["logged"].as_u64().unwrap()).collect();
    assert_eq!(account["logged"], logged.iter().sum::<u64>());
    assert_eq!(account["predicted"], account["logged"]);
    logged
}

fn on(host: &str, conditions: &str) -> String {
    format!("host = \"{host}\", conditions = [\"{conditions}\"]")
}

#[rstest]
#[case::tab_path("windows-nt", "tab-path-wrong", "correct-postoffice-tab")]
#[case::tab_name("windows-nt", "tab-name-wrong", "correct-postoffice-tab")]
#[case::tab_password("windows-nt", "tab-password-wrong", "correct-postoffice-tab")]
#[case::share("windows-nt", "share-access-denied", "grant-access")]
#[case::gateway("netware-gateway", "gateway-not-configured", "configure-gateway")]
#[case::ntgateway("netware-gateway", "gateway-account-not-in-ntgateway", "configure-gateway")]
#[case::gateway_limit("netware-gateway", "gateway-connection-limit", "configure-gateway")]
#[case::netware_account("netware-direct", "netware-account-mismatch", "match-netware-account")]
#[case::locked_out("netware-direct", "netware-account-locked", "unlock-netware-account")]
#[case::hotfix_behind_gateway("netware-gateway", "lsa2-hotfix", "install-nt-sp4")]
#[case::hotfix_without_gateway("netware-direct", "lsa2-hotfix", "install-nt-sp4")]
#[case::path_with_a_space("windows-nt", "install-path-space", "shorten-store-path")]
#[case::damage("windows-nt", "postoffice-damaged", "chkstat")]
#[case::damage_restored("netware-direct", "postoffice-damaged", "restore-postoffice")]
#[case::fragmentation("windows-nt", "postoffice-fragmented", "reclaim")]
#[case::fragmentation_restored("netware-gateway", "postoffice-fragmented", "restore-postoffice")]
fn a_cause_makes_every_export_log_one_event_70_until_its_repair(
    #[case] host: &str,
    #[case] condition: &str,
    #[case] repair: &str,
) {
    let after = format!("repair {repair}; restart; cycles 2; dirsync");
    let steps = format!("start; cycles 2; dirsync; {after}");
    assert_eq!(logged(&scenario(&on(host, condition), &steps)), [1, 2, 1, 0, 0, 0, 0]);
    let steps = format!("start; inject {condition}; restart; cycles 3; dirsync; restart; {after}");
    let healthy = format!("host = \"{host}\"");
    assert_eq!(logged(&scenario(&healthy, &steps)), [0, 0, 1, 3, 1, 1, 0, 0, 0, 0]);
}

#[rstest]
#[case::resource_file("resource-file-missing", "", 65)]
#[case::version("database-version-mismatch", "", 68)]
#[case::shut_down("postoffice-shut-down", "", 71)]
#[case::locked("postoffice-locked", "", 71)]
#[case::index_1("directory-index-damaged", "code=1", 68)]
#[case::index_4("directory-index-damaged", "code=4", 71)]
#[case::corrupt_message("message-corrupt", "", 54)]
fn a_near_miss_logs_its_own_event_and_no_event_70(
    #[case] condition: &str,
    #[case] setting: &str,
    #[case] event: u64,
) {
    let steps = format!("inject {condition} {setting}; mail 3 exchange; start; cycles 2");
    let text = scenario("database = \"db8\"", &steps);
    assert_eq!(logged(&text), [0, 0, 0, 0]);
    let account = account(&text);
    for (step, times) in [(2, 1), (3, 2)] {
        let events = account["steps"][step]["events"].as_array().unwrap();
        let errors = events.iter().filter(|traced| traced["type"] == "Error");
        let ids: Vec<u64> = errors.map(|error| error["id"].as_u64().unwrap()).collect();
        assert_eq!(ids, vec![event; times]);
    }
}

#[rstest]
#[case::hangs_in_a_path_with_a_space("inject install-path-space outcome=\"hang\"")]
#[case::hangs_in_a_long_path("inject install-path-long")]
#[case::may_not_write("inject read-only-access")]
#[case::another_source_says_70("inject foreign-event-70")]
#[case::nothing_is_wrong("repair analyze")]
fn what_export_does_not_report_logs_no_event_70(#[case] step: &str) {
    assert_eq!(logged(&scenario("", &format!("{step}; start; cycles 3; dirsync"))), [0; 4]);
}

#[rstest]
#[case::c1_launch_first("conditions = ['programs-not-on-path', 'tab-path-wrong']",
    "start; cycles 2; repair restore-programs; restart; cycles 2", &[0, 0, 0, 1, 2])]
#[case::c1_launch_on_db8(
    "database = 'db8', conditions = ['resource-file-missing', 'tab-name-wrong']",
    "start; repair restore-resource-file; cycles 1", &[0, 0, 1])]
#[case::c1_settings_before_reach("conditions = ['install-path-long', 'tab-path-wrong']",
    "start; cycles 2; repair shorten-store-path; restart; cycles 1", &[0, 0, 0, 1, 1])]
#[case::c1_reach_before_lock("conditions = ['tab-path-wrong', 'postoffice-locked']",
    "start; cycles 2; dirsync", &[1, 2, 1])]
#[case::c1_lock_before_name("conditions = ['postoffice-locked', 'tab-name-wrong']",
    "start; dirsync; repair release-lock; cycles 2", &[0, 0, 0, 2])]
#[case::c1_shut_down_before_damage("conditions = ['postoffice-shut-down', 'postoffice-damaged']",
    "start; repair bring-postoffice-up; cycles 2", &[0, 0, 2])]
#[case::c1_version_before_password(
    "conditions = ['database-version-mismatch', 'tab-password-wrong']",
    "start; dirsync; repair select-database-version; dirsync; cycles 1", &[0, 0, 0, 1, 1])]
#[case::c1_entry_before_index("dirsync = 'never', conditions = ['directory-index-damaged']",
    "start; dirsync; cycles 1", &[1, 0, 1])]
#[case::c2_space_above_long("conditions = ['install-path-space', 'install-path-long']",
    "start; cycles 1", &[1, 1])]
#[case::c2_hang_above_long("conditions = ['install-path-long']",
    "inject install-path-space outcome='hang'; start; inject install-path-space; restart",
    &[0, 0, 0, 1])]
#[case::c2_index_above_damage(
    "conditions = ['directory-index-damaged', 'postoffice-damaged', 'postoffice-fragmented']",
    "start; cycles 1; dirsync", &[0, 0, 0])]
#[case::again_replaces_the_setting("",
    "inject postoffice-damaged passes=3; inject postoffice-damaged; start; repair chkstat; restart",
    &[0, 0, 1, 0, 0])]
#[case::c3_at_every_start("dirsync = 'never'",
    "start; start; cycles 3; stop; start; restart", &[1, 0, 3, 0, 1, 1])]
#[case::c5_one_run_a_cycle_while_mail_waits("conditions = ['tab-name-wrong']",
    "mail 100 exchange; mail 100 cc-mail; start; cycles 3", &[0, 0, 1, 3])]
#[case::c5_full_batches("",
    "start; mail 33 exchange; cycles 1; mail 16 exchange; inject tab-name-wrong; cycles 1",
    &[0, 0, 0, 0, 0, 1])]
#[case::c5_as_many_messages_as_the_site_says("export-max = 2, import-max = 1",
    "start; mail 5 exchange; mail 3 cc-mail; cycles 1; inject tab-name-wrong; cycles 1",
    &[0, 0, 0, 0, 0, 1])]
#[case::c5_as_often_as_the_site_says("poll-seconds = 86400, conditions = ['tab-name-wrong']",
    "start; cycles 3", &[1, 3])]
#[case::c6_the_first_failure_ends_it("conditions = ['share-access-denied']",
    "start; dirsync; dirsync", &[1, 1, 1])]
#[case::c6_completed_it_creates_the_entry("dirsync = 'never'",
    "start; cycles 1; dirsync; cycles 2; restart", &[1, 1, 0, 0, 0])]
#[case::c6_read_only_it_creates_none("dirsync = 'never', conditions = ['read-only-access']",
    "start; dirsync; cycles 1; repair grant-access; dirsync; cycles 1", &[1, 0, 1, 0, 0, 0])]
#[case::c6_ended_early_it_creates_none("dirsync = 'never', conditions = ['postoffice-locked']",
    "start; dirsync; repair release-lock; cycles 1", &[0, 0, 0, 1])]
#[case::entry_by_hand("dirsync = 'never'", "start; repair add-site-entry; cycles 2", &[1, 0, 0])]
#[case::a_tab_counts_from_the_start_on("",
    "start; inject tab-password-wrong; cycles 1; restart; repair correct-postoffice-tab; cycles 1",
    &[0, 0, 0, 1, 0, 1])]
#[case::a_wrong_name_is_met_in_the_tab("",
    "start; inject tab-name-wrong; cycles 1; repair correct-postoffice-tab; cycles 1",
    &[0, 0, 1, 0, 0])]
#[case::lost_programs_stop_the_service("conditions = ['programs-not-on-path']",
    "start; repair restore-programs; inject tab-name-wrong; cycles 3; start",
    &[0, 0, 0, 0, 1])]
#[case::a_lost_dirsync_stops_nothing("",
    "start; inject programs-not-on-path; dirsync; repair restore-programs; inject tab-name-wrong; cycles 3",
    &[0, 0, 0, 0, 0, 3])]
#[case::a_hung_thread_waits_for_a_start("conditions = ['install-path-long', 'tab-name-wrong']",
    "start; repair shorten-store-path; cycles 3; dirsync; start; restart",
    &[0, 0, 0, 1, 0, 1])]
#[case::c9_at_every_level("logging = 'maximum', conditions = ['tab-name-wrong']",
    "start; cycles 2; logging none; cycles 2; logging medium; dirsync", &[1, 2, 0, 2, 0, 1])]
#[case::c10_a_pass_at_a_time("",
    "inject postoffice-damaged passes=2; start; repair chkstat; cycles 1; repair chkstat; cycles 1",
    &[0, 1, 0, 1, 0, 0])]
#[case::c10_reclaim_after_the_damage("conditions = ['postoffice-damaged', 'postoffice-fragmented']",
    "start; repair reclaim; repair chkstat; cycles 1; repair reclaim; cycles 1",
    &[1, 0, 0, 1, 0, 0])]
#[case::c10_analyze_repairs_nothing("conditions = ['postoffice-damaged']",
    "start; repair analyze; cycles 1", &[1, 0, 1])]
#[case::c11_short_paths_only(
    "exchange = '5.5-sp1', conditions = ['install-path-space', 'install-path-long']",
    "start; cycles 2; dirsync", &[0, 0, 0])]
#[case::c11_they_hide_nothing("exchange = '5.5-sp1', conditions = ['tab-name-wrong']",
    "inject install-path-space outcome='hang'; start; cycles 2", &[0, 1, 2])]
#[case::c11_not_on_5_5("exchange = '5.5', conditions = ['install-path-space']",
    "start; cycles 2; dirsync", &[1, 2, 1])]
#[case::c12_a_stopped_service("conditions = ['tab-name-wrong']",
    "stop; kill; dirsync; cycles 3; start; stop; cycles 3; dirsync", &[0, 0, 0, 0, 1, 0, 0, 0])]
#[case::killed("conditions = ['tab-name-wrong']", "start; kill; cycles 5; start", &[1, 0, 0, 1])]
#[case::another_source("conditions = ['tab-name-wrong']",
    "start; inject foreign-event-70; cycles 1", &[1, 0, 1])]
#[case::another_repair("conditions = ['tab-name-wrong']",
    "start; repair grant-access; repair restore-postoffice; cycles 1", &[1, 0, 0, 1])]
#[case::one_repair_for_the_tab(
    "conditions = ['tab-path-wrong', 'tab-name-wrong', 'tab-password-wrong']",
    "start; repair correct-postoffice-tab; restart; cycles 1", &[1, 0, 0, 0])]
fn each_step_logs_what_the_rule_says(
    #[case] site: &str,
    #[case] steps: &str,
    #[case] event_70: &[u64],
) {
    assert_eq!(logged(&scenario(site, steps)), event_70);
}

#[test]
fn an_example_with_nearly_every_key_runs_as_the_rule_says() {
    assert_eq!(logged(EXAMPLE), [0, 1, 3, 0, 0]);
    let account = account(EXAMPLE);
    let evidence = &account["steps"][2]["evidence"];
    assert_eq!(evidence["condition"], "postoffice-damaged");
    assert_eq!(evidence["masks"], json!(["postoffice-fragmented"]));
    assert_eq!(account["remedy"], json!(["chkstat", "reclaim"]));
}

#[test]
fn file_numbers_go_on_over_failure_stop_restart_and_kill() {
    let steps = "start; cycles 1; inject postoffice-damaged; dirsync; cycles 1; stop; start; restart; \
                 kill; start; cycles 1";
    let account = account(&scenario("", steps));
    let steps = account["steps"].as_array().unwrap();
    let events = steps.iter().flat_map(|step| step["events"].as_array().unwrap());
    let of_event_70 = events.filter(|traced| traced["id"] == 70);
    let files: Vec<&str> = of_event_70.map(|event| event["strings"][0].as_str().unwrap()).collect();
    // 1 and 2 succeed.
    let numbers = ["msg0003.ccm", "msg0004.ccm", "msg0005.ccm", "msg0006.ccm", "msg0007.ccm"];
    assert_eq!(files, [&["CCMDIR.EXP"], &numbers[..]].concat());
}

#[test]
fn the_json_document_names_evidence_and_counts_of_every_step() {
    let steps = "start; inject share-access-denied; cycles 2; mail 1 cc-mail";
    let account = account(&scenario("conditions = ['tab-name-wrong']", steps));
    assert_eq!(account["name"], "row");
    assert_eq!(account["verdict"], "agree");
    assert_eq!((&account["predicted"], &account["logged"]), (&json!(3), &json!(3)));
    assert_eq!(account["finding"], Value::Null);
    let evidence = |step: usize| &account["steps"][step]["evidence"];
    assert_eq!(evidence(0)["condition"], "tab-name-wrong");
    assert_eq!(evidence(0)["since-step"], Value::Null, "since before the first step");
    assert_eq!(evidence(0)["masks"], json!([]));
    assert_eq!(evidence(2)["condition"], "share-access-denied");
    assert_eq!(evidence(2)["since-step"], 2);
    assert_eq!(evidence(2)["masks"], json!(["tab-name-wrong"]));
    let documents = evidence(2)["documents"].as_array().unwrap();
    assert!(
        documents.contains(&json!({ "document": "Q166045", "part": "cause 2" })),
        "{documents:?}"
    );
    assert_eq!(account["steps"][2]["exports"]["runs"], 2);
    assert_eq!(account["steps"][2]["logged"], 2);
    assert_eq!(account["steps"][3]["exports"], Value::Null);
    let remedy = json!(["grant-access", "correct-postoffice-tab", "restart"]);
    assert_eq!(account["remedy"], remedy);
}

#[test]
fn an_invalid_file_stands_in_the_json_document_with_its_faults() {
    let project = Project::with(&[("bad", &format!("hots = 1\n{HEALTHY}")), ("a", HEALTHY)]);
    let document = project.event70(&["run", "--format", "json"]).with_status(2).json();
    assert_eq!(document["scenarios"].as_array().unwrap().len(), 1);
    let complaint = &document["invalid"][0]["complaints"][0];
    assert_eq!((&complaint["line"], &complaint["column"]), (&json!(1), &json!(1)));
    assert!(complaint["message"].as_str().unwrap().contains("hots"), "{complaint}");
}

#[test]
fn a_folder_prints_a_line_per_scenario_and_a_summary_line() {
    let wrong = scenario("conditions = ['tab-name-wrong']", "start; cycles 2");
    let project = Project::with(&[("b/wrong", &wrong), ("a", HEALTHY), ("b/also", HEALTHY)]);
    for arguments in [&["run"][..], &[], &["run", "scenarios"], &["scenarios"]] {
        let said = project.event70(arguments).with_status(0);
        let lines: Vec<&str> = said.out.lines().filter(|line| line.starts_with("agree")).collect();
        let names = ["a: A healthy start", "b/also: A healthy start", "b/wrong: A row"];
        assert_eq!(lines.len(), names.len(), "{}", said.out);
        assert!(lines.iter().zip(names).all(|(line, name)| line.ends_with(name)), "{lines:?}");
        let last = said.out.lines().last().unwrap();
        assert!(last.split(' ').all(|pair| pair.split('=').count() == 2), "{last}");
        let count = |key| said.count(key);
        assert_eq!((count("scenarios"), count("agree"), count("invalid")), (3, 3, 0));
        assert_eq!((count("steps"), count("predicted"), count("logged")), (4, 3, 3));
        assert_eq!(said.err, "");
    }
}

#[test]
fn a_named_file_is_told_with_its_whole_log() {
    let wrong = scenario("conditions = ['tab-name-wrong']", "start; cycles 2");
    let project = Project::with(&[("wrong", &wrong), ("other", &wrong)]);
    let said = project.event70(&["run", "scenarios/wrong.toml"]).with_status(0);
    assert!(said.flowing().contains(ARTICLE_TEXT), "{}", said.out);
    // One for the start, one for both cycles.
    assert_eq!(said.flowing().matches("returned result code 3").count(), 2);
    assert!(said.out.contains("the same × 2, every 15 s until 09:00:30"), "{}", said.out);
    let of_folder = project.event70(&["run"]).with_status(0);
    assert!(!of_folder.out.contains("result code"), "{}", of_folder.out);
}

#[rstest]
#[case::too_many("conditions = ['tab-name-wrong']", 41)]
#[case::too_few("conditions = ['tab-name-wrong']", 2)]
#[case::none_where_one_is("dirsync = 'never'", 0)]
fn an_authors_wrong_expectation_is_named_with_step_and_place(
    #[case] site: &str,
    #[case] expected: u64,
) {
    let text = scenario(site, "start; mail 1 exchange; cycles 5");
    let text = text.replace("cycles = 5", &format!("cycles = 5, event-70 = {expected}"));
    let project = Project::with(&[("wrong", &text), ("good", HEALTHY)]);
    let said = project.event70(&["run"]).with_status(1);
    assert_eq!((said.count("agree"), said.count("expectation")), (1, 1));
    let (line, column) = place(&text, "event-70 = ");
    let place = format!("error: scenarios/wrong.toml:{line}:{}: ", column + "event-70 = ".len());
    assert!(said.err.starts_with(&place), "{place}\n{}", said.err);
    let finding = said.out.lines().find(|line| line.starts_with("step 3: ")).unwrap();
    let words: Vec<&str> = finding.split([' ', ',']).collect();
    assert!(words.contains(&&*expected.to_string()) && words.contains(&"5"), "{finding}");
}

/// Where a word stands in a text, as editors count.
fn place(text: &str, word: &str) -> (usize, usize) {
    let lines = text.lines().enumerate();
    let mut places = lines.filter_map(|(line, text)| Some((line + 1, text.find(word)? + 1)));
    places.next().unwrap()
}

#[test]
fn the_graver_of_two_exit_statuses_is_reported() {
    let disagrees = HEALTHY.replace("event-70 = 0", "event-70 = 1");
    let project = Project::with(&[("agrees", HEALTHY), ("disagrees", &disagrees)]);
    project.event70(&["run"]).with_status(1);
    for name in ["scenarios/a-first.toml", "scenarios/z-last.toml"] {
        let invalid = project.write(name, "format = 1\n");
        project.event70(&["run"]).with_status(2);
        fs::remove_file(invalid).unwrap();
    }
}

#[rstest]
#[case::empty_folder(&["run", "empty"], "empty")]
#[case::no_such_file(&["run", "scenarios/none.toml"], "none.toml")]
#[case::one_of_two(&["run", "scenarios/good.toml", "nowhere"], "nowhere")]
#[case::mistyped_command(&["rnu"], "rnu")]
#[case::unknown_option(&["run", "--fromat", "json"], "--fromat")]
#[case::unknown_format(&["run", "--format", "yaml"], "yaml")]
fn what_finds_nothing_to_do_is_wrong_usage(#[case] arguments: &[&str], #[case] named: &str) {
    let project = Project::with(&[("good", HEALTHY)]);
    fs::create_dir(project.path("empty")).unwrap();
    let said = project.event70(arguments).with_status(2);
    assert!(said.err.contains("error: ") && said.err.contains(named), "{}", said.err);
    assert_eq!(said.out, "");
}

#[test]
fn outside_a_project_the_program_says_what_to_do() {
    let project = Project::new();
    fs::remove_dir(project.path("scenarios")).unwrap();
    let said = project.event70(&[]).with_status(2);
    assert!(said.err.contains("help: ") && said.err.contains("scenarios"), "{}", said.err);
}

#[rstest]
#[case::twice(&["scenarios/a.toml", "scenarios/a.toml"])]
#[case::with_its_folder(&["scenarios", "scenarios/a.toml"])]
#[case::with_a_dot(&["scenarios/a.toml", "./scenarios/a.toml"])]
#[case::by_a_detour(&["scenarios/a.toml", "scenarios/../scenarios/a.toml"])]
fn a_file_that_is_named_twice_runs_once(#[case] paths: &[&str]) {
    let said = Project::with(&[("a", HEALTHY)]).event70(paths).with_status(0);
    assert_eq!(said.count("scenarios"), 1, "{}", said.out);
}

#[test]
fn there_is_no_colour_but_on_a_terminal() {
    let coloured = HEALTHY.replace("[[steps]]", "notes = \"\\u001b[31mred\"\n[[steps]]");
    let bad = coloured.replace("\"start\"", "\"\\u001b[31mstart\"");
    let project = Project::with(&[("notes", &coloured), ("bad", &bad)]);
    for arguments in [&["run"][..], &["scenarios/notes.toml"], &["--format", "json"], &["--help"]] {
        let ProgramOutput { out, err, .. } = project.event70(arguments);
        assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'), "{out}\n{err}");
    }
}

#[test]
fn two_runs_at_once_say_the_same_bytes() {
    let wrong = scenario("conditions = ['tab-name-wrong']", "start; cycles 20; dirsync");
    let project = Project::with(&[("b", &wrong), ("a", EXAMPLE)]);
    for format in ["text", "json"] {
        let run = || {
            let mut command = process(&project);
            command.args(["run", "scenarios", "scenarios/b.toml", "--format", format]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let [first, second] = [run(), run()]
            .map(|child| ProgramOutput::of(&child.wait_with_output().unwrap()).with_status(0));
        assert!(first.out.len() > 500);
        assert_eq!((first.out, first.err), (second.out, second.err));
    }
}

#[test]
fn whoever_stops_reading_sees_no_complaint() {
    let long = scenario("conditions = ['tab-name-wrong']", &["start"; 3_000].join(";restart;"));
    let project = Project::with(&[("long", &long)]);
    let mut command = process(&project);
    command.arg("scenarios/long.toml").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("long"), "{line}");
    let said = ProgramOutput::of(&child.wait_with_output().unwrap());
    assert_eq!((said.status, &*said.err), (0, ""));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_internal_error() {
    let project = Project::with(&[("a", HEALTHY)]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let said = ProgramOutput::of(&process(&project).stdout(full).output().unwrap()).with_status(70);
    assert!(said.err.contains("cannot be written") && said.err.contains("disk"), "{}", said.err);
}

/// Plays a file in so much memory at most.
#[cfg(target_os = "linux")]
fn played_in(mebibytes: u64, text: &str) -> ProgramOutput {
    let project = Project::with(&[("huge", text)]);
    let mut shell = std::process::Command::new("sh");
    let limited = format!("ulimit -v {} && exec \"$0\" scenarios/huge.toml", mebibytes * 1024);
    shell.args(["-c", &limited]).arg(process(&project).get_program());
    ProgramOutput::of(&shell.current_dir(project.path("")).output().unwrap()).with_status(0)
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn the_longest_timeline_takes_little_memory_and_folds_lines() {
    let round = "mail 10000 exchange; cycles 10000; inject tab-name-wrong; cycles 10000; \
                 repair correct-postoffice-tab";
    let steps = format!("start; {}; {}", [round; 100].join(";"), ["restart"; 9_499].join(";"));
    let said = played_in(512, &scenario("", &steps));
    assert_eq!((said.count("steps"), said.count("logged")), (10_000, 1_000_000));
    assert!(said.out.lines().count() < 100_000, "{}", said.out.lines().count());
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn mail_that_piled_up_is_moved_in_little_memory() {
    let mail = ["mail 10000 exchange; mail 10000 cc-mail"; 2_000].join(";");
    let said =
        played_in(1024, &scenario("logging = 'maximum'", &format!("{mail}; start; cycles 1")));
    assert_eq!((said.count("steps"), said.count("agree")), (4_002, 1));
}

#[rstest]
#[case::text(&["run"])]
#[case::json(&["run", "scenarios/causes", "--format", "json"])]
#[case::with_a_bug(&["run", "scenarios/causes", "--bug", "once-per-life"])]
fn any_number_of_jobs_says_the_same_in_the_same_order(#[case] arguments: &[&str]) {
    let one = event70_here(arguments);
    assert!(one.out.len() > 1000, "{}", one.out);
    for jobs in ["2", "7"] {
        let several = event70_here(&[arguments, &["--jobs", jobs]].concat());
        assert_eq!((several.status, &several.out), (one.status, &one.out), "{jobs} jobs");
    }
}
