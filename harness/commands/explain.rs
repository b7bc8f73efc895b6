//! `event70 explain`: why each run logged Event 70 or not, and which repairs would help.

use std::io;
use std::path::PathBuf;

use super::input::{complaints, inputs};
use super::{Output, Status};
use crate::connector::Reference;
use crate::report::{Account, explanation};
use crate::site::Simulated;
use crate::trial::Trial;

/// Explain a scenario.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The scenario file.
    #[arg(value_name = "PATH")]
    path: PathBuf,
}

pub(super) fn explain(args: &Args, output: &mut Output) -> io::Result<Status> {
    let mut status = Status::Agree;
    let inputs = inputs(std::slice::from_ref(&args.path));
    if inputs.is_empty() {
        let folder = args.path.display();
        output.complain(format!("error: there is no scenario file (*.toml) below {folder}"))?;
        return Ok(Status::Usage);
    }
    for input in inputs {
        match input.file {
            Ok(file) => {
                let site = Simulated::new(&file.scenario.setup);
                let mut trial = Trial::new();
                let account =
                    Account::of(&input.name, file, &mut trial, site, &mut Reference::new());
                output.line(explanation(&account))?;
                status = status.or(account.verdict().into());
            }
            Err(error) => {
                output.complain(complaints(&input.path, &error))?;
                status = Status::Usage;
            }
        }
    }
    Ok(status)
}
