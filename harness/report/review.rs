//! What a reviewer must see of a change, as Markdown: first the scenarios that do not agree, with
//! their stories, then the files that are none, then the snapshots that move.

use std::fmt::Write;

use event70_engine::Verdict;
use similar::TextDiff;

/// One scenario file that a reviewer must look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewFinding {
    /// It does not agree.
    Disagrees {
        /// Its name.
        name: String,
        /// Its verdict.
        verdict: Verdict,
        /// Its story.
        story: String,
    },
    /// It yields no scenario.
    Invalid {
        /// What is wrong with it, with its place and an excerpt.
        complaint: String,
    },
    /// Its story is another one than its snapshot.
    Moved {
        /// Its name.
        name: String,
        /// The snapshot, if there is one.
        before: Option<String>,
        /// The story now.
        now: String,
        /// What that means, one line each.
        meaning: Vec<String>,
    },
}

impl ReviewFinding {
    /// Under which heading it stands, counted from 0.
    fn place(&self) -> usize {
        match self {
            Self::Disagrees { .. } => 0,
            Self::Invalid { .. } => 1,
            Self::Moved { .. } => 2,
        }
    }
}

/// A summary of a job may have 1 MiB; the rest is left to the log.
const BYTES_MAX: usize = 900_000;

/// The findings as Markdown, under a heading for each kind that there is; empty without findings.
#[must_use]
pub fn markdown(findings: &[ReviewFinding]) -> String {
    let headings =
        ["Scenarios that do not agree", "Invalid scenario files", "Snapshots that change"];
    let mut text = String::new();
    for (place, heading) in headings.into_iter().enumerate() {
        let of_kind: Vec<&ReviewFinding> =
            findings.iter().filter(|finding| finding.place() == place).collect();
        if of_kind.is_empty() {
            continue;
        }
        let _ = writeln!(text, "## {heading}: {}\n", of_kind.len());
        for (shown, finding) in of_kind.iter().enumerate() {
            let section = section(finding);
            if text.len() + section.len() > BYTES_MAX {
                let _ =
                    writeln!(text, "… and {} more, too long to be shown\n", of_kind.len() - shown);
                break;
            }
            text.push_str(&section);
        }
    }
    text
}

fn section(finding: &ReviewFinding) -> String {
    match finding {
        ReviewFinding::Disagrees { name, verdict, story } => {
            format!("{}\n{}", in_code(&format!("{verdict}  {name}")), fenced("", story))
        }
        ReviewFinding::Invalid { complaint } => fenced("", complaint),
        ReviewFinding::Moved { name, before: None, now, .. } => {
            format!("{} is new.\n\n{}", in_code(name), folded("its story", &fenced("", now)))
        }
        ReviewFinding::Moved { name, before: Some(before), now, meaning } => {
            let meaning: String =
                meaning.iter().map(|line| format!("- {}\n", in_code(line))).collect();
            let diff = TextDiff::from_lines(before, now)
                .unified_diff()
                .header("before", "now")
                .to_string();
            let diff = folded("line by line", &fenced("diff", &diff));
            format!("{}\n\n{meaning}\n{diff}", in_code(name))
        }
    }
}

fn folded(what: &str, content: &str) -> String {
    format!("<details><summary>{what}</summary>\n\n{content}\n</details>\n\n")
}

/// A text that Markdown leaves as it is: between fences that are longer than any in it.
fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_row_of_backticks(text).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n\n", text.trim_end())
}

/// A text of one line that Markdown leaves as it is.
fn in_code(text: &str) -> String {
    let fence = "`".repeat(longest_row_of_backticks(text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

fn longest_row_of_backticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// A workflow command that marks a place of a file in a change, as GitHub reads it from a log.
#[must_use]
pub fn annotation(file: &str, line: usize, column: usize, message: &str) -> String {
    let escaped = |text: &str, also: &[char]| -> String {
        let is_escaped = |c: char| c == '%' || c.is_control() || also.contains(&c);
        let escape = |c: char| match c {
            c if is_escaped(c) => {
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect()
            }
            c => c.to_string(),
        };
        text.chars().map(escape).collect()
    };
    let (file, message) = (escaped(file, &[':', ',']), escaped(message, &[]));
    format!("::error file={file},line={line},col={column}::{message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_of_kinds_that_there_are_not() {
        assert_eq!(markdown(&[]), "");
        let complaint = "error: a.toml:1:1: no".to_owned();
        let text = markdown(&[ReviewFinding::Invalid { complaint }]);
        assert!(text.starts_with("## Invalid scenario files: 1\n\n```\nerror: a.toml"));
        assert_eq!(text.matches("## ").count(), 1);
    }

    #[test]
    fn scenarios_come_before_files_and_those_before_snapshots() {
        let moved = ReviewFinding::Moved {
            name: "m".to_owned(),
            before: Some("a\nb\n".to_owned()),
            now: "a\nc\n".to_owned(),
            meaning: vec!["step 1 added: start".to_owned()],
        };
        let invalid = ReviewFinding::Invalid { complaint: "bad".to_owned() };
        let (verdict, story) = (Verdict::Extra, "told".to_owned());
        let disagrees = ReviewFinding::Disagrees { name: "d".to_owned(), verdict, story };
        let text = markdown(&[moved, invalid, disagrees]);
        let place = |what: &str| text.find(what).unwrap();
        assert!(
            place("`extra  d`") < place("bad") && place("bad") < place("`step 1 added: start`")
        );
        assert!(place("step 1 added") < place("-b\n+c"), "the meaning stands above the lines");
    }

    #[test]
    fn no_text_ends_its_own_fence_and_no_annotation_begins_another() {
        let story = "```\n::stop-commands::x\n````".to_owned();
        let text = markdown(&[ReviewFinding::Invalid { complaint: story }]);
        assert!(text.contains("`````\n```\n"));
        let marked = annotation("a,b:c.toml", 3, 4, "x\n::error::y 100%");
        assert_eq!(marked, "::error file=a%2Cb%3Ac.toml,line=3,col=4::x%0A::error::y 100%25");
    }

    #[test]
    fn what_is_too_long_for_a_summary_is_counted() {
        let complaint = "x".repeat(BYTES_MAX / 2);
        let findings = vec![ReviewFinding::Invalid { complaint }; 4];
        let text = markdown(&findings);
        assert!(text.len() < BYTES_MAX + 100 && text.contains("… and 3 more"));
    }
}
