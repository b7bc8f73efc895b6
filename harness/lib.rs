//! `event70` holds a connector against the article that documents its Event ID 70.
//!
//! In 1997 Microsoft documented (Q166045) when the Microsoft Exchange Connector for Lotus cc:Mail
//! logs Event 70. This library plays combinations of the documented circumstances and knows for
//! each of them whether Event 70 must appear. One sentence holds it together: a *scenario* is
//! played by a *connector* on a *site*, and the *judge* holds the log against the *invariant*.
//!
//! # A connector of one's own, in one's own `cargo test`
//!
//! Whoever has a [`Connector`](model::Connector) in Rust has it tested by this test program
//! (`harness = false`), which has one test for each scenario file:
//!
//! ```no_run
//! # use event70::reference::Reference as MyConnector;
//! fn main() -> std::process::ExitCode {
//!     event70::testing::Suite::new(MyConnector::default)
//!         .standard() // event70's own scenario set
//!         .folder("tests/faults") // scenario files of one's own
//!         .snapshots("tests/snapshots") // what happens in each, to be reviewed
//!         .explore(20_000) // random scenarios; the first that disagrees is reduced and kept
//!         .certify(0) // the complete conformance suite
//!         .main()
//! }
//! ```
//!
//! A program in any language that speaks the protocol is tested by
//! [`Suite::program("CMD")`](testing::Suite::program) in the same way.
//! [`assert_agrees`](testing::assert_agrees) is for unit tests and for properties. The feature `suite`
//! has the suite, `proptest` scenarios as a strategy; without default features what is left is small.
//!
//! # What is behind it
//!
//! ```
//! use event70::engine::Trial;
//! use event70::model::{Condition, Operation, Repair, Scenario, Setup, Step};
//! use event70::reference::{Reference, Simulated};
//! use event70::rule::{Invariant, default_fault};
//!
//! // Somebody mistypes the password on the Postoffice tab, which counts from the next start.
//! let scenario = Scenario {
//!     setup: Setup::default(),
//!     timeline: vec![
//!         Step::Do(Operation::Start),
//!         Step::Inject(default_fault(Condition::TabPasswordWrong)),
//!         Step::Do(Operation::Restart),
//!         Step::Cycles(1),
//!         Step::Repair(Repair::CorrectPostofficeTab),
//!         Step::Do(Operation::Restart),
//!     ],
//! };
//!
//! // The invariant predicts from the timeline alone: two Event 70, and why.
//! let mut invariant = Invariant::new();
//! let predicted = invariant.predict(&scenario);
//! let counts: Vec<u32> = predicted.iter().map(|step| step.event_70()).collect();
//! assert_eq!(counts, [0, 0, 1, 1, 0, 0]);
//! let evidence = predicted[2].evidence.unwrap();
//! assert_eq!(evidence.condition(), Condition::TabPasswordWrong);
//! assert_eq!(evidence.standing.since.to_string(), "since step 2");
//!
//! // The reference connector, played on a simulated site, logs exactly that.
//! let site = Simulated::new(&scenario.setup);
//! assert_eq!(Trial::new().first_finding(&scenario, site, &mut Reference::new()), None);
//! ```
//!
//! Each part is a crate of its own, in the order in which they are best read:
//!
//! - [`model`]: the vocabulary, and the traits `Site` and `Connector`;
//! - [`rule`]: what the documents say, as tables, and the invariant that predicts from them;
//! - [`reference`](mod@reference): the simulated site and the reference connector. It cannot name
//!   `rule`, nor `rule` it: Cargo sees to that, and comparing the two is what this project is for;
//! - `process`: connectors in other processes and languages;
//! - `live`: the Lotus programs over a real post office, and the site on disk around them (feature
//!   `live`, Unix);
//! - [`mod@format`]: scenario files;
//! - `logs`: event log files, read and written (feature `cli`);
//! - [`engine`]: scenarios generated, played, judged and shrunk;
//! - `conformance`: proof, mutants and certificates;
//! - `diagnosis`: from a log back to its cause (feature `cli`);
//! - `standard`: the project's own scenario files, embedded (feature `suite`);
//!
//! and in this crate [`testing`], the suite for other people's tests; [`report`], how it is shown; and
//! `commands`, the program (feature `cli`).
#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::too_many_lines)]
#![warn(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

#[cfg(feature = "cli")]
pub mod commands;
pub mod report;
pub mod testing;

#[cfg(feature = "suite")]
pub use event70_conformance as conformance;
#[cfg(feature = "cli")]
pub use event70_diagnosis as diagnosis;
pub use event70_engine as engine;
pub use event70_format as format;
#[cfg(all(unix, feature = "live"))]
pub use event70_live as live;
#[cfg(feature = "cli")]
pub use event70_logs as logs;
pub use event70_model as model;
#[cfg(feature = "suite")]
pub use event70_process as process;
pub use event70_reference as reference;
pub use event70_rule as rule;
#[cfg(feature = "suite")]
pub use event70_standard as standard;
