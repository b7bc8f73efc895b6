//! The same work on several threads.

use std::sync::atomic::Ordering;
use std::{io, thread};

use super::Control;

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
