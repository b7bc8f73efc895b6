//! Finite machines: the proof over every state, the mutants, and conformance test suites.

pub mod certify;
pub mod mutants;
mod prove;
mod simulation;

pub use prove::{
    Product, Scope, TOGETHER, Walk, alphabet, class_of_inbound, combinations, kinds, scopes, walk,
};
pub use simulation::Simulation;
