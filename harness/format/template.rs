//! The file to start from.

use event70_model::{
    Condition, Database, Direction, Exchange, Host, Keyword, Level, Operation, Repair,
};

use super::write::quoted;

/// A commented scenario file that runs as it is: a healthy service, a wrong password, its repair.
#[must_use]
pub fn template(title: &str) -> String {
    let title = quoted(title);
    let conditions = wrapped(&Condition::all_keywords());
    let repairs = wrapped(&Repair::all_keywords());
    let exchange = choice(&Exchange::all_keywords());
    let host = choice(&Host::all_keywords());
    let database = choice(&Database::all_keywords());
    let levels = choice(&Level::all_keywords());
    let operations = choice(&Operation::all_keywords());
    let directions = choice(&Direction::all_keywords());
    format!(
        "format = 1
title  = {title}
source = [\"Q166045 cause 1\"]  # the documents that this scenario follows
# notes = \"why this one is kept\"

# The site before the first step. Leave out what is as it is here: a healthy site.
[site]
exchange   = \"5.0\"         # {exchange}
host       = \"windows-nt\"  # {host}
database   = \"db6\"         # {database}
dirsync    = \"completed\"   # \"completed\" | \"never\"
logging    = \"none\"        # {levels}
conditions = []            # what is wrong from the start
poll-seconds = 15          # 1 to 86400
export-max   = 16          # messages that one EXPORT moves at most, 1 to 1000
import-max   = 5           # messages that one IMPORT moves at most, 1 to 1000

# Then one table for each step, with exactly one of:
#   do      = {operations}
#   cycles  = 1 to 10000, of `poll-seconds` each
#   inject  = a condition
#   repair  = a repair
#   mail    = 1 to 10000, with `to` = {directions}
#   logging = a level
# and, if you like, what you expect of it:
#   event-70 = how many Event 70 it must log
#   events   = how many of others, as {{ 54 = 0, 14031 = 1 }}
#   waiting  = how much mail waits after it, as {{ exchange = 5, cc-mail = 0 }}
#
# Conditions:
{conditions}
# Repairs:
{repairs}

[[steps]]
do       = \"start\"
event-70 = 0

[[steps]]
inject = \"tab-password-wrong\"

# what is entered on the tab counts from the next start
[[steps]]
do       = \"restart\"
event-70 = 1

[[steps]]
cycles   = 2
event-70 = 2

[[steps]]
repair = \"correct-postoffice-tab\"

[[steps]]
do       = \"restart\"
event-70 = 0
"
    )
}

fn choice(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ")
}

/// Words as lines of comment, at most 90 columns wide.
fn wrapped(words: &[&str]) -> String {
    let mut lines = vec![String::from("#  ")];
    for word in words {
        let line_is_full = lines.last().is_some_and(|line| line.len() + word.len() > 88);
        if line_is_full {
            lines.push(String::from("#  "));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n")
}
