//! The same work on several threads.

use std::sync::atomic::Ordering;
use std::{io, thread};

use super::Control;

/// As many jobs as this computer has processors.
#[must_use]
pub fn jobs_of_all_processors() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Runs `work` on this many threads at once, including the current one.
///
/// # Errors
/// If there cannot be so many threads: then the search is stopped, and what it came to is nothing.
pub fn on_jobs(jobs: usize, control: &Control, work: impl Fn() + Sync) -> io::Result<()> {
    thread::scope(|scope| {
        for _ in 1..jobs {
            if let Err(error) = thread::Builder::new().spawn_scoped(scope, &work) {
                control.stop.store(true, Ordering::Relaxed);
                control.cancelled.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
        work();
        Ok(())
    })
}
