"""What one rank of a benchmark owes its host: it ends with its launcher, never waits for ever, and says how far it is."""
import ctypes
import json
import os
import signal
import sys
import threading
import time

STALLED = 75


def die_with_parent(name):
    """Asks Linux to end this rank when its launcher dies, so that nothing is left behind (PR_SET_PDEATHSIG is 1)."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0)
    if os.getppid() == 1:
        sys.exit("%s: the launcher is gone" % name)


class Watchdog(threading.Thread):
    """Ends the process when no step has been made for too long: a dead peer must not leave this rank waiting."""

    def __init__(self, name, seconds):
        super().__init__(daemon=True)
        self.bench, self.seconds = name, seconds
        self.doing = "starting"
        self.last = time.monotonic()

    def step(self, doing):
        self.doing, self.last = doing, time.monotonic()

    def run(self):
        while True:
            time.sleep(1)
            idle = time.monotonic() - self.last
            if idle > self.seconds:
                sys.stderr.write("%s: rank %s made no progress for %d s while %s\n" % (self.bench, os.environ.get("RANK"), idle, self.doing))
                sys.stderr.flush()
                os._exit(STALLED)


def progress(done, total, text):
    """For the first rank of a host alone: one writer."""
    with open("progress", "a") as lines:
        lines.write("%d\t%d\t%s\n" % (done, total, text))


def note(name, code, message):
    """A warning of the run: kept beside the results, and told on standard error."""
    sys.stderr.write("%s: %s\n" % (name, message))
    with open("notes.jsonl", "a") as notes:
        notes.write(json.dumps({"code": code, "message": message}) + "\n")


def write_line(out, value):
    out.write(json.dumps(value) + "\n")
    out.flush()
