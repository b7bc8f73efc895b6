//! The program `event70`: arguments in, one call, an exit status out.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use event70::commands::{Cli, Output, Status};

fn main() -> ExitCode {
    #[cfg(all(unix, feature = "live"))]
    if let Some(program) = event70::live::lotus::of_this_process() {
        return program.main();
    }
    let mut output = Output::new();
    // The programs of a live site may run as another account than whoever starts them; nothing else
    // of this program may.
    #[cfg(all(unix, feature = "live"))]
    if rustix::process::getuid() != rustix::process::geteuid() {
        let refusal = "error: event70 runs as whoever starts it, not as the owner of its file";
        return end(&output, refusal);
    }
    match catch_unwind(AssertUnwindSafe(|| execute(&mut output))) {
        Ok(Ok(status)) => ExitCode::from(status.code()),
        Ok(Err(error)) => {
            let what = event70::model::trouble::described(&error);
            end(&output, &format!("error: the results cannot be written: {what}"))
        }
        Err(_) => end(
            &output,
            "internal error: this is a bug of event70, not of the connector; please report it",
        ),
    }
}

fn execute(output: &mut Output) -> io::Result<Status> {
    let status = match Cli::read() {
        Ok(cli) => cli.execute(output)?,
        Err(told) => told.print(output)?,
    };
    output.flush()?;
    Ok(status)
}

/// Says why there is no result. Whoever cannot even be told that still sees the status.
fn end(output: &Output, why: &str) -> ExitCode {
    output.last_words(why);
    ExitCode::from(Status::Internal.code())
}
