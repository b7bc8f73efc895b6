//! The command: what it reads, prints and saves, and its exit status.
