#!/usr/bin/env python3
"""An example connector for event70, to copy: Python 3.8 or later, standard library only.

Run it:  event70 run --connector "python3 connector.py"    PROTOCOL.md says what passes between them.

What to change: part 2, down to part 3. Let `start`, `cycle` and `dirsync` call your connector, and let
that call `run` where it would start EXPORT or IMPORT, and `event` where it would write to the event
log. `load` and `save` keep what must outlive a kill. Part 1, the protocol, and part 3, the loop, stay
as they are.
"""

import json
import os
import sys


# Part 1: the protocol. Standard output belongs to it: print what you want to see to standard error.

def receive():
    """The next line from event70. The end of input is the end of this program."""
    line = sys.stdin.buffer.readline()
    return json.loads(line) if line else sys.exit(0)


def send(message):
    """One line to event70, which waits for it: flush each."""
    print(json.dumps(message), flush=True)


def event(number, kind, category, first="", second=""):
    """One event for the log; its text inserts the two strings as %1 and %2."""
    send({"event": {"id": number, "source": "MSExchangeCCMC", "type": kind,
                    "category": category, "strings": [first, second]}})


def run(program, arguments):
    """One run of EXPORT or IMPORT. The answer says under "ran" what became of it."""
    send({"run": {"program": program, "arguments": arguments}})
    return receive()


# Part 2: the connector. Replace it down to part 3.

STATE = "connector.state"  # in the working directory, which a kill leaves as it is
MESSAGES = ("EXPORT", ["/ITEMSIZE", "/FORMAT/FAN", "/BATCH", "/FILES/MACBIN2"])
DIRECTORY = ("EXPORT", ["/DIRECTORY"])
IMPORT = ("IMPORT", ["/ITEMSIZE", "/PARTIAL", "/BATCH", "/FILES/MACBIN2"])


class Connector:
    site = None  # as the last command describes it
    running = False
    restarts = 0  # in this life of the service
    number = 0  # of the last message EXPORT file
    handed = 0  # outbound messages handed over that still wait for IMPORT

    def load(self):
        """Takes up what an earlier process has kept."""
        if os.path.exists(STATE):
            with open(STATE) as state:
                self.number, self.handed = map(int, (state.read() or "0 0").split())

    def save(self):
        """Keeps what must outlive a kill, in one write over the old text, which is as long."""
        state = os.open(STATE, os.O_WRONLY | os.O_CREAT, 0o666)
        os.write(state, b"%5d %10d\n" % (self.number, self.handed))
        os.close(state)

    def start(self):
        self.running, self.restarts = True, 0
        self.export_messages()

    def cycle(self, outbound):
        self.export_messages()
        if not self.running:  # it gave up
            return
        for _ in range(self.handed, outbound):
            self.trace(11001, "Outbound")
        self.handed = outbound
        while self.handed > 0:
            moved = self.execute(IMPORT, "*.ccm")
            if not moved:  # it moved none, or did not exit 0
                break
            self.handed = max(0, self.handed - moved)

    def dirsync(self):
        self.trace(14001, "Dir-Synch")
        for file in ("CCMDIR.EXP", "CCMLIST.EXP", "CCMBB.EXP", "CCMDEL.IMP", "CCMDIR.IMP"):
            if self.execute(DIRECTORY if file.endswith(".EXP") else IMPORT, file) is None:
                return
        self.trace(14031, "Dir-Synch")

    def export_messages(self):
        moved = full = self.site.get("export-max", 16)
        while moved == full:  # so many are followed by another run at once
            self.number = (self.number + 1) & 0xFFFF  # whatever becomes of the run
            moved = self.execute(MESSAGES, "msg%04X.ccm" % self.number)

    def execute(self, kind, file):
        """One run and the events for it: how many messages it moved, None unless it exited 0."""
        (program, options), tab = kind, self.site["tab"]
        name = self.site["entry"] if kind is MESSAGES else tab["name"]
        success = 67 if program == "EXPORT" else 58  # a code is added to this number
        self.save()
        result = run(program, ["/N" + name, "/P" + tab["password"], "/D" + tab["path"],
                               *options, "/@" + program + "\\" + file])
        if result["ran"] == "exited" and result["code"] == 0:
            self.trace(success, "General", file)
            for _ in range(result["corrupt"]):
                event(54, "Error", "General")
            return result["messages"]
        if result["ran"] == "exited":
            event(success + result["code"], "Error", "General", file)
        elif result["ran"] == "failed":
            event(65, "Error", "General", file, result["console"])
        elif result["ran"] == "not-found":
            event(43, "Error", "General", str(result["code"]), result["console"])
            self.restarts += 1
            self.running = self.restarts < 26  # with this one it gives up
            if self.running:
                event(86, "Information", "General", str(self.restarts))
            else:
                event(85, "Error", "General")
        return None  # a run that is "unfinished" logs nothing

    def trace(self, number, category, file=""):
        """Logs what is wanted only while the logging of its category is at maximum."""
        if self.site["logging"][category.lower()] == "maximum":
            event(number, "Information", category, file)


# Part 3: one command after another. A service that is stopped does nothing but start.

connector = Connector()
connector.load()
while True:
    command = receive()
    connector.site = command.get("site")
    if command["do"] == "reset":
        connector = Connector()
    elif command["do"] == "stop":
        connector.running = False
    elif command["do"] == "start" and not connector.running:
        connector.start()
    elif command["do"] == "cycle" and connector.running:
        connector.cycle(command["outbound"])
    elif command["do"] == "dirsync" and connector.running:
        connector.dirsync()
    connector.save()
    send({"done": command["do"]})
