//! The whole conversation with a connector, written down as it is had: one JSON object for each line.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::transcript::Side;

/// Where conversations are written down, of however many connectors at a time. Nothing is held back.
///
/// ```text
/// {"seconds":0.002113,"connector":1,"from":"harness","line":{"do":"reset","protocol":1}}
/// ```
///
/// A line that is no JSON object stands there as a string, and a kill as `"kill":true` in its place.
pub struct ConversationLog {
    began: Instant,
    connectors: AtomicU32,
    out: Mutex<Out>,
}

struct Out {
    to: Box<dyn Write + Send>,
    error: Option<io::Error>,
}

impl ConversationLog {
    /// Writes to this, beginning now.
    #[must_use]
    pub fn new(to: impl Write + Send + 'static) -> Self {
        let out = Mutex::new(Out { to: Box::new(to), error: None });
        Self { began: Instant::now(), connectors: AtomicU32::new(0), out }
    }

    /// The number of another connector, from 1.
    pub(super) fn next_connector(&self) -> u32 {
        self.connectors.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Writes down what one side said to or of this connector.
    pub(super) fn note(&self, connector: u32, side: Side, line: &[u8]) {
        let said = String::from_utf8_lossy(line);
        let said = said.trim_end();
        let is_object = said.starts_with('{')
            && serde_json::from_str::<serde::de::IgnoredAny>(said).is_ok()
            && std::str::from_utf8(line).is_ok();
        let line = if is_object { said.to_owned() } else { serde_json::json!(said).to_string() };
        self.write(connector, side, &format!("\"line\":{line}"));
    }

    /// Writes down that the harness kills this connector.
    pub(super) fn note_kill(&self, connector: u32) {
        self.write(connector, Side::Harness, "\"kill\":true");
    }

    fn write(&self, connector: u32, side: Side, what: &str) {
        let from = match side {
            Side::Harness => "harness",
            Side::Connector => "connector",
        };
        let mut out = self.out();
        // Under the lock, so that the times rise.
        let seconds = self.began.elapsed().as_secs_f64();
        let line = format!(
            "{{\"seconds\":{seconds:.6},\"connector\":{connector},\"from\":\"{from}\",{what}}}\n"
        );
        if out.error.is_none() {
            out.error = out.to.write_all(line.as_bytes()).err();
        }
    }

    /// Why it could not be written on, if it could not; this is told once.
    pub(super) fn error(&self) -> Option<io::Error> {
        self.out().error.take()
    }

    fn out(&self) -> MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ConversationLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConversationLog").finish_non_exhaustive()
    }
}
