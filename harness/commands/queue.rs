//! What several jobs take from in order, none of them far ahead of what was shown.
//!
//! One file may take as long as a thousand others. What those came to would have to be kept until it
//! is shown, so nobody begins with a file that is too far ahead of it.

use std::iter::Enumerate;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::vec::IntoIter;

/// Items for several jobs.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    ahead_max: usize,
}

struct State<T> {
    left: Enumerate<IntoIter<T>>,
    taken: usize,
    shown: usize,
    has_ended: bool,
}

/// Somebody who takes from a queue or shows what came of it. When the first of them is gone, nobody
/// is left to wait for: the queue has ended.
pub(super) struct User<'a, T>(&'a Queue<T>);

impl<T> Queue<T> {
    /// A queue of which so many items at most are taken and not shown.
    pub(super) fn new(items: Vec<T>, ahead_max: usize) -> Self {
        let left = items.into_iter().enumerate();
        let state = State { left, taken: 0, shown: 0, has_ended: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), ahead_max }
    }

    pub(super) fn user(&self) -> User<'_, T> {
        User(self)
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> User<'_, T> {
    /// The next item with its number, from 0, once it is not too far ahead.
    pub(super) fn next(&self) -> Option<(usize, T)> {
        let Queue { changed, ahead_max, .. } = self.0;
        let is_early =
            |state: &mut State<T>| !state.has_ended && state.taken - state.shown >= *ahead_max;
        let waited = changed.wait_while(self.0.state(), is_early);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.has_ended {
            return None;
        }
        state.taken += 1;
        state.left.next()
    }

    /// One more of those taken was shown.
    pub(super) fn has_shown(&self) {
        self.0.state().shown += 1;
        self.0.changed.notify_all();
    }
}

impl<T> Drop for User<'_, T> {
    fn drop(&mut self) {
        self.0.state().has_ended = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn nothing_is_taken_far_ahead_of_what_was_shown() {
        let queue = Queue::new((0..100).collect(), 3);
        let (shows, takes) = (queue.user(), queue.user());
        for number in 0..3 {
            assert_eq!(takes.next(), Some((number, number)));
        }
        thread::scope(|scope| {
            let fourth = scope.spawn(|| takes.next());
            assert!(!fourth.is_finished());
            shows.has_shown();
            assert_eq!(fourth.join().unwrap(), Some((3, 3)));
        });
    }

    #[test]
    fn who_waits_is_let_go_when_another_gives_up() {
        let queue = Queue::new(vec!['a', 'b'], 1);
        let (shows, takes) = (queue.user(), queue.user());
        assert_eq!(takes.next(), Some((0, 'a')));
        thread::scope(|scope| {
            let second = scope.spawn(|| takes.next());
            drop(shows);
            assert_eq!(second.join().unwrap(), None);
        });
    }
}
