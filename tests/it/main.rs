//! Everything that this project promises, one module for each promise.
//!
//! One test program, so that it is linked once. What kills, floods, waits or repeats is *thorough*:
//! plain `cargo test` names it as ignored, and `just thorough` runs it too.

mod adapters;
mod article;
mod assumptions;
mod author;
mod bad_input;
mod certify_command;
mod completions_command;
mod conformance;
mod contradictions;
mod conversation;
mod cover;
mod documents;
mod every_fault;
mod explain_command;
mod explore_command;
mod foreign_text;
mod found_files;
mod interruptions;
mod junit;
mod left_behind;
mod letters;
mod live_command;
mod live_security;
mod live_site;
mod lotus_crash;
mod lotus_fuzz;
mod lotus_programs;
mod lotus_site;
mod merge_command;
mod mutants;
mod name_arguments;
mod names;
mod new_command;
mod programs;
mod promises;
mod protocol;
mod protocol_page;
mod prove;
mod published;
mod readme;
mod reducer;
mod relations;
mod results;
mod review;
mod run_command;
mod schema;
mod searches;
mod standard_set;
mod support;
mod tidy;
mod toml_1_0;
mod twins;
