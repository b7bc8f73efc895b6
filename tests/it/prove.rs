//! The proof holds, and the arguments that make it small are sound.
//!
//! `event70 prove` walks every reachable state in three scopes. Here the walks run to their end, for
//! the defaults and for what else may be assumed, an
//! error planted in the connector is met with the shortest timeline, the repairs that `explain`
//! names end the trouble from every state, and each argument of the module documentation is held
//! by a test that fails where it is unsound.

use assert_cmd::cargo::cargo_bin_cmd;
use enumset::EnumSet;
use event70::conformance::{
    Product, Scope, TOGETHER, Walk, alphabet, combinations, kinds, scopes, walk,
};
use event70::engine::Trial;
use event70::engine::draw::{Lengths, case};
use event70::model::{
    Assignment, Assumption, Condition, Database, Direction, EventType, Fault, Keyword, Limits,
    Operation, RunResult, Scenario, Setup, Site, Step, Trace, TraceEvent,
};
use event70::reference::{Bug, Reference, Seeded, Simulated};
use event70::rule::{
    Alteration, Clause, Documented, Rules, Since, Standing, allows, alterations, is_affected,
    remedy, settings,
};
use rstest::rstest;

use crate::assumptions::every_assignment;
use crate::support::{is_long, is_thorough, one_in};

fn rules() -> Rules {
    Rules::documented()
}

/// Walks to their end on one kind of site, of the reference under this assignment.
fn closed(setup: &Setup, assignment: Assignment, together: usize) -> Walk {
    let (reference, rules) = (Reference::new().assuming(assignment), Rules::assuming(assignment));
    let mut total = Walk { closed: true, ..Walk::default() };
    for scope in scopes(together) {
        let one = walk(setup, Product::first(setup, reference), &rules, &scope, |_| {});
        assert_eq!(one.refuted, None, "{} under {assignment}", scope.name);
        total.add(&one);
    }
    assert!(total.closed, "{setup:?} under {assignment}");
    total
}

/// In the quick tier on three kinds of site, and with as many conditions at a time as the proof has
/// on the first of them alone.
#[test]
fn connector_and_invariant_agree_in_every_reachable_state() {
    let mut transitions = 0;
    for (index, setup) in kinds().step_by(one_in(7)).enumerate() {
        let together = if is_thorough() || index == 0 { TOGETHER } else { TOGETHER - 1 };
        transitions += closed(&setup, Assignment::DEFAULT, together).transitions;
    }
    let least = if is_thorough() { 100_000_000 } else { 10_000_000 };
    assert!(transitions > least, "the walk went nowhere: {transitions}");
}

/// The kinds of site on which every assumption makes a difference: on the others no path is too long
/// and no space is in the way (C11).
fn telling_kinds() -> Vec<Setup> {
    kinds().filter(|setup| is_affected(setup, Condition::InstallPathSpace)).collect()
}

/// Each assumption in turn has its other value, each on a kind of site of its own. There a connector
/// that is as by default is refuted, so that the walk has come to where it makes a difference.
#[rstest]
#[ignore = "thorough: `just thorough` runs it"]
fn it_holds_where_one_assumption_is_not_at_its_default(#[values(0, 1)] part: usize) {
    let telling = telling_kinds();
    for (index, key) in Assumption::ALL.iter().enumerate().skip(part).step_by(2) {
        let (assignment, setup) =
            (Assignment::DEFAULT.with(*key, true), telling[index % telling.len()]);
        closed(&setup, assignment, TOGETHER);
        let rules = Rules::assuming(assignment);
        let is_refuted = |scope| {
            let first = Product::first(&setup, Reference::new());
            walk(&setup, first, &rules, &scope, |_| {}).refuted.is_some()
        };
        let shows = !key.is_inferable() || scopes(1).into_iter().any(is_refuted);
        assert!(shows, "{key} on {setup:?}");
    }
}

/// In the long tier under all 1,024 assignments of what is inferred, else under one in 127, and with
/// two conditions at a time. Left out: all kinds of site but one, which differ in the conditions that
/// they can have; and of the three assumptions that are not inferred all combinations but one beside
/// each assignment.
#[rstest]
#[ignore = "thorough: `just thorough` runs it"]
fn it_holds_under_every_assignment(#[values(0, 1)] part: usize) {
    let (each, together) = if is_long() { (1, TOGETHER) } else { (127, TOGETHER - 1) };
    let setup = telling_kinds()[0];
    for assignment in every_assignment().step_by(each).skip(part).step_by(2) {
        closed(&setup, assignment, together);
    }
}

