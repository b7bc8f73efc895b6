//! What a connector says: events, runs that it asks for, and that a command is done.

use std::borrow::Cow;

use event70_model::{CommandLine, Verbatim};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

/// One line of a connector: exactly one of the three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectorLine<'a> {
    /// It logs an event.
    Event(EventLine<'a>),
    /// It asks for a run.
    Run(RunLine<'a>),
    /// It has carried out this command.
    Done(Cow<'a, str>),
}

/// An event that is logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLine<'a> {
    id: u16,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    category: Cow<'a, str>,
    #[serde(borrow, default)]
    strings: Vec<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    text: Option<Cow<'a, str>>,
}

/// A run that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLine<'a> {
    #[serde(borrow)]
    program: Cow<'a, str>,
    #[serde(borrow, default)]
    arguments: Vec<Cow<'a, str>>,
}

/// The object of a line; other keys are ignored.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    event: Option<EventLine<'a>>,
    #[serde(borrow, default)]
    run: Option<RunLine<'a>>,
    #[serde(borrow, default)]
    done: Option<Cow<'a, str>>,
}

/// What is wrong with a line, in words that follow "the connector's line".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Bytes that are no text.
    #[error("is not UTF-8: {0}")]
    Utf8(#[from] std::str::Utf8Error),
    /// Text that is no JSON.
    #[error("is not JSON: {0}")]
    Json(String),
    /// JSON that is no object.
    #[error("is not an object")]
    NoObject,
    /// An object whose keys have other values than they should.
    #[error("is not a valid message: {0}")]
    Data(String),
    /// None of the keys, or several.
    #[error("is not exactly one of event, run and done")]
    NotOne,
}

impl<'a> ConnectorLine<'a> {
    /// Reads one line, without its end.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(line: &'a [u8]) -> Result<Self, LineError> {
        let text = std::str::from_utf8(line)?;
        // An array would do for a structure as well as an object, by the rules of serde.
        if text.trim_start().starts_with('[') {
            return Err(LineError::NoObject);
        }
        let line: Line<'a> =
            serde_json::from_str(text).map_err(|error| match error.classify() {
                serde_json::error::Category::Data => LineError::Data(error.to_string()),
                _ => LineError::Json(error.to_string()),
            })?;
        match line {
            Line { event: Some(event), run: None, done: None } => Ok(Self::Event(event)),
            Line { event: None, run: Some(run), done: None } => Ok(Self::Run(run)),
            Line { event: None, run: None, done: Some(done) } => Ok(Self::Done(done)),
            _ => Err(LineError::NotOne),
        }
    }
}

impl Serialize for ConnectorLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("ConnectorLine", 1)?;
        match self {
            Self::Event(event) => line.serialize_field("event", event)?,
            Self::Run(run) => line.serialize_field("run", run)?,
            Self::Done(done) => line.serialize_field("done", done)?,
        }
        line.end()
    }
}

impl From<EventLine<'_>> for Verbatim {
    fn from(line: EventLine<'_>) -> Self {
        Self {
            id: line.id,
            source: line.source.into_owned().into(),
            event_type: line.event_type.into_owned().into(),
            category: line.category.into_owned().into(),
            strings: line.strings.into_iter().map(|text| text.into_owned().into()).collect(),
            text: line.text.map(|text| text.into_owned().into()),
        }
    }
}

impl<'a> From<&'a Verbatim> for EventLine<'a> {
    fn from(event: &'a Verbatim) -> Self {
        Self {
            id: event.id,
            source: event.source.raw().into(),
            event_type: event.event_type.raw().into(),
            category: event.category.raw().into(),
            strings: event.strings.iter().map(|text| text.raw().into()).collect(),
            text: event.text.as_ref().map(|text| text.raw().into()),
        }
    }
}

impl From<RunLine<'_>> for CommandLine {
    fn from(line: RunLine<'_>) -> Self {
        Self {
            program: line.program.into_owned(),
            arguments: line.arguments.into_iter().map(Cow::into_owned).collect(),
        }
    }
}

impl<'a> From<&'a CommandLine> for RunLine<'a> {
    fn from(line: &'a CommandLine) -> Self {
        Self {
            program: (&line.program).into(),
            arguments: line.arguments.iter().map(Into::into).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let event = Verbatim {
            id: 70,
            source: "MSExchangeCCMC".into(),
            event_type: "Error".into(),
            category: "General".into(),
            strings: vec!["msg0001.ccm".into(), "".into()],
            text: None,
        };
        let with_text = Verbatim { text: Some("In words.".into()), ..event.clone() };
        let run = CommandLine { program: "EXPORT".into(), arguments: vec![r"/D\\A\B".into()] };
        let said = [
            ConnectorLine::Event((&event).into()),
            ConnectorLine::Event((&with_text).into()),
            ConnectorLine::Run((&run).into()),
            ConnectorLine::Done("cycle".into()),
        ];
        for said in said {
            let line = serde_json::to_vec(&said).unwrap();
            assert_eq!(ConnectorLine::read(&line), Ok(said));
        }
        let line = serde_json::to_string(&ConnectorLine::Event((&event).into())).unwrap();
        assert_eq!(
            line,
            r#"{"event":{"id":70,"source":"MSExchangeCCMC","type":"Error","category":"General","strings":["msg0001.ccm",""]}}"#
        );
    }

    #[test]
    fn unknown_keys_are_ignored_and_missing_ones_are_named() {
        let read = |line: &'static str| ConnectorLine::read(line.as_bytes());
        assert_eq!(read(r#"{"x":[1],"done":"stop"}"#), Ok(ConnectorLine::Done("stop".into())));
        assert!(read(r#"{"run":{"program":"EXPORT","pid":4}}"#).is_ok());
        let wrong = [
            ("", "is not JSON"),
            ("ready", "is not JSON"),
            ("{\"done\":\"stop\"} {}", "is not JSON"),
            ("[]", "is not an object"),
            ("{}", "is not exactly one of event, run and done"),
            (r#"{"done":"stop","run":{"program":"A"}}"#, "is not exactly one"),
            (r#"{"event":{"source":"S","type":"T","category":"C"}}"#, "missing field `id`"),
            (r#"{"event":{"id":65606,"source":"S","type":"T","category":"C"}}"#, "65606"),
            (r#"{"run":{"arguments":[]}}"#, "missing field `program`"),
            (r#"{"done":7}"#, "invalid type"),
            ("{\"done\":\"\u{0}\"}", "is not JSON"),
        ];
        for (line, why) in wrong {
            let said = read(line).unwrap_err();
            assert!(said.to_string().contains(why), "{line}: {said}");
        }
        assert!(
            ConnectorLine::read(b"\xff\xfe").unwrap_err().to_string().starts_with("is not UTF-8")
        );
    }
}
