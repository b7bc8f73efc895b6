//! What the harness says: commands, and how runs ended.

use std::borrow::Cow;

use event70_model::{
    Category, Description, Exchange, Level, Limits, Logging, ProgramPaths, RunResult, Tabbed, clock,
};
use serde::{Deserialize, Serialize};

use super::PROTOCOL;

/// A command. What belongs to it depends on its word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command<'a> {
    /// Which command.
    #[serde(rename = "do")]
    pub word: CommandWord,
    /// With `reset`: the version of the protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<u32>,
    /// When, by the site's clock; not with `reset`.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub at: Option<Cow<'a, str>>,
    /// With `cycle`: how many messages wait to go to cc:Mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outbound: Option<u32>,
    /// With `start`, `cycle` and `dirsync`: the site as it is.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteLine<'a>>,
}

/// The word of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommandWord {
    /// A new scenario begins.
    Reset,
    /// The service starts.
    Start,
    /// The interval between two cycles has passed.
    Cycle,
    /// Directories are to be synchronized now.
    Dirsync,
    /// The service stops in order.
    Stop,
}

/// The site as described to a connector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteLine<'a> {
    /// The Postoffice tab.
    #[serde(borrow)]
    pub tab: TabLine<'a>,
    /// The site entry.
    #[serde(borrow)]
    pub entry: Cow<'a, str>,
    /// The path of the connector store.
    #[serde(borrow)]
    pub store: Cow<'a, str>,
    /// The version of Exchange Server.
    pub exchange: Exchange,
    /// The diagnostics logging levels.
    pub logging: LoggingLine,
    /// The name of the computer.
    #[serde(borrow)]
    pub computer: Cow<'a, str>,
    /// On a live site: the programs, which a connector may start itself.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub programs: Option<ProgramsLine<'a>>,
    /// How many seconds a polling interval has; not told where it is the default.
    #[serde(rename = "poll-seconds", default, skip_serializing_if = "Option::is_none")]
    pub poll_seconds: Option<u32>,
    /// How many messages one EXPORT moves at most; not told where it is the default.
    #[serde(rename = "export-max", default, skip_serializing_if = "Option::is_none")]
    pub export_max: Option<u16>,
    /// How many messages one IMPORT moves at most; not told where it is the default.
    #[serde(rename = "import-max", default, skip_serializing_if = "Option::is_none")]
    pub import_max: Option<u16>,
}

/// Where the programs lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramsLine<'a> {
    /// EXPORT.
    #[serde(borrow)]
    pub export: Cow<'a, str>,
    /// IMPORT.
    #[serde(borrow)]
    pub import: Cow<'a, str>,
}

/// The Postoffice tab as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TabLine<'a> {
    /// The post office's name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Its password.
    #[serde(borrow)]
    pub password: Cow<'a, str>,
    /// The path to its folder.
    #[serde(borrow)]
    pub path: Cow<'a, str>,
}

/// The diagnostics logging level of each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LoggingLine {
    general: Level,
    outbound: Level,
    inbound: Level,
    dir_synch: Level,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<'a> {
    ran: RanWord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<u8>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    console: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    messages: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    corrupt: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    returned: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RanWord {
    Exited,
    NotFound,
    Failed,
    Unfinished,
}

impl CommandWord {
    /// The word as it stands in a line.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Start => "start",
            Self::Cycle => "cycle",
            Self::Dirsync => "dirsync",
            Self::Stop => "stop",
        }
    }
}

impl Command<'static> {
    /// The first command of a scenario.
    #[must_use]
    pub const fn reset() -> Self {
        Self {
            word: CommandWord::Reset,
            protocol: Some(PROTOCOL),
            at: None,
            outbound: None,
            site: None,
        }
    }

    /// A command this many seconds after the beginning of the timeline.
    #[must_use]
    pub fn at(word: CommandWord, seconds: u64) -> Self {
        let at = Some(clock(seconds).to_string().into());
        Self { word, protocol: None, at, outbound: None, site: None }
    }
}

impl<'a> SiteLine<'a> {
    /// The site that is described so.
    #[must_use]
    pub fn of(site: &'a Description) -> Self {
        let level = |category| site.logging.level(category);
        let Tabbed { name, password, path } = &site.tab;
        let (limits, usual) = (site.limits, Limits::default());
        Self {
            tab: TabLine { name: name.into(), password: password.into(), path: path.into() },
            entry: (&site.entry).into(),
            store: (&site.store).into(),
            exchange: site.exchange,
            logging: LoggingLine {
                general: level(Category::General),
                outbound: level(Category::Outbound),
                inbound: level(Category::Inbound),
                dir_synch: level(Category::DirSynch),
            },
            computer: (&site.computer).into(),
            programs: site.programs.as_ref().map(|ProgramPaths { export, import }| ProgramsLine {
                export: export.into(),
                import: import.into(),
            }),
            poll_seconds: told(limits.poll_seconds, usual.poll_seconds),
            export_max: told(limits.export_max, usual.export_max),
            import_max: told(limits.import_max, usual.import_max),
        }
    }

    /// The polling interval, and how many messages one run moves at most.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            poll_seconds: self.poll_seconds.unwrap_or(usual.poll_seconds),
            export_max: self.export_max.unwrap_or(usual.export_max),
            import_max: self.import_max.unwrap_or(usual.import_max),
        }
    }

    /// The diagnostics logging levels.
    #[must_use]
    pub fn logging(&self) -> Logging {
        let LoggingLine { general, outbound, inbound, dir_synch } = self.logging;
        Logging::all(general)
            .with(Category::Outbound, outbound)
            .with(Category::Inbound, inbound)
            .with(Category::DirSynch, dir_synch)
    }

    /// The Postoffice tab.
    #[must_use]
    pub fn tab(&self) -> Tabbed {
        let TabLine { name, password, path } = &self.tab;
        Tabbed {
            name: name.as_ref().to_owned(),
            password: password.as_ref().to_owned(),
            path: path.as_ref().to_owned(),
        }
    }
}