/// The classes of queues go by the limits of the site, so other sizes of batches are proved alike.
#[rstest]
#[case::one_by_one(1, 1)]
#[case::small(2, 3)]
#[case::large(1000, 1000)]
fn the_proof_holds_for_other_sizes_of_batches(#[case] export_max: u16, #[case] import_max: u16) {
    let conditions = Condition::ShareAccessDenied
        | Condition::MessageCorrupt
        | Condition::OutboundMessageRejected
        | Condition::DateFormatUnknown;
    let [queues, ..] = scopes(1);
    let scope = Scope { conditions, ..queues };
    let limits = Limits { export_max, import_max, ..Limits::default() };
    let setup = Setup { limits, ..Setup::default() };
    let first = Product::first(&setup, Reference::new());
    let walked = walk(&setup, first, &rules(), &scope, |_| {});
    assert_eq!(walked.refuted, None);
    assert!(walked.closed && walked.transitions > 10_000, "{walked:?}");
}

#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn runs_end_as_the_catalogue_says_for_every_combination() {
    // Of what stops EXPORT an index has five values, damage four, a path with a space three,
    // everything else two; and IMPORT alone is stopped by these.
    let import_alone = Condition::ReadOnlyAccess
        | Condition::EntryMadeByHand
        | Condition::PostofficeNameExtended
        | Condition::OutboundMessageRejected
        | Condition::DateFormatUnknown;
    let expected = |setup: &Setup| {
        let lasting = Condition::ALL.iter().filter(|c| **c != Condition::ForeignEvent70);
        let fitting = lasting.filter(|condition| allows(setup, **condition));
        let (of_import, of_export): (Vec<Condition>, Vec<Condition>) =
            fitting.partition(|condition| import_alone.contains(**condition));
        let of_export: Vec<u64> =
            of_export.iter().map(|condition| settings(*condition).len() as u64).collect();
        let every: u64 = of_export.iter().map(|settings| settings + 1).product();
        let defaults = 1_u64 << of_export.len();
        let faults: u64 = of_export.iter().sum();
        every + of_import.len() as u64 * defaults + faults * (1 << of_import.len())
    };
    for setup in kinds().filter(|setup| setup.exchange == Setup::default().exchange) {
        assert_eq!(
            combinations(&setup, Simulated::new(&setup), &rules(), EnumSet::all()),
            Ok(expected(&setup)),
            "{setup:?}"
        );
    }
}

#[rstest]
#[case(Bug::Canary, 2)]
#[case(Bug::OncePerLife, 3)]
#[case(Bug::NoStartRun, 1)]
#[case(Bug::DirsyncSilent, 3)]
#[case(Bug::SilentAfterLock, 4)]
fn an_error_in_the_connector_is_met_with_the_shortest_timeline(
    #[case] bug: Bug,
    #[case] steps: usize,
) {
    let setup = Setup::default();
    let mut shortest: Option<(Scenario, _)> = None;
    for scope in scopes(TOGETHER) {
        let found =
            walk(&setup, Product::first(&setup, Seeded::with(bug)), &rules(), &scope, |_| {})
                .refuted;
        let shorter = |(s, _): &(Scenario, _)| {
            shortest.as_ref().is_none_or(|(least, _)| s.timeline.len() < least.timeline.len())
        };
        shortest = found.filter(shorter).or(shortest);
    }
    let (scenario, _) = shortest.expect("a bug was planted");
    assert_eq!(scenario.timeline.len(), steps, "{:?}", scenario.timeline);
    let fails = |connector: &mut Seeded| {
        Trial::new().first_finding(&scenario, Simulated::new(&setup), connector)
    };
    assert_eq!(fails(&mut Seeded::with(bug)).map(|finding| finding.step), Some(steps - 1));
    let reference = &mut Reference::new();
    assert_eq!(Trial::new().first_finding(&scenario, Simulated::new(&setup), reference), None);
}

