//! A connector that logs every Event 70 and does otherwise what a document forbids is found by the
//! scenario files, and the document is named.

use rstest::rstest;

use crate::support::{Project, event70_here, scenario};

#[rstest]
#[case::code_1("code-1-silent", "Event 68 is missing: EXPORT to", "(Q168465)")]
#[case::code_4("code-4-silent", "Event 71 is missing: EXPORT to", "(Q179072)")]
#[case::failed("failed-silent", "Event 65 is missing: EXPORT to", "(Q190275)")]
#[case::not_found("not-found-silent", "Event 43 is missing: EXPORT to", "(Q294947)")]
#[case::import("import-silent", "Event 59 is missing: IMPORT from *.ccm", "(Q168670)")]
#[case::corrupt("corrupt-silent", "Event 54 is missing: EXPORT to", "(Q212759)")]
#[case::success("success-silent", "Event 67 is missing: EXPORT to", "(Q181186)")]
#[case::level_none("success-always", "Event 67 is logged although diagnostics", "(Q181186)")]
#[case::end_of_dirsync("dirsync-ends-always", "logs Event 14031 if all of its runs", "(Q197258)")]
#[case::no_import("never-imports", "outbound mail waits, and the interval has no", "(Q168211)")]
#[case::one_batch("one-batch", "that moved as many messages as it may is followed", "(Q168211)")]
#[case::interval("every-second-cycle", "intervals, although the service is up", "(Q168211)")]
#[case::gives_up("gives-up-at-once", "24 or 25 restarts come before it", "(Q294947)")]
#[case::again_at_once("tries-again", "an interval has one message EXPORT, and one", "(Q168211)")]
#[case::same_file(
    "number-on-success-only",
    "malformed against Q212759",
    "as the one before it did"
)]
#[case::seventy_for_code_4("code-4-as-70", "extra against the article", "predicts 0 Event 70")]
#[case::seventy_for_import("import-3-as-70", "extra against the article", "predicts 0 Event 70")]
fn what_a_document_forbids_is_found_and_the_document_named(
    #[case] bug: &str,
    #[case] what: &str,
    #[case] document: &str,
) {
    let said = event70_here(&["run", "--bug", bug]).with_status(1);
    assert!(said.count("malformed") + said.count("extra") > 0, "{}", said.out);
    let flowing = said.flowing();
    let found = flowing.find(what).unwrap_or_else(|| panic!("{what:?} is not in {flowing}"));
    assert!(flowing[found..].contains(document), "{document}");
}

/// A connector is blamed in the article's name only for what the article says.
#[rstest]
#[case::silent("canary", "start", "article Q166045", "against the article")]
#[case::another_source("wrong-source", "start", "article Q166045", "against the article")]
#[case::no_export_at_start("no-start-run", "start", "assumption", "start-exports = no would fit")]
#[case::new_tab(
    "tab-read-each-run",
    "start; repair correct-postoffice-tab; cycles 1",
    "assumption",
    "tab-takes-effect = next-run would fit"
)]
#[case::again_at_once("tries-again", "start; cycles 1", "document Q168211", "against Q168211")]
#[case::not_imported(
    "never-imports",
    "mail 1 cc-mail; start; cycles 1",
    "document Q168211",
    "Q168211"
)]
fn a_verdict_says_what_is_violated(
    #[case] bug: &str,
    #[case] steps: &str,
    #[case] violated: &str,
    #[case] against: &str,
) {
    let project = Project::with(&[("x", &scenario("conditions = ['tab-path-wrong']", steps))]);
    let text = project.event70(&["run", "--bug", bug]).with_status(1);
    assert!(text.flowing().contains(against), "{}", text.out);
    let json = project.event70(&["run", "--bug", bug, "--format", "json"]).with_status(1).json();
    let told = &json["scenarios"][0]["violated"];
    let words = ["kind", "document"].into_iter().filter_map(|key| told[key].as_str());
    assert_eq!(words.collect::<Vec<_>>().join(" "), violated, "{json}");
}
