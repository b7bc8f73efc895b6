//! Complete conformance test suites.
//!
//! A *specification* is a partial deterministic [`Mealy`] machine with n reachable states, any two
//! of the same mode told apart by a sequence that is applicable in both. An *implementation* is a
//! black box with a reliable reset. [`suite`] gives tests such that an implementation passes all
//! of them only if it answers **every** sequence that is applicable in the specification as the
//! specification does, provided that
//!
//! 1. it is deterministic and has at most n + `extra` states, and
//! 2. its modes are visible: two sequences whose outputs show different modes never lead it to
//!    the same state. (An output determines the mode it leads to, see [`Mealy::new`]; before the
//!    first output the mode is that of the initial state.)
//!
//! What it does with inputs that are not applicable is neither tested nor of any consequence; in
//! the argument below it answers them somehow.
//!
//! # The method
//!
//! The SPY-method of A. Simão, A. Petrenko and N. Yevtushenko ("On reducing test length for FSMs
//! with extra states", Software Testing, Verification and Reliability 22(6), 2012), with
//! harmonised identifiers (see [`separate`](super::separate)). W, Wp, HSI and H execute every
//! sequence of a traversal set right after the access sequence of its state. SPY executes it after
//! *any* sequence that is proved to be as good, so tests can be carried on instead of begun anew;
//! where access sequences are long, that is what counts. On the reference's machine (857 states,
//! 5,505 transitions) there are 3,727 tests with 129,670 steps without an extra state, and 41,968
//! with 1,698,250 with one. The traversal set alone, without any identification, takes 72,053 and
//! 920,195 steps after the access sequences. What makes the tests long is the count of restarts:
//! it shows only when the service gives up.
//!
//! Let k stand for `extra`, and t(s, x) for the target of input x in state s. There is an *access
//! sequence* c(s) for every state s, the empty one for the initial state, and an *identifier* for
//! every state: for any two states of one mode, the identifiers have a common prefix to which the
//! two answer differently. A sequence is *identified* if it is followed by every sequence in the
//! identifier of the state it leads to. A transition (s, x) is *firm* if c(t(s, x)) is c(s)x. The
//! suite contains
//!
//! - A: every access sequence, identified;
//! - B: for every transition (s, x) that is not firm, and every sequence w of at most k inputs
//!   applicable in t(s, x): a x w, identified, after some a that counts for s;
//! - C: for every state s to which such a transition leads, and every sequence w of at most k
//!   inputs applicable in s: a w, identified, after some a that counts for s.
//!
//! The *rank* of a state is its place in breadth-first order. Which sequences *count* for s is
//! decided by the transitions they take after the last prefix that is an access sequence: those
//! that are not firm must start in states of a rank below the *bound* of s. That is the rank of s,
//! and if k > 0, at most the lowest rank of the states from which transitions that are not firm
//! lead to s.
//!
//! # Why that is complete
//!
//! This is the argument of the paper, written out for partial machines with visible modes. Fix an
//! implementation that satisfies 1 and 2 and passes the suite. Sequences are always applicable in
//! the specification.
//!
//! Two sequences a, b that lead the specification to the same state are *convergent*, a ~ b, if
//! the implementation answers any w applicable there alike after a and after b. (For complete
//! machines one can ask for the same state of the implementation. Here one cannot: no test tells
//! states apart that differ only in what is not applicable.) This is an equivalence, and a ~ b
//! implies ax ~ bx. If a ~ b, then what the tests show of a w they show of b w. Two sequences
//! *diverge* if they lead the implementation to different states. Identified sequences that lead
//! to different states of the specification diverge: by 2 if the modes differ, else by the common
//! prefix of the identifiers. With "identified" always understood up to ~, this remains true.
//!
//! *Lemma.* Let a and b lead to the same state t, and be answered as specified. If all access
//! sequences and, for all w of at most k inputs applicable in t, a w and b w are identified, then
//! a ~ b.
//!
//! Suppose not, and let w of length l be a shortest sequence that is answered differently. Since
//! the tests show the answers to up to k inputs, l > k. Let w(i) be the first i inputs of w, t(i)
//! the state of the specification after a w(i), p(i) and q(i) the states of the implementation
//! after a w(i) and b w(i), for i = 0, …, k. For a state u, let E(u) be the set of all p(i) and
//! q(i) with t(i) = u, and m(u) the number of those i. The two states p(i), q(i) answer the last
//! l - i inputs of w differently, but agree on all shorter sequences applicable in t(i) (else w
//! would not be shortest). So among the equivalences on E(u), "agree on all sequences of up to j
//! inputs applicable in u" for growing j, at least m(u) are strictly finer than the one before,
//! and E(u) has at least m(u) + 1 elements. They all diverge from those of E(v) for u ≠ v, and
//! from the states after c(v) for v ≠ u. So the n different states after the access sequences
//! contain at most one of E(u), and there are at least n + Σ m(u) = n + k + 1 states in all: one
//! more than 1 allows. ∎
//!
//! *Theorem.* The implementation answers every sequence as the specification does.
//!
//! First, c(s)x ~ c(t(s, x)) for all transitions, by induction on the rank of s. If (s, x) is firm
//! there is nothing to show. Else every sequence a that counts for s is convergent with c(s): its
//! last prefix that is an access sequence is, trivially, and it remains so over every further
//! transition, which is firm or of lower rank. By B therefore c(s)x w is identified for all w of
//! at most k inputs, and c(s)x is answered as specified, as a x is. The same holds for c(t)w with
//! t = t(s, x), by A if k = 0, and else by C, since the bound of t is at most the rank of s. The
//! lemma gives c(s)x ~ c(t).
//!
//! Now a ~ c(s) for every sequence a to any s, by induction on its length; the tests show the
//! output of x after c(s) (or after something convergent with it), which is that of the
//! specification, hence so is the output of x after a. ∎
//!
//! # Where the access sequences are
//!
//! If k = 0, identifying c(s) at the end of a long test costs no more than at the end of a short
//! one, so c(s) is simply the first sequence to s that gets identified; then no transition is
//! taken for firm. If k > 0, set C has
//! to be executed after sequences which rest on hardly anything but firm transitions, so the access
//! sequences are the shortest ones, and all transitions of their tree are firm.
//!
//! The tests check the argument from outside: by searching all implementations for one that passes
//! wrongly (small machines), and by deriving convergence step by step from the tests (the
//! reference's machine).

