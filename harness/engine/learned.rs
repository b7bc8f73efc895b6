//! What was learned of a connector: which assignments fit all that was seen of it so far.

use event70_model::Assignments;

/// What may be assumed of a connector, and what was seen that ruled something out.
#[derive(Debug, Clone)]
pub struct Learned<N> {
    assumed: Assignments,
    left: Assignments,
    /// Each scenario or case that ruled something out, with all that fits it.
    telling: Vec<(N, Assignments)>,
}

/// Nothing that may be assumed fits a scenario and what was seen in these before it: the fewest of
/// them, mostly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction<N> {
    /// Each with what fits it.
    pub with: Vec<(N, Assignments)>,
}

impl<N: Clone> Learned<N> {
    /// Nothing was seen yet.
    #[must_use]
    pub fn new(assumed: Assignments) -> Self {
        Self { assumed, left: assumed, telling: Vec::new() }
    }

    /// What might be assumed before anything was seen.
    #[must_use]
    pub fn assumed(&self) -> &Assignments {
        &self.assumed
    }

    /// What fits all that was seen.
    #[must_use]
    pub fn left(&self) -> &Assignments {
        &self.left
    }

    /// What ruled something out.
    #[must_use]
    pub fn telling(&self) -> &[(N, Assignments)] {
        &self.telling
    }

    /// In a scenario something was seen that these fit.
    ///
    /// # Errors
    /// If nothing fits that and all that was seen before; then it is not learned.
    pub fn learn(&mut self, name: &N, fitting: &Assignments) -> Result<(), Contradiction<N>> {
        let left = self.left.and(fitting);
        if left == self.left {
            return Ok(());
        }
        if left.is_empty() {
            return Err(Contradiction { with: self.against(fitting) });
        }
        self.left = left;
        self.telling.push((name.clone(), *fitting));
        Ok(())
    }

    /// The fewest of those that were telling that nothing fits together with this.
    fn against(&self, fitting: &Assignments) -> Vec<(N, Assignments)> {
        let sets: Vec<Assignments> = self.telling.iter().map(|(_, fitting)| *fitting).collect();
        let fewest = fewest_against(&self.assumed.and(fitting), &sets);
        fewest.into_iter().map(|index| self.telling[index].clone()).collect()
    }
}

/// The fewest of these sets, by index, that have nothing in common with `one`, if all of them
/// together have not: a single one where one does, otherwise those of which each is needed.
pub(crate) fn fewest_against(one: &Assignments, sets: &[Assignments]) -> Vec<usize> {
    if let Some(other) = sets.iter().position(|other| one.and(other).is_empty()) {
        return vec![other];
    }
    let mut needed: Vec<usize> = (0..sets.len()).collect();
    for index in 0..sets.len() {
        let others = needed.iter().filter(|other| **other != index);
        if others.fold(*one, |left, other| left.and(&sets[*other])).is_empty() {
            needed.retain(|other| *other != index);
        }
    }
    needed
}

#[cfg(test)]
mod tests {
    use event70_model::Assumption;

    use super::*;

    #[test]
    fn a_contradiction_is_told_with_the_fewest_that_make_it() {
        let half = |key, is_other| Assignments::ALL.with(key, is_other);
        let [tab, start] = [Assumption::TabTakesEffect, Assumption::StartExports];
        let mut learned = Learned::new(Assignments::ALL);
        assert_eq!(learned.learn(&"nothing", &Assignments::ALL), Ok(()));
        assert_eq!(learned.learn(&"start", &half(start, true)), Ok(()));
        assert_eq!(learned.learn(&"tab", &half(tab, false)), Ok(()));
        assert_eq!(learned.telling().len(), 2);
        let against = |fitting: &Assignments| {
            let contradiction = learned.clone().learn(&"last", fitting).unwrap_err();
            contradiction.with.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(against(&half(tab, true)), ["tab"]);
        let neither = half(tab, true).or(&half(start, false));
        assert_eq!(against(&neither), ["start", "tab"]);
        assert_eq!(learned.left().len(), 256);
    }
}
