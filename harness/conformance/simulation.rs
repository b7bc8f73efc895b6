//! Searches on simulated sites.

use event70_engine::Bench;
use event70_model::{Connector, Setup};
use event70_reference::Simulated;

/// Connectors that this function makes, on simulated sites.
#[derive(Debug, Clone, Copy)]
pub struct Simulation<F>(pub F);

impl<C: Connector, F: Fn() -> C + Sync> Bench for Simulation<F> {
    type Connector = C;
    type Site = Simulated;

    fn connector(&self) -> C {
        (self.0)()
    }

    fn site(&self, setup: &Setup) -> Self::Site {
        Self::Site::new(setup)
    }
}
