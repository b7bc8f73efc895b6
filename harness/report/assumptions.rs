//! What the documents leave open, as a text and as a page.

use std::fmt::Write;

use event70_rule::{ASSUMPTIONS, AssumptionEntry, Side};

use super::layout::wrap;

/// Every assumption with its values and the documents on each side, for a terminal.
#[must_use]
pub fn assumptions() -> String {
    let mut text = String::new();
    for entry in &ASSUMPTIONS {
        let _ = writeln!(text, "{}\n  {}", entry.keyword(), told(entry));
        for (value, side) in entry.values() {
            let line = format!("{}{}", side.says, sources(side));
            let _ = writeln!(text, "{}", wrap(&format!("    {value:<14} "), 19, &line));
        }
        text.push('\n');
    }
    text
}

fn told(entry: &AssumptionEntry) -> String {
    let heeded =
        if entry.assumption.is_inferable() { "" } else { " (only the reference heeds this)" };
    format!("{}{heeded}", entry.question)
}

fn sources(side: &Side) -> String {
    if side.source.is_empty() {
        return String::new();
    }
    let sources: Vec<String> = side.source.iter().map(ToString::to_string).collect();
    format!(" ({})", sources.join(", "))
}

/// The same as a page of Markdown.
#[must_use]
pub fn assumptions_page() -> String {
    let mut text =
        "| assumption | what is open | default | other value |\n|---|---|---|---|\n".to_owned();
    for entry in &ASSUMPTIONS {
        let sides = entry
            .values()
            .map(|(value, side)| format!("**{value}**: {}{}", side.says, sources(side)));
        let sides = sides.collect::<Vec<_>>().join(" | ");
        let _ = writeln!(text, "| `{}` | {} | {sides} |", entry.keyword(), told(entry));
    }
    text
}
