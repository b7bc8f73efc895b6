//! `event70 watchdog`: not for people. Ends and removes what a harness leaves, however it ends.

use std::io::Write as _;

use event70_process::serve;

use super::Status;

pub(super) fn run() -> Status {
    for line in serve(std::io::stdin()) {
        // Where nobody listens any more, there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "warning: {line}");
    }
    Status::Agree
}
