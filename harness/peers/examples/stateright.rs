//! The same closure under stateright: one walk of `event70 prove`, on every kind of site.
//!
//! Both sides take the same steps from the same states (`Product`, folded), check the same property
//! in each, and close. `cargo run --release --example stateright -- ours` and `… -- theirs` walk and
//! print states, transitions and seconds; run each under `/usr/bin/time -v` for its peak memory.

use std::time::Instant;

use event70::conformance::{Product, Scope, TOGETHER, alphabet, kinds, scopes, walk};
use event70::model::{Condition, Setup, Step, Trace};
use event70::reference::{Faithful, Reference};
use event70::rule::Rules;
use stateright::{Checker, Model, Property};

/// One kind of site within one scope.
struct Site {
    setup: Setup,
    scope: Scope,
    rules: Rules,
    alphabet: Vec<Step>,
}

/// A state of the product, and whether connector and invariant agreed on the way to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    product: Product<Faithful>,
    agrees: bool,
}

impl Site {
    fn new(setup: Setup, scope: Scope) -> Self {
        let alphabet = alphabet(&setup, &scope);
        Self { setup, scope, rules: Rules::documented(), alphabet }
    }

    /// As the walk has it: no more conditions together than the scope looks at.
    fn allows(&self, state: &State, step: Step) -> bool {
        let Step::Inject(fault) = step else { return true };
        let holding = state.product.rule_state().holding();
        let uncounted = Condition::ForeignEvent70 | Condition::ProgramsNotOnPath;
        holding.contains(fault.condition)
            || uncounted.contains(fault.condition)
            || (holding - Condition::ProgramsNotOnPath).len() < self.scope.together
    }
}

impl Model for Site {
    type State = State;
    type Action = u8;

    fn init_states(&self) -> Vec<State> {
        let product = Product::first(&self.setup, Reference::new()).fold();
        vec![State { product, agrees: true }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<u8>) {
        let allowed = self.alphabet.iter().enumerate().filter(|(_, s)| self.allows(state, **s));
        actions.extend(allowed.filter_map(|(letter, _)| u8::try_from(letter).ok()));
    }

    fn next_state(&self, state: &State, action: u8) -> Option<State> {
        let mut product = state.product;
        let mut trace = Trace::default();
        let step = self.alphabet[usize::from(action)];
        let agrees = product.step(step, &self.rules, &mut trace).is_ok();
        Some(State { product: product.fold(), agrees })
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("connector and invariant agree", |_, state: &State| state.agrees)]
    }
}

fn main() {
    let side = std::env::args().nth(1).unwrap_or_default();
    let began = Instant::now();
    let (mut states, mut transitions) = (0, 0);
    for scope in scopes(TOGETHER) {
        for setup in kinds() {
            let (unique, all) = match side.as_str() {
                "ours" => ours(&setup, &scope),
                "theirs" => theirs(setup, scope.clone()),
                _ => return eprintln!("say `ours` or `theirs`"),
            };
            states += unique;
            transitions += all;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let rate = transitions as f64 / seconds;
    println!(
        "{side}: states={states} transitions={transitions} seconds={seconds:.2} rate={rate:.0}"
    );
}

fn ours(setup: &Setup, scope: &Scope) -> (usize, usize) {
    let walked =
        walk(setup, Product::first(setup, Reference::new()), &Rules::documented(), scope, |_| {});
    assert!(walked.closed && walked.refuted.is_none());
    (walked.states as usize, walked.transitions as usize)
}

fn theirs(setup: Setup, scope: Scope) -> (usize, usize) {
    let checker = Site::new(setup, scope).checker().threads(1).spawn_bfs().join();
    checker.assert_properties();
    // The initial state counts as generated, although no transition led to it.
    (checker.unique_state_count(), checker.state_count() - 1)
}
