//! Random scenarios, and the conformance suite, each as one test.

use std::path::{Path, PathBuf};

use event70_conformance::certify::Model;
use event70_conformance::certify::{Inferred, infer, run_tests, suite};
use event70_engine::{Control, Plan, TestBed, Verdict, explore, jobs_of_all_processors};
use event70_format::ScenarioFile;
use event70_model::{Connector, Pins, pasted_path};
use libtest_mimic::Failed;

use super::files::{known, write_under_free_name};
use super::kept::{Kept, refuted};
use super::running::Running;
use crate::report::{Counterexample, Detail, Numbers, Provenance, short_hash, story};

/// Every so many-th case is played again in a fresh connector.
const FRESH_EVERY: u64 = 64;

/// Plays so many random scenarios. The first that disagrees is reduced, told and kept.
pub(super) fn explored<C: Connector, F: Fn() -> C + Sync>(
    running: &Running<F>,
    test: &str,
    (cases, seed): (u64, u64),
) -> Result<(), Failed> {
    let (plan, control) = (Plan::new(seed, cases), Control::default());
    let plan = Plan { fresh_every: Some(FRESH_EVERY), ..plan };
    let exploration =
        explore(&plan, &running.bed, jobs_of_all_processors(), &control, &|_, _, _, _| {})?;
    let Some(found) = exploration.found else { return Ok(()) };
    if found.class.verdict == Verdict::None {
        return Err(format!("case {}: {}", found.case, found.finding).into());
    }
    let from = Provenance { connector: running.who.clone(), seed };
    let kept = Kept::of(&running.bed, &found, &from, &control, &|| "it was interrupted");
    let mut told = format!("case {}: {}\n", found.case, found.finding);
    for (_, reduced, Counterexample { stem, file, text }) in &kept.reduced {
        told += &format!("\n{}\n", story_of(running, file).unwrap_or_else(|| text.clone()));
        told += &format!("reduced to: {}\n", reduced.finding);
        if kept.never_came_again() {
            told += "these cases contradicted each other only once; nothing was kept\n";
            continue;
        }
        let folder = &running.found;
        let path = known(folder, &file.scenario)
            .map_or_else(|| write_under_free_name(folder, stem, "toml", text), Ok)?;
        told += &format!("kept as {}\n", pasted_path(&path));
    }
    Err((told + &running.again(test)).into())
}

/// The story of a scenario in a fresh connector; nothing where it agrees by itself.
fn story_of<C: Connector, F: Fn() -> C + Sync>(
    running: &Running<F>,
    file: &ScenarioFile,
) -> Option<String> {
    let (mut trial, mut connector) = (running.bed.trial(), running.bed.connector());
    let site = |setup: &_| running.bed.site(setup);
    let name = file.title.clone();
    let played = running.bed.assumed.play(
        (&name, file.clone()),
        &mut trial,
        &mut connector,
        site,
        Detail::default(),
    );
    let account = played.ok().filter(|account| account.finding.is_some())?;
    Some(story(&account, Numbers::AsLogged))
}

/// Carries out the conformance suite for so many extra states. The first test that is not passed is
/// made short and kept.
pub(super) fn certified<C: Connector, F: Fn() -> C + Sync>(
    running: &Running<F>,
    test: &str,
    extra_states: usize,
) -> Result<(), Failed> {
    let bed = &running.bed;
    let (possible, given) = bed.assumed.of(&Pins::default());
    let Inferred { assignment: assumed, unfit } = if possible.len() == 1 {
        Inferred { assignment: given, unfit: None }
    } else {
        infer(bed, possible, || true)?
    };
    let model = Model::of_reference(assumed)?;
    let tests = model.tests(&suite(&model.machine, extra_states)?);
    let control = Control::default();
    let Some(found) = run_tests(&model, &tests, bed, jobs_of_all_processors(), &control)? else {
        return Ok(());
    };
    let (refutation, repeats, conversation) =
        refuted(&model, &found, (bed, &running.who), &control);
    let stem = format!("certify-{}", short_hash(&conversation));
    let path = write_under_free_name(&running.found, &stem, "txt", &conversation)?;
    let (alike, times) = (repeats.alike, repeats.times);
    let unfit = unfit.map(|unfit| format!("{unfit}\n")).unwrap_or_default();
    Err(format!(
        "{unfit}test {} of {} under {assumed}: {}\nit failed the same way in {alike} of {times} repeats\n\n\
         {conversation}\nkept as {}\n{}",
        refutation.number,
        tests.len(),
        refutation.difference,
        pasted_path(&path),
        running.again(test)
    )
    .into())
}

/// Where what is found by a program lies unless the author says otherwise: in the folder that cargo
/// builds in; or, where that is a temporary one, to which nextest takes an archive apart, in that of the
/// package. All three paths are canonical.
pub(super) fn below_target(program: &Path, root: &Path, temporary: &Path) -> PathBuf {
    // It lies in `target/PROFILE/deps`.
    let target = match program.parent() {
        Some(deps) if deps.ends_with("deps") => deps.ancestors().nth(2),
        _ => None,
    };
    // A whole clone may lie in a temporary folder, and the package in it.
    let is_of_package = |target: &Path| {
        let mut below = target.ancestors().take_while(|folder| *folder != temporary);
        below.any(|folder| root.starts_with(folder))
    };
    let stays = |target: &&Path| !target.starts_with(temporary) || is_of_package(target);
    target.filter(stays).map_or_else(|| root.join("target"), Path::to_owned).join("event70")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_lies_where_it_outlives_the_program() {
        let of = |program: &str, root: &str| {
            below_target(Path::new(program), Path::new(root), Path::new("/temporary"))
        };
        let program = "/a/target/debug/deps/event70-0123";
        assert_eq!(of(program, "/a"), Path::new("/a/target/event70"));
        assert_eq!(of(program, "/a/member"), Path::new("/a/target/event70"));
        assert_eq!(of(program, "/elsewhere"), Path::new("/a/target/event70"));
        assert_eq!(of("/bin/event70", "/a"), Path::new("/a/target/event70"));
        let archive = "/temporary/nextest-archive-1/target/debug/deps/event70-0123";
        assert_eq!(of(archive, "/a"), Path::new("/a/target/event70"));
        assert_eq!(of(archive, "/temporary/a"), Path::new("/temporary/a/target/event70"));
        // A package may be tried in a temporary folder too.
        let tried = "/temporary/a/target/debug/deps/event70-0123";
        assert_eq!(of(tried, "/temporary/a/member"), Path::new("/temporary/a/target/event70"));
        let built = "/temporary/a/target/door/debug/deps/event70-0123";
        assert_eq!(
            of(built, "/temporary/a/tests/door"),
            Path::new("/temporary/a/target/door/event70")
        );
    }
}
