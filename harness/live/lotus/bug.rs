//! Bugs planted in the programs on purpose: what a search on the live site must find.
//!
//! Like the seeded bugs of a connector, each is chosen without rebuilding: a file beside the
//! programs names the one that they have.

use event70_model::{Keyword, keywords};

use super::files;
use super::place::Place;

keywords! {
    /// A bug of the Lotus programs.
    pub enum ProgramBug {
        /// EXPORT and IMPORT let in whoever asks, whatever name and password are given.
        AnyCredentials = "any-credentials",
        /// EXPORT takes mail out for a site that the post office does not know.
        AnySite = "any-site",
        /// EXPORT and IMPORT work on a database of another version.
        AnyVersion = "any-version",
        /// A post office that is shut down or locked shows as one that cannot be reached.
        LockedIsThree = "locked-is-3",
        /// A post office that cannot be reached shows as one that is locked.
        UnreachableIsFour = "unreachable-is-4",
        /// Damaged data do not stop a run.
        DamageUnseen = "damage-unseen",
        /// In EXPORT, damaged data show as in IMPORT.
        DamageIsOne = "damage-is-1",
        /// EXPORT leaves the messages that it has exported where they are.
        LeavesMail = "leaves-mail",
        /// EXPORT takes messages out and writes no file.
        LosesMail = "loses-mail",
        /// IMPORT leaves the files of the messages that it has imported where they are.
        LeavesFiles = "leaves-files",
        /// IMPORT of additions to the directory adds nothing.
        AddsNothing = "adds-nothing",
        /// One pass of CHKSTAT mends all damage.
        MendsAll = "mends-all",
        /// CHKSTAT mends nothing.
        MendsNothing = "mends-nothing",
        /// RECLAIM gives nothing back.
        ReclaimsNothing = "reclaims-nothing",
    }
}

impl ProgramBug {
    /// The bug of the programs on this site, if they have one.
    pub(super) fn of(place: &Place) -> Option<Self> {
        Self::from_keyword(files::read_text(&place.bug()).ok()?.trim())
    }
}
