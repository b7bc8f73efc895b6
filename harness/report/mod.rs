//! How a trial is shown: one file for each rendering.
//!
//! An [`Account`] is what is worth telling of one trial. Every rendering takes it and returns text
//! or a value; none of them prints. For machines it becomes a part of the tree of [`results`].

// Of what every part may use, some is used by the program alone.
#![cfg_attr(not(feature = "cli"), allow(dead_code))]

mod account;
mod event_groups;
mod layout;
mod learned;
mod text;

#[cfg(feature = "suite")]
mod conversation;
#[cfg(feature = "suite")]
mod counterexample;

#[cfg(feature = "cli")]
mod assumptions;
#[cfg(feature = "cli")]
mod certificate;
#[cfg(feature = "cli")]
mod diagnosed;
#[cfg(feature = "cli")]
mod explained;
#[cfg(feature = "cli")]
mod explanation;
#[cfg(feature = "cli")]
mod exploration;
#[cfg(feature = "cli")]
mod junit;
#[cfg(feature = "cli")]
mod meaning;
#[cfg(feature = "cli")]
mod merged;
#[cfg(feature = "cli")]
mod observation;
#[cfg(feature = "cli")]
pub mod results;
#[cfg(feature = "cli")]
pub mod review;
#[cfg(feature = "cli")]
mod summary;

pub use account::{Account, Detail, StepAccount};
pub use event_groups::{EventGroup, LINES_MAX, RepeatedLine, StepLine};
pub use learned::learned;
pub use text::{Numbers, headline, story};

#[cfg(feature = "suite")]
pub use conversation::{INPUTS, NoInputs, conversation, read_inputs};
#[cfg(feature = "suite")]
pub use counterexample::{Counterexample, Provenance, ReducedFinding, fnv1a, short_hash};
#[cfg(feature = "suite")]
pub(crate) use learned::learned_to_be_written;

#[cfg(feature = "cli")]
pub use assumptions::{assumptions, assumptions_page};
#[cfg(feature = "cli")]
pub use certificate::{Certificate, Extent, Refuted, Uncertified};
#[cfg(feature = "cli")]
pub use diagnosed::{
    DIAGNOSES_FORMAT, DiagnosedEntry, Diagnoses, diagnoses_schema, text as diagnosed_text,
};
#[cfg(feature = "cli")]
pub use explained::Explained;
#[cfg(feature = "cli")]
pub use explanation::explanation;
#[cfg(feature = "cli")]
pub use exploration::{
    BesideEntry, ClaimEntry, ExplorationEntry, FoundEntry, LearnedEntry, Mask, TellingEntry,
    exploration_schema,
};
#[cfg(feature = "cli")]
pub use junit::{Case, RunInfo, junit};
#[cfg(feature = "cli")]
pub use meaning::meaning;
#[cfg(feature = "cli")]
pub use merged::{Part, Unmergeable, merged};
#[cfg(feature = "cli")]
pub use observation::observation;
#[cfg(feature = "cli")]
pub use summary::{Summary, SummaryEntry, possible};
