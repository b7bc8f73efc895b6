//! What is learned of a connector from tests that run at the same time.
//!
//! Tests end in any order, and what one of them is found to contradict depends on those before it.
//! So each waits, once it has played, for those before it, and learns when it is its turn: whatever
//! the number of threads, it is the same. Tests begin in their order, so nobody waits for one that
//! has not begun.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use event70_engine::Learned;
use event70_model::Assignments;

/// The order of tests that learn together.
pub(super) struct Order {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Whose turn it is.
    next: usize,
    learned: Learned<String>,
}

/// The turn of one test. It is over when this is dropped, whatever became of the test.
pub(super) struct Turn<'a> {
    order: &'a Order,
    place: usize,
}

impl Order {
    /// Nothing was learned yet of a connector of which this may be assumed.
    pub(super) fn new(assumed: Assignments) -> Self {
        let state = State { next: 0, learned: Learned::new(assumed) };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The turn of the test at this place.
    pub(super) fn turn(&self, place: usize) -> Turn<'_> {
        Turn { order: self, place }
    }

    /// What may be assumed, and what fits all that was seen.
    pub(super) fn learned(&self) -> (Assignments, Assignments) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (*state.learned.assumed(), *state.learned.left())
    }
}

impl Turn<'_> {
    /// Waits for those before, and learns.
    pub(super) fn learn(&self, learn: impl FnOnce(&mut Learned<String>)) {
        learn(&mut self.wait().learned);
    }

    fn wait(&self) -> MutexGuard<'_, State> {
        let Order { state, changed } = self.order;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_while(state, |state| state.next < self.place);
        waited.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.wait().next = self.place + 1;
        self.order.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use event70_model::Assumption;

    use super::*;

    #[test]
    fn who_plays_first_learns_in_the_order_of_the_tests() {
        let order = Order::new(Assignments::ALL);
        let half = |is_other| Assignments::ALL.with(Assumption::StartExports, is_other);
        let learns = |place: usize| {
            let mut is_new = false;
            let turn = order.turn(place);
            turn.learn(|learned| is_new = learned.learn(&place.to_string(), &half(true)).is_ok());
            is_new
        };
        thread::scope(|scope| {
            let last = scope.spawn(|| {
                let turn = order.turn(2);
                let mut against = Vec::new();
                turn.learn(|learned| {
                    let told = learned.learn(&"2".to_owned(), &half(false)).unwrap_err();
                    against.extend(told.with.into_iter().map(|(name, _)| name));
                });
                against
            });
            assert!(learns(0));
            // One that panics, or has nothing to learn, holds nobody up.
            drop(order.turn(1));
            assert_eq!(last.join().unwrap(), ["0"]);
        });
        assert_eq!(order.learned(), (Assignments::ALL, half(true)));
    }
}
