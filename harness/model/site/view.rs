//! What a connector sees of the site.

use serde::{Deserialize, Serialize};

use super::limits::Limits;
use crate::{Exchange, Logging};

/// What a connector is told with every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct View {
    /// The entries of the Postoffice tab.
    pub tab: Tab,
    /// The diagnostics logging levels.
    pub logging: Logging,
    /// How many messages wait to go to cc:Mail.
    pub outbound: u32,
    /// The version of Exchange Server.
    pub exchange: Exchange,
    /// The kind of path that the connector store has.
    pub store: StorePath,
    /// The polling interval, and how many messages one run moves at most.
    pub limits: Limits,
}

/// Which kind of path the connector store has: what matters of it (Q164695, Q181186).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StorePath {
    /// Without a space, each part of at most eight characters.
    Short,
    /// With a space.
    WithSpace,
    /// With a part of more than eight characters.
    Long,
}

impl StorePath {
    /// The path, below the folder that Exchange is installed in.
    #[must_use]
    pub const fn dos(self) -> &'static str {
        match self {
            Self::Short => r"C:\EXCHSRVR\CCMCDATA",
            Self::WithSpace => r"C:\Program Files\EXCHSRVR\CCMCDATA",
            Self::Long => r"C:\EXCHANGESERVER\CCMCDATA",
        }
    }

    /// Of which kind a path is.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let is_long = |part: &str| part.split('.').next().is_some_and(|name| name.len() > 8);
        match path {
            path if path.contains(' ') => Self::WithSpace,
            path if path.split('\\').any(is_long) => Self::Long,
            _ => Self::Short,
        }
    }

    /// The same in its short form, which is all that Exchange 5.5 SP1 passes on (Q242221).
    #[must_use]
    pub const fn shortened(self) -> &'static str {
        match self {
            Self::Short => Self::Short.dos(),
            Self::WithSpace => r"C:\PROGRA~1\EXCHSRVR\CCMCDATA",
            Self::Long => r"C:\EXCHAN~1\CCMCDATA",
        }
    }
}

/// The Postoffice tab: each entry is what the post office expects, or something else.
///
/// On the simulated site it does not matter *which* wrong name a tab has, so an entry is two-valued.
/// A password that was right when it was entered is no longer, once the post office has another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tab {
    /// The post office's name.
    pub name: Entered,
    /// Its password, as it was when it was entered.
    pub password: Entered,
    /// How often the post office had changed its password then.
    pub issue: u16,
    /// The path to its folder.
    pub path: Entered,
}

/// One entry of the tab, held against the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Entered {
    /// What the post office expects.
    Right,
    /// Anything else.
    Wrong,
}

/// What a healthy Exchange 5.0 shows, with its store in a short path and nothing in its queues.
impl Default for View {
    fn default() -> Self {
        Self {
            tab: Tab::CORRECT,
            logging: Logging::default(),
            outbound: 0,
            exchange: Exchange::V5_0,
            store: StorePath::Short,
            limits: Limits::default(),
        }
    }
}

impl Tab {
    /// The tab of a site that is configured correctly, and whose password was never changed.
    pub const CORRECT: Self =
        Self { name: Entered::Right, password: Entered::Right, issue: 0, path: Entered::Right };

    /// Whether the password is the one of the post office, where this tab would be right.
    #[must_use]
    pub fn has_password_of(self, right: Self) -> bool {
        self.password == Entered::Right && self.issue == right.issue
    }

    /// The same tab with a number in place of the issue that only says whether it is that of the tab
    /// that would be right: for a proof.
    #[must_use]
    pub fn folded(self, right: Self) -> Self {
        Self { issue: u16::from(self.issue == right.issue), ..self }
    }
}
