//! A case of an exploration as one line of the published observability format of Hypothesis, so
//! that its viewers open what this program explored.

use event70_engine::Finding;
use event70_model::{Condition, Scenario};
use event70_rule::{Invariant, StepPrediction};
use serde_json::{Value, json};

/// One observation. `run_start` is the time at which the exploration began, in seconds since 1970.
#[must_use]
pub fn observation(
    case: u64,
    scenario: &Scenario,
    finding: Option<&Finding>,
    invariant: &Invariant,
    run_start: f64,
) -> Value {
    let timeline: Vec<String> = scenario.timeline.iter().map(ToString::to_string).collect();
    let setup = &scenario.setup;
    let conditions: Vec<String> =
        setup.conditions.iter().map(|c: Condition| c.to_string()).collect();
    let exports = invariant.predictions().iter().filter_map(StepPrediction::exports);
    let decisive = exports.filter_map(|exports| exports.condition());
    let decisive: enumset::EnumSet<Condition> = decisive.collect();
    let event_70: u64 = invariant.predictions().iter().map(|step| u64::from(step.event_70())).sum();
    json!({
        "type": "test_case",
        "status": if finding.is_none() { "passed" } else { "failed" },
        "status_reason": finding.map_or_else(String::new, |f| f.disagreement.to_string()),
        "representation": timeline.join("; "),
        "arguments": {
            "exchange": setup.exchange.to_string(),
            "host": setup.host.to_string(),
            "database": setup.database.to_string(),
            "conditions": conditions,
            "poll-seconds": setup.limits.poll_seconds,
            "export-max": setup.limits.export_max,
            "import-max": setup.limits.import_max,
            "timeline": timeline,
        },
        "how_generated": "drawn at random",
        "features": {
            "steps": scenario.timeline.len(),
            "event-70-predicted": event_70,
            "decisive": decisive.iter().map(|c| c.to_string()).collect::<Vec<_>>(),
        },
        "coverage": null,
        "timing": {},
        "metadata": { "case": case },
        "property": "event70 explore",
        "run_start": run_start,
    })
}
