//! Dates and times as Windows shows them, in whatever order the computer was set to.
//!
//! A date with slashes is taken as American unless the file has one that then makes no sense. Where a time
//! has no zone, which none here has, it is taken as UTC.

use jiff::civil::{Date, Time};

use crate::time::seconds;

/// In which order dates with slashes or hyphens are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    MonthFirst,
    DayFirst,
}

/// Years of two digits from here on are of the 1900s.
const PIVOT: u32 = 70;

impl Order {
    /// The order in which these dates make sense.
    pub(crate) fn of<'a>(mut dates: impl Iterator<Item = &'a str>) -> Self {
        let is_day_first = |text: &str| matches!(numbers(text)[..], [13..=31, 1..=12, _, ..]);
        if dates.any(is_day_first) { Self::DayFirst } else { Self::MonthFirst }
    }

    /// The seconds since 1970 of a date and a time in one text.
    pub(crate) fn seconds(self, text: &str) -> Option<i64> {
        let numbers = numbers(text);
        let [a, b, c, hour, minute, ref rest @ ..] = numbers[..] else { return None };
        let second = rest.first().copied().unwrap_or(0);
        let is_dotted =
            text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.');
        let (year, month, day) = match (a, self) {
            (32.., _) => (a, b, c),
            (_, Self::DayFirst) => (c, b, a),
            (_, Self::MonthFirst) if is_dotted => (c, b, a),
            (_, Self::MonthFirst) => (c, a, b),
        };
        let year = match year {
            PIVOT..=99 => 1900 + year,
            0..PIVOT => 2000 + year,
            year => year,
        };
        let hour = match (half(text), hour) {
            (Some(_), 0 | 13..) => return None,
            (Some(Half::Morning), 12) => 0,
            (Some(Half::Afternoon), 1..=11) => hour + 12,
            _ => hour,
        };
        let day = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
        let time =
            Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.try_into().ok()?, 0);
        seconds(day.ok()?.to_datetime(time.ok()?))
    }
}

enum Half {
    Morning,
    Afternoon,
}

fn half(text: &str) -> Option<Half> {
    let end: String = text.chars().rev().filter(char::is_ascii_alphabetic).take(2).collect();
    match end.to_ascii_uppercase().as_str() {
        "MA" => Some(Half::Morning),
        "MP" => Some(Half::Afternoon),
        _ => None,
    }
}

/// The numbers of a text, up to the seventh; one that is too large is none at all.
fn numbers(text: &str) -> Vec<u32> {
    let parts = text.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
    parts.take(7).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::Order;
    use crate::time::beginning;

    fn read(texts: &[&str]) -> Vec<Option<i64>> {
        let order = Order::of(texts.iter().copied());
        texts.iter().map(|text| order.seconds(text)).collect()
    }

    #[test]
    fn a_date_is_read_in_whatever_order_it_is_written() {
        let nine = Some(beginning());
        for text in [
            "12/6/97 9:00:00 AM",
            "12/6/1997 9:00:00 AM",
            "12/6/1997\t9:00:00\u{202f}AM",
            "06.12.1997 09:00:00",
            "1997-12-06T09:00",
        ] {
            assert_eq!(read(&[text]), [nine], "{text}");
        }
        let noon = nine.map(|nine| nine + 3 * 3600);
        assert_eq!(read(&["06/12/1997 09:00:00", "13/12/1997 09:00:00"])[0], nine);
        assert_eq!(read(&["12/6/1997 12:00:00 PM"]), [noon]);
        assert_eq!(read(&["12/6/1997 12:00:00 a.m."]), [nine.map(|nine| nine - 9 * 3600)]);
        assert_eq!(read(&["12/6/1997 1:00 PM"]), [noon.map(|noon| noon + 3600)]);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in
            ["", "12/6/1997", "2/30/1997 9:00:00", "12/6/1997 25:00:00", "99999999999/1/1 1:1"]
        {
            assert_eq!(read(&[text]), [None], "{text}");
        }
    }
}
