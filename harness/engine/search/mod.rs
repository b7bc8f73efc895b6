//! Ways to choose scenarios, and to make a failing one small. One file for each search.
//!
//! A search never knows which connector or site it drives: a [`TestBed`] makes them.

mod claims;
mod class;
mod contradiction;
mod control;
mod cover;
mod explore;
mod jobs;
mod labels;
mod reduce;
mod relevance;
mod replay;

pub use jobs::{jobs_of_all_processors, on_jobs};

pub use claims::{Claim, claims};
pub use class::FailureClass;
pub use contradiction::{reduce_together, relevance_together};
pub use control::{Control, Progress};
pub use cover::{
    ArrayRow, Coverage, Kind, Masking, Measure, coverage, is_covering, rows_to_write,
    smallest_array,
};
pub use explore::{Exploration, Found, Plan, explore};
pub use labels::Labels;
pub use reduce::{Minimality, Reduced, reduce};
pub use relevance::{Relevance, relevance};
pub use replay::Repeats;

use event70_model::{Assignment, Connector, Scenario, Setup, Site};

use crate::{Finding, Trial};

/// Makes the connector and the sites of a search.
pub trait TestBed: Sync {
    /// Who is tested.
    type Connector: Connector;
    /// Where.
    type Site: Site;

    /// A fresh connector; each job of a search has one of its own.
    fn connector(&self) -> Self::Connector;

    /// The site as a scenario begins with it.
    fn site(&self, setup: &Setup) -> Self::Site;

    /// What holds the connector against the rule.
    fn trial(&self) -> Trial {
        Trial::new()
    }
}

/// A test bed is no more than two functions: `(Reference::new, Simulated::new)`.
impl<C, S, MakeConnector, MakeSite> TestBed for (MakeConnector, MakeSite)
where
    C: Connector,
    S: Site,
    MakeConnector: Fn() -> C + Sync,
    MakeSite: Fn(&Setup) -> S + Sync,
{
    type Connector = C;
    type Site = S;

    fn connector(&self) -> C {
        (self.0)()
    }

    fn site(&self, setup: &Setup) -> S {
        (self.1)(setup)
    }
}

/// The same, where this is assumed of the connector.
impl<C, S, MakeConnector, MakeSite> TestBed for (MakeConnector, MakeSite, Assignment)
where
    C: Connector,
    S: Site,
    MakeConnector: Fn() -> C + Sync,
    MakeSite: Fn(&Setup) -> S + Sync,
{
    type Connector = C;
    type Site = S;

    fn connector(&self) -> C {
        let mut connector = (&self.0, &self.1).connector();
        connector.assume(self.2);
        connector
    }

    fn site(&self, setup: &Setup) -> S {
        (&self.0, &self.1).site(setup)
    }

    fn trial(&self) -> Trial {
        Trial::assuming(self.2.into())
    }
}

/// How a scenario fails on this test bed, if it does.
fn failure<B: TestBed>(
    test_bed: &B,
    trial: &mut Trial,
    connector: &mut B::Connector,
    scenario: &Scenario,
) -> Option<(Finding, FailureClass)> {
    let finding = trial.first_finding(scenario, test_bed.site(&scenario.setup), connector)?;
    let class = class_of(&finding, trial);
    Some((finding, class))
}

/// Which failure the finding of the last trial is.
fn class_of(finding: &Finding, trial: &Trial) -> FailureClass {
    let predicted = trial.invariant().predictions().get(finding.step);
    FailureClass::of(&finding.disagreement, predicted)
}
