//! `event70 schema`: prints the JSON Schema of scenario files.

use std::io;

use event70_format::schema;

use super::{Output, Status};

pub(super) fn print(output: &mut Output) -> io::Result<Status> {
    output.line(format!("{:#}", schema()))?;
    Ok(Status::Agree)
}
