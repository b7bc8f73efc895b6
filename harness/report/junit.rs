//! A run as a JUnit report: one test case for each file.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::account::Account;
use super::text::{Numbers, story};
use crate::judge::Verdict;

/// One file of a run.
#[derive(Debug)]
pub enum Case<'a> {
    /// It was played.
    Played(&'a Account),
    /// It yielded no scenario.
    Invalid {
        /// Its name.
        name: &'a str,
        /// What is wrong with it, as it is printed.
        message: &'a str,
    },
}

/// The report as XML.
///
/// # Errors
/// If the XML cannot be written.
pub fn junit(cases: &[Case<'_>]) -> Result<String, quick_junit::SerializeError> {
    let mut suite = TestSuite::new("scenarios");
    suite.add_test_cases(cases.iter().map(test_case));
    let mut report = Report::new("event70");
    report.add_test_suite(suite);
    report.to_string()
}

fn test_case(case: &Case<'_>) -> TestCase {
    match case {
        Case::Played(account) if account.verdict() == Verdict::Agree => {
            named(&account.name, TestCaseStatus::success())
        }
        Case::Played(account) => {
            let kind = match account.verdict() {
                Verdict::ConnectorFailed | Verdict::None => NonSuccessKind::Error,
                _ => NonSuccessKind::Failure,
            };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_type(account.verdict().to_string());
            if let Some(finding) = &account.finding {
                status.set_message(format!("step {}: {}", finding.step + 1, finding.disagreement));
            }
            status.set_description(story(account, Numbers::AsLogged));
            named(&account.name, status)
        }
        Case::Invalid { name, message } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("invalid");
            status.set_message("not a valid scenario file");
            status.set_description(*message);
            named(name, status)
        }
    }
}

fn named(name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname("scenarios");
    case
}
