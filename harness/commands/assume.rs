//! What is assumed where the documents leave something open: `--assume`.

use event70_model::{Assignment, Assumption, Keyword};

pub(super) use crate::testing::assumed::Assumed;
use crate::testing::assumed::{Given, given};

/// What is assumed of the connector under test.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct AssumeArgs {
    /// Assume this where the documents leave something open: KEY=VALUE, KEY=A|B, a TOML file of keys
    /// and values, or `open`; can be given several times. The reference is as given, with every
    /// default elsewhere; another connector is anything that is not ruled out by what is given.
    /// `event70 assumptions` lists the keys.
    #[arg(long = "assume", value_name = "KEY=VALUE", value_parser = given)]
    given: Vec<Given>,
}

impl AssumeArgs {
    /// What is assumed of a connector; of a program nothing but what was given.
    pub(super) fn assumed(&self, is_program: bool) -> Assumed {
        Assumed::given(&self.given, is_program)
    }

    /// Every assignment that is given: with both values of an assumption where both are, and with
    /// both of each that is inferred where `open` is.
    pub(super) fn assignments(&self) -> Vec<Assignment> {
        let Assumed { given, is_open } = self.assumed(false);
        let inferred = if is_open { given.or_open() } else { given.or_default() };
        let others = Assumption::ALL.iter().filter(|key| !key.is_inferable());
        others.fold(inferred.iter().collect(), |assignments: Vec<_>, key| {
            let [has_default, has_other] = given.of(*key).unwrap_or([true, false]);
            let values = [(false, has_default), (true, has_other)].into_iter();
            let taken = values.filter(|(_, is_taken)| *is_taken);
            let each = taken.flat_map(|(is_other, _)| {
                assignments.iter().map(move |assignment| assignment.with(*key, is_other))
            });
            each.collect()
        })
    }

    /// The words that give the same again.
    pub(super) fn words(&self) -> Vec<String> {
        let Assumed { given, is_open } = self.assumed(false);
        let pins = given.named().map(|(key, values)| format!("{key}={}", values.join("|")));
        let open = is_open.then(|| "open".to_owned());
        pins.chain(open).flat_map(|given| ["--assume".to_owned(), given]).collect()
    }

    /// What the reference plays.
    pub(super) fn assignment(&self) -> Assignment {
        self.assumed(false).given.assignment()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assignment_that_is_given_is_there_once() {
        let assignments = |texts: &[&str]| {
            let given = texts.iter().map(|text| given(text).unwrap()).collect();
            AssumeArgs { given }.assignments()
        };
        assert_eq!(assignments(&[]), [Assignment::DEFAULT]);
        let lower = Assignment::DEFAULT.with(Assumption::ThreadRestarts, true);
        assert_eq!(assignments(&["thread-restarts=24"]), [lower]);
        let both = ["thread-restarts=24|25", "cycle-order=export-first|import-first"];
        let import_first = |one: Assignment| one.with(Assumption::CycleOrder, true);
        let four =
            [Assignment::DEFAULT, lower, import_first(Assignment::DEFAULT), import_first(lower)];
        assert_eq!(assignments(&both), four);
        assert_eq!(assignments(&["open"]).len(), 1024);
        assert_eq!(assignments(&["open", "thread-restarts=24", both[1]]).len(), 1024);
    }
}
