//! Twin mutants: each single clause of the rule and each cell of the catalogue, altered in turn, is
//! noticed by at least one scenario file on disk.
//!
//! A file notices an alteration if the altered rule says something else of one of its steps: then
//! its snapshot, which holds what the rule says, differs. Most must be noticed by the number of
//! Event 70 itself, which the files' authors wrote down; those that change no such number are told
//! apart by how a run ends or which condition decides.

use std::collections::BTreeSet;

use event70::rule::Documented;
mod support;

use event70::model::{Condition, Exchange, Scenario};
use event70::rule::{Alteration, Exports, Moment, Rules, alterations};

fn scenarios() -> Vec<Scenario> {
    let files = support::sound::files();
    assert!(files.len() > 300);
    files.iter().map(|sound| sound.file.scenario.clone()).collect()
}

/// What the rule says of every step.
fn outlooks(scenario: &Scenario, rules: &Rules) -> Vec<Option<Exports>> {
    let mut moment = Moment::first(&scenario.setup);
    scenario.timeline.iter().map(|step| moment.next(*step, rules)).collect()
}

/// Whether the rule says anything of what is altered. Of the corrupt message it says nothing: it
/// stops no run, so neither an edition on which it is inert nor what clears it makes a difference
/// to it. (That it shows as Event 54 is the connector's affair, and in the snapshots.)
fn is_predicted(alteration: &Alteration) -> bool {
    !matches!(
        alteration,
        Alteration::Inert(Condition::MessageCorrupt, _)
            | Alteration::Clears(_, Condition::MessageCorrupt, _)
    )
}

#[test]
fn every_altered_cell_and_every_missing_clause_is_noticed_by_a_scenario_file() {
    let scenarios = scenarios();
    let documented = Rules::documented();
    let said: Vec<_> = scenarios.iter().map(|s| outlooks(s, &documented)).collect();
    let mut unnoticed = Vec::new();
    let all = alterations();
    assert!(all.len() > 500, "{}", all.len());
    for alteration in all.iter().filter(|alteration| is_predicted(alteration)) {
        let altered = Rules::altered(*alteration);
        assert_ne!(altered, documented, "{alteration:?} alters nothing");
        let notices = |(scenario, said): (&Scenario, &Vec<Option<Exports>>)| {
            outlooks(scenario, &altered) != *said
        };
        if !scenarios.iter().zip(&said).any(notices) {
            unnoticed.push(*alteration);
        }
    }
    let list: Vec<String> = unnoticed.iter().map(|a| format!("{a:?}")).collect();
    assert!(unnoticed.is_empty(), "{} of {}:\n{}", list.len(), all.len(), list.join("\n"));
}

/// A change that makes Event 70 appear or vanish is noticed by the number that an author expects.
#[test]
fn alterations_on_the_edition_of_the_article_that_concern_event_70_change_an_expected_number() {
    let scenarios = scenarios();
    let counts = |scenario: &Scenario, rules: &Rules| -> Vec<u32> {
        outlooks(scenario, rules).iter().map(|o| o.map_or(0, |o| o.event_70())).collect()
    };
    let documented = Rules::documented();
    let said: Vec<_> = scenarios.iter().map(|s| counts(s, &documented)).collect();
    let causes = alterations().into_iter().filter(|alteration| match alteration {
        Alteration::Inert(condition, Exchange::V5_0) => {
            let row = &condition.entry().rows[0];
            row.message_export == event70::rule::Outcome::Exits(3)
        }
        _ => false,
    });
    let mut seen = BTreeSet::new();
    for alteration in causes {
        let altered = Rules::altered(alteration);
        let noticed = scenarios.iter().zip(&said).any(|(s, said)| counts(s, &altered) != *said);
        assert!(noticed, "{alteration:?}");
        seen.insert(format!("{alteration:?}"));
    }
    assert_eq!(seen.len(), 12, "every cause was altered");
}
