//! Edits of the Python adapter that a document forbids, each with the scenario file that finds it and
//! the document that is named.

use rstest::rstest;

use super::{Adapter, PATIENT, there_is};

/// Where the adapter reports a run that exited with another code than 0.
const BY_CODE: &str = r#"event(success + result["code"], "#;
/// Where it imports, and how it does so again after a run that moved nothing.
const IMPORT_ONCE: &str = r#"moved = self.execute(IMPORT, "*.ccm")"#;
const IMPORT_AGAIN: &str =
    r#"moved = self.execute(IMPORT, "*.ccm") or self.execute(IMPORT, "*.ccm")"#;
const IS_RUN_AGAIN: &str = "an IMPORT that did not exit 0 is run again in the same interval";

/// Of each edit: the scenario file that finds it, what is said of it, and the document it breaches.
#[rstest]
#[case::event_85_twice(
    r#"event(85, "Error", "General")"#,
    r#"event(85, "Error", "General"), event(85, "Error", "General")"#,
    "stories/programs-off-the-path-with-mail",
    "stops by itself once, with one Event 85",
    "Q294947"
)]
#[case::goes_on_after_85(
    "if not self.running:  # it gave up\n            return",
    "",
    "stories/programs-off-the-path-with-mail",
    "nothing runs and nothing is logged after Event 85",
    "Q294947"
)]
#[case::imports_before_it_exports(
    r#"("CCMDIR.EXP", "CCMLIST.EXP", "CCMBB.EXP", "CCMDEL.IMP", "CCMDIR.IMP")"#,
    r#"("CCMDIR.EXP", "CCMLIST.EXP", "CCMDEL.IMP", "CCMBB.EXP", "CCMDIR.IMP")"#,
    "silence/many-dirsyncs-and-restarts",
    "a dirsync exports the directory, mailing lists and",
    "Q181186"
)]
#[case::exports_no_bulletin_boards(
    r#""CCMLIST.EXP", "CCMBB.EXP", "#,
    r#""CCMLIST.EXP", "CCMLIST.EXP", "#,
    "silence/many-dirsyncs-and-restarts",
    "a dirsync exports the directory, mailing lists and",
    "Q181186"
)]
#[case::no_14001(
    r#"self.trace(14001, "Dir-Synch")"#,
    "pass",
    "silence/all-logging-at-maximum",
    "logs Event 14001 once and before its runs",
    "Q181186"
)]
#[case::event_14001_after_the_first_run(
    "is None:\n                return",
    "is None:\n                return\n            if file == \"CCMDIR.EXP\":\n                \
     self.trace(14001, \"Dir-Synch\")",
    "silence/all-logging-at-maximum",
    "logs Event 14001 once and before its runs",
    "Q181186"
)]
#[case::no_14031(
    r#"self.trace(14031, "Dir-Synch")"#,
    "pass",
    "silence/all-logging-at-maximum",
    "logs Event 14031 if all of its runs exited 0",
    "Q197258"
)]
#[case::sixteen_whatever_it_is_told(
    r#"self.site.get("export-max", 16)"#,
    "16",
    "limits/one-message-a-run",
    "that moved as many messages as it may is followed by another",
    "Q168211"
)]
#[case::import_again_after_code_1(
    IMPORT_ONCE,
    IMPORT_AGAIN,
    "near-misses/read-only-access",
    IS_RUN_AGAIN,
    "Q168211"
)]
#[case::import_again_after_code_3(
    IMPORT_ONCE,
    IMPORT_AGAIN,
    "stories/held-up/tab-path-wrong",
    IS_RUN_AGAIN,
    "Q168211"
)]
#[case::import_again_after_code_4(
    IMPORT_ONCE,
    IMPORT_AGAIN,
    "stories/held-up/postoffice-locked",
    IS_RUN_AGAIN,
    "Q168211"
)]
#[case::no_43_of_import(
    "            event(43,",
    "            program == \"IMPORT\" or event(43,",
    "stories/programs-off-the-path-with-mail",
    "Event 43 is missing: IMPORT from *.ccm",
    "Q294947"
)]
#[case::no_61(
    BY_CODE,
    r#"success + result["code"] == 61 or event(success + result["code"], "#,
    "stories/held-up/tab-path-wrong",
    "Event 61 is missing: IMPORT from *.ccm",
    "Q195649"
)]
#[case::no_62(
    BY_CODE,
    r#"success + result["code"] == 62 or event(success + result["code"], "#,
    "stories/held-up/postoffice-locked",
    "Event 62 is missing: IMPORT from *.ccm",
    "Q179072"
)]
#[case::no_63(
    BY_CODE,
    r#"success + result["code"] == 63 or event(success + result["code"], "#,
    "near-misses/date-format-unknown",
    "Event 63 is missing: IMPORT from *.ccm",
    "Q180641"
)]
#[case::no_59_of_a_rejected_message(
    BY_CODE,
    r#"success + result["code"] == 59 or event(success + result["code"], "#,
    "near-misses/outbound-message-rejected",
    "Event 59 is missing: IMPORT from *.ccm",
    "Q168670"
)]
#[case::event_59_for_code_3_of_import(
    BY_CODE,
    r#"event(59 if success + result["code"] == 61 else success + result["code"], "#,
    "stories/held-up/tab-path-wrong",
    "Event 59 is logged, and no run calls for it",
    "Q168670"
)]
#[case::event_68_names_another_file(
    BY_CODE,
    r#"event(68, "Error", "General", "msg0000.ccm") if success + result["code"] == 68 else event(success + result["code"], "#,
    "near-misses/database-version-mismatch", r#"file of Event 68: expected msg0002.ccm, found"#,
    "Q168465"
)]
#[case::event_71_twice(
    BY_CODE,
    r#"success + result["code"] == 71 and event(71, "Error", "General", file); event(success + result["code"], "#,
    "near-misses/postoffice-locked", "Event 71 is logged, and no run calls for it", "Q179072"
)]
#[case::event_54_twice(
    r#"event(54, "Error", "General")"#,
    r#"event(54, "Error", "General"), event(54, "Error", "General")"#,
    "near-misses/message-corrupt",
    "Event 54 is logged, and no run calls for it",
    "Q212759"
)]
#[case::event_68_is_a_warning(
    BY_CODE,
    r#"event(68, "Warning", "General", file) if success + result["code"] == 68 else event(success + result["code"], "#,
    "near-misses/database-version-mismatch", "type of Event 68: expected Error, found", "Q168465"
)]
#[case::delete(
    "*options, ",
    r#"*options, "/DELETE", "#,
    "causes/tab-path-wrong",
    "EXPORT has no argument /DELETE",
    "Q294947"
)]
#[case::a_switch_twice(
    "*options, ",
    "*options, *options, ",
    "causes/tab-path-wrong",
    "/ITEMSIZE is given twice",
    "Q294947"
)]
#[case::every_file_the_same(
    "self.number = (self.number + 1) & 0xFFFF",
    "self.number = 1",
    "causes/tab-path-wrong",
    "EXPORT went to msg0001.ccm, as the one before it did",
    "Q212759"
)]
fn an_edit_that_a_document_forbids_is_found_and_it_is_named(
    #[case] from: &str,
    #[case] to: &str,
    #[case] file: &str,
    #[case] what: &str,
    #[case] document: &str,
) {
    let Some(edited) = there_is(Adapter::edited(from, to)) else { return };
    let said = edited.run(&[&format!("{file}.toml")], PATIENT).with_status(1);
    let (flowing, verdict) = (said.flowing(), format!("verdict: malformed against {document}"));
    assert!(flowing.contains(&verdict) && flowing.contains(what), "{flowing}");
}