/// An error in the catalogue or in a clause of the rule is met as well: by the walk, with a timeline,
/// or by the combinations.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn an_error_in_the_rule_is_met_with_a_timeline() {
    let mut missed = Vec::new();
    let by_walk = |alteration: &Alteration| {
        matches!(alteration, Alteration::Clears(..) | Alteration::Without(_))
    };
    for alteration in alterations().into_iter().filter(by_walk) {
        let rules = Rules::altered(alteration);
        let refuted = |setup: &Setup| {
            let walked = |scope| {
                walk(setup, Product::first(setup, Reference::new()), &rules, &scope, |_| {}).refuted
            };
            scopes(2).into_iter().find_map(walked)
        };
        let condition = match alteration {
            Alteration::Clears(_, condition, _) => condition,
            Alteration::Without(Clause::ImportReturnsMail) => Condition::DateFormatUnknown,
            _ => Condition::TabPathWrong,
        };
        // What DB6 and DB8 can both have is walked with DB8.
        let database = if condition.entry().databases.contains(Database::Db8) {
            Database::Db8
        } else {
            Database::Db6
        };
        let mut fitting =
            kinds().filter(|setup| setup.database == database && is_affected(setup, condition));
        if !fitting.any(|setup| refuted(&setup).is_some()) {
            missed.push(format!("{alteration:?}"));
        }
    }
    // Where a thread is started again at once, a service that runs has no restarts to forget.
    assert_eq!(missed, ["Without(LifeForgetsRestarts)"]);
}

#[test]
fn an_error_in_a_catalogue_cell_is_met_by_the_combinations() {
    let cells = alterations().into_iter().filter(|a| matches!(a, Alteration::Ends(..)));
    for alteration in cells.step_by(one_in(4)) {
        let Alteration::Ends(fault, editions, ..) = alteration else { continue };
        let has_row = |setup: &Setup| editions.contains(setup.exchange);
        let mut setups = kinds().filter(has_row);
        let setup = setups.find(|setup| is_affected(setup, fault.condition)).unwrap();
        let met = combinations(
            &setup,
            Simulated::new(&setup),
            &Rules::altered(alteration),
            EnumSet::all(),
        );
        let (scenario, _) = met.expect_err(&format!("{alteration:?}"));
        let injects =
            |step: &Step| matches!(step, Step::Inject(f) if f.condition == fault.condition);
        // A wrong entry may be in force while the tab is right.
        let is_in_force = fault.condition == Condition::PostofficePasswordChanged
            || fault.condition.keyword().starts_with("tab-");
        let is_met = is_in_force || scenario.timeline.iter().any(injects);
        assert!(is_met, "{alteration:?}: {:?}", scenario.timeline);
    }
}

/// What a product state shows after mail both ways, a start and one cycle, as it runs then or after
/// one more restart.
fn trouble<D: event70::reference::Deviation>(state: Product<D>, remedy: &[Step]) -> bool {
    trouble_from(state, remedy, Operation::Start) || trouble_from(state, remedy, Operation::Restart)
}

fn trouble_from<D: event70::reference::Deviation>(
    mut state: Product<D>,
    remedy: &[Step],
    operation: Operation,
) -> bool {
    let mail = [Step::Mail(Direction::Exchange, 1), Step::Mail(Direction::CcMail, 1)];
    let start = Step::Do(operation);
    let (mut trace, rules) = (Trace::default(), rules());
    // A dirsync comes last and needs the service.
    let (dirsync, repairs): (Vec<Step>, Vec<Step>) =
        remedy.iter().partition(|step| matches!(step, Step::Do(_)));
    for step in repairs.into_iter().chain([start]).chain(dirsync).chain(mail) {
        state.step(step, &rules, &mut trace).expect("the reference agrees");
    }
    let is_error = |traced: &TraceEvent| matches!(traced, TraceEvent::Logged(r) if r.event.event_type == EventType::Error);
    let errors = [Step::Cycles(1), Step::Do(Operation::Dirsync)].map(|step| {
        state.step(step, &rules, &mut trace).expect("the reference agrees");
        trace.events.iter().any(is_error)
    });
    let waits = |to| state.site().waiting(to) > 0;
    let runs = trace.events.iter().any(|traced| matches!(traced, TraceEvent::Run { .. }));
    errors.contains(&true) || waits(Direction::Exchange) || waits(Direction::CcMail) || !runs
}

fn standing<D: event70::reference::Deviation>(state: &Product<D>) -> Vec<Standing> {
    let rule_state = state.rule_state();
    let stands = rule_state.holding().iter().map(|condition| Standing {
        fault: rule_state.fault(condition),
        since: Since::Beginning,
        set: Since::Beginning,
        passes_left: match rule_state.fault(condition).setting {
            event70::model::Setting::Passes(passes) => passes,
            _ => 1,
        },
    });
    stands.collect()
}

