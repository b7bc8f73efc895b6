//! From the text of a file to a scenario, or to everything that is wrong with it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use toml::de::DeTable;

use super::ScenarioFile;
use super::complaint::{Complaint, FileError};
use super::decode::{Decoder, Fields, Value};
use super::keys::{
    CYCLES_MAX, DIRSYNC, FILE_BYTES_MAX, FORMAT, MAIL_MAX, PASSES_MAX, SITE, STEP, STEPS_MAX, TOP,
    VERBS,
};
use crate::conditions::{Condition, Direction, Fault, IndexCode, PathOutcome, Repair, Setting};
use crate::event_log::{Category, Level, Logging};
use crate::scenario::{LoggingChange, Operation, Scenario, Setup, Step};
use crate::words::Word;

/// Reads the scenario file at `path`.
///
/// # Errors
/// If it is no ordinary file, too large, not readable, not UTF-8, or not a scenario.
pub fn load(path: &Path) -> Result<ScenarioFile, FileError> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(FileError::NotAFile);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(FileError::TooLarge);
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| FileError::NotUtf8(error.utf8_error().valid_up_to()))?;
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
/// let complaints = event70::scenario::file::read(text).unwrap_err();
/// assert_eq!(complaints[0].message, "unknown condition \"tab-pasword-wrong\"");
/// assert_eq!(complaints[0].help.as_deref(), Some("did you mean `tab-password-wrong`?"));
/// ```
///
/// # Errors
/// Everything that is wrong with the text, in the order of the text.
pub fn read(text: &str) -> Result<ScenarioFile, Vec<Complaint>> {
    let mut decoder = Decoder::default();
    let file = match DeTable::parse(text) {
        Ok(document) => {
            let start = 0..text.find('\n').unwrap_or(text.len());
            file(&mut decoder, Fields::new(document.get_ref(), &start))
        }
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            decoder.complain(span, format!("not TOML: {}", error.message()), None);
            None
        }
    };
    decoder.complaints.sort_by_key(|complaint| complaint.span.start);
    match file {
        Some(file) if decoder.complaints.is_empty() => Ok(file),
        _ => Err(decoder.complaints),
    }
}

