//! Values of the command line that are no words.

use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use event70_model::Keyword;

/// What a value of the command line is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadValue {
    #[error("not a number of 1 to 16 hexadecimal digits")]
    Seed,
    #[error("not a part such as 1/4")]
    Shard,
    #[error("not a number from 2 to 4")]
    Strength,
    #[error("longer than ten years")]
    TooLong,
    #[error("not a time such as 60s or 5m")]
    Time,
}

/// No search and no connector takes longer.
const TIME_MAX: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Parses a keyword of a vocabulary.
pub(super) fn word<W: Keyword + Send + Sync>() -> impl TypedValueParser<Value = W> {
    PossibleValuesParser::new(W::all_keywords())
        .try_map(|text| W::from_keyword(&text).ok_or("not a valid value"))
}

/// Parses a seed.
pub(super) fn seed(text: &str) -> Result<u64, BadValue> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let plain = Some(digits).filter(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()));
    plain.and_then(|digits| u64::from_str_radix(digits, 16).ok()).ok_or(BadValue::Seed)
}

/// Parses a shard, `I/N`.
pub(super) fn shard(text: &str) -> Result<(u64, u64), BadValue> {
    let parsed = text.split_once('/').and_then(|(part, parts)| {
        Some((part.parse().ok()?, parts.parse().ok()?)).filter(|(p, n)| (1..=*n).contains(p))
    });
    parsed.ok_or(BadValue::Shard)
}

/// Parses how many conditions are combined.
pub(super) fn strength(text: &str) -> Result<usize, BadValue> {
    let strength = text.parse().ok().filter(|strength| (2..=4).contains(strength));
    strength.ok_or(BadValue::Strength)
}

/// Parses a positive time.
pub(super) fn duration(text: &str) -> Result<Duration, BadValue> {
    let parsed: Result<jiff::SignedDuration, _> = text.parse();
    let positive = parsed.ok().filter(jiff::SignedDuration::is_positive);
    let duration = positive.and_then(|duration| Duration::try_from(duration).ok());
    match duration {
        Some(duration) if duration <= TIME_MAX => Ok(duration),
        Some(_) => Err(BadValue::TooLong),
        None => Err(BadValue::Time),
    }
}
