"""Reads the kernel's own counters of this host at a steady pace and writes them as rows, until it is told to stop.

usage: watch.py OUT, with HR_HZ, HR_SECONDS (empty: until SIGTERM), HR_JOB, HR_BESIDE (roles of the launch), HR_CHILDREN (pids).
Standard library only. The modules are few on purpose: starting Python is most of what a short launch pays.
The first line of OUT is a JSON object that names the columns; then arrays of numbers (null: not known here); the last line is an
object again. Counters are written as the kernel counts them; the reader works out what they mean.
"""

import os
import signal
import sys
import time

from watch_procs import TICKS, Launch, cpu_seconds, stat_of
from watch_sources import ROOT, Hcas, Memory, Network, Processor, Tcp, Uptime

# A simulated second passes as soon as a simulated tool says so: its clock is looked at this often, seconds.
SIMULATED_LOOK = 0.01
READY_PATIENCE = 5.0


class Stop(Exception):
    """The supervisor asks for the end."""


class Bell:
    """SIGTERM ends the waiting, never a row that is being written."""

    def __init__(self):
        self.rang = False
        self.waiting = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.ring)

    def ring(self, _number, _frame):
        self.rang = True
        if self.waiting:
            raise Stop()

    def wait(self, seconds):
        try:
            self.waiting = True
            if not self.rang and seconds > 0:
                time.sleep(seconds)
        except Stop:
            pass
        finally:
            self.waiting = False


def quoted(text):
    return '"' + "".join(c if c.isalnum() or c in "._:@-+ /" else "_" for c in str(text)) + '"'


def listed(values):
    return "[" + ",".join("null" if value is None else repr(value) for value in values) + "]"


def own_seconds(children):
    """Processor time of this process and of the tools it started, seconds."""
    fields = [stat_of(pid) for pid in children]
    return time.process_time() + sum(cpu_seconds(one) for one in fields if one)


def wait_for_tools(paths, children):
    """The tools' first rows come before the launch begins: their start would disturb it."""
    deadline = time.monotonic() + READY_PATIENCE
    while time.monotonic() < deadline and any(not os.path.getsize(path) for path in paths if os.path.exists(path)):
        states = [stat_of(pid) for pid in children]
        if all(state is None or state[0] == b"Z" for state in states):
            return
        time.sleep(0.02)


class Watch:
    def __init__(self, out, environ):
        self.out = out
        self.bell = Bell()
        self.hz = float(environ.get("HR_HZ") or 1)
        self.seconds = float(environ["HR_SECONDS"]) if environ.get("HR_SECONDS") else None
        self.children = [int(word) for word in environ.get("HR_CHILDREN", "").split()]
        self.job = environ.get("HR_JOB", "")
        self.launch = Launch(os.path.dirname(self.job), environ.get("HR_BESIDE", "").split(), not ROOT)
        # By itself on a simulated host it would wait for ever for a time that only tools let pass.
        self.clock = Uptime(self.seconds is None)
        self.processor, self.network = Processor(), Network()
        self.sources = [self.processor, Memory(), self.network, Tcp(), Hcas()]
        self.begun = self.clock.now()
        self.rows = 0

    def write(self, text):
        os.write(self.out, (text + "\n").encode())

    def head(self):
        columns = ["t_s"] + [name for source in self.sources for name in source.columns] + Launch.columns + ["own.cpu_s"]
        parts = [
            '"headroom_telemetry":1',
            '"hz":%r' % self.hz,
            '"simulated":%s' % ("true" if ROOT else "false"),
            '"started_unix":%r' % round(time.time(), 3),
            '"ticks":%d' % TICKS,
            '"cores":%d' % self.processor.cores,
            '"roles":%d' % len(os.environ.get("HR_BESIDE", "").split()),
            '"physical":[%s]' % ",".join(quoted(name) for name in self.network.physical()),
            '"columns":[%s]' % ",".join(quoted(name) for name in columns),
        ]
        self.write("{%s}" % ",".join(parts))

    def row(self):
        now = self.clock.now()
        values = [round(now - self.begun, 4)]
        for source in self.sources:
            values += source.values()
        values += self.launch.values(time.monotonic(), time.process_time)
        self.write(listed(values + [round(own_seconds(self.children), 4)]))
        self.rows += 1
        return now

    def run(self):
        last = self.row()
        step = 1 / self.hz
        turn = 1
        deadline = None if self.seconds is None else last + self.seconds
        while not self.bell.rang and (deadline is None or self.clock.now() < deadline - step / 100):
            # The pace is kept by the clock, so that a late row does not delay the next ones.
            self.bell.wait(SIMULATED_LOOK if self.clock.file else self.begun + turn * step - self.clock.now())
            if self.bell.rang:
                break
            now = self.clock.now()
            if now - last >= step / 2:
                last = self.row()
                turn = int((last - self.begun) / step) + 1
        if self.clock.now() - last > step / 20:
            self.row()

    def end(self):
        for pid in self.children:
            try:
                os.kill(pid, signal.SIGTERM)
                os.waitpid(pid, 0)
            except OSError:
                pass
        for name in os.listdir("."):
            if name.endswith("-errors.txt") and os.path.getsize(name) == 0:
                os.unlink(name)
        pids = listed(sorted(self.launch.seen))
        self.write('{"end":1,"rows":%d,"own_cpu_s":%r,"launch_pids":%s}' % (self.rows, round(own_seconds([]), 4), pids))


def main():
    out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    watch = Watch(out, os.environ)
    watch.head()
    wait_for_tools(os.environ.get("HR_TOOL_FILES", "").split(), watch.children)
    if watch.job:
        os.close(os.open(watch.job + "/ready", os.O_WRONLY | os.O_CREAT, 0o600))
    watch.run()
    watch.end()


main()