use super::mealy::{Input, Mealy, State};
use super::plan::plan;
use super::separate::Inseparable;
use super::trie::{Node, Trie};

/// A complete test suite: a prefix tree of input sequences, whose maximal ones are the tests.
#[derive(Debug, Clone)]
pub struct Suite {
    tree: Trie,
    cover: Vec<Option<Node>>,
}

/// A test suite that is complete for all implementations with at most `extra` states more than the
/// reachable part of the machine, which has to be [minimal](Mealy::minimised). The head of this
/// file says what exactly that means, and why it is so.
///
/// The same machine always gives the same suite. With t transitions and d inputs per state there
/// are about t · d^`extra` sequences to execute; each of them costs a search of the machine for the
/// nearest next one, which mostly ends early. The reference's machine takes 0.1 s and 6 MB without
/// an extra state, 1.2 s and 70 MB with one.
///
/// # Errors
/// [`Inseparable`], if two reachable states of one mode have no common separating sequence.
pub fn suite(machine: &Mealy, extra: usize) -> Result<Suite, Inseparable> {
    let (tree, cover) = plan(machine, extra)?;
    Ok(Suite { tree, cover })
}

impl Suite {
    /// The tests, each applied after a reset, in the order in which they were planned.
    pub fn tests(&self) -> impl Iterator<Item = Vec<Input>> {
        self.leaves().map(|node| self.tree.path(node))
    }

    /// How many tests there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.leaves().count()
    }

    /// Whether there is nothing to test, which is so only if no input is ever applicable.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.leaves().next().is_none()
    }

    /// How many inputs all tests have together.
    #[must_use]
    pub fn steps(&self) -> usize {
        let mut depth = vec![0; self.tree.nodes()];
        for node in 0..self.tree.nodes() {
            if let Some((parent, _)) = self.tree.parent(node) {
                depth[node] = depth[parent] + 1;
            }
        }
        self.leaves().map(|node| depth[node]).sum()
    }

    /// The access sequence of a state in the state cover on which the suite rests, or `None` if
    /// the state is unreachable. With these the completeness of the suite can be checked without
    /// trust in the plan that led to it.
    #[must_use]
    pub fn access(&self, state: State) -> Option<Vec<Input>> {
        Some(self.tree.path(self.cover[state]?))
    }

    fn leaves(&self) -> impl Iterator<Item = Node> {
        (1..self.tree.nodes()).filter(|&node| self.tree.is_leaf(node))
    }
}
