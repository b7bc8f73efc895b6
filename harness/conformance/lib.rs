//! Finite machines: the proof over every state, the mutants, and conformance test suites.

pub mod cells;
pub mod certify;
mod combinations;
pub mod mutants;
mod prove;

pub use combinations::{Difference, combinations};
pub use prove::{FiniteSite, Product, Scope, TOGETHER, Walk, alphabet, kinds, scopes, walk};
