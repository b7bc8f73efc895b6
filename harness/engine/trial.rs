//! A scenario, a connector and a site brought together: predicted, played and judged.
//!
//! Every way of choosing scenarios (files, chance, every state) and every way of showing them
//! comes through here.

use std::fmt;

use event70_model::{
    Assignment, Assignments, Connector, Database, Direction, Failure, Scenario, Setup, Site, Trace,
};
use event70_rule::{Invariant, Outlook, Rules, StepPrediction, VersionSpace};

use crate::independence::{runs_differ, tables_differ};
use crate::judge::held_against;
use crate::{
    Breach, Disagreement, Expectations, Expected, Flaw, Judge, Judged, Misfit, OtherRuns, Player,
    Seen,
};

/// Tries scenarios on one connector, one after the other, with the same buffers.
#[derive(Debug)]
pub struct Trial {
    /// Predicts under one of the assignments that are possible.
    invariant: Invariant,
    /// Whether evidence is predicted as well.
    has_evidence: bool,
    /// What the connector may be before a scenario begins.
    assumed: Assignments,
    /// One of these, as near to the default as may be.
    nearest: Assignment,
    /// Whether it is the only one.
    is_pinned: bool,
    /// Whether it is, and all that it allows in this scenario is predicted.
    is_exact: bool,
    /// What it may be after so much of the scenario.
    left: Assignments,
    /// Predicts under all that are possible, where they are several.
    space: VersionSpace,
    /// What was seen in the steps so far.
    seen: Vec<Seen>,
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
    pub begins_at: u64,
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

/// As a sentence: where, what, and against what.
///
/// ```
/// use event70_engine::{Disagreement, Expected, Finding};
/// let disagreement = Disagreement::Missing { expected: 1, found: 0, by: Expected::Article };
/// let finding = Finding { step: 2, disagreement };
/// assert_eq!(
///     finding.to_string(),
///     "step 3 (missing, against the article): the article predicts 1 Event 70, the connector \
///      logged 0"
/// );
/// ```
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, disagreement } = self;
        write!(f, "step {} ({}", step + 1, disagreement.verdict())?;
        match disagreement.breach() {
            Breach::Article => f.write_str(", against the article")?,
            Breach::Document(document) => write!(f, ", against {document}")?,
            Breach::Assumption => f.write_str(", against what is assumed")?,
            Breach::Other => {}
        }
        write!(f, "): {disagreement}")
    }
}

impl Trial {
    /// A trial with empty buffers, of a connector that is as every default has it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A trial under other rules, and what they assume.
    #[must_use]
    pub fn under(rules: Rules) -> Self {
        let nearest = rules.assignment();
        let assumed = Assignments::only(nearest);
        Self {
            nearest,
            is_pinned: true,
            is_exact: true,
            space: VersionSpace::new(&rules, &Setup::default(), Assignments::NONE),
            invariant: Invariant::under(rules),
            has_evidence: false,
            assumed,
            left: assumed,
            seen: Vec::new(),
            trace: Trace::default(),
            kinds_seen: 0,
        }
    }

    /// A trial of a connector of which this may be assumed: it agrees as long as one of these
    /// assignments fits all that is seen of it in a scenario.
    #[must_use]
    pub fn assuming(assumed: Assignments) -> Self {
        let mut trial = Self::default();
        trial.assume(assumed);
        trial
    }

    /// From the next scenario on these may be assumed.
    pub fn assume(&mut self, assumed: Assignments) {
        if self.assumed != assumed {
            self.assumed = assumed;
            self.nearest = assumed.nearest_to_default().unwrap_or_default();
            self.is_pinned = assumed.len() == 1;
        }
    }

    /// What may be assumed.
    #[must_use]
    pub fn assumed(&self) -> &Assignments {
        &self.assumed
    }

    /// What was seen of the runs in each step of the scenario that was tried last.
    #[must_use]
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// The assignments that fit all that was seen in the scenario that was tried last.
    #[must_use]
    pub fn left(&self) -> &Assignments {
        &self.left
    }

