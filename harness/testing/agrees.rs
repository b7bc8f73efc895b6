//! One scenario, one connector, one assertion.

use event70_engine::Trial;
use event70_format::ScenarioFile;
use event70_model::{Assignments, Connector, Pins, Scenario};
use event70_reference::Simulated;

use crate::report::{Account, Detail, Numbers, story};

/// Plays a scenario on a simulated site and asserts that the connector does what the documents ask.
///
/// Where they leave something open, any of their readings will do, as long as it is the same
/// throughout the scenario.
///
/// ```
/// use event70::model::{Condition, Operation, Scenario, Setup, Step};
/// use event70::reference::Reference;
/// use event70::testing::assert_agrees;
///
/// let scenario = Scenario {
///     setup: Setup::default(),
///     timeline: vec![
///         Step::Inject(Condition::PostofficeFragmented.into()),
///         Step::Do(Operation::Start),
///         Step::Cycles(3),
///     ],
/// };
/// // A connector of one's own would stand in the place of the reference.
/// assert_agrees(&scenario, Reference::new());
/// ```
///
/// With proptest (feature `proptest`), which simplifies what fails:
///
/// ```
/// # #[cfg(feature = "proptest")] {
/// use event70::engine::Scenarios;
/// use event70::reference::Reference;
/// use event70::testing::assert_agrees;
/// use proptest::prelude::*;
///
/// proptest!(|(scenario in Scenarios::default())| assert_agrees(&scenario, Reference::new()));
/// # }
/// ```
///
/// # Panics
/// If the connector does not agree: with the finding, the whole story, and the scenario as a file.
#[track_caller]
#[expect(clippy::panic, reason = "an assertion of somebody's tests")]
pub fn assert_agrees(scenario: &Scenario, mut connector: impl Connector) {
    let file = ScenarioFile::from(scenario.clone());
    let text = file.to_string();
    let site = Simulated::new(&scenario.setup);
    let mut trial = Trial::assuming(Assignments::ALL);
    let name = "scenario".into();
    let open = Pins::default();
    let account =
        Account::of(&name, file, &mut trial, site, &mut connector, &open, Detail::default());
    if let Some(finding) = &account.finding {
        let told = story(&account, Numbers::AsLogged);
        panic!("the connector does not agree: {finding}\n\n{told}\nas a file:\n\n{text}");
    }
}
