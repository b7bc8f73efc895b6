//! What a connector behind the protocol costs, beside the pipes themselves.
//!
//! A step is a line to the connector and its answer: a cycle in which one EXPORT runs has two. The
//! floor is the same number of round trips of a line of the same length through `cat`, written and
//! read in the plainest way. Both take turns for some rounds, so that whatever else the machine does
//! strikes both, and the ratio of the rounds is printed. The goal: at least 80 % of the floor, with
//! the JSON of both sides, the deadline, the judging and a file that survives a kill in the price.
//! `cargo bench --bench programs` (Unix only).

#[cfg(unix)]
fn main() {
    measured::main();
}

#[cfg(not(unix))]
fn main() {
    eprintln!("skipped: programs can be tested on Unix only");
}

#[cfg(unix)]
mod measured {
    use std::io::{BufRead, BufReader, Write};
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::time::Instant;

    use event70::model::{Connector, Setup, Stage, Trace};
    use event70::process::{Launch, ProgramConnector};
    use event70::reference::Simulated;

    const STEPS: u32 = 40_000;
    const ROUNDS: usize = 9;
    /// About the mean of the lines of both directions.
    const LINE: usize = 250;

    /// Round trips a second through `cat`.
    fn floor() -> f64 {
        let mut cat = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cat can be started");
        let mut stdin = cat.stdin.take().expect("a pipe");
        let mut stdout = BufReader::new(cat.stdout.take().expect("a pipe"));
        let line = "x".repeat(LINE - 1) + "\n";
        let mut back = String::new();
        let began = Instant::now();
        for _ in 0..STEPS {
            stdin.write_all(line.as_bytes()).expect("written");
            back.clear();
            stdout.read_line(&mut back).expect("read");
        }
        let rate = f64::from(STEPS) / began.elapsed().as_secs_f64();
        drop(stdin);
        cat.wait().expect("cat ends");
        rate
    }

    /// Steps a second through a connector.
    fn steps(command: &str) -> f64 {
        let launch = Launch::new(command, Path::new(".")).expect("a command");
        let mut connector = ProgramConnector::new(Arc::new(launch), None);
        let mut site = Simulated::new(&Setup::default());
        let mut trace = Trace::default();
        connector.reset().expect("reset");
        connector.start(&mut Stage::new(&mut site, &mut trace, 0)).expect("start");
        let began = Instant::now();
        for cycle in 0..STEPS / 2 {
            trace.clear();
            let mut stage = Stage::new(&mut site, &mut trace, 15 * u64::from(cycle));
            connector.cycle(&mut stage).expect("a cycle");
            assert_eq!(trace.events.len(), 1, "one EXPORT runs");
        }
        f64::from(STEPS) / began.elapsed().as_secs_f64()
    }

    pub(super) fn main() {
        let reference =
            format!("{} connector", event70::model::pasted_path(&event70_checks::event70()));
        let adapter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
        for command in [Some(reference), adapter].into_iter().flatten() {
            let mut rounds: Vec<(f64, f64)> =
                (0..ROUNDS).map(|_| (steps(&command), floor())).collect();
            rounds.sort_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
            let ratio = |round: usize| rounds[round].0 / rounds[round].1;
            let (steps, floor) = rounds[ROUNDS / 2];
            println!(
                "{command}: {steps:.0} steps a second, {floor:.0} bare round trips; {:.0} % ({:.0} to {:.0})",
                100.0 * ratio(ROUNDS / 2),
                100.0 * ratio(0),
                100.0 * ratio(ROUNDS - 1),
            );
        }
    }
}
