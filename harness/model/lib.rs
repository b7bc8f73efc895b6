//! The words in which everything else is said: what a site consists of, what can be wrong with it,
//! what happens, what is logged, and the two traits [`Site`] and [`Connector`].
//!
//! Vocabulary and nothing else. What a condition does, which event a code has, how an event is
//! filed, where a condition can hold: that is content. It stands twice, in the rule and in the
//! reference, which both depend on this crate and not on each other.

mod assumption;
mod clock;
mod connector;
mod event_log;
mod fault;
mod files;
mod foreign;
mod keyword;
mod scenario;
mod site;
pub mod trouble;
mod vocabulary;

pub use assumption::{Assignment, Assignments, Assumption, Pins};
pub use clock::clock;
pub use connector::{Connector, Failure, FailureKind, Stage, Trace, TraceEvent};
pub use event_log::{
    COMPUTER, Category, EVENT_70, Event, EventType, Insert, Level, Logging, Printed, Record,
    Source, Verbatim,
};
pub use fault::{Fault, IndexCodes, Setting};
pub use files::{DirectoryExport, DirectoryImport, FileName, MessageFile};
pub use foreign::{
    Foreign, Shown, flowed, in_json, in_xml, is_unseen, pasted, pasted_path, shown, shown_path,
    shown_source,
};
pub use keyword::{Keyword, count, nearest};
pub use scenario::{COUNT_MAX, Expectation, LoggingChange, Operation, Scenario, Setup, Step};
pub use site::{
    BATCH_MAX, CommandLine, Description, Entered, Job, Limits, POLL_SECONDS_MAX, ProgramPaths,
    RIGHT, Run, RunResult, SITE_ENTRY, Server, Site, StorePath, Tab, Tabbed, Undocumented, View,
};
pub use vocabulary::{
    Condition, Database, Direction, Exchange, Host, IndexCode, PathOutcome, Repair,
};
