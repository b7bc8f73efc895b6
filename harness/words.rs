//! The fixed words of scenario files, tables and messages.
//!
//! Every closed vocabulary (hosts, conditions, repairs, levels …) is an enum whose variants are
//! declared together with the word a person writes. Reading a file, suggesting the nearest word,
//! rendering and the JSON Schema all take their words from here, so a word is written down once.

use std::borrow::Cow;

/// A closed vocabulary: an enum whose every variant has one word in files and messages.
pub trait Word: Copy + Eq + Sized + 'static {
    /// Every word, in the order of declaration.
    const ALL: &'static [Self];

    /// The word as it stands in files and messages.
    fn word(self) -> &'static str;

    /// The variant that `text` names, if any; exact, case matters.
    fn from_word(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|w| w.word() == text)
    }

    /// Every word as text, in the order of declaration.
    fn all_words() -> Vec<&'static str> {
        Self::ALL.iter().map(|w| w.word()).collect()
    }
}

/// Declares a vocabulary: `words! { pub enum Host { WindowsNt = "windows-nt", … } }`.
macro_rules! words {
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

        impl $crate::words::Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::words::Word::word(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                $crate::words::Word::from_word(&text).ok_or_else(|| {
                    serde::de::Error::custom(format_args!("{text:?} is not one of the words"))
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::words::Word::word(*self))
            }
        }
    };
}
pub(crate) use words;

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

/// A text that others wrote, fit for a terminal: what would move the cursor, change colours or the
/// direction of writing is escaped, as `\u{1b}`.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    let harmful = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let escape = |letter: char| match letter {
        '\t' | '\r' | '\n' => letter.escape_default().to_string(),
        letter if harmful(letter) => letter.escape_unicode().to_string(),
        letter => letter.to_string(),
    };
    Cow::Owned(text.chars().map(escape).collect())
}

/// A name, a path or an argument as a shell takes it back: in quotes where it needs them, with the
/// characters that a terminal would act on written out.
#[must_use]
pub fn pasted(text: &str) -> Cow<'_, str> {
    // What begins with a dash would be taken for an option.
    let text = if text.starts_with('-') { format!("./{text}").into() } else { Cow::Borrowed(text) };
    if plain(&text) == text {
        return Cow::Owned(shell_words::quote(&text).into_owned());
    }
    let escape = |letter: char| match letter {
        '\\' | '\'' => format!("\\{letter}"),
        letter if plain(letter.encode_utf8(&mut [0; 4])).starts_with('\\') => {
            letter.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\x{byte:02x}")).collect()
        }
        letter => letter.to_string(),
    };
    Cow::Owned(format!("$'{}'", text.chars().map(escape).collect::<String>()))
}

/// A count with its noun: `1 run`, `2 runs`.
#[must_use]
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::{nearest, pasted, plain};

    #[test]
    fn a_text_of_others_cannot_play_with_the_terminal() {
        assert_eq!(plain(r"C:\EXCHSRVR, größer"), r"C:\EXCHSRVR, größer");
        assert_eq!(plain("a\u{1b}[31m\r\n\u{202e}\0\u{9b}"), r"a\u{1b}[31m\r\n\u{202e}\u{0}\u{9b}");
    }

    #[test]
    fn what_is_pasted_into_a_shell_is_one_word_and_the_same_text() {
        assert_eq!(pasted("causes/tab-name-wrong"), "causes/tab-name-wrong");
        assert_eq!(pasted("-n"), "./-n");
        for text in ["monday morning", "it's", "$(x) `y` \"z\" *?", "größer", ""] {
            assert_eq!(shell_words::split(&pasted(text)).unwrap(), [text]);
        }
        assert_eq!(pasted("it's\n\u{202e}"), r"$'it\'s\x0a\xe2\x80\xae'");
    }

    #[test]
    fn a_slip_is_met_with_the_word_that_was_meant_and_nonsense_with_none() {
        let words = ["tab-name-wrong", "tab-path-wrong", "postoffice-locked"];
        assert_eq!(nearest("tab-nmae-wrong", &words), Some("tab-name-wrong"));
        assert_eq!(nearest("locked", &words), Some("postoffice-locked"));
        assert_eq!(nearest("zzzzzzzz", &words), None);
    }
}
