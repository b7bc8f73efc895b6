//! A scenario, a connector and a site brought together: predicted, played and judged.
//!
//! Every way of choosing scenarios (files, chance, every state) and every way of showing them
//! comes through here.

use event70_model::{Connector, Database, Direction, Failure, Scenario, Setup, Site, Trace};
use event70_rule::{Invariant, Rules, StepPrediction};

use crate::independence::{runs_differ, tables_differ};
use crate::{Disagreement, Judge, Player};

/// Tries scenarios on one connector, one after the other, with the same buffers.
#[derive(Debug, Default)]
pub struct Trial {
    invariant: Invariant,
    trace: Trace,
    /// The kinds of site on which catalogue and mechanism were seen to be one, a bit for each.
    kinds_seen: u32,
}

/// A step of a trial, as it is shown to whoever looks on.
#[derive(Debug)]
pub struct PlayedStep<'a> {
    /// Which step, from 0.
    pub index: usize,
    /// When it began, in seconds since the beginning of the timeline.
    pub begins_at: u32,
    /// What the invariant says of it.
    pub predicted: &'a StepPrediction,
    /// What happened in it.
    pub trace: &'a Trace,
    /// What speaks against agreement in it.
    pub disagreement: Option<&'a Disagreement>,
    /// Whether the last maintenance of the post office is verified (C10).
    pub verified: bool,
    /// Whether the service is up after it.
    pub is_up: bool,
    /// How many messages wait after it, towards Exchange and towards cc:Mail.
    pub waiting: [u32; Direction::COUNT],
}

/// The first disagreement of a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In which step, from 0.
    pub step: usize,
    /// What it is.
    pub disagreement: Disagreement,
}

impl Trial {
    /// A trial with empty buffers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A trial under other rules.
    #[must_use]
    pub fn under(rules: Rules) -> Self {
        Self { invariant: Invariant::under(rules), ..Self::default() }
    }

    /// The first disagreement between the invariant and this connector on this scenario, or
    /// nothing where they agree. Stops there.
    ///
    /// ```
    /// use event70_engine::Trial;
    /// use event70_model::Scenario;
    /// use event70_reference::{Reference, Simulated};
    /// let scenario = Scenario::default();
    /// let site = Simulated::new(&scenario.setup);
    /// assert_eq!(Trial::new().first_finding(&scenario, site, &mut Reference::new()), None);
    /// ```
    pub fn first_finding(
        &mut self,
        scenario: &Scenario,
        site: impl Site,
        connector: &mut impl Connector,
    ) -> Option<Finding> {
        self.until_finding(scenario, site, connector, |_| {})
    }

    /// As [`first_finding`](Self::first_finding), and shows each step to `look`.
    pub fn until_finding(
        &mut self,
        scenario: &Scenario,
        site: impl Site,
        connector: &mut impl Connector,
        look: impl FnMut(PlayedStep<'_>),
    ) -> Option<Finding> {
        self.watch(scenario, &[], site, connector, true, look)
    }

    /// Plays the whole scenario and shows each step to `look`. Returns the first disagreement.
    ///
    /// `expected` holds the author's `event-70` of each step; it may be shorter than the timeline.
    pub fn show(
        &mut self,
        scenario: &Scenario,
        expected: &[Option<u32>],
        site: impl Site,
        connector: &mut impl Connector,
        look: impl FnMut(PlayedStep<'_>),
    ) -> Option<Finding> {
        self.watch(scenario, expected, site, connector, false, look)
    }

    fn watch<S: Site, C: Connector>(
        &mut self,
        scenario: &Scenario,
        expected: &[Option<u32>],
        site: S,
        connector: &mut C,
        stop_at_first: bool,
        mut look: impl FnMut(PlayedStep<'_>),
    ) -> Option<Finding> {
        let differs = self.kinds_differ(&scenario.setup, &site);
        if let Some(differs) = differs {
            let disagreement = Disagreement::Failed(Failure::of_harness(differs));
            return Some(Finding { step: 0, disagreement });
        }
        let is_mechanism = site.can_hold().is_some();
        self.invariant.predict(scenario);
        let (predictions, rules) = (self.invariant.predictions(), self.invariant.rules());
        let mut judge = Judge::default();
        let mut first: Option<Finding> = None;
        let mut player = match Player::new(site, connector, &mut self.trace) {
            Ok(player) => player,
            Err(failure) => {
                return Some(Finding { step: 0, disagreement: Disagreement::Failed(failure) });
            }
        };
        for (index, step) in scenario.timeline.iter().enumerate() {
            let predicted = &predictions[index];
            let expected = expected.get(index).copied().flatten();
            let begins_at = player.at();
            let played = player.step(step).map_err(|failure| Disagreement::Failed(failure).into());
            let judged = played.and_then(|()| {
                judge.step(
                    step,
                    predicted.event_70(),
                    expected,
                    player.trace(),
                    player.site(),
                    rules,
                )
            });
            // What the judge makes of a site that cannot be looked at, or that is not the rule's,
            // says nothing.
            let judged = player
                .untroubled()
                .and_then(|()| {
                    let rule_state = self.invariant.rule_state(index);
                    let differ = is_mechanism.then(|| {
                        runs_differ(player.trace(), predicted, rule_state, player.site(), rules)
                    });
                    differ.flatten().map_or(Ok(()), |what| Err(Failure::of_harness(what)))
                })
                .map_err(|failure| Disagreement::Failed(failure).into())
                .and(judged);
            let disagreement = judged.err();
            look(PlayedStep {
                index,
                begins_at,
                predicted,
                trace: player.trace(),
                disagreement: disagreement.as_deref(),
                verified: player.site().maintenance_is_verified(),
                is_up: player.is_running(),
                waiting: [Direction::Exchange, Direction::CcMail]
                    .map(|to| player.site().waiting(to)),
            });
            if let Some(disagreement) = disagreement {
                let ends = stop_at_first || matches!(*disagreement, Disagreement::Failed(_));
                first.get_or_insert(Finding { step: index, disagreement: *disagreement });
                if ends {
                    break;
                }
            }
        }
        first
    }

    /// As [`tables_differ`]; each kind of site is looked at once.
    fn kinds_differ(&mut self, setup: &Setup, site: &impl Site) -> Option<String> {
        let kind = 1 << (setup.host as usize * Database::COUNT + setup.database as usize);
        if self.kinds_seen & kind != 0 {
            return None;
        }
        let differs = tables_differ(setup, site, self.invariant.rules());
        if differs.is_none() {
            self.kinds_seen |= kind;
        }
        differs
    }

    /// The invariant, as it read the scenario that was tried last.
    #[must_use]
    pub fn invariant(&self) -> &Invariant {
        &self.invariant
    }
}
