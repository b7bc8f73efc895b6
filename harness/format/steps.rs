//! The steps of a scenario file: their keys, and how they are read, written and described to editors.
//! All that the format says of a verb or of a setting stands here.

use std::ops::Range;

use event70_model::{
    Category, Condition, Direction, Expectation, Fault, IndexCode, IndexCodes, Keyword, Level,
    LoggingChange, Operation, PathOutcome, Repair, Setting, Step,
};
use event70_rule::default_fault;
use serde_json::{Map, Value as Json, json};

use super::decode::{Decoder, Fields, Value};
use super::keys::{CYCLES_MAX, MAIL_MAX, STEPS_MAX};
use super::write::quoted;
use super::{expectation, schema};

/// The maximum number of CHKSTAT passes that damage needs.
const PASSES_MAX: u8 = 3;

/// The keys of which a step has exactly one.
const VERBS: &[&str] = &["do", "cycles", "inject", "repair", "mail", "logging"];
/// The settings of `inject`, each with the condition that has it.
const SETTINGS: [(&str, Condition); 5] = [
    ("passes", Condition::PostofficeDamaged),
    ("outcome", Condition::InstallPathSpace),
    // For both programs, unless one of the two that follow says otherwise.
    ("code", Condition::DirectoryIndexDamaged),
    ("export-code", Condition::DirectoryIndexDamaged),
    ("import-code", Condition::DirectoryIndexDamaged),
];

/// The steps of a file, each with what its author expects. A file has at least one, or it plays
/// nothing and shows nothing.
pub(super) fn steps(decoder: &mut Decoder, fields: &Fields<'_, '_>) -> Vec<(Step, Expectation)> {
    let none = "the scenario has no steps";
    let help = "add a step: `[[steps]]`, and below it `do = \"start\"`";
    let Some(value) = fields.get("steps") else {
        decoder.absent(fields.span.clone(), none, help);
        return Vec::new();
    };
    let Some(items) = decoder.array(value, "a list of steps") else { return Vec::new() };
    if items.is_empty() {
        decoder.absent(value.span(), none, help);
    }
    if let Some(first_too_many) = items.get(STEPS_MAX) {
        let message = format!("{} steps; the maximum is {STEPS_MAX}", items.len());
        decoder.complain(first_too_many.span(), message, "split the timeline".to_owned());
        return Vec::new();
    }
    let settings = SETTINGS.map(|(key, _)| key);
    let known = [VERBS, &settings, &["to"], &expectation::KEYS].concat();
    items.iter().filter_map(|item| step(decoder, item, &known)).collect()
}

/// Reads every part of a step, whatever is wrong with the others: all faults are told at once.
fn step(decoder: &mut Decoder, value: &Value<'_>, known: &[&str]) -> Option<(Step, Expectation)> {
    let span = value.span();
    let fields = decoder.table(value, &span, known, "a step")?;
    let expected = expectation::expectation(decoder, &fields);
    let verbs = fields.present(VERBS);
    let Some((first, _)) = verbs.first() else {
        let help = format!("a step has exactly one of: {}", VERBS.join(", "));
        decoder.absent(span.clone(), "this step does nothing", &help);
        settings(decoder, &fields, |_| true);
        if let Some(value) = fields.get("to") {
            decoder.word::<Direction>(value, "direction");
        }
        return None;
    };
    for (other, span) in &verbs[1..] {
        let message = format!("`{other}` beside `{first}`: a step has one verb only");
        decoder.misplaced(span.clone(), message, "make it two steps".to_owned());
    }
    foreign_settings(decoder, &fields, &verbs);
    let each = verbs.iter().map(|(verb, _)| what_happens(decoder, &fields, verb));
    let each: Vec<Option<Step>> = each.collect();
    Some((each.into_iter().next()??, expected))
}

fn what_happens(decoder: &mut Decoder, fields: &Fields<'_, '_>, verb: &str) -> Option<Step> {
    let value = fields.get(verb)?;
    Some(match verb {
        "do" => Step::Do(decoder.word::<Operation>(value, "operation")?),
        "cycles" => Step::Cycles(count(decoder, value, CYCLES_MAX, "cycles")?),
        "inject" => Step::Inject(fault(decoder, fields, value)?),
        "repair" => Step::Repair(decoder.word::<Repair>(value, "repair")?),
        "mail" => {
            let messages = count(decoder, value, MAIL_MAX, "mail");
            let to = direction(decoder, fields);
            Step::Mail(to?, messages?)
        }
        _ => Step::Logging(logging(decoder, value)?),
    })
}

