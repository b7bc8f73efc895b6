//! The steps of a scenario file.

use std::ops::Range;

use event70_model::{
    Category, Condition, Direction, Fault, IndexCode, Level, LoggingChange, Operation, PathOutcome,
    Repair, Setting, Step, Word,
};
use event70_rule::default_fault;

use super::decode::{Decoder, Fields, Value};
use super::keys::{CYCLES_MAX, MAIL_MAX, PASSES_MAX, STEP, STEPS_MAX, VERBS};

/// The steps of a file, each with what its author expects. A file has at least one, or it plays
/// nothing and shows nothing.
pub(super) fn steps(decoder: &mut Decoder, fields: &Fields<'_, '_>) -> Vec<(Step, Option<u32>)> {
    let none = "the scenario plays nothing: it has no steps";
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
        let message = format!("{} steps are more than {STEPS_MAX}", items.len());
        decoder.complain(first_too_many.span(), message, "split the timeline".to_owned());
        return Vec::new();
    }
    items.iter().filter_map(|item| step(decoder, item)).collect()
}

/// Reads every part of a step, whatever is wrong with the others: all faults are told at once.
fn step(decoder: &mut Decoder, value: &Value<'_>) -> Option<(Step, Option<u32>)> {
    let span = value.span();
    let fields = decoder.table(value, &span, STEP, "a step")?;
    let expected = fields.get("event-70").and_then(|value| {
        let number = decoder.number(value, 0..=i64::from(u32::MAX), "event-70")?;
        u32::try_from(number).ok()
    });
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
        let help = format!("add `to`, one of: {}", Direction::all_words().join(", "));
        decoder.missing(fields, "to", "a step that sends mail", &help);
        return None;
    };
    decoder.word(value, "direction")
}

fn fault(decoder: &mut Decoder, fields: &Fields<'_, '_>, value: &Value<'_>) -> Option<Fault> {
    let condition = decoder.word::<Condition>(value, "condition");
    let is_read = |key: &str| condition.is_none_or(|condition| setting_of(condition) == key);
    let setting = settings(decoder, fields, is_read);
    let mut fault = default_fault(condition?);
    fault.setting = setting.unwrap_or(fault.setting);
    Some(fault)
}

/// The key of the setting that a condition has; none is the empty key.
fn setting_of(condition: Condition) -> &'static str {
    match condition {
        Condition::PostofficeDamaged => "passes",
        Condition::InstallPathSpace => "outcome",
        Condition::DirectoryIndexDamaged => "code",
        _ => "",
    }
}

/// Reads the settings of conditions that are to be read, and gives the last.
fn settings(
    decoder: &mut Decoder,
    fields: &Fields<'_, '_>,
    is_read: impl Fn(&str) -> bool,
) -> Option<Setting> {
    let mut last = None;
    for (key, _) in fields.present(&["passes", "outcome", "code"]) {
        if let Some(value) = fields.get(key).filter(|_| is_read(key)) {
            last = setting(decoder, key, value);
        }
    }
    last
}

fn setting(decoder: &mut Decoder, key: &str, value: &Value<'_>) -> Option<Setting> {
    Some(match key {
        "passes" => {
            let passes = decoder.number(value, 1..=i64::from(PASSES_MAX), "passes")?;
            Setting::Passes(u8::try_from(passes).ok()?)
        }
        "outcome" => Setting::Outcome(decoder.word::<PathOutcome>(value, "outcome")?),
        _ => Setting::Code(index_code(decoder, value)?),
    })
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
                match condition.and_then(Condition::from_word) {
                    Some(condition) => setting_of(condition) == setting,
                    None => setting != "to",
                }
            }
            _ => false,
        })
    };
    let owners = [
        ("passes", "inject = \"postoffice-damaged\""),
        ("outcome", "inject = \"install-path-space\""),
        ("code", "inject = \"directory-index-damaged\""),
        ("to", "mail"),
    ];
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
