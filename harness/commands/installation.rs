//! Searches on live sites.

use std::path::PathBuf;
use std::sync::Arc;

use event70_engine::Bench;
use event70_live::{Kit, Live};
use event70_model::{Connector, Setup};

/// Connectors that this function makes, on live sites made from a kit.
#[derive(Debug, Clone)]
pub(super) struct Installation<F>(pub(super) F, pub(super) Arc<Kit>);

impl<C: Connector, F: Fn() -> C + Sync> Bench for Installation<F> {
    type Connector = C;
    type Site = Live;

    fn connector(&self) -> C {
        (self.0)()
    }

    fn site(&self, setup: &Setup) -> Self::Site {
        Self::Site::new(&self.1, setup)
    }

    fn trouble(&self) -> Option<String> {
        self.1.trouble()
    }

    fn keep(&self) -> Option<PathBuf> {
        self.1.keep()
    }
}