    /// The first disagreement between the invariant and this connector on this scenario, or
    /// nothing where they agree. Stops there. Where they agree, what was predicted has no evidence.
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
        self.has_evidence = false;
        let finding = self.watch(scenario, Expectations::NONE, site, connector, true, |_| {});
        if finding.is_some() {
            self.has_evidence = true;
            self.predict(self.invariant.rules().assignment(), scenario);
        }
        finding
    }

    /// As [`first_finding`](Self::first_finding), and shows each step to `look`.
    pub fn until_finding(
        &mut self,
        scenario: &Scenario,
        site: impl Site,
        connector: &mut impl Connector,
        look: impl FnMut(PlayedStep<'_>),
    ) -> Option<Finding> {
        self.has_evidence = true;
        self.watch(scenario, Expectations::NONE, site, connector, true, look)
    }

    /// Plays the whole scenario and shows each step to `look`. Returns the first disagreement.
    ///
    /// What its author expects must be predicted, wherever the author expects it.
    pub fn show(
        &mut self,
        scenario: &Scenario,
        expected: Expectations<'_>,
        site: impl Site,
        connector: &mut impl Connector,
        look: impl FnMut(PlayedStep<'_>),
    ) -> Option<Finding> {
        self.has_evidence = true;
        self.watch(scenario, expected, site, connector, false, look)
    }

    fn watch<S: Site, C: Connector>(
        &mut self,
        scenario: &Scenario,
        expected: Expectations<'_>,
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
        let mut trace = std::mem::take(&mut self.trace);
        self.begin(scenario);
        let unmet = expected.unmet(scenario, self.invariant.rules());
        let mut judge = Judge::first(scenario.setup.conditions);
        let mut first: Option<Finding> = None;
        let mut player = match Player::new(site, connector, &mut trace) {
            Ok(player) => player,
            Err(failure) => {
                return Some(Finding { step: 0, disagreement: Disagreement::Failed(failure) });
            }
        };
        for (index, step) in scenario.timeline.iter().enumerate() {
            let begins_at = player.at();
            let played = player.step(step).map_err(|failure| Disagreement::Failed(failure).into());
            let judged = played.and_then(|()| {
                let judged =
                    judge.step(step, player.trace(), player.site(), self.invariant.rules());
                let fits = self.fits(scenario, index, judge.seen());
                judged.and(fits)
            });
            // What the judge makes of a site that cannot be looked at, or that is not the rule's,
            // says nothing.
            let judged = player
                .untroubled()
                .and_then(|()| {
                    let (state, rules) = (self.invariant.rule_state(index), self.invariant.rules());
                    let right = player.site().right_tab();
                    let differ =
                        is_mechanism.then(|| runs_differ(player.trace(), state, rules, right));
                    differ.flatten().map_or(Ok(()), |what| Err(Failure::of_harness(what)))
                })
                .map_err(|failure| Disagreement::Failed(failure).into())
                .and(judged);
            let predicted = &self.invariant.predictions()[index];
            let judged = judged.and_then(|()| match unmet.get(index).copied().flatten() {
                Some(under) => self.unmet(scenario, &expected, index, under),
                None => self.unseen(&expected, index, player.trace(), player.site()),
            });
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
        self.trace = trace;
        first
    }

    /// What is predicted of a step under an assignment under which its author expects otherwise.
    fn unmet(
        &self,
        scenario: &Scenario,
        expected: &Expectations<'_>,
        index: usize,
        under: Assignment,
    ) -> Judged {
        let mut invariant = Invariant::under(self.invariant.rules().clone());
        invariant.assume(under);
        let found = invariant.predict(scenario)[index].event_70();
        let would = expected.would_hold_under(scenario, self.invariant.rules());
        let expected = expected.event_70(index).unwrap_or_default();
        Disagreement::Expectation { expected, found, under, would }.into()
    }

    /// What the author expects of a step and was not seen in it. A connector that is nothing that the
    /// author speaks of does as it does.
    #[inline]
    fn unseen(
        &self,
        expected: &Expectations<'_>,
        index: usize,
        trace: &Trace,
        site: &impl Site,
    ) -> Judged {
        match expected.unseen(index, trace, site) {
            Some(unseen) if !self.left.and(&expected.under).is_empty() => {
                Disagreement::Unseen(unseen).into()
            }
            _ => Ok(()),
        }
    }

    /// Before the first step of a scenario.
    fn begin(&mut self, scenario: &Scenario) {
        self.left = self.assumed;
        self.seen.clear();
        self.predict(self.nearest, scenario);
        self.is_exact = self.is_pinned && !self.invariant.supposes();
        if !self.is_exact {
            self.space.begin(&scenario.setup, self.assumed);
        }
    }

    /// Predicts a scenario under this assignment, which may be the one it was predicted under.
    fn predict(&mut self, assignment: Assignment, scenario: &Scenario) {
        self.invariant.assume(assignment);
        if self.has_evidence {
            self.invariant.predict(scenario);
        } else {
            self.invariant.predict_without_evidence(scenario);
        }
    }

    /// Holds the runs of a step against what is possible, and lets go what does not fit.
    #[inline]
    fn fits(&mut self, scenario: &Scenario, index: usize, seen: &Seen) -> Judged {
        self.seen.push(*seen);
        let is_as_predicted = seen.fits(&self.invariant.predictions()[index].outlook);
        if self.is_exact && is_as_predicted {
            return Ok(());
        }
        self.learns(scenario, index, seen, is_as_predicted)
    }

    /// As [`fits`](Self::fits), where something is open or this is not what is assumed.
    #[inline(never)]
    fn learns(
        &mut self,
        scenario: &Scenario,
        index: usize,
        seen: &Seen,
        is_as_predicted: bool,
    ) -> Judged {
        let (step, predicted) =
            (scenario.timeline[index], self.invariant.predictions()[index].outlook);
        if self.is_exact {
            return self.misfit(scenario, predicted);
        }
        self.space.step(step, |outlook, _| seen.fits(outlook));
        let left = self.space.assignments();
        if left.is_empty() {
            // One disagreement breeds no other.
            self.space.step_back();
            self.space.step(step, |_, _| true);
            return self.misfit(scenario, predicted);
        }
        self.left = left;
        if !is_as_predicted {
            self.predict(left.nearest_to_default().unwrap_or_default(), scenario);
        }
        Ok(())
    }

    /// What the last step that was seen speaks against.
    fn misfit(&self, scenario: &Scenario, predicted: Outlook) -> Judged {
        let misfit = Misfit::of(self.invariant.rules(), scenario, &self.seen, &self.left);
        other_runs(predicted, self.seen.last().copied().unwrap_or_default(), misfit)
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

/// There were other runs than these that are predicted. Of scenarios that contradict each other none
/// is known to have too many Event 70, or too few.
fn other_runs(predicted: Outlook, seen: Seen, misfit: Misfit) -> Judged {
    if misfit.beside.is_empty() {
        let by = || Expected::Assumed(Box::new(misfit.clone()));
        held_against(predicted.event_70(), seen.event_70(), by)?;
    }
    Flaw::Runs(Box::new(OtherRuns { predicted, seen, misfit })).into()
}

/// What was seen in the steps of a scenario, of which something that is possible fits each step, and
/// the first step at which nothing does that also fits `beside`: other scenarios, each with what fits
/// it, of which these are `left`.
#[must_use]
pub fn contradiction(
    scenario: &Scenario,
    seen: &[Seen],
    left: Assignments,
    beside: Vec<(String, Assignments)>,
) -> Option<Finding> {
    let rules = Rules::documented();
    let mut space = VersionSpace::new(&rules, &scenario.setup, left);
    for (index, (step, seen_now)) in scenario.timeline.iter().zip(seen).enumerate() {
        let (mut predicted, possible) = (None, space.assignments());
        space.step(*step, |outlook, _| {
            predicted.get_or_insert(*outlook);
            seen_now.fits(outlook)
        });
        if space.assignments().is_empty() {
            let misfit = Misfit::of(&rules, scenario, &seen[..=index], &possible);
            let misfit = Misfit { beside, ..misfit };
            let judged = other_runs(predicted?, *seen_now, misfit);
            return judged
                .err()
                .map(|disagreement| Finding { step: index, disagreement: *disagreement });
        }
    }
    None
}

/// Of a connector that is as every default has it.
impl Default for Trial {
    fn default() -> Self {
        Self::under(Rules::documented())
    }
}

#[cfg(test)]
mod tests {
    use event70_model::Keyword;
    use event70_reference::{Bug, Seeded, Simulated};

    use super::*;
    use crate::draw;

    /// A trial at which nobody looks finds and predicts what another does, and says so with evidence
    /// where it has found something.
    #[test]
    fn a_trial_without_evidence_is_the_same_trial() {
        let mut scenario = Scenario::default();
        let (mut quick, mut shown) = (Trial::new(), Trial::new());
        let mut found = 0;
        for (index, bug) in (0..300_000).zip(Bug::ALL.iter().cycle()) {
            draw::case(0x70, index, &draw::Lengths(1..=12), &mut scenario);
            let (mut one, mut other) = (Seeded::with(*bug), Seeded::with(*bug));
            let site = Simulated::new(&scenario.setup);
            let finding = quick.first_finding(&scenario, site, &mut one);
            assert_eq!(finding, shown.until_finding(&scenario, site, &mut other, |_| {}));
            let (quick, shown) = (quick.invariant(), shown.invariant());
            assert_eq!(quick.supposes(), shown.supposes());
            for at in 0..=scenario.timeline.len() {
                assert_eq!(quick.rule_state(at), shown.rule_state(at));
            }
            for (bare, step) in quick.predictions().iter().zip(shown.predictions()) {
                let exports = step.exports();
                let evidence = step.evidence.map(|e| (e.condition(), e.masks));
                assert_eq!(exports.and_then(|e| Some((e.condition()?, e.masks()))), evidence);
                let is_told = finding.is_some().then_some(step.evidence).flatten();
                assert_eq!((bare.outlook, bare.evidence), (step.outlook, is_told));
            }
            found += u32::from(finding.is_some());
        }
        assert!(found > 10_000, "{found}");
    }
}
