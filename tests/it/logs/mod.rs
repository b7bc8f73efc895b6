//! Event logs in and out: what is written reads back, what is broken is named, and other people's readers
//! see the same.

#[cfg(feature = "evtx")]
mod evtx;
mod mutated;
mod other_readers;
mod round_trip;
mod run_evt;
mod sample;
mod snapshots;
