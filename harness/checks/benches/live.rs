//! What a scenario on the live site costs, beside what it cannot do without.
//!
//! The scenario starts the service, and in each of its cycles one message comes, one EXPORT takes
//! it and nothing else runs. The floor is the bare start of the same number of processes of the
//! same program, which find nothing to do and end, and the same number of SQLite transactions, on
//! copies of the same databases with the same settings. Both take turns, so that whatever else the
//! machine does strikes both, and the ratio of the rounds is printed. The goal: at most 1.3 times
//! the floor, with the sandbox, the real work of the programs and the judging in the price; and two
//! jobs at least 1.7 times as fast as one. `cargo bench --bench live` (Unix, feature `live`).

#[cfg(unix)]
fn main() {
    measured::main();
}

#[cfg(not(unix))]
fn main() {
    eprintln!("skipped: this event70 has no live site");
}

#[cfg(unix)]
mod measured {
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Instant;
    use std::{fs, thread};

    use event70::engine::Trial;
    use event70::live::lotus::place::Place;
    use event70::live::{Kit, Live};
    use event70::model::{Direction, Operation, Scenario, Setup, Step};
    use event70::process::Helper;
    use event70::reference::Reference;
    use rusqlite::{Connection, OpenFlags};

    const CYCLES: u32 = 20;
    const SCENARIOS: u32 = 8;
    const ROUNDS: usize = 9;
    /// One EXPORT at the start, one in each cycle.
    const RUNS: u32 = CYCLES + 1;

    fn scenario() -> Scenario {
        let mut timeline = vec![Step::Do(Operation::Start)];
        for _ in 0..CYCLES {
            timeline.extend([Step::Mail(Direction::Exchange, 1), Step::Cycles(1)]);
        }
        Scenario { setup: Setup::default(), timeline }
    }

    fn play(kit: &Arc<Kit>, scenario: &Scenario) {
        let site = Live::new(kit, &scenario.setup);
        let finding = Trial::new().first_finding(scenario, site, &mut Reference::new());
        assert_eq!(finding, None);
    }

    /// Seconds for a scenario.
    fn live(kit: &Arc<Kit>, scenario: &Scenario) -> f64 {
        let began = Instant::now();
        (0..SCENARIOS).for_each(|_| play(kit, scenario));
        began.elapsed().as_secs_f64() / f64::from(SCENARIOS)
    }

    /// Seconds for the bare processes and transactions of a scenario.
    fn floor(program: &Path, databases: &[std::path::PathBuf; 3]) -> f64 {
        let began = Instant::now();
        for _ in 0..SCENARIOS {
            for run in 0..RUNS {
                let status = Command::new(program)
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status();
                assert_eq!(status.expect("it can be started").code(), Some(2));
                // What EXPORT does with three databases, and what comes before it in two of them.
                read(&databases[0]);
                read(&databases[1]);
                write(&databases[2], run);
                if run > 0 {
                    write(&databases[1], run);
                    write(&databases[2], run);
                }
            }
        }
        began.elapsed().as_secs_f64() / f64::from(SCENARIOS)
    }

    fn read(database: &Path) {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let connection = Connection::open_with_flags(database, flags).expect("it opens");
        let tables: u32 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .expect("it is read");
        assert!(tables > 0);
    }

    fn write(database: &Path, run: u32) {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let connection = Connection::open_with_flags(database, flags).expect("it opens");
        connection
            .execute_batch(&format!(
                "PRAGMA synchronous = OFF; PRAGMA journal_mode = PERSIST; BEGIN IMMEDIATE;
                 INSERT OR REPLACE INTO floor VALUES ({run}, 'a line of text'); COMMIT"
            ))
            .expect("it is written");
    }

    /// How many times faster two threads are than one.
    fn two_jobs(kit: &Arc<Kit>, scenario: &Scenario) -> f64 {
        let alone = live(kit, scenario);
        let left = AtomicU32::new(2 * SCENARIOS);
        let began = Instant::now();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while left
                        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                            left.checked_sub(1)
                        })
                        .is_ok()
                    {
                        play(kit, scenario);
                    }
                });
            }
        });
        alone / (began.elapsed().as_secs_f64() / f64::from(2 * SCENARIOS))
    }

    pub(super) fn main() {
        let event70 = &event70_checks::event70();
        let helper = Helper { program: event70.into(), arguments: vec!["watchdog".to_owned()] };
        let kit = Kit::new(&helper).expect("there can be a live site here");
        let scenario = scenario();
        let folder = tempfile::tempdir().expect("a folder");
        let site = Live::new(&kit, &Setup::default());
        let office = site.folder().expect("a site").join("CCSRV/CCDATA");
        let databases = ["CLANDATA", "MLANDATA", "USR/USR00001"].map(|name| {
            let copy = folder.path().join(name.replace('/', "-"));
            fs::copy(office.join(name), &copy).expect("copied");
            let table = "CREATE TABLE floor (run INTEGER PRIMARY KEY, text TEXT)";
            Connection::open(&copy).expect("it opens").execute_batch(table).expect("a table");
            copy
        });
        // EXPORT without arguments, in an empty site: it exits 2 before it looks at anything.
        let program = Place::new(folder.path()).program("EXPORT");
        fs::create_dir_all(program.parent().expect("a folder")).expect("made");
        fs::copy(event70, &program).expect("copied");
        let mut ratios: Vec<(f64, f64)> =
            (0..ROUNDS).map(|_| (live(&kit, &scenario), floor(&program, &databases))).collect();
        ratios.sort_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
        let ratio = |round: usize| ratios[round].0 / ratios[round].1;
        let (live, floor) = ratios[ROUNDS / 2];
        println!(
            "a scenario of {RUNS} runs: {:.1} ms, the bare processes and transactions {:.1} ms; {:.2} times ({:.2} to {:.2})",
            1e3 * live,
            1e3 * floor,
            ratio(ROUNDS / 2),
            ratio(0),
            ratio(ROUNDS - 1),
        );
        let mut faster: Vec<f64> = (0..ROUNDS).map(|_| two_jobs(&kit, &scenario)).collect();
        faster.sort_by(f64::total_cmp);
        println!(
            "two jobs are {:.2} times one ({:.2} to {:.2})",
            faster[ROUNDS / 2],
            faster[0],
            faster[ROUNDS - 1]
        );
    }
}