fn file(decoder: &mut Decoder, fields: Fields<'_, '_>) -> Option<ScenarioFile> {
    if !format_is_known(decoder, &fields) {
        return None;
    }
    decoder.known_keys(&fields, TOP, "a scenario file");
    let title = title(decoder, &fields);
    let source = fields.get("source").map_or_else(Vec::new, |value| sources(decoder, value));
    let notes = fields.get("notes").and_then(|value| decoder.string(value, "a text"));
    let mut setup = Setup::default();
    let kind = fields.get("site").map_or(Some(()), |value| site(decoder, value, &mut setup));
    let mut steps = fields.get("steps").map_or_else(Vec::new, |value| steps(decoder, value));
    if kind.is_some() {
        conditions_fit(decoder, &setup, &fields);
    }
    let expected = steps.iter_mut().map(|(_, expected)| expected.take()).collect();
    let timeline = steps.into_iter().map(|(step, _)| step).collect();
    Some(ScenarioFile {
        title: title?.into(),
        source: source.into_iter().map(Into::into).collect(),
        notes: notes.map(Into::into),
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
        let message = format!("format {format} is later than this program, which reads {FORMAT}");
        decoder.complain(value.span(), message, "use a later event70".to_owned());
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
    if dirsync.and_then(|value| decoder.one_of(value, DIRSYNC, "state of dirsync")) == Some("never")
    {
        setup.conditions.insert(Condition::SiteEntryMissing);
    }
    kind_is_clear.then_some(())
}

fn conditions_of<'a, 'i>(decoder: &mut Decoder, site: &Fields<'a, 'i>) -> &'a [Value<'i>] {
    let list = site.get("conditions");
    list.and_then(|value| decoder.array(value, "a list of conditions")).unwrap_or_default()
}

fn logging(decoder: &mut Decoder, value: &Value<'_>) -> Option<LoggingChange> {
    if value.get_ref().is_str() {
        return decoder.word::<Level>(value, "logging level").map(LoggingChange::all);
    }
    if !value.get_ref().is_table() {
        decoder.wrong_type(value, "a level or a table of levels");
        return None;
    }
    let span = value.span();
    let fields = decoder.table(value, &span, &Category::all_words(), "logging")?;
    let mut change = LoggingChange::default();
    for category in Category::ALL {
        if let Some(value) = fields.get(category.word())
            && let Some(level) = decoder.word(value, "logging level")
        {
            change = change.with(*category, level);
        }
    }
    Some(change)
}

fn steps(decoder: &mut Decoder, value: &Value<'_>) -> Vec<(Step, Option<u32>)> {
    let items = decoder.array(value, "a list of steps").unwrap_or_default();
    if let Some(first_too_many) = items.get(STEPS_MAX) {
        let message = format!("{} steps are more than {STEPS_MAX}", items.len());
        decoder.complain(first_too_many.span(), message, "split the timeline".to_owned());
        return Vec::new();
    }
    items.iter().filter_map(|item| step(decoder, item)).collect()
}

fn step(decoder: &mut Decoder, value: &Value<'_>) -> Option<(Step, Option<u32>)> {
    let span = value.span();
    let fields = decoder.table(value, &span, STEP, "a step")?;
    let expected = fields.get("event-70").and_then(|value| {
        let number = decoder.number(value, 0..=i64::from(u32::MAX), "event-70")?;
        u32::try_from(number).ok()
    });
    let verbs = fields.present(VERBS);
    let Some((verb, _)) = verbs.first() else {
        let help = format!("a step has exactly one of: {}", VERBS.join(", "));
        decoder.complain(span, "this step does nothing", help);
        return None;
    };
    if let Some((second, span)) = verbs.get(1) {
        let message = format!("`{second}` beside `{verb}`: a step has one verb only");
        decoder.complain(span.clone(), message, "make it two steps".to_owned());
        return None;
    }
    let value = fields.get(verb)?;
    foreign_settings(decoder, &fields, verb, value);
    let step = match *verb {
        "do" => Step::Do(decoder.word::<Operation>(value, "operation")?),
        "cycles" => Step::Cycles(count(decoder, value, CYCLES_MAX, "cycles")?),
        "inject" => Step::Inject(fault(decoder, &fields, value)?),
        "repair" => Step::Repair(decoder.word::<Repair>(value, "repair")?),
        "mail" => {
            let messages = count(decoder, value, MAIL_MAX, "mail");
            let to = direction(decoder, &fields);
            Step::Mail(to?, messages?)
        }
        _ => Step::Logging(logging(decoder, value)?),
    };
    Some((step, expected))
}

fn count(decoder: &mut Decoder, value: &Value<'_>, most: u16, what: &str) -> Option<u16> {
    let number = decoder.number(value, 1..=i64::from(most), what)?;
    u16::try_from(number).ok()
}

fn direction(decoder: &mut Decoder, fields: &Fields<'_, '_>) -> Option<Direction> {
    let Some(value) = fields.get("to") else {
        let help = format!("add `to`, one of: {}", Direction::all_words().join(", "));
        decoder.missing(fields, "to", "a step that sends mail", &help);
        return None;
    };
    decoder.word(value, "direction")
}

fn fault(decoder: &mut Decoder, fields: &Fields<'_, '_>, value: &Value<'_>) -> Option<Fault> {
    let condition = decoder.word::<Condition>(value, "condition")?;
    let mut fault = Fault::default_of(condition);
    match condition {
        Condition::PostofficeDamaged => {
            if let Some(value) = fields.get("passes") {
                let passes = decoder.number(value, 1..=i64::from(PASSES_MAX), "passes")?;
                fault.setting = Setting::Passes(u8::try_from(passes).ok()?);
            }
        }
        Condition::InstallPathSpace => {
            if let Some(value) = fields.get("outcome") {
                fault.setting = Setting::Outcome(decoder.word::<PathOutcome>(value, "outcome")?);
            }
        }
        Condition::DirectoryIndexDamaged => {
            if let Some(value) = fields.get("code") {
                fault.setting = Setting::Code(index_code(decoder, value)?);
            }
        }
        _ => {}
    }
    Some(fault)
}

fn index_code(decoder: &mut Decoder, value: &Value<'_>) -> Option<IndexCode> {
    let number = decoder.number(value, 1..=4, "code")?;
    let code = IndexCode::from_word(&number.to_string());
    if code.is_none() {
        decoder.complain(value.span(), format!("`code` is {number}, which is not 1 or 4"), None);
    }
    code
}

/// Complains of settings that belong to another verb or to another condition. Where it is not clear
/// which condition is meant, any setting may be its own.
fn foreign_settings(decoder: &mut Decoder, fields: &Fields<'_, '_>, verb: &str, value: &Value<'_>) {
    let condition = value.get_ref().as_str().and_then(Condition::from_word);
    let own = match (verb, condition) {
        ("mail", _) => "to",
        ("inject", Some(Condition::PostofficeDamaged)) => "passes",
        ("inject", Some(Condition::InstallPathSpace)) => "outcome",
        ("inject", Some(Condition::DirectoryIndexDamaged)) => "code",
        ("inject", None) => return,
        _ => "",
    };
    let owners = [
        ("passes", "inject = \"postoffice-damaged\""),
        ("outcome", "inject = \"install-path-space\""),
        ("code", "inject = \"directory-index-damaged\""),
        ("to", "mail"),
    ];
    for (setting, owner) in owners {
        for (_, span) in fields.present(&[setting]) {
            if setting != own {
                let message = format!("`{setting}` does not belong to this step");
                decoder.complain(span, message, format!("it is a setting of `{owner}`"));
            }
        }
    }
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
        let condition = value.get_ref().as_str().and_then(Condition::from_word);
        if let Some(condition) = condition.filter(|condition| !setup.allows(*condition)) {
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
