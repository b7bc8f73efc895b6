//! Mail under way on a site, and whether all of it arrives.

use std::fs;
use std::path::Path;
use std::process::Command;

use event70::live::lotus::fixture;
use event70::model::Job;

use super::LotusFixture;

/// A site on which mail is under way, and how much of it there has been.
pub(crate) struct Traffic {
    pub(crate) site: LotusFixture,
    number: u16,
    sent: u32,
    submitted: u32,
}

impl Traffic {
    pub(crate) fn new() -> Self {
        Self { site: LotusFixture::new(), number: 0, sent: 0, submitted: 0 }
    }

    pub(crate) fn send(&mut self, messages: u32) {
        fixture::send(&self.site.post_office(), messages).unwrap();
        self.sent += messages;
    }

    pub(crate) fn submit(&mut self, messages: u32) {
        fixture::submit(&self.site.place.store(), messages, self.submitted + 1).unwrap();
        self.submitted += messages;
    }

    pub(crate) fn export(&mut self) -> Command {
        self.number += 1;
        self.site.job(Job::ExportMessages(self.number.into()))
    }

    pub(crate) fn import(&self) -> Command {
        self.site.job(Job::ImportMessages)
    }

    /// Runs EXPORT until nothing waits, and looks that every message has come out once.
    pub(crate) fn all_came_out(&mut self, after: &str) {
        // Nobody else opens the databases before the program has: it is the program that has to
        // cope with what another one left behind.
        for _ in 0..=self.sent / 16 + 1 {
            let output = self.export().output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{after}: {output:?}");
            if fixture::waiting(&self.site.post_office()).unwrap() == 0 {
                break;
            }
        }
        let (subjects, _) = self.site.exported();
        assert_each_once(subjects, self.sent, after);
        let folder = self.site.place.store().export();
        let left = names(&folder).into_iter().filter(|name| name.ends_with(".$$$")).count();
        assert_eq!(left, 0, "{after}");
    }

    /// Runs IMPORT until nothing waits, and looks that every message has come in once.
    pub(crate) fn all_came_in(&mut self, after: &str) {
        for _ in 0..=self.submitted / 5 + 1 {
            if fixture::outbound(&self.site.place.store()).unwrap() == 0 {
                break;
            }
            let output = self.import().output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{after}: {output:?}");
        }
        assert_eq!(fixture::outbound(&self.site.place.store()).unwrap(), 0, "{after}");
        assert_each_once(self.site.imported(), self.submitted, after);
    }

    pub(crate) fn is_clean(&self, after: &str) {
        let output = self.site.tool_command("ANALYZE").output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{after}: {output:?}");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn assert_each_once(mut subjects: Vec<String>, count: u32, after: &str) {
    subjects.sort_unstable();
    let twice: Vec<&String> =
        subjects.windows(2).filter(|two| two[0] == two[1]).map(|two| &two[0]).collect();
    assert!(twice.is_empty(), "{after}: twice: {twice:?}");
    assert_eq!(subjects.len(), count as usize, "{after}");
}
