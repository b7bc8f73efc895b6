//! An example connector for event70, to copy; it needs nothing but `serde_json`. As `src/main.rs`:
//! `cargo build --release && event70 run --connector target/release/connector`; see PROTOCOL.md.
//! What to change: part 2, down to part 3. Let your connector call `run` where it would start EXPORT
//! or IMPORT, `event` where it would log an event; keep in a file what must outlive a kill. Part 1,
//! the protocol, and part 3, the loop, stay as they are.

use serde_json::{Value, from_slice, from_str, json};
use std::{error::Error, fs, fs::File, io, io::Write, os::unix::fs::FileExt, process};

// Part 1: the protocol. Standard output belongs to it: use `eprintln!` for what you want to see.

/// The next line from event70. The end of input is the end of this program.
fn receive() -> io::Result<Value> {
    let Some(line) = io::stdin().lines().next() else { process::exit(0) };
    Ok(from_str(&line?)?)
}

/// One line to event70, which waits for it: flush each.
fn send(message: &Value) -> io::Result<()> {
    writeln!(io::stdout(), "{message}")?;
    io::stdout().flush()
}

/// One event for the log; its text inserts the two strings as %1 and %2.
fn event(id: i64, kind: &str, category: &str, strings: [&str; 2]) -> io::Result<()> {
    send(&json!({"event": {"id": id, "source": "MSExchangeCCMC", "type": kind,
        "category": category, "strings": strings}}))
}

/// One run of EXPORT or IMPORT. The answer says under "ran" what became of it.
fn run(program: &str, arguments: &[String]) -> io::Result<Value> {
    send(&json!({"run": {"program": program, "arguments": arguments}}))?;
    receive()
}

// Part 2: the connector. Replace it down to part 3.
const STATE: &str = "connector.state"; // in the working directory, which a kill leaves as it is
const MESSAGES: [&str; 2] = ["EXPORT", "/ITEMSIZE /FORMAT/FAN /BATCH /FILES/MACBIN2"];
const DIRECTORY: [&str; 2] = ["EXPORT", "/DIRECTORY"];
const IMPORT: [&str; 2] = ["IMPORT", "/ITEMSIZE /PARTIAL /BATCH /FILES/MACBIN2"];

#[derive(Default)]
struct Connector {
    site: Value, // as the last command describes it
    running: bool,
    restarts: u32, // in this life of the service
    number: u16,   // of the last message EXPORT file
    handed: i64,   // outbound messages handed over that still wait for IMPORT
    state: Option<File>,
}

impl Connector {
    /// Keeps what must outlive a kill, if it is new: one write over the old text, which is as long.
    fn keep(&mut self, number: u16, handed: i64) -> io::Result<()> {
        let is_new = (number, handed) != (self.number, self.handed);
        (self.number, self.handed) = (number, handed);
        let Some(state) = self.state.as_ref().filter(|_| is_new) else { return Ok(()) };
        state.write_all_at(format!("[{number:5},{handed:10}]\n").as_bytes(), 0)
    }

    fn cycle(&mut self, outbound: i64) -> io::Result<()> {
        self.export_messages()?;
        let outbound = if self.running { outbound } else { return Ok(()) };
        (self.handed..outbound).try_for_each(|_| self.trace(11001, "Outbound", ""))?;
        self.keep(self.number, outbound)?;
        while self.handed > 0 {
            let Some(moved @ 1..) = self.execute(IMPORT, "*.ccm")? else { break };
            self.keep(self.number, 0.max(self.handed - moved))?;
        }
        Ok(())
    }

    fn dirsync(&mut self) -> io::Result<()> {
        self.trace(14001, "Dir-Synch", "")?;
        for file in ["CCMDIR.EXP", "CCMLIST.EXP", "CCMBB.EXP", "CCMDEL.IMP", "CCMDIR.IMP"] {
            let kind = if file.ends_with(".EXP") { DIRECTORY } else { IMPORT };
            let Some(_) = self.execute(kind, file)? else { return Ok(()) };
        }
        self.trace(14031, "Dir-Synch", "")
    }

