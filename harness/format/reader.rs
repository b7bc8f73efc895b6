//! From the text of a file to a scenario, or to everything that is wrong with it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use event70_model::{Condition, Keyword, Limits, Logging, Scenario, Setup};
use event70_rule::{Documented, allows};
use toml::de::DeTable;

use super::assume::assume;
use super::complaint::{Complaint, FileError};
use super::decode::{Decoder, Fields, Value};
use super::encoding::decode;
use super::keys::{
    DIRSYNC, EXPORT_MAX, FILE_BYTES_MAX, FORMAT, IMPORT_MAX, Limit, POLL_SECONDS, SITE, TOP,
};
use super::steps::{logging, steps};
use super::{ScenarioFile, letters, toml_1_0};

/// Reads the scenario file at `path`.
///
/// # Errors
/// If it is no ordinary file, too large, not readable, not UTF-8, or not a scenario.
pub fn load(path: &Path) -> Result<ScenarioFile, FileError> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(FileError::NotAFile);
    }
    // With room for all of it, and one byte more, it is read at once.
    let mut bytes = Vec::with_capacity(metadata.len().min(FILE_BYTES_MAX) as usize + 1);
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(FileError::TooLarge);
    }
    let text = decode(bytes)?;
    read(&text).map_err(|complaints| FileError::Faulty { text, complaints })
}

/// Reads the text of a scenario file.
///
/// ```
/// let text = r#"
/// format = 1
/// title  = "A wrong password"
/// [[steps]]
/// inject = "tab-pasword-wrong"
/// "#;
/// let complaints = event70_format::read(text).unwrap_err();
/// assert_eq!(complaints[0].message, "unknown condition \"tab-pasword-wrong\"");
/// assert_eq!(complaints[0].help.as_deref(), Some("did you mean `tab-password-wrong`?"));
/// ```
///
/// # Errors
/// Everything that is wrong with the text, in the order of the text.
pub fn read(text: &str) -> Result<ScenarioFile, Vec<Complaint>> {
    let mut decoder = Decoder::default();
    decoder.complaints.extend(letters::byte_order_mark(text));
    let file = whole(&mut decoder, text);
    decoder.complaints.sort_by_key(|complaint| complaint.span.start);
    match file {
        Some(file) if decoder.complaints.is_empty() => Ok(file),
        _ => Err(decoder.complaints),
    }
}

