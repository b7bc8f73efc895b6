//! A review shows what a change means: what does not agree, what is no scenario, what moved.

use crate::support::{HEALTHY, Project, scenario};

const WRONG: &str = "conditions = ['tab-name-wrong']";

/// A project whose snapshots are what the program tells now.
fn with_snapshots(files: &[(&str, &str)]) -> Project {
    let project = Project::with(files);
    let review = project.event70(&["review"]);
    for (name, _) in files {
        let story = review.out.split(&format!("`{name}` is new.")).nth(1).unwrap();
        let story = story.split("```\n").nth(1).unwrap();
        project.write(&format!("snapshots/{name}.snap"), format!("---\nsource: x\n---\n{story}"));
    }
    project.event70(&["review"]).with_status(0);
    project
}

#[test]
fn nothing_is_shown_where_there_is_nothing_to_see() {
    let project = with_snapshots(&[("a", HEALTHY), ("deep/b", &scenario(WRONG, "start"))]);
    let said = project.event70(&["review"]).with_status(0);
    assert_eq!(said.out, "");
    assert!(said.err.starts_with("nothing to review"), "{}", said.err);
    project.event70(&["review", "-o", "summary.md"]).with_status(0);
    assert_eq!(project.read("summary.md"), "");
}

#[test]
fn disagreements_come_first_then_invalid_files_then_changes() {
    let project = with_snapshots(&[("moved", &scenario(WRONG, "start")), ("wrong", HEALTHY)]);
    project.write("scenarios/moved.toml", scenario(WRONG, "start; cycles 2"));
    project.write("scenarios/invalid.toml", "format = 1\ntitel = 'x'\n");
    project.write("scenarios/wrong.toml", HEALTHY.replace("event-70 = 0", "event-70 = 7"));
    let said = project.event70(&["review", "--annotate"]).with_status(2);
    let place = |what: &str| said.out.find(what).unwrap_or_else(|| panic!("{what}: {}", said.out));
    let order = [
        "## Scenarios that do not agree: 1",
        "scenarios/wrong.toml:5:12: the author expects 7",
        "verdict: expectation",
        "## Invalid scenario files: 1",
        "scenarios/invalid.toml:2:1: unknown key `titel`",
        "## Snapshots that change: 1",
        "`moved`",
        "+  -  2 cycles",
    ];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])), "{}", said.out);
    let annotations: Vec<&str> = said.out.lines().filter(|l| l.starts_with("::error ")).collect();
    let starts = [
        "::error file=scenarios/invalid.toml,line=2,col=1::unknown key",
        "::error file=scenarios/wrong.toml,line=5,col=12::the author expects 7",
    ];
    for start in starts {
        assert!(annotations.iter().any(|line| line.starts_with(start)), "{annotations:?}");
    }
}

#[test]
fn the_meaning_of_a_change_is_told_from_both_files_played_again() {
    let before = scenario(WRONG, "start; cycles 2; repair correct-postoffice-tab; cycles 3");
    let calm = before.replace("{ cycles = 3 }", "{ cycles = 1 },\n{ cycles = 3 }");
    let grave = before.replace("{ repair = \"correct-postoffice-tab\" },\n", "");
    let project = with_snapshots(&[("calm", &before), ("grave", &before), ("as-it-was", &before)]);
    for name in ["calm", "grave", "as-it-was"] {
        project.write(&format!("before/{name}.toml"), &before);
    }
    project.write("scenarios/calm.toml", calm);
    project.write("scenarios/grave.toml", grave);
    // A snapshot that lies is no source of meaning.
    let lies = project.read("snapshots/as-it-was.snap").replace("exited 3", "exited 0");
    project.write("snapshots/as-it-was.snap", lies);
    let said = project.event70(&["review", "--before", "before"]).with_status(1);
    let of = |name: &str| said.out.split(&format!("`{name}`\n\n")).nth(1).unwrap().to_owned();
    let bullets = |name: &str| -> Vec<String> {
        of(name).lines().take_while(|line| line.starts_with("- ")).map(str::to_owned).collect()
    };
    assert_eq!(
        bullets("calm"),
        ["- `step 4 added: 1 cycle`", "- `no other step changed its Event 70 or its evidence`"]
    );
    let grave = bullets("grave").join("\n");
    assert!(grave.contains("step 3 removed: repair correct-postoffice-tab"), "{grave}");
    assert!(grave.contains("step 3 (3 cycles): Event 70 logged: 0 -> 3"), "{grave}");
    assert!(grave.contains("evidence: nothing -> tab-name-wrong (cause 1)"), "{grave}");
    let as_it_was = bullets("as-it-was");
    assert_eq!(as_it_was, ["- `the scenario is unchanged; only the program's output differs`"]);
    // An inserted step marks no later one: its own lines, and the verdict stays.
    let diff = of("calm");
    let diff = diff.split("```diff\n").nth(1).unwrap().split("```").next().unwrap();
    let marked = diff.lines().filter(|line| line.starts_with(['+', '-'])).skip(2);
    let marked: Vec<&str> = marked.filter(|line| line.len() > 1).collect();
    assert!(marked.len() == 3 && marked.iter().all(|line| line.starts_with('+')), "{diff}");
}

#[test]
fn the_standard_set_is_reviewed_without_snapshots() {
    let project = Project::new();
    let said = project.event70(&["review", "--standard"]).with_status(0);
    assert!(said.out.is_empty() && said.err.starts_with("nothing to review"), "{said:?}");
    // All as before, but for one file that was another and one that was not there.
    let files: Vec<_> = event70::standard::files().collect();
    let changed = "causes/tab-path-wrong";
    for file in files.iter().filter(|file| file.name != "causes/tab-name-wrong") {
        let text = if file.name == changed { HEALTHY } else { file.text };
        project.write(&format!("before/{}.toml", file.name), text);
    }
    let review = ["review", "--standard", "--before", "before"];
    let said = project.event70(&review).with_status(1);
    assert!(said.out.contains("## Snapshots that change: 2"), "{}", said.out);
    let of = |name: &str| said.out.split(&format!("`standard:{name}`")).nth(1).unwrap();
    assert!(of("causes/tab-name-wrong").starts_with(" is new."), "{}", said.out);
    assert!(of(changed).contains("added: inject tab-path-wrong"), "{}", said.out);
    project.event70(&["review", "elsewhere", "--standard"]).with_status(2);
}
