//! A JUnit report is valid by both schemas in use, says what a run said, and is whole or not there.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::support::{HEALTHY, Project, scenario};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element of a report.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn get(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(attribute, _)| attribute == name);
        found.map_or_else(|| panic!("no {name} in {self:?}"), |(_, value)| value)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

fn parsed(xml: &str) -> Element {
    let element = |start: &BytesStart<'_>| Element {
        name: String::from_utf8(start.name().as_ref().to_vec()).unwrap(),
        attributes: start
            .attributes()
            .map(|attribute| {
                let attribute = attribute.unwrap();
                let value = String::from_utf8(attribute.value.to_vec()).unwrap();
                let value = quick_xml::escape::unescape(&value).unwrap().into_owned();
                (String::from_utf8(attribute.key.as_ref().to_vec()).unwrap(), value)
            })
            .collect(),
        ..Element::default()
    };
    let mut reader = Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(element(&start)),
            Event::Empty(start) => open.last_mut().unwrap().children.push(element(&start)),
            Event::End(_) => {
                let done = open.pop().unwrap();
                open.last_mut().unwrap().children.push(done);
            }
            Event::Text(text) => {
                open.last_mut().unwrap().text.push_str(&String::from_utf8_lossy(&text));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    open.pop().unwrap().children.pop().unwrap()
}