fn whole(decoder: &mut Decoder, text: &str) -> Option<ScenarioFile> {
    let strange_letters = letters::faults(text);
    if !strange_letters.is_empty() {
        decoder.complaints.extend(strange_letters);
        return None;
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<Complaint> = errors.iter().map(not_toml).collect();
    let mut broken: BTreeSet<usize> = errors.iter().flat_map(ends).collect();
    let is_told = |broken: &BTreeSet<usize>, complaint: &Complaint| {
        broken.range(complaint.span.start..=complaint.span.end).next().is_some()
    };
    let mut numbers = toml_1_0::numbers(text);
    numbers.retain(|number| !is_told(&broken, number));
    broken.extend(numbers.iter().flat_map(ends));
    errors.extend(numbers);
    decoder.broken_from = errors.iter().map(|error| error.span.start).min();
    let start = 0..text.find('\n').unwrap_or(text.len());
    let file = file(decoder, Fields::new(document.get_ref(), &start));
    decoder.complaints.extend(toml_1_0::faults(text));
    // What was read where the text is not TOML is not what stands there.
    decoder.complaints.retain(|complaint| !is_told(&broken, complaint));
    decoder.complaints.extend(errors);
    file
}

fn ends(complaint: &Complaint) -> [usize; 2] {
    [complaint.span.start, complaint.span.end]
}

fn not_toml(error: &toml::de::Error) -> Complaint {
    // The parser knows two escapes more than the format.
    let message = error.message().replace("`e`, ", "").replace("`x`, ", "");
    let span = error.span().unwrap_or(0..0);
    Complaint { span, message: format!("not TOML: {message}"), help: None }
}

fn file(decoder: &mut Decoder, fields: Fields<'_, '_>) -> Option<ScenarioFile> {
    if !format_is_known(decoder, &fields) {
        return None;
    }
    decoder.known_keys(&fields, TOP, "a scenario file");
    let title = title(decoder, &fields);
    let source = fields.get("source").map_or_else(Vec::new, |value| sources(decoder, value));
    let notes = fields.get("notes").and_then(|value| decoder.string(value, "a text"));
    let assume = fields.get("assume").map(|value| assume(decoder, value)).unwrap_or_default();
    let mut setup = Setup::default();
    let kind = fields.get("site").map_or(Some(()), |value| site(decoder, value, &mut setup));
    let steps = steps(decoder, &fields);
    if kind.is_some() && decoder.broken_from.is_none() {
        conditions_fit(decoder, &setup, &fields);
    }
    let (timeline, expected) = steps.into_iter().unzip();
    Some(ScenarioFile {
        title: title?.into(),
        source: source.into_iter().map(Into::into).collect(),
        notes: notes.map(Into::into),
        assume,
        scenario: Scenario { setup, timeline },
        expected,
    })
}

/// A file of another format is not looked at any further: its keys mean something else.
fn format_is_known(decoder: &mut Decoder, fields: &Fields<'_, '_>) -> bool {
    let Some(value) = fields.get("format") else {
        decoder.missing(fields, "format", "the file", "begin the file with `format = 1`");
        return true;
    };
    let Some(format) = decoder.number(value, 1..=i64::MAX, "format") else { return true };
    if format > FORMAT {
        let message = format!("format {format} is newer than this program, which reads {FORMAT}");
        decoder.complain(value.span(), message, "use a newer event70".to_owned());
        return false;
    }
    true
}

fn title(decoder: &mut Decoder, fields: &Fields<'_, '_>) -> Option<String> {
    let Some(value) = fields.get("title") else {
        let help = "say in one line what the scenario shows: `title = \"…\"`";
        decoder.missing(fields, "title", "the file", help);
        return None;
    };
    let title = decoder.string(value, "a text")?;
    if title.trim().is_empty() || title.chars().any(char::is_control) {
        decoder.complain(value.span(), "`title` is not one line of text", None);
        return None;
    }
    Some(title.to_owned())
}

fn sources(decoder: &mut Decoder, value: &Value<'_>) -> Vec<String> {
    let items = decoder.array(value, "a list of texts").unwrap_or_default();
    items.iter().filter_map(|item| decoder.string(item, "a text").map(str::to_owned)).collect()
}

/// Reads `[site]` into `setup`. `None` where it does not become clear what kind of site it is.
fn site(decoder: &mut Decoder, value: &Value<'_>, setup: &mut Setup) -> Option<()> {
    let span = value.span();
    let fields = decoder.table(value, &span, SITE, "[site]")?;
    let before = decoder.complaints.len();
    if let Some(value) = fields.get("exchange") {
        setup.exchange = decoder.word(value, "edition of Exchange").unwrap_or(setup.exchange);
    }
    if let Some(value) = fields.get("host") {
        setup.host = decoder.word(value, "host").unwrap_or(setup.host);
    }
    if let Some(value) = fields.get("database") {
        setup.database = decoder.word(value, "database").unwrap_or(setup.database);
    }
    let kind_is_clear = decoder.complaints.len() == before;
    if let Some(value) = fields.get("logging") {
        let change = logging(decoder, value).unwrap_or_default();
        setup.logging = change.applied_to(Logging::default());
    }
    setup.limits = limits(decoder, &fields);
    for item in conditions_of(decoder, &fields) {
        if let Some(condition) = decoder.word::<Condition>(item, "condition") {
            if condition == Condition::ForeignEvent70 {
                let message = "`foreign-event-70` is momentary and cannot hold from the start";
                let help = "inject it in a step".to_owned();
                decoder.complain(item.span(), message, help);
            } else {
                setup.conditions.insert(condition);
            }
        }
    }
    let dirsync = fields.get("dirsync");
    let is_never = dirsync.and_then(|value| decoder.one_of(value, DIRSYNC, "state of dirsync"))
        == Some("never");
    if is_never {
        setup.conditions.insert(Condition::SiteEntryMissing);
    }
    for item in conditions_of(decoder, &fields) {
        let condition = item.get_ref().as_str().and_then(Condition::from_keyword);
        let excluded = condition.map(|c| c.entry().excludes).unwrap_or_default();
        // The second of the two is told.
        if let Some(first) = (excluded & setup.conditions).iter().find(|c| Some(*c) < condition) {
            let message = format!("this cannot hold beside `{first}`");
            decoder.complain(item.span(), message, "leave one of them out".to_owned());
        }
    }
    kind_is_clear.then_some(())
}

/// The limits of `[site]`; the default of each that is not named, or does not fit.
fn limits(decoder: &mut Decoder, site: &Fields<'_, '_>) -> Limits {
    let mut number = |limit: Limit, usual: u32| {
        let value = site.get(limit.key);
        let number =
            value.and_then(|value| decoder.number(value, 1..=limit.most.into(), limit.key));
        number.and_then(|number| u32::try_from(number).ok()).unwrap_or(usual)
    };
    let usual = Limits::default();
    let mut batch = |limit, usual: u16| number(limit, usual.into()).try_into().unwrap_or(usual);
    Limits {
        export_max: batch(EXPORT_MAX, usual.export_max),
        import_max: batch(IMPORT_MAX, usual.import_max),
        poll_seconds: number(POLL_SECONDS, usual.poll_seconds),
    }
}

fn conditions_of<'a, 'i>(decoder: &mut Decoder, site: &Fields<'a, 'i>) -> &'a [Value<'i>] {
    let list = site.get("conditions");
    list.and_then(|value| decoder.array(value, "a list of conditions")).unwrap_or_default()
}

/// Complains of every condition that this kind of site cannot have.
fn conditions_fit(decoder: &mut Decoder, setup: &Setup, fields: &Fields<'_, '_>) {
    let span = 0..0;
    let mut named: Vec<&Value<'_>> = Vec::new();
    let mut quiet = Decoder::default();
    if let Some(value) = fields.get("site")
        && let Some(site) = quiet.table(value, &span, SITE, "[site]")
    {
        named.extend(conditions_of(&mut quiet, &site));
    }
    let steps = fields.get("steps").and_then(|value| value.get_ref().as_array());
    for step in steps.into_iter().flatten() {
        named.extend(step.get_ref().get("inject"));
    }
    for value in named {
        let condition = value.get_ref().as_str().and_then(Condition::from_keyword);
        if let Some(condition) = condition.filter(|condition| !allows(setup, *condition)) {
            let (message, help) = misfit(setup, condition);
            decoder.complain(value.span(), message, help);
        }
    }
}

fn misfit(setup: &Setup, condition: Condition) -> (String, String) {
    let entry = condition.entry();
    let hosts: Vec<String> = entry.hosts.iter().map(|host| format!("\"{host}\"")).collect();
    if entry.hosts.contains(setup.host) {
        let message = format!("`{condition}` cannot hold with database \"{}\"", setup.database);
        let databases: Vec<String> =
            entry.databases.iter().map(|database| format!("\"{database}\"")).collect();
        return (message, format!("it needs `database = {}` in [site]", databases.join(" or ")));
    }
    let message = format!("`{condition}` cannot hold on host \"{}\"", setup.host);
    (message, format!("it needs `host = {}` in [site]", hosts.join(" or ")))
}
