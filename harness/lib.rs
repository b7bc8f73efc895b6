//! `event70` holds a connector against the article that documents its Event ID 70.
//!
//! In 1997 Microsoft documented (Q166045) when the Microsoft Exchange Connector for Lotus cc:Mail
//! logs Event 70. This library plays combinations of the documented circumstances and knows for
//! each of them whether Event 70 must appear. One sentence holds it together: a *scenario* is
//! played by a *connector* on a *site*, and the *judge* holds the log against the *invariant*.
//!
//! ```
//! use event70::conditions::{Condition, Fault, Repair};
//! use event70::connector::Reference;
//! use event70::invariant::Invariant;
//! use event70::scenario::{Operation, Scenario, Setup, Step};
//! use event70::site::Simulated;
//! use event70::trial::Trial;
//!
//! // Somebody changes the post office's password and forgets the connector.
//! let scenario = Scenario {
//!     setup: Setup::default(),
//!     timeline: vec![
//!         Step::Do(Operation::Start),
//!         Step::Inject(Fault::default_of(Condition::TabPasswordWrong)),
//!         Step::Cycles(2),
//!         Step::Repair(Repair::CorrectPostofficeTab),
//!         Step::Cycles(1),
//!     ],
//! };
//!
//! // The invariant predicts from the timeline alone: two Event 70, and why.
//! let mut invariant = Invariant::new();
//! let predicted = invariant.predict(&scenario);
//! let counts: Vec<u32> = predicted.iter().map(|step| step.event_70()).collect();
//! assert_eq!(counts, [0, 0, 2, 0, 0]);
//! let evidence = predicted[2].exports.unwrap().evidence.unwrap();
//! assert_eq!(evidence.condition(), Condition::TabPasswordWrong);
//! assert_eq!(evidence.standing.since.to_string(), "since step 2");
//!
//! // The reference connector, played on a simulated site, logs exactly that.
//! let site = Simulated::new(&scenario.setup);
//! assert_eq!(Trial::new().first_finding(&scenario, site, &mut Reference::new()), None);
//! ```
//!
//! The rooms, in the order in which they are best read:
//!
//! - [`conditions`]: every documented condition and repair, as data;
//! - [`event_log`]: records, message texts, and how Event Viewer shows them;
//! - [`scenario`]: a site and a timeline, and the files that hold them;
//! - [`site`]: where a scenario is played;
//! - [`connector`]: who is tested, and the reference;
//! - [`protocol`] and [`program`]: connectors in other processes and languages;
//! - `lotus` and `live`: the Lotus programs over a real post office, and the site on disk around
//!   them (feature `live`, Unix);
//! - [`play`]: the timeline acted out;
//! - [`invariant`]: what must be;
//! - [`judge`] and [`trial`]: prediction against log;
//! - [`search`]: ways to choose scenarios, and to make a failing one small;
//! - [`report`]: how it is shown;
//! - [`foreign`]: text that somebody else wrote, made visible;
//! - [`trouble`]: what the harness itself has run out of;
//! - [`commands`]: the program.
#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![warn(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

pub mod commands;
pub mod conditions;
pub mod connector;
pub mod event_log;
pub mod files;
pub mod foreign;
pub mod invariant;
pub mod judge;
#[cfg(all(unix, feature = "live"))]
pub mod live;
#[cfg(all(unix, feature = "live"))]
pub mod lotus;
pub mod play;
#[cfg(unix)]
pub mod program;
pub mod protocol;
pub mod report;
pub mod scenario;
pub mod search;
pub mod site;
pub mod trial;
pub mod trouble;
pub mod words;
