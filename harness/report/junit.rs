//! A run as a JUnit report: a suite for each folder, a test case for each file.
//!
//! Two schemas of this format are in use, Ant's and that of Jenkins; the report is valid by both.
//! Neither has a place for the file of a test case, so a suite's properties name it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use event70_engine::Verdict;
use event70_model::{Foreign, in_xml, shown_path};
use jiff::civil::DateTime;

use super::account::Account;
use super::text::{Numbers, story};
use crate::testing::known::Standing;

/// One file of a run.
#[derive(Debug)]
pub struct Case {
    name: Foreign,
    file: PathBuf,
    took: Duration,
    not_passed: Option<NotPassed>,
}

/// The element that says that a case did not pass.
#[derive(Debug)]
struct NotPassed {
    element: &'static str,
    kind: String,
    message: String,
    content: String,
}

impl Case {
    /// A file, how long it took, and what was told of it, or what is wrong with it as it is printed.
    /// Beside a list of known failures, one that is known is skipped, and one that is mended fails.
    #[must_use]
    pub fn new(
        name: &Foreign,
        file: &Path,
        took: Duration,
        came_of_it: Result<&Account, String>,
        standing: Option<Standing<'_>>,
    ) -> Self {
        let listed = standing.filter(|standing| standing.listed().is_some());
        let not_passed = match came_of_it {
            Ok(_) if matches!(listed, Some(Standing::Known(_) | Standing::Mended(_))) => {
                listed.and_then(NotPassed::listed)
            }
            Ok(account) => NotPassed::of(account),
            Err(content) => Some(NotPassed {
                element: ERROR,
                kind: "invalid".to_owned(),
                message: "not a valid scenario file".to_owned(),
                content,
            }),
        };
        Self { name: name.clone(), file: file.to_owned(), took, not_passed }
    }

    fn is(&self, element: &str) -> bool {
        self.not_passed.as_ref().is_some_and(|not_passed| not_passed.element == element)
    }
}

impl NotPassed {
    /// What is known, or was.
    fn listed(standing: Standing<'_>) -> Option<Self> {
        let (element, kind) = match standing {
            Standing::Known(_) => (SKIPPED, ""),
            _ => (FAILURE, standing.word()?),
        };
        let (kind, message) = (kind.to_owned(), standing.to_string());
        Some(Self { element, kind, content: message.clone(), message })
    }

    fn of(account: &Account) -> Option<Self> {
        let element = match account.verdict() {
            Verdict::Agree => return None,
            Verdict::ConnectorFailed | Verdict::None => ERROR,
            _ => FAILURE,
        };
        let message = account.finding.as_ref().map_or_else(String::new, |finding| {
            format!("step {}: {}", finding.step + 1, finding.disagreement)
        });
        let (kind, content) = (account.verdict().to_string(), story(account, Numbers::AsLogged));
        Some(Self { element, kind, message, content })
    }
}

/// When a run was, and with which settings.
#[derive(Debug)]
pub struct RunInfo<'a> {
    /// When it began, in UTC.
    pub at: DateTime,
    /// Its settings, each with its name.
    pub properties: &'a [(&'static str, String)],
}

/// The report as XML.
#[must_use]
pub fn junit(run: &RunInfo<'_>, cases: &[Case]) -> String {
    let mut suites: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        let folder = case.name.raw().rsplit_once('/').map_or("", |(folder, _)| folder);
        suites.entry(folder).or_default().push(case);
    }
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (id, (folder, cases)) in suites.into_iter().enumerate() {
        suite(&mut xml, run, id, folder, &cases);
    }
    xml + "</testsuites>\n"
}

fn suite(xml: &mut String, run: &RunInfo<'_>, id: usize, folder: &str, cases: &[&Case]) {
    let number = |element: &str| cases.iter().filter(|case| case.is(element)).count();
    let took: Duration = cases.iter().map(|case| case.took).sum();
    let name = if folder.is_empty() { "scenarios".to_owned() } else { in_xml(folder) };
    let _ = writeln!(
        xml,
        "  <testsuite id=\"{id}\" package=\"event70\" name=\"{name}\" hostname=\"localhost\" \
         timestamp=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3}\">",
        run.at.strftime("%Y-%m-%dT%H:%M:%S"),
        cases.len(),
        number(FAILURE),
        number(ERROR),
        number(SKIPPED),
        took.as_secs_f64()
    );
    let _ = writeln!(xml, "    <properties>");
    let files =
        cases.iter().map(|case| (format!("file.{}", case.name.shown()), shown_path(&case.file)));
    let properties = run.properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    for (name, value) in properties.chain(files) {
        let (name, value) = (in_xml(&name), in_xml(&value));
        let _ = writeln!(xml, "      <property name=\"{name}\" value=\"{value}\"/>");
    }
    let _ = writeln!(xml, "    </properties>");
    cases.iter().for_each(|case| test_case(xml, &name, case));
    let _ = writeln!(xml, "    <system-out></system-out>\n    <system-err></system-err>");
    let _ = writeln!(xml, "  </testsuite>");
}

fn test_case(xml: &mut String, suite: &str, case: &Case) {
    let name = in_xml(case.name.raw());
    let took = case.took.as_secs_f64();
    let _ = write!(xml, "    <testcase classname=\"{suite}\" name=\"{name}\" time=\"{took:.3}\"");
    let Some(NotPassed { element, kind, message, content }) = &case.not_passed else {
        xml.push_str("/>\n");
        return;
    };
    let (message, content) = (in_xml(message), in_xml(content));
    // To one schema a skipped case has no attributes.
    let attributes = match *element {
        SKIPPED => String::new(),
        _ => format!(" type=\"{kind}\" message=\"{message}\""),
    };
    let _ = writeln!(xml, ">\n      <{element}{attributes}>{content}</{element}>\n    </testcase>");
}

const FAILURE: &str = "failure";
const ERROR: &str = "error";
const SKIPPED: &str = "skipped";
