//! `event70 schema`: prints the JSON Schema of what the program reads, prints or speaks.

use std::io;

use clap::ValueEnum;
use event70_format::{known_schema, schema};
use event70_process::{conversation_schema, line_schema};

use super::{Output, Status};
use crate::report::results::{result_line_schema, results_schema};
use crate::report::{diagnoses_schema, exploration_schema};

/// Print a JSON Schema.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What the schema is of.
    #[arg(long, value_enum, default_value_t = Of::Scenario)]
    of: Of,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// A scenario file.
    Scenario,
    /// What `run --format json` and `explain --format json` print.
    Run,
    /// A line of what `run --format jsonl` prints.
    RunLine,
    /// What `explore --format json` and `merge --format json` print.
    Explore,
    /// What `diagnose --format json` prints.
    Diagnose,
    /// A list of known failures, of `run --known`.
    Known,
    /// A line of the protocol, of either side.
    Protocol,
    /// A line of what `--trace` writes.
    Trace,
}

pub(super) fn print(args: &Args, output: &mut Output) -> io::Result<Status> {
    let schema = match args.of {
        Of::Scenario => schema(),
        Of::Run => results_schema().to_value(),
        Of::RunLine => result_line_schema().to_value(),
        Of::Explore => exploration_schema().to_value(),
        Of::Diagnose => diagnoses_schema().to_value(),
        Of::Known => known_schema(),
        Of::Protocol => line_schema(),
        Of::Trace => conversation_schema(),
    };
    output.line(format!("{schema:#}"))?;
    Ok(Status::Agree)
}
