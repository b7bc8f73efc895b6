//! Where steps and what their author expects of them stand in the text of a file.
//!
//! Few ask, so the text is read once more rather than the places carried along with every scenario.

use std::ops::Range;

use toml::de::{DeArray, DeTable, DeValue};

/// The bytes of a value that the author of a step expects, counted from 0: the value of a key, as
/// `["event-70"]`, or of a key in it, as `["events", "54"]`. Nothing where there is none.
#[must_use]
pub fn place_of_expectation(
    text: &str,
    step: usize,
    keys: &[impl AsRef<str>],
) -> Option<Range<usize>> {
    let document = DeTable::parse(text).ok()?;
    let DeValue::Table(step) = steps_of(document.get_ref())?.get(step)?.get_ref() else {
        return None;
    };
    let (first, deeper) = keys.split_first()?;
    let value = step.get(first.as_ref())?;
    let value =
        deeper.iter().try_fold(value, |value, key| value.get_ref().as_table()?.get(key.as_ref()));
    Some(value?.span())
}

/// The line on which each step begins, counted from 1; none where the text is not TOML.
///
/// ```
/// let text = "[[steps]]\ndo = \"start\"\n\n[[steps]]\ncycles = 1\n";
/// assert_eq!(event70_format::step_lines(text), [1, 4]);
/// ```
#[must_use]
pub fn step_lines(text: &str) -> Vec<usize> {
    let Ok(document) = DeTable::parse(text) else { return Vec::new() };
    let Some(steps) = steps_of(document.get_ref()) else { return Vec::new() };
    let (mut line, mut counted) = (1, 0);
    let line_of = |start: usize| {
        line += text.as_bytes()[counted..start].iter().filter(|byte| **byte == b'\n').count();
        counted = start;
        line
    };
    steps.iter().map(|step| step.span().start).map(line_of).collect()
}

fn steps_of<'a, 'i>(document: &'a DeTable<'i>) -> Option<&'a DeArray<'i>> {
    match document.get("steps")?.get_ref() {
        DeValue::Array(steps) => Some(steps),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{place_of_expectation, step_lines};

    #[test]
    fn the_value_is_found_beside_its_own_step() {
        let text = "[[steps]]\ndo = \"start\"\n[[steps]]\ncycles = 1\nevent-70 = 17\n\
                    events = { 54 = 3 }\n";
        let at = |step, keys: &[&str]| place_of_expectation(text, step, keys);
        assert_eq!(at(1, &["event-70"]).map(|place| &text[place]), Some("17"));
        assert_eq!(at(1, &["events", "54"]).map(|place| &text[place]), Some("3"));
        assert_eq!(at(0, &["event-70"]), None);
        assert_eq!(at(2, &["event-70"]), None);
        assert_eq!(at(1, &["events", "55"]), None);
        assert_eq!(at(1, &["event-70", "54"]), None);
        assert_eq!(place_of_expectation("= what", 0, &["event-70"]), None);
    }

    #[test]
    fn each_step_begins_on_the_line_of_its_header_or_bracket() {
        let headers =
            "format = 1\n# one\n[[steps]]\ndo = \"start\"\n\n  [[steps]] # two\ncycles = 1\n";
        assert_eq!(step_lines(headers), [3, 6]);
        let brackets = "steps = [\n{ cycles = 1 }, { cycles = 2 },\r\n{ cycles = 3 }]";
        assert_eq!(step_lines(brackets), [2, 2, 3]);
        assert!(step_lines("= what").is_empty());
        assert!(step_lines("steps = 1").is_empty());
    }
}
