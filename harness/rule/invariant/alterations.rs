//! Every change of a single cell or clause: the rule's *twins*.
//!
//! A twin that no scenario file, no random case and no proof tells from the rule would show that
//! nothing holds that cell.

use std::fmt;

use enumset::EnumSet;
use event70_model::{
    Category, Condition, Database, EventType, Exchange, Fault, Host, Keyword, Repair,
};

use super::rules::{Clause, Rules, RunKind};
use crate::{
    Clearing, Documented, EventMessage, MESSAGES, Outcome, every_fault, is_judged, on_editions,
    prints,
};

/// One change to the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alteration {
    /// A kind of run that meets this fault ends otherwise, on the editions of one row.
    Ends(Fault, EnumSet<Exchange>, RunKind, Outcome),
    /// The condition changes nothing on this edition, or does although the table says not.
    Inert(Condition, Exchange),
    /// The repair clears the condition so, or not at all.
    Clears(Repair, Condition, Option<Clearing>),
    /// The message of this number is filed so.
    Filed(u16, EventType, Category),
    /// The condition can hold on this host, or cannot, against what the table says.
    Host(Condition, Host),
    /// The same of a version of the database.
    Database(Condition, Database),
    /// The clause does not hold.
    Without(Clause),
}

impl fmt::Display for Alteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ends(fault, editions, run, outcome) => {
                write!(f, "{run} that meets {fault}{} {outcome}", on_editions(*editions))
            }
            Self::Inert(condition, exchange) => {
                write!(f, "{condition} is inert on {exchange}, or is not")
            }
            Self::Clears(repair, condition, None) => {
                write!(f, "{repair} does not clear {condition}")
            }
            Self::Clears(repair, condition, Some(Clearing::Becomes(other))) => {
                write!(f, "{repair} turns {condition} into {other}")
            }
            Self::Clears(repair, condition, Some(Clearing::AtOnce)) => {
                write!(f, "{repair} clears {condition}")
            }
            Self::Clears(repair, condition, Some(Clearing::OnePass)) => {
                write!(f, "{repair} clears one pass of {condition}")
            }
            Self::Clears(repair, condition, Some(Clearing::WhenUndamaged)) => {
                write!(f, "{repair} clears {condition} once no damage is left")
            }
            Self::Filed(id, event_type, category) => {
                write!(f, "Event {id} has type {event_type} and category {}", category.title())
            }
            Self::Host(condition, host) => write!(f, "{condition} can hold on {host}, or cannot"),
            Self::Database(condition, database) => {
                write!(f, "{condition} can hold on {database}, or cannot")
            }
            Self::Without(clause) => write!(f, "not so: {clause}"),
        }
    }
}

/// Every change of a single cell or clause that could be made by mistake: each run that is stopped
/// let through or stopped with another code, each that is not stopped stopped with code 3; each
/// condition inert on an edition or not; each repair that clears something without effect or
/// clearing in another way, each that does not clear a condition clearing it; each message that is
/// judged of another type or category; each condition on a host or database where it cannot hold, or not where it can;
/// each clause missing.
#[must_use]
pub fn alterations() -> Vec<Alteration> {
    let rules = Rules::documented();
    let lasting = |fault: &Fault| fault.condition != Condition::ForeignEvent70;
    let mut alterations = Vec::new();
    for fault in every_fault().filter(lasting) {
        for row in fault.condition.entry().rows_of(fault.setting) {
            let editions = row.editions;
            let Some(exchange) = editions.iter().next() else { continue };
            for run in RunKind::ALL.iter().filter(|run| run.can_meet(row)) {
                let ends = rules.ends(fault, exchange, *run);
                let others = other_ends(ends, *run).into_iter();
                let altered = |other| Alteration::Ends(fault, editions, *run, other);
                alterations.extend(others.map(altered));
            }
        }
    }
    for condition in Condition::ALL.iter().filter(|c| **c != Condition::ForeignEvent70) {
        alterations.extend(Exchange::ALL.iter().map(|e| Alteration::Inert(*condition, *e)));
        for repair in Repair::ALL {
            let how = rules.clears(*repair, *condition);
            let others = other_clearings(how, *condition).into_iter();
            alterations.extend(others.map(|how| Alteration::Clears(*repair, *condition, how)));
        }
    }
    for condition in Condition::ALL {
        alterations.extend(Host::ALL.iter().map(|host| Alteration::Host(*condition, *host)));
        let databases = Database::ALL.iter();
        alterations.extend(databases.map(|database| Alteration::Database(*condition, *database)));
    }
    for EventMessage { id, event_type, category, .. } in MESSAGES.iter().filter(|m| is_judged(m.id))
    {
        let [prints_type, prints_category] = prints(*id);
        let types = EventType::ALL.iter().filter(|other| prints_type && *other != event_type);
        alterations.extend(types.map(|other| Alteration::Filed(*id, *other, *category)));
        let categories = Category::ALL.iter().filter(|other| prints_category && *other != category);
        alterations.extend(categories.map(|other| Alteration::Filed(*id, *event_type, *other)));
    }
    alterations.extend(Clause::ALL.iter().map(|clause| Alteration::Without(*clause)));
    alterations
}

fn other_ends(ends: Outcome, run: RunKind) -> Vec<Outcome> {
    let others: &[Outcome] = match (ends, run) {
        (Outcome::NotStopped, _) => &[Outcome::Exits(3)],
        (Outcome::Exits(1), RunKind::MessageImport | RunKind::DirectoryImport) => {
            &[Outcome::NotStopped, Outcome::Exits(3)]
        }
        (Outcome::Exits(3), _) => &[Outcome::NotStopped, Outcome::Exits(1)],
        (_, _) => &[Outcome::NotStopped, Outcome::Exits(3)],
    };
    others.to_vec()
}

fn other_clearings(how: Option<Clearing>, condition: Condition) -> Vec<Option<Clearing>> {
    match how {
        None => vec![Some(Clearing::AtOnce)],
        Some(Clearing::AtOnce) if condition == Condition::PostofficeDamaged => {
            vec![None, Some(Clearing::OnePass)]
        }
        Some(Clearing::AtOnce) => vec![None],
        Some(Clearing::OnePass | Clearing::WhenUndamaged | Clearing::Becomes(_)) => {
            vec![None, Some(Clearing::AtOnce)]
        }
    }
}

#[cfg(test)]
mod tests {
    use event70_model::Setting;

    use super::*;
    use crate::settings;

    /// Only damage takes passes, so only there one pass is another way to clear than at once.
    #[test]
    fn each_way_to_clear_is_altered_to_every_different_one() {
        let (documented, alterations) = (Rules::documented(), alterations());
        for condition in Condition::ALL.iter().filter(|c| **c != Condition::ForeignEvent70) {
            let passes = |setting: &Setting| matches!(setting, Setting::Passes(_));
            let has_passes = settings(*condition).iter().any(passes);
            for repair in Repair::ALL {
                let mut ways = vec![None, Some(Clearing::AtOnce)];
                let documented = documented.clears(*repair, *condition);
                if has_passes && documented.is_some() {
                    ways.push(Some(Clearing::OnePass));
                }
                ways.retain(|how| *how != documented);
                let altered = alterations.iter().filter_map(|alteration| match alteration {
                    Alteration::Clears(r, c, how) if (r, c) == (repair, condition) => Some(*how),
                    _ => None,
                });
                assert_eq!(altered.collect::<Vec<_>>(), ways, "{repair} and {condition}");
            }
        }
    }
}
