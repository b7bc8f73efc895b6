//! What `explore --observe` writes is what Hypothesis publishes for observations.
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::process::Command;

use event70_checks::event70;
use rstest::rstest;
use serde_json::Value;

/// The part about test cases of the schema that Hypothesis publishes for observations, by hand.
fn observation_schema() -> Value {
    let object = serde_json::json!({ "type": "object" });
    let text = serde_json::json!({ "type": "string" });
    serde_json::json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["type", "status", "status_reason", "representation", "arguments",
            "how_generated", "features", "coverage", "timing", "metadata", "property", "run_start"],
        "properties": {
            "type": { "const": "test_case" },
            "status": { "enum": ["passed", "failed", "gave_up"] },
            "status_reason": text,
            "representation": text,
            "arguments": object,
            "how_generated": { "type": ["string", "null"] },
            "features": object,
            "coverage": {
                "type": ["object", "null"],
                "additionalProperties": {
                    "type": "array",
                    "items": { "type": "integer", "minimum": 1 },
                    "uniqueItems": true,
                },
            },
            "timing": {
                "type": "object",
                "additionalProperties": { "type": "number", "minimum": 0 },
            },
            "metadata": object,
            "property": text,
            "run_start": { "type": "number" },
        },
    })
}

#[rstest]
#[case::agrees(&["--cases", "700"])]
#[case::finds(&["--cases", "20000", "--bug", "failed-as-70", "--jobs", "1"])]
fn every_case_is_observed_in_the_published_format(#[case] options: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let mut explore = Command::new(event70());
    explore.args(["explore", "--seed", "6", "--observe", "cases.jsonl"]).args(options);
    explore.current_dir(folder.path()).output().unwrap();
    let text = std::fs::read_to_string(folder.path().join("cases.jsonl")).unwrap();
    let schema = jsonschema::validator_for(&observation_schema()).unwrap();
    assert!(text.lines().count() > 0, "nothing was observed");
    for observation in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let errors: Vec<String> = schema.iter_errors(&observation).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}: {observation}");
    }
}
