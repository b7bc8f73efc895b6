//! The text of this project's own snapshots, and of what `event70 run` prints.
//!
//! A story tells what happened in groups: the lines of one second, each with how often it came, and how
//! often the whole group came again. What came again is a record each time here, on the next file.
//! Snapshots name files by their place in the step (`msg#1.ccm`); they get the names that the reference
//! gives them. Times of day are counted on from the first day of the site's clock; times of a snapshot,
//! which are counted from step to step, are no times.

mod group;
mod lines;
mod write;

use crate::record::{LogFile, LogKind};
use crate::time::{DAY, beginning};
use crate::trouble::{Trouble, TroubleKind};
use group::{Group, RECORDS_MAX, Teller};
use lines::{Line, Time, in_lines};

pub(crate) use write::write;

/// Whether a text has a story in it: a line that says what the site is.
pub(crate) fn is_one(text: &str) -> bool {
    text.lines().any(lines::is_site)
}

/// Reads every story of the text.
pub(crate) fn read(text: &str) -> LogFile {
    let mut reader = Reader { now: beginning(), ..Reader::default() };
    for (number, line) in in_lines(text) {
        reader.take(number, line);
    }
    reader.end_group(0, 1, 0);
    LogFile { kind: LogKind::Snapshot, records: reader.teller.records, troubles: reader.troubles }
}

#[derive(Default)]
struct Reader {
    teller: Teller,
    group: Group,
    /// The last time that was told, in seconds since 1970.
    now: i64,
    stories: u32,
    troubles: Vec<Trouble>,
}

impl Reader {
    fn take(&mut self, number: usize, line: Line) {
        match line {
            Line::Told(None, text) => self.add(number, &text),
            Line::Again { times, every } => self.end_group(number, times, every),
            Line::Told(Some(time), text) => {
                self.end_group(number, 1, 0);
                self.group.at = self.seconds(time);
                self.add(number, &text);
            }
            Line::Site => {
                self.end_group(number, 1, 0);
                self.now = beginning();
                self.stories += 1;
                if self.stories > 1 {
                    self.troubles.push(Trouble::at_line(number, TroubleKind::Another));
                }
            }
            Line::Step => {
                self.end_group(number, 1, 0);
                self.teller.begin_step();
            }
            Line::LeftOut(lines) => {
                self.end_group(number, 1, 0);
                self.troubles.push(Trouble::at_line(number, TroubleKind::LeftOut(lines)));
            }
            Line::Other => self.end_group(number, 1, 0),
        }
    }

    fn add(&mut self, number: usize, text: &str) {
        if !self.teller.add(&mut self.group, number, text) {
            let what = "the line tells neither of a run nor of a record".to_owned();
            self.troubles.push(Trouble::at_line(number, TroubleKind::Broken(what)));
        }
    }

    /// Makes the records of the group that ends here.
    fn end_group(&mut self, number: usize, times: u64, every: i64) {
        let group = std::mem::take(&mut self.group);
        if let Some(at) = group.at {
            let passed = every.saturating_mul(times.saturating_sub(1) as i64);
            self.now = at.saturating_add(passed);
        }
        if !self.teller.tell(&group, times, every) {
            let kind = TroubleKind::TooMany(RECORDS_MAX);
            self.troubles.push(Trouble::at_line(number, kind));
        }
    }

    /// The next second at which it is so late.
    fn seconds(&self, time: Time) -> Option<i64> {
        let Time::OfDay(time) = time else { return None };
        let wait = (time - self.now).rem_euclid(DAY);
        Some(self.now.saturating_add(wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "site:   Exchange 5.0, db6 post office on windows-nt, logging none\n";

    fn strings_of(log: &LogFile) -> Vec<&str> {
        log.records.iter().map(|record| record.strings[0].as_str()).collect()
    }

    #[test]
    fn a_group_that_came_again_is_a_record_each_time_on_the_next_file() {
        let text = format!(
            "{SITE}\n  -  start\n     +0:00     EXPORT to msg#1.ccm: exited 0\n\n  -  2 cycles\n\
             \x20    +0:15     EXPORT to msg#1.ccm: exited 1\n\
             \x20              Error 68 MSExchangeCCMC General: Lotus cc:Mail EXPORT to file msg#1.ccm \
             returned result\n\
             \x20              code 1. Could not access the Lotus cc:Mail Post Office.\n\
             \x20              the same × 3, every 15 s until +0:45\n     = no Event 70\n"
        );
        let log = read(&text);
        assert_eq!(strings_of(&log), ["msg0002.ccm", "msg0003.ccm", "msg0004.ccm"]);
        assert!(log.is_whole() && log.troubles.is_empty(), "{:?}", log.troubles);
    }

    #[test]
    fn times_of_day_are_counted_on_over_midnight() {
        let text = format!(
            "{SITE}\n  1  cycles\n     23:59:45  Warning 45 MSExchangeCCMC General: Optional \
             configuration value is missing. The index of the value is 2a. Default values are assumed.\n\
             \x20              the same × 2, every 30 s until 00:00:15\n\n  2  cycles\n\
             \x20    00:00:00  Information 86 Other General: Anything × 2\n"
        );
        let log = read(&text);
        let evening = beginning() + 15 * 3600 - 15;
        let times = [0, 30, DAY + 15, DAY + 15].map(|passed| Some(evening + passed));
        assert_eq!(log.records.iter().map(|r| r.time).collect::<Vec<_>>(), times);
        assert_eq!(log.records[3].text.as_deref(), Some("Anything"));
        assert_eq!(log.records[0].strings, ["2a"]);
    }

    #[test]
    fn what_is_left_out_or_too_much_is_named() {
        let line = "     +0:00     Error 70 MSExchangeCCMC General:";
        let text = format!("{SITE}\n  -  start\n{line} × 4000000000\n       … and 3 more lines\n");
        let log = read(&text);
        assert_eq!(log.records.len(), RECORDS_MAX);
        let kinds: Vec<_> = log.troubles.iter().map(|trouble| trouble.kind.clone()).collect();
        assert_eq!(kinds, [TroubleKind::TooMany(RECORDS_MAX), TroubleKind::LeftOut(3)]);
        assert!(!log.is_whole());
    }
}
