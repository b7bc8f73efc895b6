//! A long run through one process: the harness grows no memory and leaks no descriptor.
//!
//! So many scenarios are played by one connector in one process, which lives through all of them;
//! steps that kill it are left out. Memory is what the system says of this process, so this file
//! has one test, and Linux tells it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

use event70::engine::{Trial, draw};
use event70::model::{Operation, Scenario, Step};
use event70::process::{Launch, ProgramConnector};
use event70::reference::Simulated;

/// Long enough for a leak of 32 bytes a scenario to show; `EVENT70_LONG=1` plays a million.
const SCENARIOS: u64 = 30_000;
const SCENARIOS_LONG: u64 = 1_000_000;
/// By then every buffer has the size that it needs.
const WARM: u64 = 5_000;
/// So much more than when it was warm may be in use at the end, in KiB.
const GROWTH_MAX: u64 = 512;

#[test]
fn many_scenarios_in_one_process_leak_no_memory_or_descriptor() {
    let scenarios = if env::var_os("EVENT70_LONG").is_some() { SCENARIOS_LONG } else { SCENARIOS };
    let command = format!("{} connector", event70::model::pasted_path(&event70_checks::event70()));
    let launch = Launch::new(&command, Path::new(".")).unwrap();
    let mut connector = ProgramConnector::new(Arc::new(launch), None);
    let mut trial = Trial::new();
    let mut scenario = Scenario::default();
    let (mut warm, mut children) = ((0, 0), None);
    for case in 0..scenarios {
        draw::case(0x10_0000, case, &draw::Lengths(1..=6), &mut scenario);
        scenario.timeline.retain(|step| *step != Step::Do(Operation::Kill));
        let site = Simulated::new(&scenario.setup);
        assert_eq!(trial.first_finding(&scenario, site, &mut connector), None, "case {case}");
        if case == WARM {
            warm = (memory(), descriptors());
        }
        assert_eq!(*children.get_or_insert_with(child), child(), "one process for all");
    }
    let (memory, descriptors) = (memory(), descriptors());
    eprintln!("{scenarios} scenarios: {} KiB at first, {memory} KiB at the end", warm.0);
    assert!(memory <= warm.0 + GROWTH_MAX, "from {} to {memory} KiB", warm.0);
    assert_eq!(descriptors, warm.1);
}

/// Memory in use, in KiB.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The processes that this one has started.
fn child() -> String {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    let children =
        threads.map(|thread| fs::read_to_string(thread.unwrap().path().join("children")));
    children.map(|children| children.unwrap_or_default()).collect()
}
