//! How a long search is carried out: on how many jobs, until when, and what is seen of it.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use event70_engine::{Control, Progress, jobs_of_all_processors};
use event70_model::count;
use indicatif::{ProgressBar, ProgressStyle};

use super::signals::Signals;

/// The clock is looked at, and progress drawn, so often.
const TICK: Duration = Duration::from_millis(100);

/// As many jobs as were asked for; otherwise one for each processor.
pub(super) fn jobs(asked_for: Option<u16>) -> usize {
    asked_for.map_or_else(jobs_of_all_processors, usize::from)
}

/// The control of a search that a signal ends, with whoever it waits for.
pub(super) fn until_interrupted(signals: &Signals, control: Control) -> Arc<Control> {
    signals.also_set(&control.stop);
    Arc::new(control)
}

/// Does long work on a thread of its own, while this one draws how far it is and looks at the
/// clock: at the deadline the search is stopped, and whoever it waits for is not waited for.
///
/// # Errors
/// If there cannot be another thread.
pub(super) fn watched<T: Send>(
    control: &Control,
    deadline: Option<Instant>,
    bar: &ProgressBar,
    work: impl FnOnce() -> T + Send,
) -> io::Result<T> {
    let watcher = thread::current();
    thread::scope(|scope| {
        let worker = thread::Builder::new().spawn_scoped(scope, || {
            let done = work();
            watcher.unpark();
            done
        })?;
        while !worker.is_finished() {
            thread::park_timeout(TICK);
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                control.stop.store(true, Ordering::Relaxed);
                control.cancelled.store(true, Ordering::Relaxed);
            }
            show(control, bar);
        }
        bar.finish_and_clear();
        worker.join().map_err(|panic| std::panic::resume_unwind(panic))
    })
}

fn show(control: &Control, bar: &ProgressBar) {
    match control.progress() {
        Progress::Cases(done) => bar.set_position(done),
        Progress::Repeating { case, done, of } => {
            bar.set_message(format!("case {case} failed: replayed {done} of {of} times"));
        }
        Progress::Reducing { elements, runs } => bar.set_message(format!(
            "reducing: {} after {}",
            count(elements as u64, "element"),
            count(runs as u64, "run")
        )),
        Progress::Varying => bar.set_message("checking which settings matter"),
    }
}

/// A bar with this template, with a length where there is one; on a terminal only.
pub(super) fn progress_bar(length: Option<u64>, template: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = length.map_or_else(ProgressBar::no_length, ProgressBar::new);
    let style = ProgressStyle::with_template(template);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
