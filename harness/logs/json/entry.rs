//! One object, under the names of either command.

use serde::Deserialize;
use serde_json::Value;

use crate::filing::{category_of, category_titled, type_named, type_of, type_of_level};
use crate::message::described;
use crate::record::{LogRecord, Place};
use crate::time::json_seconds;

/// What of an object is of interest; the aliases are those of `Get-EventLog`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Entry {
    #[serde(alias = "EventID")]
    id: Value,
    #[serde(alias = "Source")]
    provider_name: Value,
    #[serde(alias = "Index")]
    record_id: Value,
    level: Value,
    level_display_name: Value,
    entry_type: Value,
    #[serde(alias = "CategoryNumber")]
    task: Value,
    #[serde(alias = "Category")]
    task_display_name: Value,
    #[serde(alias = "TimeGenerated")]
    time_created: Value,
    machine_name: Value,
    properties: Value,
    replacement_strings: Value,
    message: Value,
    /// Windows PowerShell 5.1 wraps an array so where its type was extended.
    #[serde(rename = "value")]
    entries: Vec<Entry>,
}

impl Entry {
    /// The entries that are wrapped in this one, or itself.
    pub(super) fn all(mut self) -> Vec<Self> {
        match std::mem::take(&mut self.entries) {
            entries if entries.is_empty() => vec![self],
            entries => entries,
        }
    }

    /// The record, and what of it makes no sense.
    pub(super) fn record(
        self,
        place: Place,
    ) -> Result<(LogRecord, Vec<&'static str>), &'static str> {
        let id = self.id.as_u64().ok_or("the object has no event number")? as u16;
        let Value::String(source) = self.provider_name else {
            return Err("the object has no source");
        };
        let mut parts = Vec::new();
        let time = json_seconds(&self.time_created);
        if time.is_none() && !self.time_created.is_null() {
            parts.push("its time is none");
        }
        let named = [&self.level_display_name, &self.entry_type];
        let named = named.into_iter().filter_map(Value::as_str).find_map(type_named);
        let entry_type = self.entry_type.as_u64().and_then(|number| type_of(number as u16));
        let level = self.level.as_u64().and_then(type_of_level);
        let titled = self.task_display_name.as_str();
        let titled = titled.and_then(|title| category_titled(&source, title));
        let task = self.task.as_u64().and_then(|n| category_of(&source, u16::try_from(n).ok()?));
        let strings = values(&self.properties).or_else(|| texts(&self.replacement_strings));
        let strings = strings.unwrap_or_default();
        let (strings, text) = match self.message {
            Value::String(message) if strings.is_empty() => described(&source, id, &message),
            _ => (strings, None),
        };
        let record = LogRecord {
            number: self.record_id.as_u64(),
            time,
            id,
            event_type: level.or(entry_type).or(named),
            category: titled.or(task),
            source,
            strings,
            text,
            computer: self.machine_name.as_str().filter(|c| !c.is_empty()).map(str::to_owned),
            place,
        };
        Ok((record, parts))
    }
}

/// The values of `Properties`; nothing where the objects in it were printed as the name of their type.
fn values(properties: &Value) -> Option<Vec<String>> {
    properties.as_array()?.iter().map(|property| property.get("Value").map(text)).collect()
}

fn texts(strings: &Value) -> Option<Vec<String>> {
    Some(strings.as_array()?.iter().map(text).collect())
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
