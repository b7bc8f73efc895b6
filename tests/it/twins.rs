//! Twin mutants: each single clause of the rule and each cell of the catalogue, altered in turn, is
//! noticed by at least one scenario file on disk.
//!
//! A file notices an alteration if the reference on the simulated site does not agree with the
//! altered rule on it, or if its snapshot differs, which holds what the rule says of each step.

use crate::support::one_in;
use std::collections::BTreeSet;

use event70::rule::Documented;

use event70::engine::Trial;
use event70::format::ScenarioFile;
use event70::model::{Assignment, Exchange, Scenario};
use event70::reference::{FILED, Reference, Simulated};
use event70::rule::{Alteration, Invariant, Rules, StepPrediction, alterations};

fn scenarios() -> Vec<(Scenario, Assignment)> {
    let files = crate::support::sound::files();
    assert!(files.len() > 300);
    let pinned = |file: &ScenarioFile| (file.scenario.clone(), file.assume.assignment());
    files.iter().map(|sound| pinned(&sound.file)).collect()
}

/// Whether what is altered can show: a message that the reference never logs is in no log.
fn shows(alteration: &Alteration) -> bool {
    match alteration {
        Alteration::Filed(id, ..) => FILED.iter().any(|(filed, ..)| filed == id),
        _ => true,
    }
}

#[test]
fn every_altered_cell_and_missing_clause_fails_a_scenario_file() {
    let scenarios = scenarios();
    let documented = Rules::documented();
    let (mut invariant, mut unnoticed) = (Invariant::new(), Vec::new());
    let all = alterations();
    assert!(all.len() > 500, "{}", all.len());
    for alteration in all.iter().filter(|alteration| shows(alteration)).step_by(one_in(20)) {
        let altered = Rules::altered(*alteration);
        assert_ne!(altered, documented, "{alteration:?} alters nothing");
        let (mut trial, mut twin) = (Trial::under(altered.clone()), Invariant::under(altered));
        let mut disagrees = |(scenario, assumed): &(Scenario, Assignment)| {
            let site = Simulated::new(&scenario.setup);
            trial.assume((*assumed).into());
            twin.assume(*assumed);
            invariant.assume(*assumed);
            let mut reference = Reference::new().assuming(*assumed);
            trial.first_finding(scenario, site, &mut reference).is_some()
                || twin.predict(scenario) != invariant.predict(scenario)
        };
        if !scenarios.iter().any(&mut disagrees) {
            unnoticed.push(*alteration);
        }
    }
    let list: Vec<String> = unnoticed.iter().map(ToString::to_string).collect();
    assert!(unnoticed.is_empty(), "{} of {}:\n{}", list.len(), all.len(), list.join("\n"));
}

/// A change that makes Event 70 appear or vanish is noticed by the number that an author expects.
#[test]
fn alterations_that_concern_event_70_change_an_expected_number() {
    let scenarios = scenarios();
    let counts = |(scenario, assumed): &(Scenario, Assignment), rules: &Rules| -> Vec<u32> {
        let mut invariant = Invariant::under(rules.clone());
        invariant.assume(*assumed);
        invariant.predict(scenario).iter().map(StepPrediction::event_70).collect()
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
    assert_eq!(seen.len(), 15, "every cause was altered");
}