/// Liveness: whatever happened, the repairs that `explain` names end it, and none is superfluous.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn in_every_state_the_named_repairs_are_enough_and_all_needed() {
    let setups: Vec<Setup> = kinds().filter(|setup| setup.database.to_string() == "db8").collect();
    let mut states = 0;
    for setup in setups {
        for scope in scopes(2) {
            walk(&setup, Product::first(&setup, Reference::new()), &rules(), &scope, |state| {
                states += 1;
                let repairs = remedy(&setup, &standing(state), state.rule_state(), &rules());
                assert!(!trouble(*state, &repairs), "{repairs:?} do not clear {state:?}");
                for left_out in 0..repairs.len() {
                    let mut fewer = repairs.clone();
                    let without = fewer.remove(left_out);
                    assert!(trouble(*state, &fewer), "{without} is superfluous in {state:?}");
                }
            });
        }
    }
    assert!(states > 10_000, "{states}");
}

/// Whether an IMPORT has returned mail.
fn returns_mail(trace: &Trace) -> bool {
    let is_returned = |traced: &TraceEvent| match traced {
        TraceEvent::Run { ran: RunResult::Exited { returned, .. }, .. } => *returned > 0,
        _ => false,
    };
    trace.events.iter().any(is_returned)
}

/// What of a step decides anything: how each program ended that did not succeed, every Error event,
/// but for file names, and whether messages were handed over that were new. Event 54 comes with each
/// successful EXPORT, of which a longer queue has more.
fn shown(trace: &Trace) -> Vec<(String, u16)> {
    let told = trace.events.iter().filter_map(|traced| match traced {
        TraceEvent::Run { ran, run, .. } if ran.code() != Some(0) => {
            Some((format!("{} {ran}", run.job.program()), 0))
        }
        TraceEvent::Logged(r) if r.event.event_type == EventType::Error && r.event.id != 54 => {
            Some((String::new(), r.event.id))
        }
        _ => None,
    });
    told.collect()
}

/// Queues by class, file numbers apart: a folded state shows the same as the state itself, and
/// they stay alike. States come from random timelines with queues of every length.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn a_folded_state_behaves_like_the_state_that_was_folded() {
    let (mut scenario, mut trace) = (Scenario::default(), Trace::default());
    let rules = rules();
    for index in 0..20_000 {
        case(0xf01d, index, &Lengths::default(), &mut scenario);
        let mut real = Product::first(&scenario.setup, Reference::new());
        let mut folded = real;
        for step in &scenario.timeline {
            real.step(*step, &rules, &mut trace).expect("the reference agrees");
            let by_real = shown(&trace);
            // How many batches a queue has is folded away, and mail that is returned goes batch by
            // batch: whether an IMPORT follows in a later cycle is not the same from there on.
            if returns_mail(&trace) {
                break;
            }
            folded.step(*step, &rules, &mut trace).expect("the reference agrees");
            assert_eq!(by_real, shown(&trace), "case {index}, {step}");
            folded = folded.fold(&rules);
        }
        if returns_mail(&trace) {
            continue;
        }
        let (real, folded) = (real.fold(&rules), folded.fold(&rules));
        assert_eq!(real.rule_state().holding(), folded.rule_state().holding(), "case {index}");
        assert_eq!(real.rule_state().service(), folded.rule_state().service(), "case {index}");
    }
}

/// Conditions apart: what a run does depends on the first condition in its way, so a state in which
/// many hold shows what the state shows in which only those that decide hold.
#[test]
fn what_a_state_shows_depends_on_at_most_three_conditions() {
    let (mut trace, rules) = (Trace::default(), rules());
    for index in 0..20_000 {
        let mut drawn = Scenario::default();
        case(0x3, index, &Lengths(40..=60), &mut drawn);
        let injected = drawn.timeline.iter().filter_map(|step| match step {
            Step::Inject(fault) if fault.condition != Condition::ForeignEvent70 => Some(*fault),
            _ => None,
        });
        let all: Vec<Fault> = injected.collect();
        let mut full = Product::first(&drawn.setup, Reference::new());
        for fault in &all {
            full.step(Step::Inject(*fault), &rules, &mut trace).expect("agrees");
        }
        let decisive = deciding(&full, &drawn.setup);
        assert!(decisive.len() <= TOGETHER);
        let mut few = Product::first(
            &Setup { conditions: EnumSet::empty(), ..drawn.setup },
            Reference::new(),
        );
        for condition in decisive {
            let fault = full.rule_state().fault(condition);
            few.step(Step::Inject(fault), &rules, &mut trace).expect("agrees");
        }
        for step in [
            Step::Mail(Direction::CcMail, 1),
            Step::Do(Operation::Start),
            Step::Cycles(1),
            Step::Do(Operation::Dirsync),
        ] {
            full.step(step, &rules, &mut trace).expect("agrees");
            let by_full = shown(&trace);
            few.step(step, &rules, &mut trace).expect("agrees");
            assert_eq!(by_full, shown(&trace), "case {index}, {step}");
        }
    }
}

