//! The catalogue: every documented condition and repair, as data.
//!
//! A *condition* is a documented circumstance of a site. Each has one [`ConditionEntry`] in
//! [`CATALOGUE`], which says where it can hold, at which [`Barrier`] it stops a run, what every kind
//! of run does when it meets it, and which document says so. Each [`Repair`] has one entry in [`REPAIRS`],
//! which says what it clears. The invariant, `explain`, the schema and the documentation all read
//! these two tables; the simulated site does not, so that table and site check each other.
//!
//! What the documents leave open about a connector is assumed ([`ASSUMPTIONS`]); what they leave
//! open beside is a choice of this project, and [`CHOICES`] lists them all.

mod assumptions;
mod choices;
mod entry;
mod lookup;
mod repairs;
mod table;

pub use assumptions::{ASSUMPTIONS, AssumptionEntry, Side};
pub use choices::{CHOICES, Choice};
pub use entry::{
    Barrier, Basis, Class, ConditionEntry, ConditionRow, Outcome, Passage, on_editions,
};
pub(crate) use lookup::on_each_kind;
pub use lookup::{
    Documented, allows, cleared_by, clears, default_fault, every_fault, faults_of, is_affected,
    row, settings,
};
pub use repairs::{Clearing, REPAIRS, RepairEntry};
pub use table::CATALOGUE;

#[cfg(test)]
mod tests {
    use event70_model::{Condition, Keyword, Repair};

    use super::*;

    #[test]
    fn conditions_and_repairs_have_one_entry_each_in_keyword_order() {
        for (index, condition) in Condition::ALL.iter().enumerate() {
            assert_eq!(CATALOGUE[index].condition, *condition);
        }
        for (index, repair) in Repair::ALL.iter().enumerate() {
            assert_eq!(REPAIRS[index].repair, *repair);
        }
        assert_eq!(CATALOGUE.len(), Condition::ALL.len());
        assert_eq!(REPAIRS.len(), Repair::ALL.len());
    }

    #[test]
    fn the_catalogue_stands_in_the_order_of_the_barriers() {
        assert!(CATALOGUE.windows(2).all(|pair| pair[0].barrier <= pair[1].barrier));
    }

    #[test]
    fn lasting_conditions_have_repairs_and_entries_name_documents() {
        for entry in &CATALOGUE {
            let lasts = entry.condition != Condition::ForeignEvent70;
            assert_eq!(!cleared_by(entry.condition).is_empty(), lasts, "{}", entry.condition);
            assert!(!entry.source.is_empty(), "{}", entry.condition);
            assert!(!entry.rows.is_empty(), "{}", entry.condition);
        }
        assert!(REPAIRS.iter().all(|repair| !repair.source.is_empty()));
    }

    #[test]
    fn a_cause_is_what_makes_a_message_export_exit_with_code_3() {
        for row in CATALOGUE.iter().flat_map(|entry| entry.rows) {
            let cause = matches!(row.class, Class::Cause(_) | Class::CauseBeyondArticle);
            assert_eq!(row.message_export == Outcome::Exits(3), cause, "{row:?}");
        }
    }

    #[test]
    fn every_choice_that_a_table_names_is_on_the_list() {
        let named = CATALOGUE.iter().filter_map(|entry| match entry.basis {
            Basis::Chosen(number) => Some(number),
            Basis::Stated | Basis::Inferred => None,
        });
        for number in named {
            assert!(CHOICES.iter().any(|choice| choice.number == number), "C{number}");
        }
        assert!(CHOICES.iter().enumerate().all(|(i, choice)| choice.number as usize == i + 1));
    }
}