fn count(decoder: &mut Decoder, value: &Value<'_>, most: u16, what: &str) -> Option<u16> {
    let number = decoder.number(value, 1..=i64::from(most), what)?;
    u16::try_from(number).ok()
}

fn direction(decoder: &mut Decoder, fields: &Fields<'_, '_>) -> Option<Direction> {
    let Some(value) = fields.get("to") else {
        let help = format!("add `to`, one of: {}", Direction::all_keywords().join(", "));
        decoder.missing(fields, "to", "a step that sends mail", &help);
        return None;
    };
    decoder.word(value, "direction")
}

fn fault(decoder: &mut Decoder, fields: &Fields<'_, '_>, value: &Value<'_>) -> Option<Fault> {
    let condition = decoder.word::<Condition>(value, "condition");
    let is_read = |key: &str| condition.is_none_or(|condition| has_setting(condition, key));
    let setting = settings(decoder, fields, is_read);
    let mut fault = default_fault(condition?);
    fault.setting = setting.unwrap_or(fault.setting);
    Some(fault)
}

/// Whether this is the key of a setting that a condition has.
fn has_setting(condition: Condition, key: &str) -> bool {
    SETTINGS.contains(&(key, condition))
}

/// Reads the settings of conditions that are to be read, and gives the last.
fn settings(
    decoder: &mut Decoder,
    fields: &Fields<'_, '_>,
    is_read: impl Fn(&str) -> bool,
) -> Option<Setting> {
    let mut last = None;
    for (key, _) in fields.present(&SETTINGS.map(|(key, _)| key)) {
        if let Some(value) = fields.get(key).filter(|_| is_read(key)) {
            last = setting(decoder, key, value, last);
        }
    }
    last
}

/// Reads one setting; what was read `before` of the same step keeps what this one does not say.
fn setting(
    decoder: &mut Decoder,
    key: &str,
    value: &Value<'_>,
    before: Option<Setting>,
) -> Option<Setting> {
    Some(match key {
        "passes" => {
            let passes = decoder.number(value, 1..=i64::from(PASSES_MAX), "passes")?;
            Setting::Passes(u8::try_from(passes).ok()?)
        }
        "outcome" => Setting::Outcome(decoder.word::<PathOutcome>(value, "outcome")?),
        _ => {
            let code = index_code(decoder, key, value)?;
            let codes = match before {
                Some(Setting::Codes(codes)) => codes,
                _ => IndexCodes::both(IndexCode::One),
            };
            Setting::Codes(match key {
                "export-code" => IndexCodes { export: code, ..codes },
                "import-code" => IndexCodes { import: code, ..codes },
                _ => IndexCodes::both(code),
            })
        }
    })
}

fn index_code(decoder: &mut Decoder, key: &str, value: &Value<'_>) -> Option<IndexCode> {
    let number = decoder.number(value, 1..=4, key)?;
    let code = IndexCode::from_keyword(&number.to_string());
    if code.is_none() {
        decoder.complain(value.span(), format!("`{key}` is {number}, which is not 1 or 4"), None);
    }
    code
}

