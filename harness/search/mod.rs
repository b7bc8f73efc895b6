//! Ways to choose scenarios, and to make a failing one small. One file for each search.
//!
//! A search never knows which connector or site it drives: it is given a [`Bench`] that makes them.

mod again;
pub mod certify;
mod claims;
mod class;
mod control;
mod cover;
mod explore;
mod jobs;
mod labels;
mod marks;
pub mod mutants;
mod prove;
mod reduce;

pub use again::Repeats;
pub use claims::{Claim, claims};
pub use class::FailureClass;
pub use control::{Control, Progress};
pub use cover::{
    Coverage, Kind, Masking, Measure, Row, coverage, is_covering, rows_to_write, smallest_array,
};
pub use explore::{Exploration, Found, Plan, explore};
pub use labels::Labels;
pub use marks::{Mark, marks};
pub use prove::{
    Product, Scope, TOGETHER, Walk, alphabet, class_of_inbound, combinations, kinds, scopes, walk,
};
pub use reduce::{Certificate, Reduced, reduce};

use crate::connector::Connector;
use crate::scenario::{Scenario, Setup};
use crate::site::Site;
use crate::trial::{Finding, Trial};

/// Makes the connector and the sites of a search.
pub trait Bench: Sync {
    /// Who is tested.
    type Connector: Connector;
    /// Where.
    type Site: Site;

    /// A fresh connector; each job of a search has one of its own.
    fn connector(&self) -> Self::Connector;

    /// The site as a scenario begins with it.
    fn site(&self, setup: &Setup) -> Self::Site;

    /// What kept a site from going on, if anything did: then whatever a search has come to says
    /// nothing.
    fn trouble(&self) -> Option<String> {
        None
    }

    /// Keeps for good what the last site has left behind, if it leaves anything; where it lies.
    fn keep(&self) -> Option<std::path::PathBuf> {
        None
    }
}

/// Connectors that this function makes, on simulated sites.
#[derive(Debug, Clone, Copy)]
pub struct Simulation<F>(pub F);

impl<C: Connector, F: Fn() -> C + Sync> Bench for Simulation<F> {
    type Connector = C;
    type Site = crate::site::Simulated;

    fn connector(&self) -> C {
        (self.0)()
    }

    fn site(&self, setup: &Setup) -> Self::Site {
        Self::Site::new(setup)
    }
}

/// Connectors that this function makes, on live sites made from a kit.
#[cfg(all(unix, feature = "live"))]
#[derive(Debug, Clone)]
pub struct Installation<F>(pub F, pub std::sync::Arc<crate::live::Kit>);

#[cfg(all(unix, feature = "live"))]
impl<C: Connector, F: Fn() -> C + Sync> Bench for Installation<F> {
    type Connector = C;
    type Site = crate::live::Live;

    fn connector(&self) -> C {
        (self.0)()
    }

    fn site(&self, setup: &Setup) -> Self::Site {
        Self::Site::new(&self.1, setup)
    }

    fn trouble(&self) -> Option<String> {
        self.1.trouble()
    }

    fn keep(&self) -> Option<std::path::PathBuf> {
        self.1.keep()
    }
}

/// How a scenario fails on this bench, if it does.
fn failure<B: Bench>(
    bench: &B,
    trial: &mut Trial,
    connector: &mut B::Connector,
    scenario: &Scenario,
) -> Option<(Finding, FailureClass)> {
    let finding = trial.first_finding(scenario, bench.site(&scenario.setup), connector)?;
    let class = class_of(&finding, trial);
    Some((finding, class))
}

/// Which failure the finding of the last trial is.
fn class_of(finding: &Finding, trial: &Trial) -> FailureClass {
    let predicted = trial.invariant().predictions().get(finding.step);
    FailureClass::of(&finding.disagreement, predicted)
}
