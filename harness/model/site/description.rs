//! What is said of a site to a connector in another process.

use super::limits::Limits;
use super::view::{Entered, Tab, View};
use crate::{COMPUTER, Exchange, Logging};

/// The post office's own name, password and path, as the tab should have them.
pub const RIGHT: [&str; 3] = ["HQ", "SECRET", r"\\CCSRV\CCDATA"];
/// What stands in the tab instead while an entry is wrong.
const WRONG: [&str; 3] = ["BRANCH", "OLDSECRET", r"\\CCSRV\OLDDATA"];

/// The site entry: under which name the post office knows the Exchange site.
pub const SITE_ENTRY: &str = "EXCHANGE";

/// The Postoffice tab in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tabbed {
    /// The post office's name.
    pub name: String,
    /// Its password.
    pub password: String,
    /// The path to its folder.
    pub path: String,
}

/// What a connector is told with a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The Postoffice tab as it is.
    pub tab: Tabbed,
    /// What would be right in the tab: the harness's own knowledge, which no connector is told.
    pub right: Tabbed,
    /// The site entry that message EXPORT names.
    pub entry: String,
    /// The path of the connector store.
    pub store: String,
    /// The version of Exchange Server.
    pub exchange: Exchange,
    /// The diagnostics logging levels.
    pub logging: Logging,
    /// The polling interval, and how many messages one run moves at most.
    pub limits: Limits,
    /// The name of the computer.
    pub computer: String,
    /// Where the programs lie, if a connector may start them itself instead of asking for runs.
    pub programs: Option<ProgramPaths>,
}

/// Programs that a connector may start itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramPaths {
    /// EXPORT.
    pub export: String,
    /// IMPORT.
    pub import: String,
}

impl Tabbed {
    /// A tab of these entries, each right or wrong, as a simulated site words them.
    #[must_use]
    pub fn of(tab: Tab) -> Self {
        let word = |index: usize, entered| match entered {
            Entered::Right => RIGHT[index].to_owned(),
            Entered::Wrong => WRONG[index].to_owned(),
        };
        let password = match tab.issue {
            1.. if tab.password == Entered::Right => format!("{}{}", RIGHT[1], tab.issue),
            _ => word(1, tab.password),
        };
        Self { name: word(0, tab.name), password, path: word(2, tab.path) }
    }

    /// Which entries are as in `right`, and which password of the post office this is, if it is or
    /// was one.
    #[must_use]
    pub fn held_against(&self, right: &Self) -> Tab {
        let held = |mine: &String, right: &String| {
            if mine == right { Entered::Right } else { Entered::Wrong }
        };
        let issue = match (issue_of(&self.password), issue_of(&right.password)) {
            (Some(issue), Some(last)) if issue <= last => Some(issue),
            _ => None,
        };
        let password = match issue {
            Some(_) => Entered::Right,
            None => held(&self.password, &right.password),
        };
        Tab {
            name: held(&self.name, &right.name),
            password,
            issue: issue.unwrap_or_default(),
            path: held(&self.path, &right.path),
        }
    }
}

/// Which password of the post office a word is: its first, or the one after so many changes.
fn issue_of(password: &str) -> Option<u16> {
    match password.strip_prefix(RIGHT[1])? {
        "" => Some(0),
        number => number.parse().ok(),
    }
}

impl Description {
    /// A view of a simulated site, in words, and what would be right in its tab.
    #[must_use]
    pub fn of(view: &View, right: Tab) -> Self {
        Self {
            tab: Tabbed::of(view.tab),
            right: Tabbed::of(right),
            entry: SITE_ENTRY.to_owned(),
            store: view.store.dos().to_owned(),
            exchange: view.exchange,
            logging: view.logging,
            limits: view.limits,
            computer: COMPUTER.to_owned(),
            programs: None,
        }
    }
}
