//! Finite machines: the proof over every state, the mutants, and conformance test suites.

pub mod cells;
pub mod certify;
pub mod mutants;
mod prove;

pub use prove::{
    Difference, FiniteSite, Product, Scope, TOGETHER, Walk, alphabet, class_of_inbound,
    combinations, kinds, scopes, walk,
};
