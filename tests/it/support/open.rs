//! Test beds of which nothing is assumed.

use event70::engine::{TestBed, Trial};
use event70::model::{Assignment, Assignments, Setup};
use event70::reference::{Reference, Simulated};

/// The same test bed, where nothing is assumed of the connector.
pub(crate) struct Open<B>(pub(crate) B);

impl<B: TestBed> TestBed for Open<B> {
    type Connector = B::Connector;
    type Site = B::Site;

    fn connector(&self) -> B::Connector {
        self.0.connector()
    }

    fn site(&self, setup: &Setup) -> B::Site {
        self.0.site(setup)
    }

    fn trial(&self) -> Trial {
        Trial::assuming(Assignments::ALL)
    }
}

/// The reference that goes by this on the simulated site, where nothing is assumed of it.
pub(crate) fn reference(assignment: Assignment) -> Open<impl TestBed> {
    Open((Reference::new, Simulated::new, assignment))
}
