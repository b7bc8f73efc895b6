//! What the tables say of a condition, a repair, a fault or a site.

use enumset::EnumSet;
use event70_model::{
    Condition, Database, Fault, Host, IndexCode, IndexCodes, Keyword, PathOutcome, Repair, Setting,
    Setup,
};

use super::{CATALOGUE, ConditionEntry, ConditionRow, REPAIRS, RepairEntry, repairs};

/// What the documents describe has one entry in a table of ours.
pub trait Documented {
    /// The table's entry.
    type Entry: 'static;

    /// The entry for this one.
    ///
    /// ```
    /// use event70_model::Condition;
    /// use event70_rule::{Class, Documented};
    /// let entry = Condition::TabPasswordWrong.entry();
    /// assert_eq!(entry.rows[0].class, Class::Cause(1));
    /// assert_eq!(entry.source[0].to_string(), "Q166045 cause 1");
    /// ```
    #[must_use]
    fn entry(self) -> &'static Self::Entry;
}

impl Documented for Condition {
    type Entry = ConditionEntry;

    #[inline]
    fn entry(self) -> &'static ConditionEntry {
        &CATALOGUE[self as usize]
    }
}

impl Documented for Repair {
    type Entry = RepairEntry;

    #[inline]
    fn entry(self) -> &'static RepairEntry {
        &REPAIRS[self as usize]
    }
}

/// The repairs that clear this condition, wholly or step by step, in the order of [`REPAIRS`].
#[must_use]
#[inline]
pub fn cleared_by(condition: Condition) -> EnumSet<Repair> {
    repairs::repairs_of(condition)
}

/// Whether this repair clears the condition, wholly or step by step.
#[must_use]
pub fn clears(repair: Repair, condition: Condition) -> bool {
    cleared_by(condition).contains(repair)
}

/// Every setting that this condition can have, the default first.
#[must_use]
pub fn settings(condition: Condition) -> &'static [Setting] {
    match condition {
        Condition::PostofficeDamaged => {
            &[Setting::Passes(1), Setting::Passes(2), Setting::Passes(3)]
        }
        Condition::InstallPathSpace => {
            &[Setting::Outcome(PathOutcome::Code3), Setting::Outcome(PathOutcome::Hang)]
        }
        Condition::DirectoryIndexDamaged => {
            const ONE_FOUR: IndexCodes =
                IndexCodes { export: IndexCode::One, import: IndexCode::Four };
            const FOUR_ONE: IndexCodes =
                IndexCodes { export: IndexCode::Four, import: IndexCode::One };
            const EVERY: [Setting; 4] = [
                Setting::Codes(IndexCodes::both(IndexCode::One)),
                Setting::Codes(IndexCodes::both(IndexCode::Four)),
                Setting::Codes(ONE_FOUR),
                Setting::Codes(FOUR_ONE),
            ];
            &EVERY
        }
        _ => &[Setting::None],
    }
}

/// The fault with the documented default setting: `passes = 1`, `outcome = "code-3"`, codes 1.
#[must_use]
#[inline]
pub fn default_fault(condition: Condition) -> Fault {
    Fault { condition, setting: condition.entry().rows[0].setting }
}

/// The row of the catalogue that this fault follows.
#[must_use]
pub fn row(fault: Fault) -> &'static ConditionRow {
    fault.condition.entry().row(fault.setting)
}

/// This condition in each of its settings, the default first.
pub fn faults_of(condition: Condition) -> impl Iterator<Item = Fault> {
    settings(condition).iter().map(move |setting| Fault { condition, setting: *setting })
}

/// Every fault that a step can inject: each condition in each of its settings.
pub fn every_fault() -> impl Iterator<Item = Fault> {
    Condition::ALL.iter().flat_map(|condition| faults_of(*condition))
}

/// Whether this condition can hold on this site.
#[must_use]
#[inline]
pub fn allows(setup: &Setup, condition: Condition) -> bool {
    condition.entry().fits(setup.host, setup.database)
}

/// Which conditions can hold on each kind of site: by host, then by database.
pub(crate) fn on_each_kind() -> [[EnumSet<Condition>; Database::COUNT]; Host::COUNT] {
    let on = |host: usize, database: usize| {
        let fits = |c: &Condition| c.entry().fits(Host::ALL[host], Database::ALL[database]);
        Condition::ALL.iter().copied().filter(fits).collect()
    };
    std::array::from_fn(|host| std::array::from_fn(|database| on(host, database)))
}

/// Whether this condition changes anything on this site (C11).
#[must_use]
pub fn is_affected(setup: &Setup, condition: Condition) -> bool {
    allows(setup, condition) && !condition.entry().inert_on.contains(setup.exchange)
}
