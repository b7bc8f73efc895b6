//! From a log back to its cause: every smallest history that explains it.
//!
//! The harness injects faults and predicts a log. Here the question is asked the other way round, as
//! an administrator asks it: this is my log, what is wrong? The model is finite and the reference
//! connector is exact, so the question has an exact answer.
//!
//! ```
//! use event70_diagnosis::{By, Diagnoser, Evidence, Observed, Options, Standing};
//! use event70_model::Condition;
//!
//! // Two cycles at logging level Maximum: EXPORT ends with code 3, and IMPORT succeeds.
//! let record = |id, file: &str| Observed {
//!     source: "MSExchangeCCMC".to_owned(),
//!     id,
//!     strings: vec![file.to_owned()],
//!     ..Observed::default()
//! };
//! let log = [record(70, "msg0001.ccm"), record(58, "*.ccm"), record(70, "msg0002.ccm")];
//! let options = Options { is_whole: true, ..Options::default() };
//! let diagnosis = Diagnoser::default().diagnose(Evidence::of(&log, true), &options);
//!
//! // Only the missing site entry stops EXPORT and lets IMPORT through.
//! let [group] = &diagnosis.groups[..] else { panic!("one explanation") };
//! assert_eq!(group.conditions, Condition::SiteEntryMissing);
//! assert!(group.history.plays(&diagnosis.evidence.symbols, true));
//! let password = (Condition::TabPasswordWrong, Standing::RuledOut(By::Record(1)));
//! assert!(diagnosis.standings.contains(&password));
//! ```
//!
//! # What a history is, and what it costs
//!
//! A history is a kind of site, an assignment of what the documents leave open, what held at the first
//! record, and the steps after it. It costs, first, the conditions that ever hold in it, and then the
//! steps that no record tells of: injections, repairs, changes of the logging level, mail, and
//! operations of the service of which nothing is in the log. Cycles cost nothing. Before the first
//! record the service may be up, with restarts counted and any mail in its queues, at no cost.
//!
//! # Why no cheaper one is left out
//!
//! A state of the search (`World`) is a set of concrete states. What is *open* in it, conditions,
//! mail, levels, restarts, may be either way, and by its construction all that was logged is the same
//! in each of them. A command is given to a world by dividing it until everything is known that its
//! runs meet: for each kind of run the first open condition decides, or the second, and so on, or none
//! (`ask`). The parts are disjoint and nothing is missing between them, so each concrete state is in
//! exactly one. In each part the reference connector itself carries out the command on the simulated
//! site, once for each value of the assumptions that it can come to ask for (`moves`); the assignments
//! are carried along as a set. So a world explains a prefix of the log if and only if each of its
//! concrete states has a history that does.
//!
//! Unseen changes are tried right before the command for which they make a difference, in a fixed
//! order among themselves. That loses nothing: a change without which the command logs the same can
//! come after it, and one that is never needed can be left out, both at no higher cost. Two kinds of
//! step need never be unseen at all: a stop or a kill, since silence needs no explanation (times are
//! no evidence) and a restart does both; and the injection of what is open, since that it held from
//! the beginning costs no step. What is shown in a life goes by the tab that the life began with, so a
//! change of the tab counts for the start as well.
//!
//! The frontier after a record holds every world with its least number of changes, so the least over
//! the last frontier is the least there is, within the bounds of the search: first as many
//! conditions as the events of the log need at least, then one more, and so on; with each, up to three
//! unseen changes in all. Where more changes are needed, the search keeps after each record all that is
//! within two changes of the least up to there, and [`Diagnosis::is_least`] says that another history
//! may have fewer.
//!
//! Whether a condition is possible is asked with up to two more conditions than the smallest histories
//! have ([`Diagnosis::within_conditions`] says with how many), beside what is open: a condition that stands behind the one that decides is never divided
//! off and so is possible without being counted.
//!
//! # What it takes
//!
//! A frontier depends on the one before, the record, and what the rest of the log needs. Frontiers
//! recur, and each step from one to the next is worked out once: time is linear in the records, with a
//! look into a table for each, and memory is four words a record. What commands lead to is remembered up
//! to a bound. Where that is not enough, fewer possibilities are looked at, one change beyond the least or
//! none, and the least is not claimed; where that is too much still, [`Diagnosis::is_given_up`] says so.

mod ask;
mod changes;
mod checks;
mod diagnosis;
mod frontier;
mod history;
mod kinds;
mod moves;
mod needs;
mod saw;
mod search;
mod seeing;
mod symbol;
mod table;
mod world;

pub use changes::Change;
pub use checks::{Check, LOOKS, Look, Outcome, Sight, Suggestion, suggestions};
pub use diagnosis::{By, Diagnoser, Diagnosis, Evidence, Group, Options, Standing};
pub use history::History;
pub use kinds::Kinds;
pub use moves::Command;
pub use saw::Saw;
pub use symbol::{Observed, Reading, Symbol, Why};