/// Complains of settings that belong to another verb or to another condition. Where it is not clear
/// which condition is meant, any setting of one may be its own.
fn foreign_settings(
    decoder: &mut Decoder,
    fields: &Fields<'_, '_>,
    verbs: &[(&'static str, Range<usize>)],
) {
    let is_own = |setting: &str| {
        verbs.iter().any(|(verb, _)| match *verb {
            "mail" => setting == "to",
            "inject" => {
                let condition = fields.get("inject").and_then(|value| value.get_ref().as_str());
                match condition.and_then(Condition::from_keyword) {
                    Some(condition) => has_setting(condition, setting),
                    None => setting != "to",
                }
            }
            _ => false,
        })
    };
    let of_inject =
        SETTINGS.map(|(setting, owner)| (setting, format!("inject = {}", quoted(owner.keyword()))));
    let owners = of_inject.into_iter().chain([("to", "mail".to_owned())]);
    for (setting, owner) in owners {
        for (_, span) in fields.present(&[setting]) {
            if !is_own(setting) {
                let message = format!("`{setting}` does not belong to this step");
                decoder.misplaced(span, message, format!("it is a setting of `{owner}`"));
            }
        }
    }
}

/// The levels of the log: one for all categories, or a table of them.
pub(super) fn logging(decoder: &mut Decoder, value: &Value<'_>) -> Option<LoggingChange> {
    if value.get_ref().is_str() {
        return decoder.word::<Level>(value, "logging level").map(LoggingChange::all);
    }
    if !value.get_ref().is_table() {
        decoder.wrong_type(value, "a level or a table of levels");
        return None;
    }
    let span = value.span();
    let fields = decoder.table(value, &span, &Category::all_keywords(), "logging")?;
    let mut change = LoggingChange::default();
    for category in Category::ALL {
        if let Some(value) = fields.get(category.keyword())
            && let Some(level) = decoder.word(value, "logging level")
        {
            change = change.with(*category, level);
        }
    }
    Some(change)
}

/// The keys of a step as they stand in a file, but for the expectation.
pub(super) fn written(step: &Step) -> String {
    match step {
        Step::Do(operation) => format!("do = {}", quoted(operation.keyword())),
        Step::Cycles(count) => format!("cycles = {count}"),
        Step::Inject(fault) => written_fault(*fault),
        Step::Repair(repair) => format!("repair = {}", quoted(repair.keyword())),
        Step::Mail(to, count) => format!("mail = {count}\nto = {}", quoted(to.keyword())),
        Step::Logging(change) => format!("logging = {}", written_logging(*change)),
    }
}

fn written_fault(fault: Fault) -> String {
    let inject = format!("inject = {}", quoted(fault.condition.keyword()));
    if fault == default_fault(fault.condition) {
        return inject;
    }
    match fault.setting {
        Setting::None => inject,
        Setting::Passes(passes) => format!("{inject}\npasses = {passes}"),
        Setting::Outcome(outcome) => format!("{inject}\noutcome = {}", quoted(outcome.keyword())),
        Setting::Codes(IndexCodes { export, import }) if export == import => {
            format!("{inject}\ncode = {export}")
        }
        Setting::Codes(IndexCodes { export, import }) => {
            format!("{inject}\nexport-code = {export}\nimport-code = {import}")
        }
    }
}

/// A change of levels as it stands in a file.
pub(super) fn written_logging(change: LoggingChange) -> String {
    if let Some(level) = change.uniform() {
        return quoted(level.keyword());
    }
    let named = Category::ALL.iter().filter_map(|category| {
        let level = change.level(*category)?;
        Some(format!("{category} = {}", quoted(level.keyword())))
    });
    let named: Vec<String> = named.collect();
    if named.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", named.join(", ")) }
}

/// What the schema says of a step.
pub(super) fn described() -> Json {
    let operations = schema::words::<Operation>("What the operator does with the service.");
    let outcome = schema::words::<PathOutcome>("What the programs do in such a path.");
    let has_none = |c: &Condition| SETTINGS.iter().all(|(_, owner)| owner != c);
    let plain: Vec<Condition> = Condition::ALL.iter().copied().filter(has_none).collect();
    let code = |says: &str| json!({ "enum": [1, 4], "description": says });
    let passes = json!({
        "type": "integer", "minimum": 1, "maximum": PASSES_MAX,
        "description": "How many CHKSTAT passes the damage needs."
    });
    json!({ "oneOf": [
        variant("do", operations, &[]),
        variant("cycles", schema::count(CYCLES_MAX, "How many polling intervals pass."), &[]),
        variant("inject", schema::conditions(&plain), &[]),
        variant("inject", schema::conditions(&[Condition::PostofficeDamaged]), &[("passes", passes)]),
        variant("inject", schema::conditions(&[Condition::InstallPathSpace]), &[("outcome", outcome)]),
        variant("inject", schema::conditions(&[Condition::DirectoryIndexDamaged]), &[
            ("code", code("The result code that it shows in both programs.")),
            ("export-code", code("The result code that it shows in EXPORT.")),
            ("import-code", code("The result code that it shows in IMPORT.")),
        ]),
        variant("repair", schema::repairs(), &[]),
        described_mail(),
        variant("logging", schema::logging(), &[]),
    ]})
}

fn described_mail() -> Json {
    let to = schema::words::<Direction>("Which way the messages go.");
    let mut mail =
        variant("mail", schema::count(MAIL_MAX, "How many messages are sent."), &[("to", to)]);
    mail["required"] = json!(["mail", "to"]);
    mail
}

/// A step with one verb, its settings, and what its author expects.
fn variant(verb: &str, value: Json, settings: &[(&str, Json)]) -> Json {
    let mut properties = Map::new();
    properties.insert(verb.to_owned(), value);
    for (setting, value) in settings {
        properties.insert((*setting).to_owned(), value.clone());
    }
    properties.extend(expectation::described());
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": [verb],
        "properties": properties
    })
}
