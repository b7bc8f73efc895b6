//! The JSON Schema of the protocol: of every line of either side, and of a conversation written down.

use event70_model::{Exchange, Keyword, Level};
use serde_json::{Value, json};

use super::PROTOCOL;

/// The schema of a line, whoever says it.
#[must_use]
pub fn line_schema() -> Value {
    schema("event70 protocol", any_line())
}

/// The schema of a line of a conversation that was written down.
#[must_use]
pub fn conversation_schema() -> Value {
    let from = |who: &str, what: Value| {
        let line =
            json!({ "anyOf": [what, { "type": "string", "description": "No JSON object." }] });
        object("", &[("from", json!({ "const": who })), ("line", line)], &[])
    };
    let kill = [("from", json!({ "const": "harness" })), ("kill", json!({ "const": true }))];
    let said = json!({
        "type": "object",
        "required": ["seconds", "connector"],
        "properties": {
            "seconds": { "type": "number", "minimum": 0, "description": "Since the beginning." },
            "connector": {
                "type": "integer", "minimum": 1,
                "description": "Which connector: each job has one of its own."
            }
        },
        "oneOf": [
            from("harness", json!({ "oneOf": [refer("command"), refer("answer")] })),
            from("connector", refer("connector")),
            object("SIGKILL to the connector.", &kill, &[])
        ]
    });
    schema("event70 conversation", said)
}

fn any_line() -> Value {
    json!({ "oneOf": [refer("command"), refer("answer"), refer("connector")] })
}

fn schema(title: &str, of: Value) -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "$defs": {
            "command": { "oneOf": commands() },
            "answer": { "oneOf": answers() },
            "connector": { "oneOf": connector_lines() },
            "site": site()
        }
    });
    if let (Value::Object(schema), Value::Object(of)) = (&mut schema, of) {
        schema.extend(of);
    }
    schema
}

fn refer(to: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{to}") })
}

/// An object of which other keys are ignored.
fn object(description: &str, required: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let keys: Vec<&str> = required.iter().map(|(key, _)| *key).collect();
    let properties = required.iter().chain(optional);
    let properties: serde_json::Map<String, Value> =
        properties.map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    json!({
        "type": "object", "description": description, "required": keys, "properties": properties
    })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn count(most: u32, description: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": most, "description": description })
}

fn commands() -> Vec<Value> {
    let word = |word: &str| ("do", json!({ "const": word }));
    let at = || {
        let pattern = "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$";
        ("at", json!({ "type": "string", "pattern": pattern, "description": "The site's clock." }))
    };
    let site = || ("site", refer("site"));
    let protocol = json!({ "const": PROTOCOL, "description": "The version of the protocol." });
    let outbound = count(u32::MAX, "How many messages wait to go to cc:Mail.");
    vec![
        object("A new scenario begins.", &[word("reset"), ("protocol", protocol)], &[]),
        object("The service starts.", &[word("start"), at(), site()], &[]),
        object(
            "A polling interval has passed.",
            &[word("cycle"), at(), ("outbound", outbound), site()],
            &[],
        ),
        object("Directories are to be synchronized.", &[word("dirsync"), at(), site()], &[]),
        object("The service stops in order.", &[word("stop"), at()], &[]),
    ]
}

fn site() -> Value {
    let level = || json!({ "enum": Level::all_keywords() });
    let levels = ["general", "outbound", "inbound", "dir-synch"].map(|key| (key, level()));
    let tab = [
        ("name", text("/N of directory EXPORT and IMPORT.")),
        ("password", text("/P.")),
        ("path", text("/D.")),
    ];
    let programs = [("export", text("Its path.")), ("import", text("Its path."))];
    object(
        "The site as it is now.",
        &[
            ("tab", object("The Postoffice tab.", &tab, &[])),
            ("entry", text("The site entry: /N of message EXPORT.")),
            ("store", text("The folder of the connector store.")),
            ("exchange", json!({ "enum": Exchange::all_keywords() })),
            ("logging", object("Diagnostics logging levels.", &levels, &[])),
            ("computer", text("The name of the computer.")),
        ],
        &[
            ("programs", object("On a live site: what may be started.", &programs, &[])),
            ("poll-seconds", count(u32::MAX, "The length of a cycle.")),
            ("export-max", count(u32::MAX, "Messages in a full batch of EXPORT.")),
            ("import-max", count(u32::MAX, "Messages in a full batch of IMPORT.")),
        ],
    )
}

fn answers() -> Vec<Value> {
    let ran = |word: &str| ("ran", json!({ "const": word }));
    let console = || ("console", text("What was printed."));
    let code = |most| ("code", count(most, "The result code, or that of the system."));
    let moved = |key, description| (key, count(u16::MAX.into(), description));
    vec![
        object(
            "It ended with a result code.",
            &[
                ran("exited"),
                code(u8::MAX.into()),
                console(),
                moved("messages", "How many it moved."),
                moved("corrupt", "How many of those were corrupt."),
                moved("returned", "How many it returned to their senders."),
            ],
            &[],
        ),
        object(
            "There is no such program.",
            &[ran("not-found"), code(u8::MAX.into()), console()],
            &[],
        ),
        object("It could not run.", &[ran("failed"), console()], &[]),
        object("It never ended.", &[ran("unfinished")], &[]),
    ]
}

fn connector_lines() -> Vec<Value> {
    let strings = |description: &str| json!({ "type": "array", "items": { "type": "string" }, "description": description });
    let event = object(
        "",
        &[
            ("id", count(u16::MAX.into(), "The event's number.")),
            ("source", text("MSExchangeCCMC.")),
            ("type", text("Error, Warning or Information.")),
            ("category", text("General, Outbound, Inbound or Dir-Synch.")),
        ],
        &[
            ("strings", strings("The insertion strings %1, %2 …")),
            ("text", text("The whole text; it is held against the documents.")),
        ],
    );
    let run = object(
        "",
        &[("program", text("EXPORT or IMPORT."))],
        &[("arguments", strings("Its arguments, one by one."))],
    );
    vec![
        object("It logs an event.", &[("event", event)], &[]),
        object("It asks for a run.", &[("run", run)], &[]),
        object("It has carried out this command.", &[("done", text("The command."))], &[]),
    ]
}
