//! What must have happened *sometimes* for a search to have shown anything.
//!
//! A search that never injected a condition, never saw it decide, or never saw a repair help has
//! proved nothing about it. The claims are catalogued before the search begins, from the tables
//! alone; one that is never met makes the result *unknown*, and unknown fails.

use event70_model::{Condition, Keyword, Repair};
use event70_rule::{Barrier, CATALOGUE, ConditionEntry, Documented, LOGGED, MESSAGES, Outcome};

use super::labels::Labels;

/// Something that must happen in some case of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What must happen, as a sentence.
    pub says: String,
    /// In how many cases it did.
    pub met: u64,
}

/// Every claim, with how often a search has met it.
#[must_use]
pub fn claims(labels: &Labels) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut claim = |says: String, met: u64| claims.push(Claim { says, met });
    for entry in &CATALOGUE {
        let index = entry.condition as usize;
        let name = entry.condition;
        claim(format!("{name} holds"), labels.injected[index]);
        if stops_export(entry) {
            claim(format!("{name} decides an EXPORT"), labels.decisive[index]);
        }
        if stops_export(entry) && name != Condition::ProgramsNotOnPath {
            claim(format!("{name} is masked"), labels.masked[index]);
        }
    }
    for repair in Repair::ALL.iter().filter(|repair| !repair.entry().clears.is_empty()) {
        claim(format!("{repair} ends a condition"), labels.repaired[*repair as usize]);
    }
    for barrier in barriers() {
        let met = labels.barriers[barrier as usize];
        claim(format!("an EXPORT is stopped at the barrier \"{barrier}\""), met);
    }
    for (index, message) in MESSAGES.iter().enumerate().filter(|(_, m)| LOGGED.contains(&m.id)) {
        claim(format!("Event {} is logged", message.id), labels.events[index]);
    }
    claim("another source writes into the log".to_owned(), labels.foreign);
    claims
}

fn stops_export(entry: &ConditionEntry) -> bool {
    let row = entry.rows[0];
    [row.message_export, row.directory_export].iter().any(|ends| *ends != Outcome::NotStopped)
}

/// The barriers at which some EXPORT is stopped, each once.
fn barriers() -> Vec<Barrier> {
    let mut barriers: Vec<Barrier> =
        CATALOGUE.iter().filter(|entry| stops_export(entry)).map(|entry| entry.barrier).collect();
    barriers.dedup();
    barriers
}
