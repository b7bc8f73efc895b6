//! The site as it stands before the first step.

use std::sync::LazyLock;

use enumset::EnumSet;

use crate::conditions::{Condition, Database, Exchange, Host};
use crate::event_log::Logging;
use crate::words::Word;

/// What kind of site it is and what is wrong with it from the start. The default is a healthy
/// Exchange 5.0 with a DB6 post office on Windows NT, dirsync completed, logging at none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Setup {
    /// The edition of Exchange.
    pub exchange: Exchange,
    /// Where the post office lives.
    pub host: Host,
    /// The version of its database.
    pub database: Database,
    /// The diagnostics logging levels.
    pub logging: Logging,
    /// What holds from the start, in default settings. `dirsync = "never"` is
    /// [`Condition::SiteEntryMissing`].
    pub conditions: EnumSet<Condition>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            exchange: Exchange::V5_0,
            host: Host::WindowsNt,
            database: Database::Db6,
            logging: Logging::default(),
            conditions: EnumSet::empty(),
        }
    }
}

impl Setup {
    /// Whether this condition can hold on this site.
    #[must_use]
    pub fn allows(&self, condition: Condition) -> bool {
        condition.entry().fits(self.host, self.database)
    }

    /// Every condition that can hold on this site.
    #[must_use]
    pub fn can_hold(&self) -> EnumSet<Condition> {
        static ON: LazyLock<[[EnumSet<Condition>; Database::COUNT]; Host::COUNT]> =
            LazyLock::new(|| {
                let on = |host: usize, database: usize| {
                    let fits =
                        |c: &Condition| c.entry().fits(Host::ALL[host], Database::ALL[database]);
                    Condition::ALL.iter().copied().filter(fits).collect()
                };
                std::array::from_fn(|host| std::array::from_fn(|database| on(host, database)))
            });
        ON[self.host as usize][self.database as usize]
    }

    /// Whether this condition changes anything on this site (C11).
    #[must_use]
    pub fn is_affected_by(&self, condition: Condition) -> bool {
        self.allows(condition) && !condition.entry().inert_on.contains(self.exchange)
    }
}
