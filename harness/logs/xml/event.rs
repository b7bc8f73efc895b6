//! One `Event` element.

use jiff::Timestamp;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::filing::{category_of, category_titled, type_named, type_of_level};
use crate::message::described;
use crate::record::{LogRecord, Place};

/// The parts of an event that are of interest, as they stand in the element. Of several alike the first
/// counts.
#[derive(Default)]
struct Found {
    provider: Option<String>,
    event_source: Option<String>,
    id: Option<String>,
    level: Option<String>,
    task: Option<String>,
    time: Option<String>,
    number: Option<String>,
    computer: Option<String>,
    /// The titles of task and level, and the message text, where they were rendered.
    title: Option<String>,
    level_title: Option<String>,
    message: Option<String>,
    data: Vec<String>,
    /// How many `System` elements it has.
    systems: u32,
}

/// The record that an element is, and what of it makes no sense.
pub(crate) fn event_of(
    element: &str,
    place: Place,
) -> Result<(LogRecord, Vec<&'static str>), String> {
    let found = Found::read(element).map_err(|error| error.to_string())?;
    if found.systems > 1 {
        return Err("it is two events in one".to_owned());
    }
    found.record(place).map_err(str::to_owned)
}

impl Found {
    fn read(element: &str) -> Result<Self, quick_xml::Error> {
        let mut found = Self::default();
        let mut reader = Reader::from_str(element);
        reader.config_mut().expand_empty_elements = true;
        let (mut path, mut text) = (Vec::new(), String::new());
        loop {
            match reader.read_event()? {
                Event::Start(start) => {
                    let name = name_of(&start);
                    found.attributes(&start, &name)?;
                    found.systems += u32::from(name == "System");
                    path.push(name);
                    text.clear();
                }
                Event::Text(part) => text.push_str(&part.xml10_content()?),
                Event::CData(part) => text.push_str(&part.xml10_content()?),
                Event::GeneralRef(reference) => text.push_str(&resolved(&reference)?),
                Event::End(_) => {
                    found.end(&path, std::mem::take(&mut text));
                    path.pop();
                }
                Event::Eof => return Ok(found),
                _ => {}
            }
        }
    }

    fn attributes(
        &mut self,
        start: &BytesStart<'_>,
        element: &str,
    ) -> Result<(), quick_xml::Error> {
        let wanted: &mut [(&str, &mut Option<String>)] = match element {
            "Provider" => {
                &mut [("Name", &mut self.provider), ("EventSourceName", &mut self.event_source)]
            }
            "TimeCreated" => &mut [("SystemTime", &mut self.time)],
            _ => &mut [],
        };
        for (name, place) in wanted {
            if let Some(attribute) = start.try_get_attribute(*name)? {
                let value = attribute.normalized_value(XmlVersion::Explicit1_0)?.into_owned();
                place.get_or_insert(value);
            }
        }
        Ok(())
    }

    /// An element ends that had this text since the last element in it.
    fn end(&mut self, path: &[String], text: String) {
        let [_, section, name] = path else { return };
        let place = match (section.as_str(), name.as_str()) {
            ("EventData", "Data") => return self.data.push(text),
            ("System", "EventID") => &mut self.id,
            ("System", "Level") => &mut self.level,
            ("System", "Task") => &mut self.task,
            ("System", "EventRecordID") => &mut self.number,
            ("System", "Computer") => &mut self.computer,
            ("RenderingInfo", "Message") => &mut self.message,
            ("RenderingInfo", "Level") => &mut self.level_title,
            ("RenderingInfo", "Task") => &mut self.title,
            _ => return,
        };
        place.get_or_insert(text);
    }

    fn record(self, place: Place) -> Result<(LogRecord, Vec<&'static str>), &'static str> {
        let source = self.event_source.or(self.provider).ok_or("the event has no provider")?;
        let id = self.id.ok_or("the event has no number")?;
        let id = id.trim().parse::<u32>().map_err(|_| "the event's number is none")? as u16;
        let mut parts = Vec::new();
        let mut number = |text: Option<String>| {
            let number = text?.trim().parse::<u64>();
            number.map_err(|_| parts.push("a number in it is none")).ok()
        };
        let (level, task) = (number(self.level), number(self.task));
        let record_number = number(self.number);
        let time = self.time.map(|time| time.parse::<Timestamp>());
        if time.as_ref().is_some_and(Result::is_err) {
            parts.push("its time is none");
        }
        let named = self.level_title.and_then(|name| type_named(&name));
        let titled = self.title.and_then(|title| category_titled(&source, &title));
        let task = task.and_then(|task| category_of(&source, u16::try_from(task).ok()?));
        let (strings, text) = match self.message {
            Some(message) if self.data.is_empty() => described(&source, id, &message),
            _ => (self.data, None),
        };
        let record = LogRecord {
            number: record_number,
            time: time.and_then(Result::ok).map(Timestamp::as_second),
            source,
            id,
            event_type: level.and_then(type_of_level).or(named),
            category: titled.or(task),
            strings,
            text,
            computer: self.computer.filter(|computer| !computer.is_empty()),
            place,
        };
        Ok((record, parts))
    }
}

fn name_of(start: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(start.local_name().as_ref()).into_owned()
}

/// The letter that a reference stands for. One that XML itself does not define is left as it is written.
fn resolved(reference: &BytesRef<'_>) -> Result<String, quick_xml::Error> {
    if let Some(letter) = reference.resolve_char_ref()? {
        return Ok(letter.into());
    }
    let name = reference.decode()?;
    Ok(resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned))
}
