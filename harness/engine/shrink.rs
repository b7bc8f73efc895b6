//! What fails, made small: a scenario, or the inputs of a conformance test.
//!
//! A [`Shrinker`] only proposes. Whoever drives it finds out which candidates fail as well, and
//! decides what that may cost; so it serves proptest too, which asks for one candidate at a time.

use std::vec::IntoIter;

/// Whatever has elements that can be left out.
pub trait Shrink: Sized {
    /// How many there are.
    fn elements(&self) -> usize;

    /// What is left without these.
    fn without(&self, left_out: impl Fn(usize) -> bool) -> Self;

    /// Every form that is one edit simpler, and that no leaving out comes to.
    fn simpler(&self) -> Vec<Self> {
        Vec::new()
    }
}

impl<E: Clone> Shrink for Vec<E> {
    fn elements(&self) -> usize {
        self.len()
    }

    fn without(&self, left_out: impl Fn(usize) -> bool) -> Self {
        let kept = self.iter().enumerate().filter(|(index, _)| !left_out(*index));
        kept.map(|(_, element)| element.clone()).collect()
    }
}

/// Gives candidates, each one edit away from the whole, in passes that go round.
///
/// It ends when every pass has gone over the same whole from its beginning to its end, and no
/// candidate was accepted. Then no one and no two elements can be left out, and nothing can be
/// simpler.
#[derive(Debug, Clone)]
pub struct Shrinker<T> {
    whole: T,
    pass: Pass<T>,
    /// How many passes come to their end before this does.
    passes_left: usize,
}

impl<T: Shrink> Shrinker<T> {
    /// Begins with what is known to fail.
    pub fn new(whole: T) -> Self {
        Self { pass: Pass::runs(&whole), whole, passes_left: PASSES }
    }

    /// The smallest so far.
    pub fn whole(&self) -> &T {
        &self.whole
    }

    /// Goes on with a smaller whole: the last candidate, or what is left of it.
    pub fn accept(&mut self, smaller: T) {
        self.pass.goes_on_with(&smaller);
        self.whole = smaller;
        // The rest of this pass, and all of them from the beginning.
        self.passes_left = 1 + PASSES;
    }
}

impl<T: Shrink> Iterator for Shrinker<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        while self.passes_left > 0 {
            let candidate = self.pass.next(&self.whole);
            if candidate.is_some() {
                return candidate;
            }
            self.pass = self.pass.following(&self.whole);
            self.passes_left -= 1;
        }
        None
    }
}

const PASSES: usize = 3;

/// One kind of edit, and how far it was tried.
#[derive(Debug, Clone)]
enum Pass<T> {
    /// Leaves out runs of elements, of half of them down to single ones, each from the end: of many
    /// elements that do not matter most are gone after a few tries.
    Runs { size: usize, end: usize },
    /// Leaves out two elements: some, as an injection and its repair, can only go together.
    Pairs { one: usize, other: usize },
    /// Leaves nothing out.
    Simpler(IntoIter<T>),
}

impl<T: Shrink> Pass<T> {
    fn runs(whole: &T) -> Self {
        let elements = whole.elements();
        Self::Runs { size: (elements / 2).max(1), end: elements }
    }

    fn following(&self, whole: &T) -> Self {
        match self {
            Self::Runs { .. } => Self::Pairs { one: whole.elements(), other: 0 },
            Self::Pairs { .. } => Self::Simpler(whole.simpler().into_iter()),
            Self::Simpler(_) => Self::runs(whole),
        }
    }

    fn next(&mut self, whole: &T) -> Option<T> {
        match self {
            Self::Runs { size, end } => {
                while *end < *size {
                    (*size, *end) = (*size / 2, whole.elements());
                    if *size == 0 {
                        return None;
                    }
                }
                *end -= *size;
                let run = *end..*end + *size;
                Some(whole.without(|element| run.contains(&element)))
            }
            Self::Pairs { one, other } => {
                while *other == 0 {
                    *one = one.checked_sub(1)?;
                    *other = *one;
                }
                *other -= 1;
                Some(whole.without(|element| element == *one || element == *other))
            }
            Self::Simpler(candidates) => candidates.next(),
        }
    }

    /// Stays where it is: what comes before an element that was left out is still to be tried.
    fn goes_on_with(&mut self, smaller: &T) {
        match self {
            Self::Runs { end, .. } => *end = smaller.elements().min(*end),
            Self::Pairs { one, other } => (*one, *other) = (smaller.elements().min(*one), 0),
            Self::Simpler(candidates) => *candidates = smaller.simpler().into_iter(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hash, Hasher};

    use event70_model::{
        Condition, Direction, Level, LoggingChange, Operation, Scenario, Setup, Step,
    };
    use event70_rule::default_fault;

    use super::*;

    #[test]
    fn chunks_of_half_the_elements_down_to_one_are_left_out() {
        let candidates: Vec<Vec<u16>> = Shrinker::new((1..=8).collect()).take(10).collect();
        let left_out = [5..=8, 1..=4, 7..=8, 5..=6, 3..=4, 1..=2, 8..=8, 7..=7, 6..=6, 5..=5];
        let kept = left_out.map(|out| (1..=8).filter(|n| !out.contains(n)).collect::<Vec<u16>>());
        assert_eq!(candidates, kept);
    }

    #[test]
    fn after_a_success_a_pass_goes_on_where_it_is() {
        let mut shrinker = Shrinker::new((1..=8).collect::<Vec<u16>>());
        shrinker.nth(2);
        shrinker.accept((1..=6).collect());
        assert_eq!(shrinker.next(), Some(vec![1, 2, 3, 4]));
        assert_eq!(shrinker.next(), Some(vec![1, 2, 5, 6]));
    }

    /// Every other kind of element and value, and neighbours that can be one.
    fn mixed() -> Scenario {
        let conditions = Condition::SiteEntryMissing | Condition::TabNameWrong;
        let timeline = vec![
            Step::Mail(Direction::Exchange, 3),
            Step::Mail(Direction::Exchange, 2),
            Step::Inject(default_fault(Condition::PostofficeDamaged)),
            Step::Do(Operation::Restart),
            Step::Logging(LoggingChange::all(Level::Maximum)),
            Step::Cycles(4),
            Step::Cycles(1),
        ];
        Scenario { setup: Setup { conditions, ..Setup::default() }, timeline }
    }

    /// Which scenarios fail is left to chance, so that every pass opens ways to every other.
    #[test]
    fn every_candidate_is_smaller_and_nothing_smaller_fails() {
        for salt in 0..500 {
            let fails = |scenario: &Scenario| {
                let mut hasher = DefaultHasher::new();
                (salt, scenario).hash(&mut hasher);
                hasher.finish().is_multiple_of(20)
            };
            let mut shrinker = Shrinker::new(mixed());
            while let Some(candidate) = shrinker.next() {
                let whole = shrinker.whole();
                let is_less = candidate.elements() < whole.elements();
                assert!(is_less || whole.simpler().contains(&candidate), "{salt}");
                // A driver may know that even less fails.
                let less = candidate.without(|at| at >= candidate.elements() / 2);
                if let Some(failing) = [less, candidate].into_iter().find(fails) {
                    shrinker.accept(failing);
                }
            }
            let small = shrinker.whole();
            let elements = small.elements();
            let pairs = (0..elements).flat_map(|one| (0..=one).map(move |other| (one, other)));
            let cuts = pairs.map(|(one, other)| small.without(|at| at == one || at == other));
            let failing = cuts.chain(small.simpler()).find(fails);
            assert_eq!(failing, None, "{salt}: {small:?}");
        }
    }
}
