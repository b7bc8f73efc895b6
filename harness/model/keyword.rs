//! The fixed words of scenario files, tables and messages.
//!
//! Every closed vocabulary (hosts, conditions, repairs, levels …) is an enum whose variants are
//! declared together with the word a person writes. Reading a file, suggesting the nearest word,
//! rendering and the JSON Schema all take their words from here, so a word is written down once.

/// A closed vocabulary: an enum whose every variant has one word in files and messages.
pub trait Keyword: Copy + Eq + Sized + 'static {
    /// Every word, in the order of declaration.
    const ALL: &'static [Self];

    /// The word as it stands in files and messages.
    fn keyword(self) -> &'static str;

    /// The variant that `text` names, if any; exact, case matters.
    fn from_keyword(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|w| w.keyword() == text)
    }

    /// Every word as text, in the order of declaration.
    fn all_keywords() -> Vec<&'static str> {
        Self::ALL.iter().map(|w| w.keyword()).collect()
    }
}

/// Declares a vocabulary: `keywords! { pub enum Host { WindowsNt = "windows-nt", … } }`.
#[macro_export]
macro_rules! keywords {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Hash, PartialOrd, Ord, enumset::EnumSetType)]
        $vis enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// How many there are.
            pub const COUNT: usize = [$(Self::$variant),+].len();
        }

        impl $crate::Keyword for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn keyword(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::Keyword::keyword(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                $crate::Keyword::from_keyword(&text).ok_or_else(|| {
                    serde::de::Error::custom(format_args!("{text:?} is not a valid value"))
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::Keyword::keyword(*self))
            }
        }
    };
}

/// The word nearest to `text`, if one is near enough to be what was meant: at most a third of the
/// letters apart, or sharing all of `text` as a part.
#[must_use]
pub fn nearest<'a>(text: &str, words: &[&'a str]) -> Option<&'a str> {
    let near = words
        .iter()
        .map(|word| (strsim::damerau_levenshtein(text, word), *word))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, word)| *distance * 3 <= word.len().max(text.len()));
    near.map(|(_, word)| word)
        .or_else(|| words.iter().copied().find(|word| text.len() >= 3 && word.contains(text)))
}

/// A count with its noun: `1 run`, `2 runs`.
#[must_use]
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_suggests_the_word_that_was_meant_and_nonsense_none() {
        let words = ["tab-name-wrong", "tab-path-wrong", "postoffice-locked"];
        assert_eq!(nearest("tab-nmae-wrong", &words), Some("tab-name-wrong"));
        assert_eq!(nearest("locked", &words), Some("postoffice-locked"));
        assert_eq!(nearest("zzzzzzzz", &words), None);
    }
}
