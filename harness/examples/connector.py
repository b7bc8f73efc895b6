#!/usr/bin/env python3
"""An example connector for event70, to copy: Python 3.8 or later, standard library only.

Run it:  event70 certify --connector "python3 harness/examples/connector.py"

event70 writes commands to standard input, one JSON object a line. To carry one out, the connector
writes any number of events and runs to standard output, and last {"done":"<command>"}. Keep part 1,
the protocol, and put your own connector in place of part 2: let it call `run` where it would start
EXPORT or IMPORT, and `event` where it would write to the event log. Standard output belongs to the
protocol: print what you want to see to standard error.
"""

import json
import os
import sys

# Part 1: the protocol.


def receive():
    """The next line from event70. The end of input is the end of this program."""
    line = sys.stdin.buffer.readline()
    return json.loads(line) if line else sys.exit(0)


def send(message):
    """One line to event70, which waits for it: flush each."""
    print(json.dumps(message), flush=True)


def event(number, kind, category, first="", second=""):
    """One event for the log; its text inserts `first` and `second` as %1 and %2."""
    send({"event": {"id": number, "source": "MSExchangeCCMC", "type": kind,
                    "category": category, "strings": [first, second]}})


def run(program, arguments):
    """One run of EXPORT or IMPORT. The answer says under "ran" what became of it."""
    send({"run": {"program": program, "arguments": arguments}})
    return receive()


# Part 2: the connector. Replace it down to part 3.

STATE = "connector.state"  # in the working directory, which a kill leaves as it is
OPTIONS = {"EXPORT": ["/ITEMSIZE", "/FORMAT/FAN", "/BATCH", "/FILES/MACBIN2"],
           "IMPORT": ["/ITEMSIZE", "/PARTIAL", "/BATCH", "/FILES/MACBIN2"]}
DIRSYNC = [("EXPORT", "CCMDIR.EXP"), ("EXPORT", "CCMLIST.EXP"), ("EXPORT", "CCMBB.EXP"),
           ("IMPORT", "CCMDEL.IMP"), ("IMPORT", "CCMDIR.IMP")]
FULL = 16  # messages: an EXPORT that moved so many is followed by another at once
LAST_RESTART = 26  # the one that stops the service


class Connector:
    def __init__(self):
        self.running, self.restarts = False, 0  # restarts are counted anew in each life
        self.number, self.handed = 0, 0  # of the last EXPORT file; outbound messages handed over
        if os.path.exists(STATE):
            with open(STATE) as state:
                self.number, self.handed = [int(word, 16) for word in state.read().split()]

    def save(self):
        """Keeps what must outlive a kill, in one write over the old text, which is as long."""
        state = os.open(STATE, os.O_WRONLY | os.O_CREAT, 0o666)
        os.write(state, b"%04X %08X\n" % (self.number, self.handed))
        os.close(state)

    def start(self, site):
        self.running, self.restarts = True, 0
        self.export_messages(site)

    def cycle(self, site, outbound):
        while self.export_messages(site) == FULL:
            pass
        if not self.running:  # it gave up
            return
        new, self.handed = outbound - self.handed, outbound
        self.save()
        if site["logging"]["outbound"] == "maximum":
            for _ in range(new):
                event(11001, "Information", "Outbound")
        while self.handed > 0:
            moved = self.execute(site, "IMPORT", "*.ccm")
            if not moved:  # it moved none, or did not exit 0
                break
            self.handed = max(0, self.handed - moved)
            self.save()

    def dirsync(self, site):
        log = site["logging"]["dir-synch"] == "maximum"
        if log:
            event(14001, "Information", "Dir-Synch")
        if all(self.execute(site, *each) is not None for each in DIRSYNC) and log:
            event(14031, "Information", "Dir-Synch")

    def export_messages(self, site):
        """Takes the next file number, whatever becomes of the run."""
        self.number = (self.number + 1) & 0xFFFF
        self.save()
        return self.execute(site, "EXPORT", "msg%04X.ccm" % self.number)

    def execute(self, site, program, file):
        """One run and the events for it: how many messages it moved, None unless it exited 0."""
        tab = site["tab"]
        name = site["entry"] if file.startswith("msg") else tab["name"]
        options = ["/DIRECTORY"] if file.endswith(".EXP") else OPTIONS[program]
        result = run(program, ["/N" + name, "/P" + tab["password"], "/D" + tab["path"],
                               *options, "/@" + program + "\\" + file])
        if result["ran"] == "exited":
            number = (67 if program == "EXPORT" else 58) + result["code"]
            if result["code"] != 0:
                return event(number, "Error", "General", file)
            if site["logging"]["general"] == "maximum":
                event(number, "Information", "General", file)
            for _ in range(result["corrupt"]):
                event(54, "Error", "General")
            return result["messages"]
        if result["ran"] == "failed":
            event(65, "Error", "General", file, result["console"])
        elif result["ran"] == "not-found":
            event(43, "Error", "General", str(result["code"]), result["console"])
            self.restarts += 1
            self.running = self.restarts < LAST_RESTART
            if self.running:
                event(86, "Information", "General", str(self.restarts))
            else:
                event(85, "Error", "General")
        return None  # a run that is "unfinished" logs nothing


# Part 3: one command after another. A service that is stopped does nothing but start.

connector = Connector()
while True:
    command = receive()
    do, site = command["do"], command.get("site")
    if do == "reset":
        if os.path.exists(STATE):
            os.remove(STATE)
        connector = Connector()
    elif do == "start" and not connector.running:
        connector.start(site)
    elif do == "cycle" and connector.running:
        connector.cycle(site, command["outbound"])
    elif do == "dirsync" and connector.running:
        connector.dirsync(site)
    elif do == "stop":
        connector.running = False
    send({"done": do})
