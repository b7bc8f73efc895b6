//! The Exchange server as it is at the other end of the pipes.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, BufRead, Write};
use std::sync::LazyLock;

use event70_model::{
    CommandLine, Entered, Event, Exchange, Limits, Logging, Run, RunResult, Server, StorePath, Tab,
    Tabbed, Verbatim, View,
};
use event70_process::{Answer, ConnectorLine, EventLine, RunLine, SiteLine, write_line};

use super::Broken;

/// The entries of a tab that is right.
static RIGHT: LazyLock<Tabbed> = LazyLock::new(|| Tabbed::of(Tab::CORRECT));

/// The two pipes, and what went wrong with them.
#[derive(Debug, Default)]
pub(super) struct Pipes {
    said: Vec<u8>,
    heard: String,
    broken: Option<Broken>,
}

impl Pipes {
    /// Reads the next line; at the end of the input an empty one.
    pub(super) fn hear(&mut self, line: &mut String) -> io::Result<()> {
        line.clear();
        io::stdin().lock().read_line(line)?;
        Ok(())
    }

    /// Says something; it is sent with the next [`flush`](Self::flush).
    pub(super) fn say(&mut self, said: &ConnectorLine<'_>) -> Result<(), Broken> {
        Ok(write_line(&mut self.said, said)?)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(&self.said)?;
        self.said.clear();
        out.flush()
    }

    /// What went wrong while nothing could be done about it.
    pub(super) fn is_whole(&mut self) -> Result<(), Broken> {
        self.broken.take().map_or(Ok(()), Err)
    }

    fn ask(&mut self, line: &CommandLine) -> Result<RunResult, Broken> {
        self.say(&ConnectorLine::Run(RunLine::from(line)))?;
        self.flush()?;
        let mut heard = std::mem::take(&mut self.heard);
        self.hear(&mut heard)?;
        let ran = serde_json::from_str::<Answer<'_>>(&heard).map(|answer| RunResult::from(&answer));
        self.heard = heard;
        Ok(ran?)
    }
}

/// The site of one command.
pub(super) struct RemoteServer<'a> {
    site: Option<&'a SiteLine<'a>>,
    tab: Tabbed,
    /// The tab that is in force, if it is another than this.
    in_force: Option<&'a Tabbed>,
    view: View,
    pipes: &'a RefCell<Pipes>,
}

impl<'a> RemoteServer<'a> {
    pub(super) fn new(
        site: Option<&'a SiteLine<'a>>,
        in_force: Option<&'a Tabbed>,
        outbound: u32,
        pipes: &'a RefCell<Pipes>,
    ) -> Self {
        let tab = site.map_or_else(|| RIGHT.clone(), SiteLine::tab);
        let view = View {
            tab: tab.held_against(&RIGHT),
            logging: site.map_or_else(Logging::default, SiteLine::logging),
            outbound,
            exchange: site.map_or(Exchange::V5_0, |site| site.exchange),
            store: site.map_or(StorePath::Short, |site| StorePath::of(&site.store)),
            limits: site.map_or_else(Limits::default, SiteLine::limits),
        };
        Self { site, tab, in_force, view, pipes }
    }

    /// The words of a tab: those in force, or those that were told, wherever the entry is as there.
    fn words(&self, Run { job, tab }: Run) -> Cow<'_, Tabbed> {
        let is_passed = |words: &&Tabbed| Run::new(job, words.held_against(&RIGHT)).tab == tab;
        if let Some(words) = self.in_force.filter(is_passed) {
            return Cow::Borrowed(words);
        }
        if tab == self.view.tab {
            return Cow::Borrowed(&self.tab);
        }
        let other = Tabbed::of(tab);
        let word = |entered: Entered, told: Entered, told_word: &String, other: String| {
            if entered == told { told_word.clone() } else { other }
        };
        let told = self.view.tab;
        Cow::Owned(Tabbed {
            name: word(tab.name, told.name, &self.tab.name, other.name),
            password: word(tab.password, told.password, &self.tab.password, other.password),
            path: word(tab.path, told.path, &self.tab.path, other.path),
        })
    }
}

impl Server for RemoteServer<'_> {
    fn view(&self) -> View {
        self.view
    }

    fn run(&mut self, run: Run) -> RunResult {
        let entry = self.site.map_or("", |site| &site.entry);
        let line = CommandLine::of(run.job, entry, &self.words(run));
        let mut pipes = self.pipes.borrow_mut();
        if pipes.broken.is_some() {
            return RunResult::Unfinished;
        }
        pipes.ask(&line).unwrap_or_else(|broken| {
            pipes.broken = Some(broken);
            RunResult::Unfinished
        })
    }

    fn logged(&mut self, event: Event, times: u32) {
        let event = Verbatim::from(&event);
        let mut pipes = self.pipes.borrow_mut();
        for _ in 0..times {
            if let Err(broken) = pipes.say(&ConnectorLine::Event(EventLine::from(&event))) {
                pipes.broken.get_or_insert(broken);
            }
        }
    }
}
