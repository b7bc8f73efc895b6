//! The lines of a story, as the report lays them out.

/// Texts are laid out to so many columns, and what happened begins at this one.
pub(super) const WIDTH: usize = 100;
pub(super) const COLUMN: usize = 15;

/// One line of a story, with what was broken off it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// What the site is: a story begins.
    Site,
    /// A step begins.
    Step,
    /// Something happened: at a time, if a group begins.
    Told(Option<Time>, String),
    /// The group came so many times in all, so many seconds apart.
    Again { times: u64, every: i64 },
    /// So many lines are not told.
    LeftOut(u64),
    /// Anything else.
    Other,
}

/// A time as a story tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// The second of a day.
    OfDay(i64),
    /// Counted from the beginning of the step, which is not told.
    OfStep,
}

/// Whether a line says what a site is.
pub(super) fn is_site(line: &str) -> bool {
    line.starts_with("site:   ") && line.contains(" post office on ")
}

/// The lines of a text, each with its number from 1. What was broken to fit the width is put together
/// again, which is why lines that hold nothing of interest are there.
pub(super) fn in_lines(text: &str) -> impl Iterator<Item = (usize, Line)> {
    let mut raw = text.lines().zip(1..).peekable();
    std::iter::from_fn(move || {
        let (first, number) = raw.next()?;
        let mut line = line(first);
        let Line::Told(_, told) = &mut line else { return Some((number, line)) };
        let mut width = first.chars().count();
        while let Some((next, _)) = raw.next_if(|(next, _)| continues(width, next)) {
            told.push(' ');
            told.push_str(next.trim_start());
            width = next.chars().count();
        }
        Some((number, line))
    })
}

fn line(raw: &str) -> Line {
    if is_site(raw) {
        return Line::Site;
    }
    let indent = raw.len() - raw.trim_start_matches(' ').len();
    let text = &raw[indent..];
    match indent {
        COLUMN => again(text).unwrap_or_else(|| Line::Told(None, text.to_owned())),
        5 => timed(text).unwrap_or(Line::Other),
        7 => left_out(text).map_or(Line::Other, Line::LeftOut),
        0..=2 if is_step(text) => Line::Step,
        _ => Line::Other,
    }
}

/// `12  start`, or `-  start` in a snapshot.
fn is_step(text: &str) -> bool {
    text.split_once("  ").is_some_and(|(number, _)| {
        number == "-" || !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// Whether a line goes on with one of this width: its first word did not fit there, and it is not the
/// beginning of something else.
fn continues(width: usize, next: &str) -> bool {
    let text = next.trim_start_matches(' ');
    let word = text.split(' ').next().unwrap_or_default();
    next.len() - text.len() == COLUMN
        && width + 1 + word.chars().count() > WIDTH
        && again(text).is_none()
        && !begins_run(text)
        && super::group::Head::of(text).is_none()
}

/// Whether this tells of a run of a program, not of a record: its command or file, and how it ended.
pub(super) fn is_run(text: &str) -> bool {
    const ENDS: [&str; 4] = ["exited ", "not found", "failed to run", "did not finish"];
    let end = text.rsplit_once(": ").map(|(_, end)| end);
    end.is_some_and(|end| ENDS.iter().any(|known| end.starts_with(known)))
}

/// Whether this is the beginning of the line of a run.
fn begins_run(text: &str) -> bool {
    text.starts_with("EXPORT to ") || text.starts_with("IMPORT from ")
}

/// `09:00:15  …`, or `+0:15     …` in a snapshot.
fn timed(text: &str) -> Option<Line> {
    let (time, told) = text.split_once("  ")?;
    let time = if let Some(elapsed) = time.strip_prefix('+') {
        elapsed.split(':').all(|part| part.parse::<u64>().is_ok()).then_some(Time::OfStep)?
    } else {
        let time: jiff::civil::Time = time.parse().ok()?;
        Time::OfDay(time.duration_since(jiff::civil::Time::MIN).as_secs())
    };
    Some(Line::Told(Some(time), told.trim_start().to_owned()))
}

/// `the same × 3, every 15 s until +0:45`
fn again(text: &str) -> Option<Line> {
    let (times, rest) = text.strip_prefix("the same × ")?.split_once(", every ")?;
    let (every, _) = rest.split_once(" s until ")?;
    Some(Line::Again { times: times.parse().ok()?, every: every.parse().ok()? })
}

/// `… and 3 more lines`
fn left_out(text: &str) -> Option<u64> {
    let (lines, rest) = text.strip_prefix("… and ")?.split_once(' ')?;
    rest.starts_with("more line").then(|| lines.parse().ok())?
}
