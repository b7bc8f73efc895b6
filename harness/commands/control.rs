//! How a long search is carried out: on how many jobs, and until when.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::search::Control;

/// As many jobs as were asked for; otherwise one for each processor.
pub(super) fn jobs(asked_for: Option<u16>) -> usize {
    asked_for.map_or_else(
        || thread::available_parallelism().map_or(1, std::num::NonZero::get),
        usize::from,
    )
}

/// The control of a search that Ctrl-C ends, with whoever it waits for.
pub(super) fn until_interrupted(interrupted: &Arc<AtomicBool>) -> Arc<Control> {
    let control = Arc::new(Control { interrupted: Arc::clone(interrupted), ..Control::default() });
    let on_interrupt = Arc::clone(&control);
    // Where no handler can be set, Ctrl-C ends the program at once; the keeper cleans up.
    let _ = ctrlc::set_handler(move || {
        on_interrupt.interrupted.store(true, Ordering::Relaxed);
        on_interrupt.stop.store(true, Ordering::Relaxed);
    });
    control
}
