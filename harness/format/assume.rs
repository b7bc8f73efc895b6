//! What a file or a user assumes: `[assume]`, and a file of assumptions.

use std::fmt::Write;

use event70_model::{Assumption, Keyword, Pins};
use serde_json::{Map, Value as Json, json};
use toml::de::{DeTable, DeValue};

use super::complaint::Complaint;
use super::decode::{Decoder, Fields, Value};
use super::write::quoted;

/// Reads a file of assumptions: TOML with a value or a list of values for each key.
///
/// ```
/// let pins = event70_format::read_assumptions("thread-restarts = 24\n").unwrap();
/// assert_eq!(pins.to_string(), "thread-restarts=24");
/// ```
///
/// # Errors
/// Everything that is wrong with the text, in the order of the text.
pub fn read_assumptions(text: &str) -> Result<Pins, Vec<Complaint>> {
    let document = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        vec![Complaint { span, message: format!("not TOML: {}", error.message()), help: None }]
    })?;
    let (mut decoder, span) = (Decoder::default(), 0..0);
    let pins = pins(&mut decoder, Fields::new(document.get_ref(), &span));
    decoder.complaints.sort_by_key(|complaint| complaint.span.start);
    if decoder.complaints.is_empty() { Ok(pins) } else { Err(decoder.complaints) }
}

/// Reads the value of `assume`.
pub(super) fn assume(decoder: &mut Decoder, value: &Value<'_>) -> Pins {
    let (span, keys) = (value.span(), Assumption::all_keywords());
    match decoder.table(value, &span, &keys, "[assume]") {
        Some(fields) => each(decoder, &fields),
        None => Pins::default(),
    }
}

fn pins(decoder: &mut Decoder, fields: Fields<'_, '_>) -> Pins {
    decoder.known_keys(&fields, &Assumption::all_keywords(), "a file of assumptions");
    each(decoder, &fields)
}

fn each(decoder: &mut Decoder, fields: &Fields<'_, '_>) -> Pins {
    let mut pins = Pins::default();
    for key in Assumption::ALL {
        let Some(value) = fields.get(key.keyword()) else { continue };
        let values = match value.get_ref() {
            DeValue::Array(values) if !values.is_empty() => values.iter().collect(),
            _ => vec![value],
        };
        for value in values {
            let Some(known) = one(decoder, *key, value) else { continue };
            pins = pins.with(*key, known).unwrap_or(pins);
        }
    }
    pins
}

/// One value of an assumption; a number may stand without quotes.
fn one(decoder: &mut Decoder, key: Assumption, value: &Value<'_>) -> Option<&'static str> {
    let what = format!("value of `{key}`");
    let values = key.values();
    let text = match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
        _ => decoder.one_of(value, &values, &what)?.to_owned(),
    };
    let known = values.into_iter().find(|known| *known == text);
    if known.is_none() {
        let message = format!("unknown {what}: {text}");
        decoder.complain(value.span(), message, format!("it is {}", values.join(" or ")));
    }
    known
}

/// `[assume]` as it stands in a file, with a line for each assumption that is named; nothing where
/// none is.
#[must_use]
pub fn written_assumptions(pins: &Pins) -> String {
    let mut text = String::new();
    if pins.is_empty() {
        return text;
    }
    text.push_str("[assume]\n");
    for (key, values) in pins.named() {
        let written: Vec<String> = values.into_iter().map(value).collect();
        let _ = match &written[..] {
            [one] => writeln!(text, "{key} = {one}"),
            several => writeln!(text, "{key} = [{}]", several.join(", ")),
        };
    }
    text
}

/// The text of a scenario file with these assumptions in the place of its own, if it has any: above
/// the first table, with all else as it is.
#[must_use]
pub fn with_assumptions(text: &str, pins: &Pins) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_table = |line: &&str| line.trim_start().starts_with('[');
    let is_own = |line: &&str| line.trim().starts_with("[assume]");
    let own = lines.iter().position(is_own);
    let is_over = |line: &&str| is_table(line) || line.trim_start().starts_with('#');
    let after = |own: usize| lines.iter().skip(own + 1).position(is_over).map(|at| own + 1 + at);
    let rest = own.map_or(lines.len(), |own| after(own).unwrap_or(lines.len()));
    let first = own.or_else(|| lines.iter().position(is_table)).unwrap_or(lines.len());
    // What is said above a table goes with it.
    let is_remark = |line: &&&str| line.trim_start().starts_with('#');
    let remarks = lines[..first].iter().rev().take_while(is_remark).count();
    let first = if own.is_some() { first } else { first - remarks };
    let rest = if own.is_some() { rest } else { first };
    let mut written = lines[..first].concat();
    if !written.ends_with('\n') {
        written.push('\n');
    }
    written.push_str(&written_assumptions(pins));
    if rest < lines.len() {
        written.push('\n');
    }
    written + &lines[rest..].concat()
}

/// A value: a number as one, a word in quotes.
fn value(value: &str) -> String {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { value.to_owned() } else { quoted(value) }
}

/// What the schema says of `[assume]`.
pub(super) fn described() -> Json {
    let values = |key: &Assumption| {
        let values: Vec<Json> = key
            .values()
            .into_iter()
            .flat_map(|value| {
                let number = value.parse::<u32>().ok().map(Json::from);
                std::iter::once(Json::from(value)).chain(number)
            })
            .collect();
        let one = json!({ "enum": values });
        let several = json!({ "type": "array", "minItems": 1, "items": one });
        (key.keyword().to_owned(), json!({ "anyOf": [one, several] }))
    };
    json!({
        "type": "object",
        "additionalProperties": false,
        "description": "Where the documents leave something open: what the expectations rest on.",
        "properties": Assumption::ALL.iter().map(values).collect::<Map<_, _>>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = "[assume]\ntab-takes-effect = \"next-run\"\nthread-restarts = 24\n\
                    after-hang = [\"until-restart\", \"next-cycle\"]\n";
        let pins = read_assumptions(text.trim_start_matches("[assume]\n")).unwrap();
        assert_eq!(written_assumptions(&pins), text);
        assert_eq!(written_assumptions(&Pins::default()), "");
    }

    #[test]
    fn assumptions_stand_above_the_first_table_and_replace_older_ones() {
        let head = "format = 1\ntitle = \"x\"\n\n";
        let steps = "# first\n[[steps]]\ndo = \"start\"\n";
        let pins = |text| read_assumptions(text).unwrap();
        let one = with_assumptions(&format!("{head}{steps}"), &pins("thread-restarts = 24"));
        assert_eq!(one, format!("{head}[assume]\nthread-restarts = 24\n\n{steps}"));
        let other = with_assumptions(&one, &pins("start-exports = \"no\""));
        assert_eq!(other, format!("{head}[assume]\nstart-exports = \"no\"\n\n{steps}"));
    }

    #[test]
    fn an_unknown_key_or_value_is_told_with_what_there_is() {
        let text = "thread-restart = \"now\"\nthread-restarts = 26\ntab-take-effect = 1\n";
        let complaints = read_assumptions(text).unwrap_err();
        let told: Vec<_> = complaints.iter().map(|c| c.message.as_str()).collect();
        assert_eq!(
            told,
            [
                "unknown value of `thread-restart` \"now\"",
                "unknown value of `thread-restarts`: 26",
                "unknown key `tab-take-effect` in a file of assumptions",
            ]
        );
        assert_eq!(complaints[1].help.as_deref(), Some("it is 25 or 24"));
        assert_eq!(complaints[2].help.as_deref(), Some("did you mean `tab-takes-effect`?"));
    }
}
