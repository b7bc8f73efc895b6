//! Who is tested by a suite: a connector in Rust, or a program.

use std::path::Path;

use event70_engine::{TestBed, Trial};
use event70_model::{Connector, Pins, Setup};
use event70_reference::Simulated;

use super::assumed::Assumed;

/// Whoever a [`Suite`](super::Suite) can test: [`Made`] and [`Program`].
pub trait Subject {
    /// The connector.
    type Connector: Connector;
    /// What makes one after the other.
    type Make: Fn() -> Self::Connector + Send + Sync + 'static;

    /// Who it is, in words.
    fn who(&self) -> String;

    /// Makes ready to make connectors; words that name a file do so from the folder `here`.
    ///
    /// # Errors
    /// Why there can be none, in words.
    fn ready(self, here: &Path) -> Result<Self::Make, String>;
}

/// A connector in Rust, made by a function.
#[derive(Debug, Clone, Copy)]
pub struct Made<F>(pub(super) F);

impl<C: Connector, F: Fn() -> C + Send + Sync + 'static> Subject for Made<F> {
    type Connector = C;
    type Make = F;

    fn who(&self) -> String {
        let path = std::any::type_name::<C>();
        path.split('<').next().and_then(|path| path.rsplit("::").next()).unwrap_or(path).to_owned()
    }

    fn ready(self, _here: &Path) -> Result<F, String> {
        Ok(self.0)
    }
}

/// The connectors of a suite, and the simulated sites on which they are tested.
pub(super) struct Bed<F> {
    pub(super) make: F,
    pub(super) assumed: Assumed,
}

impl<C: Connector, F: Fn() -> C + Sync> TestBed for Bed<F> {
    type Connector = C;
    type Site = Simulated;

    fn connector(&self) -> C {
        let mut connector = (self.make)();
        connector.assume(self.assumed.of(&Pins::default()).1);
        connector
    }

    fn site(&self, setup: &Setup) -> Simulated {
        Simulated::new(setup)
    }

    fn trial(&self) -> Trial {
        Trial::assuming(self.assumed.of(&Pins::default()).0)
    }
}

#[cfg(unix)]
pub use program::Program;
#[cfg(unix)]
pub(super) use program::serve_as_watchdog;

/// Programs, and how what they leave is cleaned up.
#[cfg(unix)]
mod program {
    use std::env;
    use std::io::{self, Write as _};
    use std::path::Path;
    use std::sync::Arc;
    use std::time::Duration;

    use event70_model::shown;
    use event70_process::{Helper, Launch, ProgramConnector, serve, sweep};

    use super::Subject;

    /// With this argument a test program is the watchdog of another one of its kind.
    const WATCHDOG: &str = "--event70-watchdog";

    /// A program that speaks the protocol.
    #[derive(Debug, Clone)]
    pub struct Program {
        pub(in crate::testing) command: String,
        pub(in crate::testing) deadline: Option<Duration>,
    }

    impl Subject for Program {
        type Connector = ProgramConnector;
        type Make = Box<dyn Fn() -> ProgramConnector + Send + Sync>;

        fn who(&self) -> String {
            format!("the program `{}`", shown(&self.command))
        }

        fn ready(self, here: &Path) -> Result<Self::Make, String> {
            let mut launch = Launch::new(&self.command, here)
                .map_err(|why| format!("\"{}\": {why}", shown(&self.command)))?;
            launch.deadline = self.deadline.unwrap_or(launch.deadline);
            let program = env::current_exe().map_err(|error| {
                format!("this test program is not found, to start its watchdog: {error}")
            })?;
            let helper = Arc::new(Helper { program, arguments: vec![WATCHDOG.to_owned()] });
            say(sweep().into_iter().map(|error| error.to_string()));
            let launch = Arc::new(launch);
            let make =
                move || ProgramConnector::new(Arc::clone(&launch), Some(Arc::clone(&helper)));
            Ok(Box::new(make))
        }
    }

    /// Whether this process is to clean up after another test program, which it then has done.
    pub(in crate::testing) fn serve_as_watchdog() -> bool {
        let asked_to = env::args_os().nth(1).is_some_and(|argument| argument == WATCHDOG);
        if asked_to {
            say(serve(io::stdin()).into_iter());
        }
        asked_to
    }

    /// Where nobody listens, there is nobody to tell.
    fn say(lines: impl Iterator<Item = String>) {
        for line in lines {
            let _ = writeln!(io::stderr(), "warning: {line}");
        }
    }
}
