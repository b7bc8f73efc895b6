//! Where an author's expectation stands in the text of a file.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// The bytes of the value of `event-70` in a step, counted from 0; nothing where there is none.
///
/// It is asked for only where an expectation turned out wrong, so the text is read once more rather
/// than the place carried along with every scenario.
#[must_use]
pub fn place_of_expectation(text: &str, step: usize) -> Option<Range<usize>> {
    let document = DeTable::parse(text).ok()?;
    let DeValue::Array(steps) = document.get_ref().get("steps")?.get_ref() else { return None };
    let DeValue::Table(step) = steps.get(step)?.get_ref() else { return None };
    Some(step.get("event-70")?.span())
}

#[cfg(test)]
mod tests {
    use super::place_of_expectation;

    #[test]
    fn the_value_is_found_beside_its_own_step() {
        let text = "[[steps]]\ndo = \"start\"\n[[steps]]\ncycles = 1\nevent-70 = 17\n";
        assert_eq!(place_of_expectation(text, 1).map(|place| &text[place]), Some("17"));
        assert_eq!(place_of_expectation(text, 0), None);
        assert_eq!(place_of_expectation(text, 2), None);
        assert_eq!(place_of_expectation("= what", 0), None);
    }
}
