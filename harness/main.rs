//! The program `event70`: arguments in, one call, an exit status out.

use std::panic::catch_unwind;
use std::process::ExitCode;

use event70::commands::{Cli, Output, Status};

fn main() -> ExitCode {
    #[cfg(all(unix, feature = "live"))]
    if let Some(program) = event70::lotus::of_this_process() {
        return program.main();
    }
    // The programs of a live site may run as another account than whoever starts them; nothing else
    // of this program may.
    #[cfg(all(unix, feature = "live"))]
    if rustix::process::getuid() != rustix::process::geteuid() {
        eprintln!("error: event70 runs as whoever starts it, not as the owner of its file");
        return ExitCode::from(Status::Internal.code());
    }
    let cli = Cli::of_this_process().unwrap_or_else(|error| error.exit());
    let status = catch_unwind(|| execute(cli)).unwrap_or_else(|_| {
        eprintln!(
            "internal error: this is a bug of event70, not of the connector; please report it"
        );
        Status::Internal
    });
    ExitCode::from(status.code())
}

fn execute(cli: Cli) -> Status {
    let mut output = Output::new();
    let status = cli.execute(&mut output);
    match status.and_then(|status| output.flush().map(|()| status)) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("internal error: cannot write: {error}");
            Status::Internal
        }
    }
}
