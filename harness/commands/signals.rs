//! The signals that ask this program to end.
//!
//! The first one is a wish: what is being done comes to its end, says what it has, and the exit
//! status is 128 and the signal's number. The second one ends the program at once; what it started
//! is then ended and removed by the watchdog.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Watches for the signals that ask a program to end.
#[derive(Debug, Default)]
pub(super) struct Signals {
    came: Arc<AtomicBool>,
    which: Arc<AtomicUsize>,
}

impl Signals {
    /// Watches from now on. Where that cannot be done, a signal ends the program at once.
    pub(super) fn watch() -> Self {
        let signals = Self::default();
        #[cfg(unix)]
        for signal in ends() {
            use signal_hook::flag::{register, register_conditional_default, register_usize};
            // In this order: by the first signal nothing has come yet, by the second it has.
            let _ = register_conditional_default(signal, Arc::clone(&signals.came));
            let number = usize::try_from(signal).unwrap_or_default();
            let _ = register_usize(signal, Arc::clone(&signals.which), number);
            let _ = register(signal, Arc::clone(&signals.came));
        }
        signals
    }

    /// Sets this flag too when a signal comes.
    pub(super) fn also_set(&self, flag: &Arc<AtomicBool>) {
        #[cfg(unix)]
        for signal in ends() {
            let _ = signal_hook::flag::register(signal, Arc::clone(flag));
        }
        flag.fetch_or(self.came.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// The number of the signal that came, if one did.
    pub(super) fn number(&self) -> Option<u8> {
        if !self.came.load(Ordering::Relaxed) {
            return None;
        }
        u8::try_from(self.which.load(Ordering::Relaxed)).ok()
    }

    /// What a last line of `key=value` pairs ends with.
    pub(super) fn suffix(&self) -> &'static str {
        if self.came() { " interrupted=1" } else { "" }
    }

    /// Whether a signal has come.
    pub(super) fn came(&self) -> bool {
        self.came.load(Ordering::Relaxed)
    }
}

/// Has a file that grows too long be an error like any other, and not the end of the program.
pub(super) fn survive_long_files() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// The signals that are watched for. One that whoever started this program had ignored (`nohup`)
/// stays ignored.
#[cfg(unix)]
fn ends() -> impl Iterator<Item = i32> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let ignored = ignored();
    [SIGINT, SIGTERM, SIGHUP].into_iter().filter(move |signal| ignored & (1 << (signal - 1)) == 0)
}

/// The signals that are ignored, one bit for each, where the system says so.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}
