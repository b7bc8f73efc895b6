//! `event70 assumptions`: what the documents leave open about a connector.

use std::io;

use super::{Output, Status};
use crate::report::assumptions;

pub(super) fn print(output: &mut Output) -> io::Result<Status> {
    output.line(assumptions().trim_end())?;
    Ok(Status::Agree)
}