/// A limit, where it is not the usual one.
fn told<T: PartialEq>(limit: T, usual: T) -> Option<T> {
    (limit != usual).then_some(limit)
}

impl From<RunResult> for Answer<'static> {
    fn from(ran: RunResult) -> Self {
        let console = Some(ran.printed().to_string().into());
        let bare = |ran, code, console| Self {
            ran,
            code,
            console,
            messages: None,
            corrupt: None,
            returned: None,
        };
        match ran {
            RunResult::Exited { code, messages, corrupt, returned } => Self {
                ran: RanWord::Exited,
                code: Some(code),
                console,
                messages: Some(messages),
                corrupt: Some(corrupt),
                returned: Some(returned),
            },
            RunResult::NotFound => bare(RanWord::NotFound, Some(2), console),
            RunResult::Failed => bare(RanWord::Failed, None, console),
            RunResult::Unfinished => bare(RanWord::Unfinished, None, None),
        }
    }
}

impl Answer<'_> {
    /// The same after a run that printed this as well.
    #[must_use]
    pub fn printing(self, printed: &str) -> Self {
        if printed.is_empty() {
            self
        } else {
            Self { console: Some(printed.to_owned().into()), ..self }
        }
    }
}

impl From<&Answer<'_>> for RunResult {
    fn from(answer: &Answer<'_>) -> Self {
        match answer.ran {
            RanWord::Exited => Self::Exited {
                code: answer.code.unwrap_or_default(),
                messages: answer.messages.unwrap_or_default(),
                corrupt: answer.corrupt.unwrap_or_default(),
                returned: answer.returned.unwrap_or_default(),
            },
            RanWord::NotFound => Self::NotFound,
            RanWord::Failed => Self::Failed,
            RanWord::Unfinished => Self::Unfinished,
        }
    }
}

#[cfg(test)]
mod tests {
    use event70_model::{Tab, View};

    use super::*;
    use crate::write_line;

    fn line(message: &impl Serialize) -> String {
        let mut buffer = Vec::new();
        write_line(&mut buffer, message).unwrap();
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn commands_are_the_lines_that_the_contract_prints() {
        assert_eq!(line(&Command::reset()), "{\"do\":\"reset\",\"protocol\":1}\n");
        let stop = Command::at(CommandWord::Stop, 15);
        assert_eq!(line(&stop), "{\"do\":\"stop\",\"at\":\"1997-12-06T09:00:15\"}\n");
        let site = Description::of(&View::default(), Tab::CORRECT);
        let mut cycle = Command::at(CommandWord::Cycle, 0);
        (cycle.outbound, cycle.site) = (Some(2), Some(SiteLine::of(&site)));
        let printed = concat!(
            r#"{"do":"cycle","at":"1997-12-06T09:00:00","outbound":2,"site":{"tab":{"name":"HQ","#,
            r#""password":"SECRET","path":"\\\\CCSRV\\CCDATA"},"entry":"EXCHANGE","#,
            r#""store":"C:\\EXCHSRVR\\CCMCDATA","exchange":"5.0","logging":{"general":"none","#,
            r#""outbound":"none","inbound":"none","dir-synch":"none"},"computer":"EXCH1"}}"#,
            "\n"
        );
        assert_eq!(line(&cycle), printed);
        assert_eq!(serde_json::from_str::<Command>(printed).unwrap(), cycle);
    }

    #[test]
    fn only_limits_that_are_not_the_defaults_are_told() {
        let limits = Limits { poll_seconds: 3600, import_max: 1, ..Limits::default() };
        let site = Description::of(&View { limits, ..View::default() }, Tab::CORRECT);
        let told = line(&SiteLine::of(&site));
        assert!(told.ends_with("\"computer\":\"EXCH1\",\"poll-seconds\":3600,\"import-max\":1}\n"));
        assert_eq!(serde_json::from_str::<SiteLine>(&told).unwrap().limits(), limits);
    }

    #[test]
    fn answers_are_the_lines_that_the_contract_prints_and_read_back() {
        let printed = [
            (
                RunResult::exited(3),
                r#"{"ran":"exited","code":3,"console":"","messages":0,"corrupt":0,"returned":0}"#,
            ),
            (
                RunResult::Exited { code: 5, messages: 0, corrupt: 0, returned: 4 },
                r#"{"ran":"exited","code":5,"console":"","messages":0,"corrupt":0,"returned":4}"#,
            ),
            (
                RunResult::NotFound,
                r#"{"ran":"not-found","code":2,"console":"The system cannot find the file specified."}"#,
            ),
            (
                RunResult::Failed,
                r#"{"ran":"failed","console":"R0002 Resource file not found: C:\\WINNT\\IE.RI."}"#,
            ),
            (RunResult::Unfinished, r#"{"ran":"unfinished"}"#),
        ];
        for (ran, printed) in printed {
            assert_eq!(line(&Answer::from(ran)), format!("{printed}\n"));
            assert_eq!(RunResult::from(&serde_json::from_str::<Answer>(printed).unwrap()), ran);
        }
    }

    #[test]
    fn what_a_run_printed_is_answered_too() {
        let ran = RunResult::exited(3);
        let silent = Answer::from(ran).printing("");
        assert_eq!(silent, Answer::from(ran));
        let told =
            r#"{"ran":"exited","code":3,"console":"A\nB","messages":0,"corrupt":0,"returned":0}"#;
        assert_eq!(line(&silent.printing("A\nB")), format!("{told}\n"));
    }
}
