//! From a scenario to the text of a file, with comments.

use std::fmt::Write;

use event70_model::{
    Category, Condition, Keyword, Level, Logging, LoggingChange, Setup, is_unseen,
};

use super::ScenarioFile;
use super::assume::written_assumptions;
use super::expectation::written_expectation;
use super::keys::{EXPORT_MAX, FORMAT, IMPORT_MAX, POLL_SECONDS};
use super::steps::{written, written_logging};

/// What is said beside a scenario, in comments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comments {
    /// At the head of the file, a line each.
    pub head: Vec<String>,
    /// Above the site.
    pub site: Vec<String>,
    /// Above steps, with the step's number from 0.
    pub steps: Vec<(usize, String)>,
}

/// The text of a scenario file. Reading it gives the same scenario.
///
/// ```
/// use event70_format::{Comments, read, write};
/// let text = "format = 1\ntitle = \"Nothing happens\"\n\n[[steps]]\ndo = \"start\"\nevent-70 = 0\n";
/// let file = read(text).unwrap();
/// assert_eq!(write(&file, &Comments::default()), text);
/// ```
#[must_use]
pub fn write(file: &ScenarioFile, comments: &Comments) -> String {
    let mut text = String::new();
    remark(&mut text, &comments.head);
    let _ = writeln!(text, "format = {FORMAT}");
    let _ = writeln!(text, "title = {}", quoted(file.title.raw()));
    if !file.source.is_empty() {
        let source: Vec<String> = file.source.iter().map(|item| quoted(item.raw())).collect();
        let _ = writeln!(text, "source = [{}]", source.join(", "));
    }
    if let Some(notes) = &file.notes {
        let _ = writeln!(text, "notes = {}", quoted(notes.raw()));
    }
    let assumptions = written_assumptions(&file.assume);
    if !assumptions.is_empty() {
        let _ = write!(text, "\n{assumptions}");
    }
    write_site(&mut text, &file.scenario.setup, &comments.site);
    for (index, step) in file.scenario.timeline.iter().enumerate() {
        text.push('\n');
        let about = comments.steps.iter().filter(|(step, _)| *step == index);
        remark(&mut text, &about.map(|(_, line)| line.clone()).collect::<Vec<_>>());
        let _ = writeln!(text, "[[steps]]\n{}", written(step));
        let expected = file.expected.get(index).map(written_expectation).unwrap_or_default();
        for line in expected {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

fn remark(text: &mut String, lines: &[String]) {
    for line in lines {
        // A line break or another control character would end the comment.
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(text, "# {line}");
    }
}

fn write_site(text: &mut String, setup: &Setup, comments: &[String]) {
    let usual = Setup::default();
    if *setup == usual && comments.is_empty() {
        return;
    }
    text.push('\n');
    remark(text, comments);
    text.push_str("[site]\n");
    let mut key = |name: &str, value: String| {
        let _ = writeln!(text, "{name} = {value}");
    };
    if setup.exchange != usual.exchange {
        key("exchange", quoted(setup.exchange.keyword()));
    }
    if setup.host != usual.host {
        key("host", quoted(setup.host.keyword()));
    }
    if setup.database != usual.database {
        key("database", quoted(setup.database.keyword()));
    }
    let mut conditions = setup.conditions;
    if conditions.remove(Condition::SiteEntryMissing) {
        key("dirsync", quoted("never"));
    }
    if setup.logging != usual.logging {
        key("logging", written_logging(difference(setup.logging)));
    }
    if !conditions.is_empty() {
        let words: Vec<String> = conditions.iter().map(|c| quoted(c.keyword())).collect();
        key("conditions", format!("[{}]", words.join(", ")));
    }
    let (limits, usual) = (setup.limits, usual.limits);
    if limits.poll_seconds != usual.poll_seconds {
        key(POLL_SECONDS.key, limits.poll_seconds.to_string());
    }
    if limits.export_max != usual.export_max {
        key(EXPORT_MAX.key, limits.export_max.to_string());
    }
    if limits.import_max != usual.import_max {
        key(IMPORT_MAX.key, limits.import_max.to_string());
    }
}

/// The change that leads from no logging to these levels.
fn difference(logging: Logging) -> LoggingChange {
    if let Some(level) = logging.uniform() {
        return LoggingChange::all(level);
    }
    let categories = Category::ALL.iter().filter(|c| logging.level(**c) != Level::None);
    categories.fold(LoggingChange::default(), |change, category| {
        change.with(*category, logging.level(*category))
    })
}

/// A text as a TOML basic string.
#[must_use]
pub fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|character| match character {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            unseen if is_unseen(unseen) => match u32::from(unseen) {
                short @ ..=0xFFFF => format!("\\u{short:04X}"),
                long => format!("\\U{long:08X}"),
            },
            plain => plain.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