/// The first condition in the way of each kind of run, found by asking the site, not the table: a
/// condition decides if the run ends otherwise with it alone than without anything.
fn deciding<D: event70::reference::Deviation>(
    state: &Product<D>,
    setup: &Setup,
) -> EnumSet<Condition> {
    let inert = |c: &Condition| is_affected(setup, *c);
    let holding: Vec<Condition> = state.rule_state().holding().iter().filter(inert).collect();
    let stops = |row: fn(&event70::rule::ConditionRow) -> event70::rule::Outcome| {
        holding.iter().copied().find(|condition| {
            let mut rows = condition.entry().rows.iter();
            let first = rows.find(|row| row.editions.contains(setup.exchange)).unwrap();
            row(first) != event70::rule::Outcome::NotStopped
        })
    };
    let first = [
        stops(|r| r.message_export),
        stops(|r| r.directory_export),
        stops(|r| r.message_import),
        stops(|r| r.directory_import),
    ];
    first.into_iter().flatten().collect()
}

/// Restarts by what they decide: while the programs are not found nothing else decides anything,
/// and while they are found the count of restarts does not move.
#[test]
#[ignore = "thorough: `just thorough` runs it"]
fn restarts_count_only_while_no_program_is_found() {
    let rules = rules();
    for setup in kinds() {
        let scope = &scopes(TOGETHER)[1];
        walk(&setup, Product::first(&setup, Reference::new()), &rules, scope, |state| {
            let missing = state.rule_state().holding().contains(Condition::ProgramsNotOnPath);
            for step in alphabet(&setup, scope) {
                let (before, mut after) = (state.rule_state().service().1, *state);
                let mut trace = Trace::default();
                after.step(step, &rules, &mut trace).expect("the reference agrees");
                let ran = trace.events.iter().filter_map(|traced| match traced {
                    TraceEvent::Run { ran, .. } => Some(*ran),
                    _ => None,
                });
                let found = ran.map(|ran| ran != event70::model::RunResult::NotFound);
                for found in found {
                    assert_eq!(found, !missing, "{step} in {state:?}");
                }
                let moved = after.rule_state().service().1 > before;
                assert!(!moved || missing, "{step} in {state:?}");
            }
        });
    }
}

#[test]
fn the_command_says_what_was_proved_and_keeps_what_refutes() {
    let folder = tempfile::tempdir().unwrap();
    let mut prove = cargo_bin_cmd!("event70");
    let output = prove.args(["prove", "--bug", "canary", "--save"]).arg(folder.path());
    let output = output.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().last(), Some("verdict=refuted steps=2"));
    let kept: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(kept.len(), 1);
    let kept = kept[0].as_ref().unwrap().path();
    let mut run = cargo_bin_cmd!("event70");
    run.args(["run", "--bug", "canary"]).arg(&kept).assert().code(1);
    let mut run = cargo_bin_cmd!("event70");
    run.arg("run").arg(&kept).assert().code(0);
}

/// Where two values are given both are proved, the default first; a timeline that refutes is kept
/// with what is assumed.
#[test]
fn the_command_proves_each_assignment_that_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let refuted = |bug: &str, assumed: &str| {
        let mut prove = cargo_bin_cmd!("event70");
        let prove = prove.args(["prove", "--bug", bug, "--assume", assumed, "--save"]);
        let output = prove.arg(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    let both = refuted("no-start-run", "start-exports=no|yes");
    assert!(both.starts_with("where this is assumed: every default\n"), "{both}");
    assert!(both.ends_with("verdict=refuted steps=1\n"), "{both}");
    let one = refuted("canary", "start-exports=no");
    assert!(one.contains("start-exports = \"no\""), "{one}");
    assert!(one.ends_with("verdict=refuted steps=3\n"), "{one}");
}
