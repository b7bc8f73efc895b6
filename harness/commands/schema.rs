//! `event70 schema`: prints the JSON Schema of scenario files.

use std::io;

use super::{Output, Status};
use crate::scenario::file::schema;

pub(super) fn print(output: &mut Output) -> io::Result<Status> {
    output.line(format!("{:#}", schema()))?;
    Ok(Status::Agree)
}