    fn export_messages(&mut self) -> io::Result<()> {
        let (full, mut moved) = (self.site["export-max"].as_i64().unwrap_or(16), None);
        while moved.is_none_or(|moved| moved == Some(full)) {
            // so many: another run at once
            self.keep(self.number.wrapping_add(1), self.handed)?; // whatever becomes of the run
            moved = Some(self.execute(MESSAGES, &format!("msg{:04X}.ccm", self.number))?);
        }
        Ok(())
    }

    /// One run and the events for it: how many messages it moved, `None` unless it exited 0.
    fn execute(&mut self, kind: [&str; 2], file: &str) -> io::Result<Option<i64>> {
        let ([program, options], tab) = (kind, &self.site["tab"]);
        let success = if program == "EXPORT" { 67 } else { 58 }; // a code is added to this number
        let name = if kind == MESSAGES { &self.site["entry"] } else { &tab["name"] };
        let key = |key: &str, value: &Value| key.to_owned() + value.as_str().unwrap_or_default();
        let mut words = vec![key("/N", name), key("/P", &tab["password"]), key("/D", &tab["path"])];
        words.extend(options.split(' ').map(String::from).chain([format!("/@{program}\\{file}")]));
        let result = run(program, &words)?;
        let number = |key| result[key].as_i64().unwrap_or_default();
        let console = result["console"].as_str().unwrap_or_default();
        match (result["ran"].as_str(), number("code")) {
            (Some("exited"), 0) => {
                self.trace(success, "General", file)?;
                (0..number("corrupt")).try_for_each(|_| event(54, "Error", "General", ["", ""]))?;
                return Ok(Some(number("messages")));
            }
            (Some("exited"), code) => event(success + code, "Error", "General", [file, ""])?,
            (Some("failed"), _) => event(65, "Error", "General", [file, console])?,
            (Some("not-found"), code) => {
                event(43, "Error", "General", [&code.to_string(), console])?;
                self.restarts += 1;
                self.running = self.restarts < 26; // with this one it gives up
                let count = if self.running { self.restarts.to_string() } else { String::new() };
                let (id, kind) = if self.running { (86, "Information") } else { (85, "Error") };
                event(id, kind, "General", [&count, ""])?;
            }
            _ => {} // a run that is "unfinished" logs nothing
        }
        Ok(None)
    }

    /// Logs what is wanted only while the logging of its category is at maximum.
    fn trace(&self, id: i64, category: &str, file: &str) -> io::Result<()> {
        let wanted = self.site["logging"][category.to_lowercase()] == "maximum";
        if wanted { event(id, "Information", category, [file, ""]) } else { Ok(()) }
    }
}

// Part 3: one command after another. A service that is stopped does nothing but start.

fn main() -> Result<(), Box<dyn Error>> {
    let (number, handed) = from_slice(&fs::read(STATE).unwrap_or_default()).unwrap_or_default();
    let open = || File::options().write(true).create(true).truncate(false).open(STATE).map(Some);
    let mut service = Connector { number, handed, state: open()?, ..Connector::default() };
    loop {
        let mut command = receive()?;
        service.site = command["site"].take();
        match (command["do"].as_str(), service.running) {
            (Some("reset"), _) => service = Connector { state: open()?, ..Connector::default() },
            (Some("start"), false) => {
                (service.running, service.restarts) = (true, 0);
                service.export_messages()?;
            }
            (Some("cycle"), true) => service.cycle(command["outbound"].as_i64().unwrap_or(0))?,
            (Some("dirsync"), true) => service.dirsync()?,
            (Some("stop"), _) => service.running = false,
            _ => {}
        }
        send(&json!({"done": command["do"]}))?;
    }
}
