//! How a trial is shown: one file for each rendering.
//!
//! An [`Account`] is what is worth telling of one trial. Every rendering takes it and returns text
//! or a value; none of them prints. For machines it becomes a part of the tree of [`results`].

mod account;
mod assumptions;
mod certificate;
mod conversation;
mod counterexample;
mod event_groups;
mod explained;
mod explanation;
mod exploration;
mod junit;
mod layout;
mod learned;
mod meaning;
mod merged;
mod observation;
pub mod results;
pub mod review;
mod summary;
mod text;

pub use account::{Account, StepAccount};
pub use assumptions::{assumptions, assumptions_page};
pub use certificate::{Certificate, Extent, Refuted, Uncertified};
pub use conversation::{INPUTS, NoInputs, conversation, read_inputs};
pub use counterexample::{Counterexample, Provenance, ReducedFinding, fnv1a, short_hash};
pub use event_groups::{EventGroup, LINES_MAX, RepeatedLine, StepLine};
pub use explained::Explained;
pub use explanation::explanation;
pub use exploration::{
    BesideEntry, ClaimEntry, ExplorationEntry, FoundEntry, LearnedEntry, Mask, TellingEntry,
};
pub use junit::{Case, RunInfo, junit};
pub use learned::learned;
pub use meaning::meaning;
pub use merged::{Part, Unmergeable, merged};
pub use observation::observation;
pub use summary::{Summary, SummaryEntry, possible};
pub use text::{Numbers, headline, story};
