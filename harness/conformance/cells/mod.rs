//! A grade for independence: each cell that stands twice, altered on one side at a time.
//!
//! What a run meets, where a condition can hold, what clears it and how an event is filed stands
//! once in the rule's tables and once, in another form, in the mechanism. If either side read the
//! other, an error in a cell would be the same on both and no search could see it. So each cell is
//! altered in the rule while the mechanism stays as it is, and then in the mechanism while the rule
//! stays, and random exploration and a walk over every state must notice each.

mod mechanism;

use std::fmt;

use enumset::EnumSet;
use event70_engine::{Control, Plan, TestBed, Trial, explore, tables_differ};
use event70_model::{Condition, Exchange, Fault, Host, Setup};
use event70_reference::{FILED, Machine};
use event70_rule::{Alteration, Rules, allows, alterations};

pub use mechanism::{AlteredSite, Misfiled, altered_connector};

use super::{Product, Scope, combinations, kinds, walk};

/// The maximum number of random cases in which an altered cell must be noticed.
pub const CASES_MAX: u64 = 100_000;
/// The maximum number of states that a walk visits on one kind of site.
const STATES_MAX: usize = 200_000;

/// On which side a cell is altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlteredSide {
    /// In the rule's tables.
    Rule,
    /// In the mechanism.
    Mechanism,
}

/// One cell, altered on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Where.
    pub side: AlteredSide,
    /// How.
    pub alteration: Alteration,
}

/// What noticed an altered cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detection {
    /// After how many random cases it was noticed.
    pub random: Option<u64>,
    /// Whether a walk over every state noticed it.
    pub proof: bool,
}

impl Detection {
    /// Whether both searches noticed it.
    #[must_use]
    pub fn by_both(&self) -> bool {
        self.random.is_some() && self.proof
    }
}

/// Every cell that stands on both sides, altered on each.
#[must_use]
pub fn cells() -> Vec<Cell> {
    let stands_twice = |alteration: &Alteration| match alteration {
        // A message that this connector never logs stands in the rule alone.
        Alteration::Filed(id, ..) => FILED.iter().any(|(filed, ..)| filed == id),
        // What the service does is no table: the seeded bugs alter that.
        Alteration::Without(_) => false,
        Alteration::Ends(..)
        | Alteration::Inert(..)
        | Alteration::Clears(..)
        | Alteration::Host(..)
        | Alteration::Database(..) => true,
    };
    let twice = alterations().into_iter().filter(stands_twice);
    let sides = twice.flat_map(|alteration| {
        [AlteredSide::Rule, AlteredSide::Mechanism].map(|side| Cell { side, alteration })
    });
    sides.collect()
}

impl Cell {
    /// Which table the cell stands in, in words.
    #[must_use]
    pub fn table(&self) -> &'static str {
        match self.alteration {
            Alteration::Ends(..) => "how a run ends",
            Alteration::Inert(..) => "editions",
            Alteration::Clears(..) => "clearings",
            Alteration::Filed(..) => "messages",
            Alteration::Host(..) => "hosts",
            Alteration::Database(..) => "databases",
            Alteration::Without(_) => "clauses",
        }
    }

    /// The rules that hold while this cell is altered.
    fn rules(&self) -> Rules {
        match self.side {
            AlteredSide::Rule => Rules::altered(self.alteration),
            AlteredSide::Mechanism => Rules::documented(),
        }
    }

    /// What is altered of the mechanism.
    fn in_mechanism(&self) -> Option<Alteration> {
        (self.side == AlteredSide::Mechanism).then_some(self.alteration)
    }

    /// Which search notices that this cell is altered.
    #[must_use]
    pub fn hunt(&self, seed: u64) -> Detection {
        Detection { random: self.by_random(seed), proof: self.by_proof() }
    }

    fn by_random(&self, seed: u64) -> Option<u64> {
        // One job needs no other thread, which is all that could be wanting.
        let plan = Plan::new(seed, CASES_MAX);
        let explored = explore(&plan, self, 1, &Control::default(), &|_, _, _, _| {}).ok()?;
        explored.found.map(|found| found.case + 1)
    }

    /// The part of the proof that has to do with the cell: on which kinds of site conditions can
    /// hold, how runs end that meet them, and walks over one kind of site after another.
    fn by_proof(&self) -> bool {
        let rules = self.rules();
        let differ = |setup: &Setup| tables_differ(setup, &self.site(setup), &rules).is_some();
        let scope = self.scope();
        let conditions = scope.conditions;
        let differs =
            |setup: &Setup| combinations(setup, self.site(setup), &rules, conditions).is_err();
        let refutes = |setup: &Setup| {
            let first = Product::on(self.site(setup), setup, self.connector());
            walk(setup, first, &rules, &scope, |_| {}).refuted.is_some()
        };
        let concerned = || kinds().filter(|setup| self.concerns(setup));
        kinds().any(|setup| differ(&setup))
            || concerned().any(|setup| refutes(&setup) || differs(&setup))
    }

    /// Whether the cell may show on such a site.
    fn concerns(&self, setup: &Setup) -> bool {
        let has = |condition, exchange| setup.exchange == exchange && allows(setup, condition);
        match self.alteration {
            Alteration::Inert(condition, exchange) => has(condition, exchange),
            Alteration::Ends(Fault { condition, .. }, editions, ..) => {
                editions.iter().next().is_some_and(|exchange| has(condition, exchange))
            }
            Alteration::Clears(_, condition, _) => has(condition, Exchange::V5_0),
            // IE.RI can be missing there, which one of the events is about.
            Alteration::Filed(..) => {
                has(Condition::ResourceFileMissing, Exchange::V5_0) && setup.host == Host::WindowsNt
            }
            Alteration::Host(..) | Alteration::Database(..) | Alteration::Without(_) => false,
        }
    }

    /// The conditions that tell whether the cell is altered, and what is done with them. What shows
    /// in no Event 70 by itself shows beside a condition that does: what stops an IMPORT keeps the
    /// site entry away, and what stops an EXPORT hides damage.
    fn scope(&self) -> Scope {
        let beside = Condition::SiteEntryMissing | Condition::PostofficeDamaged;
        let (conditions, together, queues_and_levels) = match self.alteration {
            Alteration::Ends(Fault { condition, .. }, ..)
            | Alteration::Inert(condition, _)
            | Alteration::Clears(_, condition, _) => (beside | condition, 2, false),
            Alteration::Filed(43 | 85 | 86, ..) => (Condition::ProgramsNotOnPath.into(), 1, false),
            _ => (EnumSet::all() - Condition::ProgramsNotOnPath, 1, true),
        };
        Scope { name: "cell", conditions, together, queues_and_levels, states_max: STATES_MAX }
    }
}

impl TestBed for Cell {
    type Connector = Machine<Misfiled>;
    type Site = AlteredSite;

    fn connector(&self) -> Self::Connector {
        altered_connector(self.in_mechanism())
    }

    fn site(&self, setup: &Setup) -> AlteredSite {
        AlteredSite::new(setup, self.in_mechanism())
    }

    fn trial(&self) -> Trial {
        Trial::under(self.rules())
    }
}

impl fmt::Display for AlteredSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rule => "rule",
            Self::Mechanism => "mechanism",
        })
    }
}
