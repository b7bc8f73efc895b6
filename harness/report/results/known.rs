//! What is known of a scenario in the tree of results.

use event70_model::{Foreign, Keyword, keywords};
use schemars::JsonSchema;
use serde::Serialize;

use super::word::Word;
use crate::testing::known::{Standing, Tally};

keywords! {
    /// What a scenario is beside the list of known failures.
    pub enum StandingWord {
        /// It fails in the way that is known.
        Known = "known",
        /// It fails otherwise than is known.
        New = "new",
        /// It is known to fail, and agrees.
        Mended = "mended",
    }
}

/// A scenario beside the list of known failures, if it fails or is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct KnownEntry {
    /// What it is.
    pub standing: Word<StandingWord>,
    /// What the list says that it violates; `null` if it is not in it.
    #[schemars(with = "Option<String>")]
    pub violates: Option<Foreign>,
    /// Why it is known and not mended; `null` likewise.
    #[schemars(with = "Option<String>")]
    pub reason: Option<Foreign>,
}

/// How many failures were known, new and mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TallyEntry {
    /// How many failed in the way that is known.
    pub known: u64,
    /// How many failed otherwise.
    pub new: u64,
    /// How many are known to fail, and agreed.
    pub mended: u64,
}

impl KnownEntry {
    /// What is said of a scenario; nothing where it agrees as it should.
    #[must_use]
    pub fn of(standing: Standing<'_>) -> Option<Self> {
        let word = StandingWord::from_keyword(standing.word()?)?;
        let listed = standing.listed();
        Some(Self {
            standing: Word(word),
            violates: listed.map(|known| known.violates.as_str().into()),
            reason: listed.map(|known| known.reason.as_str().into()),
        })
    }
}

impl From<Tally> for TallyEntry {
    fn from(Tally { known, new, mended }: Tally) -> Self {
        Self { known, new, mended }
    }
}
