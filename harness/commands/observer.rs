//! Every case of an exploration as a line of a file, for the viewers that read such files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use event70_engine::{Finding, Trial};
use event70_model::{Scenario, shown_path};

use crate::report::observation;

/// Writes observations, if they are wanted.
pub(super) struct Observer {
    file: Option<Mutex<BufWriter<File>>>,
    failed: Mutex<Option<io::Error>>,
    run_start: f64,
}

/// Why there can be no file of observations.
#[derive(Debug, thiserror::Error)]
#[error("error: {path}: {error}")]
pub(super) struct NoObservations {
    path: String,
    error: io::Error,
}

impl Observer {
    pub(super) fn open(path: Option<&Path>) -> Result<Self, NoObservations> {
        let open = |path: &Path| {
            File::create(path).map_err(|error| NoObservations { path: shown_path(path), error })
        };
        let file = path.map(open).transpose()?;
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            file: file.map(|file| Mutex::new(BufWriter::new(file))),
            failed: Mutex::new(None),
            run_start: since_1970.as_secs_f64(),
        })
    }

    pub(super) fn see(
        &self,
        case: u64,
        scenario: &Scenario,
        finding: Option<&Finding>,
        trial: &Trial,
    ) {
        let Some(file) = &self.file else { return };
        let line = observation(case, scenario, finding, trial.invariant(), self.run_start);
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = writeln!(file, "{line}") {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }

    pub(super) fn close(self) -> io::Result<()> {
        if let Some(error) = self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        match self.file {
            Some(file) => file.into_inner().unwrap_or_else(PoisonError::into_inner).flush(),
            None => Ok(()),
        }
    }
}