/// What an element may be made of: its attributes with those that must be there marked by `!`, and
/// its children in their order.
type Model = (&'static str, &'static [&'static str], &'static [&'static str]);

/// Ant's schema (JUnit.xsd).
const ANT: &[Model] = &[
    ("testsuites", &[], &["testsuite"]),
    (
        "testsuite",
        &[
            "package!",
            "id!",
            "name!",
            "timestamp!",
            "hostname!",
            "tests!",
            "failures!",
            "errors!",
            "time!",
            "skipped",
        ],
        &["properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], &["property"]),
    ("property", &["name!", "value!"], &[]),
    ("testcase", &["name!", "classname!", "time!"], &["error", "failure", "skipped"]),
    ("failure", &["type!", "message"], &[]),
    ("error", &["type!", "message"], &[]),
    ("skipped", &[], &[]),
    ("system-out", &[], &[]),
    ("system-err", &[], &[]),
];

/// That of Jenkins (jenkins-junit.xsd).
const JENKINS: &[Model] = &[
    ("testsuites", &["name", "time", "tests", "failures", "disabled", "errors"], &["testsuite"]),
    (
        "testsuite",
        &[
            "name!",
            "tests!",
            "failures",
            "errors",
            "time",
            "disabled",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
        ],
        &["properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], &["property"]),
    ("property", &["name!", "value!"], &[]),
    (
        "testcase",
        &["name!", "assertions", "time", "classname", "status"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("failure", &["type", "message"], &[]),
    ("error", &["type", "message"], &[]),
    ("skipped", &[], &[]),
    ("system-out", &[], &[]),
    ("system-err", &[], &[]),
];

/// What in an element is not as a schema has it.
fn faults(element: &Element, schema: &[Model]) -> Vec<String> {
    let Some((name, attributes, children)) = schema.iter().find(|(n, _, _)| *n == element.name)
    else {
        return vec![format!("no element {}", element.name)];
    };
    let mut faults = Vec::new();
    let has = |name: &str| element.attributes.iter().any(|(attribute, _)| attribute == name);
    for needed in attributes.iter().filter_map(|attribute| attribute.strip_suffix('!')) {
        faults.extend((!has(needed)).then(|| format!("{name} without {needed}")));
    }
    for (found, _) in &element.attributes {
        let known = attributes.iter().any(|attribute| attribute.trim_end_matches('!') == found);
        faults.extend((!known).then(|| format!("{found} of {name}")));
    }
    let place = |child: &Element| children.iter().position(|name| *name == child.name);
    faults.extend(element.children.iter().filter_map(|child| match place(child) {
        None => Some(format!("{} in {name}", child.name)),
        Some(_) => None,
    }));
    let places: Vec<_> = element.children.iter().map(place).collect();
    faults.extend((!places.is_sorted()).then(|| format!("the order in {name}")));
    for number in ["tests", "failures", "errors", "skipped"].into_iter().filter(|name| has(name)) {
        let is_one = element.get(number).parse::<u32>().is_ok();
        faults.extend((!is_one).then(|| format!("{number} of {name}")));
    }
    if has("time") && element.get("time").parse::<f64>().is_err() {
        faults.push(format!("time of {name}"));
    }
    if has("timestamp") {
        let pattern: String = element
            .get("timestamp")
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        faults.extend((pattern != "0000-00-00T00:00:00").then(|| pattern.clone()));
    }
    faults.extend(element.children.iter().flat_map(|child| self::faults(child, schema)));
    faults
}

#[test]
fn a_report_is_valid_by_both_schemas_and_says_what_the_run_said() {
    let odd = "title = \"]]> <&> \\\" \\ufffe\"\nnotes = \"\\u001b[31m \\u0000\"";
    let disagrees = HEALTHY.replace("event-70 = 0", "event-70 = 7");
    let disagrees = disagrees.replace("title = \"A healthy start\"", odd);
    let files = [
        ("deep/agrees", HEALTHY),
        ("deep/er/agrees", HEALTHY),
        ("disagrees", &disagrees),
        ("invalid", "format = 1\n\"\\ufffe<\" = 1\n"),
    ];
    let project = Project::with(&files);
    project.event70(&["run", "--junit", "report.xml"]).with_status(2);
    let report = parsed(&project.read("report.xml"));
    for (schema, name) in [(ANT, "Ant"), (JENKINS, "Jenkins")] {
        let faults = faults(&report, schema);
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    let suites: Vec<&str> = report.all("testsuite").map(|suite| suite.get("name")).collect();
    assert_eq!(suites, ["scenarios", "deep", "deep/er"]);
    let ids: BTreeSet<&str> = report.all("testsuite").map(|suite| suite.get("id")).collect();
    assert_eq!(ids.len(), 3);
    let own = report.all("testsuite").next().unwrap();
    assert_eq!([own.get("tests"), own.get("failures"), own.get("errors")], ["2", "1", "1"]);
    let cases: Vec<&Element> = own.all("testcase").collect();
    assert_eq!(cases.iter().map(|c| c.get("name")).collect::<Vec<_>>(), ["disagrees", "invalid"]);
    let failure = &cases[0].children[0];
    assert_eq!((failure.name.as_str(), failure.get("type")), ("failure", "expectation"));
    assert!(failure.get("message").contains("expects 7"), "{failure:?}");
    assert!(failure.text.contains("verdict: expectation"), "{failure:?}");
    assert_eq!(
        (cases[1].children[0].name.as_str(), cases[1].children[0].get("type")),
        ("error", "invalid")
    );
    let properties = own.all("properties").next().unwrap();
    let of = |name: &str| properties.children.iter().find(|p| p.get("name") == name).unwrap();
    assert_eq!(of("file.disagrees").get("value"), "scenarios/disagrees.toml");
    assert_eq!(of("connector").get("value"), "reference");
}

/// Beside a list of known failures: only the first scenario fails with this bug.
#[test]
fn the_known_are_skipped_and_the_mended_fail_in_a_report() {
    let fails = scenario("conditions = ['postoffice-fragmented']", "start");
    let project = Project::with(&[("fails", &fails), ("fine", HEALTHY)]);
    let entry = |scenario: &str| {
        format!("[[known]]\nscenario = '{scenario}'\nviolates = 'article'\nreason = '<1>'\n")
    };
    project.write("known.toml", entry("fails") + &entry("fine"));
    let options = ["--bug", "canary", "--known", "known.toml", "--junit", "report.xml"];
    project.event70(&[&["run"], &options[..]].concat()).with_status(1);
    let report = parsed(&project.read("report.xml"));
    for (schema, name) in [(ANT, "Ant"), (JENKINS, "Jenkins")] {
        let faults = faults(&report, schema);
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    let suite = report.all("testsuite").next().unwrap();
    let counts = ["tests", "failures", "errors", "skipped"].map(|name| suite.get(name));
    assert_eq!(counts, ["2", "1", "0", "1"]);
    let cases: Vec<&Element> = suite.all("testcase").map(|case| &case.children[0]).collect();
    assert_eq!((&*cases[0].name, &*cases[1].name), ("skipped", "failure"));
    assert_eq!(cases[1].get("type"), "mended");
}

/// The checks above find what is wrong: a schema that lets everything through would prove nothing.
#[test]
fn a_report_that_is_not_valid_is_noticed() {
    let bad = "<testsuites><testsuite name='a' tests='x'><testcase name='b' file='c'/>\
               <properties/></testsuite></testsuites>";
    let found = faults(&parsed(bad), ANT).join(", ");
    for fault in ["testsuite without id", "file of testcase", "the order in testsuite", "tests of"]
    {
        assert!(found.contains(fault), "{fault}: {found}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_complained_of() {
    let project = Project::with(&[("a", HEALTHY)]);
    let said = project.event70(&["run", "--junit", "nowhere/report.xml"]).with_status(2);
    assert!(said.err.contains("report.xml"), "{}", said.err);
    assert_eq!(said.count("agree"), 1);
}

/// No file may be longer than so many blocks, which is what a full disk comes to.
#[cfg(unix)]
#[test]
fn a_full_disk_keeps_the_old_report_and_is_harness_trouble() {
    let project = Project::with(&[("a", HEALTHY)]);
    project.write("report.xml", "the old one");
    let event70 = assert_cmd::cargo::cargo_bin!("event70");
    for (trap, ends) in [("trap '' XFSZ;", "the error"), ("", "the signal")] {
        let script = format!("{trap} ulimit -f 0; exec \"$0\" run --junit report.xml");
        let output = Command::new("sh")
            .args(["-c", &script])
            .arg(event70)
            .current_dir(project.path(""))
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(70), "{ends}: {told}");
        assert!(
            told.contains("report.xml: cannot be written") && told.contains("ulimit -f"),
            "{told}"
        );
        assert_eq!(project.read("report.xml"), "the old one");
        let left: Vec<_> =
            fs::read_dir(project.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_report_may_go_to_a_pipe_and_through_a_link() {
    let project = Project::with(&[("a", HEALTHY)]);
    let said = project.event70(&["run", "--junit", "/dev/stdout"]).with_status(0);
    assert!(said.out.contains("<testsuites>"), "{}", said.out);
    project.write("real.xml", "the old one");
    std::os::unix::fs::symlink("real.xml", project.path("link.xml")).unwrap();
    project.event70(&["run", "--junit", "link.xml"]).with_status(0);
    assert!(project.path("link.xml").is_symlink());
    assert!(project.read("real.xml").contains("<testsuites>"));
}

#[test]
fn many_reports_at_once_in_one_place_are_one_whole_report() {
    let project = Project::with(&[("a", HEALTHY)]);
    project.write("report.xml", "the old one");
    let children: Vec<_> = (0..8)
        .map(|_| {
            crate::support::process(&project)
                .args(["run", "--junit", "report.xml"])
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert!(project.read("report.xml").ends_with("</testsuites>\n"));
    let names = fs::read_dir(project.path("")).unwrap().map(|e| e.unwrap().file_name());
    assert_eq!(names.count(), 2, "nothing is left beside it");
}
