// An example connector for event70, to copy: Node 18 or later, no packages.
//
// Run it:  event70 run --connector "node connector.mjs"    PROTOCOL.md says what passes between them.
//
// What to change: part 2, down to part 3. Let `start`, `cycle` and `dirsync` call your connector, and
// let that call `run` where it would start EXPORT or IMPORT, and `event` where it would write to the
// event log; keep in a file of the working directory what must outlive a kill. Part 1, the protocol,
// and part 3, the loop, stay as they are.

import fs from "node:fs";

// Part 1: the protocol. Standard output belongs to it: use console.error for what you want to see.
// Reading waits, so that the connector can be written as one thing after another.

const input = Buffer.alloc(65536);
let rest = Buffer.alloc(0); // what came after the last line

// The next line from event70. The end of input is the end of this program.
function receive() {
  let end;
  while ((end = rest.indexOf("\n")) < 0) {
    const length = fs.readSync(0, input);
    if (length === 0) process.exit(0);
    rest = Buffer.concat([rest, input.subarray(0, length)]);
  }
  const line = rest.toString("utf8", 0, end);
  rest = rest.subarray(end + 1);
  return JSON.parse(line);
}

// One line to event70, which waits for it: written at once.
function send(message) {
  fs.writeSync(1, JSON.stringify(message) + "\n");
}

// One event for the log; its text inserts the two strings as %1 and %2.
function event(id, type, category, first = "", second = "") {
  send({ event: { id, source: "MSExchangeCCMC", type, category, strings: [first, second] } });
}

// One run of EXPORT or IMPORT. The answer says under "ran" what became of it.
function run(program, args) {
  send({ run: { program, arguments: args } });
  return receive();
}

// Part 2: the connector. Replace it down to part 3.

const STATE = "connector.state"; // in the working directory, which a kill leaves as it is
const MESSAGES = ["EXPORT", "/ITEMSIZE", "/FORMAT/FAN", "/BATCH", "/FILES/MACBIN2"];
const DIRECTORY = ["EXPORT", "/DIRECTORY"];
const IMPORT = ["IMPORT", "/ITEMSIZE", "/PARTIAL", "/BATCH", "/FILES/MACBIN2"];

let site; // as the last command describes it
let [running, restarts] = [false, 0]; // restarts in this life of the service
let [number, handed] = [0, 0]; // of the last EXPORT file; outbound messages that wait for IMPORT
if (fs.existsSync(STATE)) {
  [number, handed] = JSON.parse(fs.readFileSync(STATE, "utf8") || "[0,0]");
}

// Keeps what must outlive a kill, in one write over the old text, which is as long.
function save() {
  const state = fs.openSync(STATE, fs.constants.O_WRONLY | fs.constants.O_CREAT);
  fs.writeSync(state, JSON.stringify([number, handed]).padEnd(20) + "\n");
  fs.closeSync(state);
}

function start() {
  [running, restarts] = [true, 0];
  exportMessages();
}

function cycle(outbound) {
  exportMessages();
  if (!running) return; // it gave up
  for (; handed < outbound; handed++) trace(11001, "Outbound");
  handed = outbound;
  while (handed > 0) {
    const moved = execute(IMPORT, "*.ccm");
    if (!moved) break; // it moved none, or did not exit 0
    handed = Math.max(0, handed - moved);
  }
}

function dirsync() {
  trace(14001, "Dir-Synch");
  for (const file of ["CCMDIR.EXP", "CCMLIST.EXP", "CCMBB.EXP", "CCMDEL.IMP", "CCMDIR.IMP"]) {
    if (execute(file.endsWith(".EXP") ? DIRECTORY : IMPORT, file) === null) return;
  }
  trace(14031, "Dir-Synch");
}

function exportMessages() {
  let moved;
  do {
    number = (number + 1) & 0xffff; // whatever becomes of the run
    moved = execute(MESSAGES, `msg${number.toString(16).toUpperCase().padStart(4, "0")}.ccm`);
  } while (moved === (site["export-max"] ?? 16)); // so many are followed by another run at once
}

// One run and the events for it: how many messages it moved, null unless it exited 0.
function execute(kind, file) {
  const [program, ...options] = kind;
  const name = kind === MESSAGES ? site.entry : site.tab.name;
  const success = program === "EXPORT" ? 67 : 58; // a code is added to this number
  save();
  const result = run(program, [`/N${name}`, `/P${site.tab.password}`, `/D${site.tab.path}`,
    ...options, `/@${program}\\${file}`]);
  if (result.ran === "exited" && result.code === 0) {
    trace(success, "General", file);
    for (let i = 0; i < result.corrupt; i++) event(54, "Error", "General");
    return result.messages;
  }
  if (result.ran === "exited") event(success + result.code, "Error", "General", file);
  if (result.ran === "failed") event(65, "Error", "General", file, result.console);
  if (result.ran === "not-found") {
    event(43, "Error", "General", String(result.code), result.console);
    restarts += 1;
    running = restarts < 26; // with this one it gives up
    if (running) event(86, "Information", "General", String(restarts));
    else event(85, "Error", "General");
  }
  return null; // a run that is "unfinished" logs nothing
}

// Logs what is wanted only while the logging of its category is at maximum.
function trace(id, category, file) {
  if (site.logging[category.toLowerCase()] === "maximum") event(id, "Information", category, file);
}

// Part 3: one command after another. A service that is stopped does nothing but start.

for (;;) {
  const command = receive();
  site = command.site;
  if (command.do === "reset") [running, restarts, number, handed] = [false, 0, 0, 0];
  else if (command.do === "stop") running = false;
  else if (command.do === "start" && !running) start();
  else if (command.do === "cycle" && running) cycle(command.outbound);
  else if (command.do === "dirsync" && running) dirsync();
  save();
  send({ done: command.do });
}
