//! What is checked with libraries that take longer to build than event70 itself: JSON by a schema
//! validator, and the benchmarks. `just thorough` runs the tests, `just bench` the rest.

use std::path::PathBuf;

/// The program of the same profile, which `cargo build` puts beside the tests and benchmarks.
///
/// # Panics
/// If it was not built.
#[must_use]
#[allow(clippy::expect_used, clippy::panic, reason = "a check ends where it cannot go on")]
pub fn event70() -> PathBuf {
    let check = std::env::current_exe().expect("this program lies somewhere");
    let folder = check.ancestors().nth(2).expect("target/PROFILE/deps/NAME");
    let program = folder.join(format!("event70{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "build event70 in this profile first: cargo build");
    program
}
