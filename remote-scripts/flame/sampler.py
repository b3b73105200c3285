"""A sampling profiler of the standard library alone, for hosts that have no other: runs a Python script and looks at the stacks of its threads.

Environment: HR_COMMAND (the script and its arguments), HR_FOLDER (where it runs), HR_SECONDS (longest time), HR_RATE (looks a second),
HR_THREADS (1: the first frame names the thread), HR_IDLE (1: threads that wait count as well), HR_JOB, HR_OUT.

What a sample is: 1/HR_RATE seconds of processor time of a thread (with HR_IDLE of wall time), laid to the stack that is seen at the next look. A look
needs the interpreter lock, so it comes late while C code holds that lock; the time is then laid to the Python function that called the C code.
"""
import atexit
import os
import signal
import sys
import threading
import time

sys.path.insert(1, os.path.join(os.environ["HR_KIT"], "_kit"))

import python_script  # noqa: E402

LAUNCHER = "The sampler sees one process: name the training script itself instead of %s, or install py-spy"
DEEPEST = 512
ANONYMOUS = ("<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


def fact(name, value):
    with open(os.path.join(os.environ["HR_JOB"], "facts"), "a") as facts:
        facts.write("%s\t%s\n" % (name, value))


def clean(text):
    return "".join("?" if ord(one) < 32 or one == "\x7f" else one for one in text).replace(";", ":") or "?"


class Names:
    """`function (package/file.py:line)`, without a name `<lambda:line of its definition> (…)`; the file as seen from where Python imports it."""

    def __init__(self):
        self.short, self.roots = {}, []

    def of(self, frame):
        code = frame.f_code
        name = self.short.get(code.co_filename)
        if name is None:
            name = self.short[code.co_filename] = self.shorten(code.co_filename)
        function = clean(code.co_name)
        # All lambdas of a file have one name (comprehensions too): where they begin tells them apart.
        if function in ANONYMOUS:
            function = "%s:%d>" % (function[:-1], code.co_firstlineno)
        return "%s (%s:%d)" % (function, name, frame.f_lineno or code.co_firstlineno)

    def shorten(self, path):
        roots = [root.rstrip("/") + "/" for root in sys.path if root and path.startswith(root.rstrip("/") + "/")]
        return clean(path[max([len(root) for root in roots] or [0]):])


class Clock:
    """Processor seconds of a thread since the last question, by its id in the kernel; None where Python is too old to tell that id (before 3.8)."""

    def __init__(self):
        self.last = {}

    def used(self, native):
        try:
            # Linux: the clock of thread t is ((~t) << 3) | 6.
            now = time.clock_gettime((~native << 3) | 6)
        except OSError:
            return 0.0
        before = self.last.get(native)
        self.last[native] = now
        return 0.0 if before is None else max(0.0, now - before)


class Sampler(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True, name="headroom sampler")
        self.period = 1.0 / float(os.environ["HR_RATE"])
        self.seconds = float(os.environ["HR_SECONDS"])
        self.is_wall = os.environ.get("HR_IDLE") == "1" or not hasattr(threading.current_thread(), "native_id")
        self.with_threads = os.environ.get("HR_THREADS") == "1"
        self.names, self.clock = Names(), Clock()
        self.stacks, self.credit = {}, {}
        self.looks = self.late = 0
        self.own_seconds = 0.0
        self.is_over = threading.Event()
        self.lock = threading.Lock()
        self.is_written = False
        self.pid = os.getpid()

    def run(self):
        began = due = time.monotonic()
        self.look(0)
        while not self.is_over.wait(max(0.0, due + self.period - time.monotonic())):
            now = time.monotonic()
            if now - began >= self.seconds:
                self.write()
                open(os.path.join(os.environ["HR_JOB"], "sampled"), "w").close()
                os.kill(os.getpid(), signal.SIGTERM)
                return
            ticks = max(1, int((now - due) / self.period))
            due += ticks * self.period
            self.late += ticks - 1
            self.look(ticks)

    def look(self, ticks):
        frames = sys._current_frames()
        known = {thread.ident: thread for thread in threading.enumerate()}
        self.looks += 1
        for ident, frame in frames.items():
            thread = known.get(ident)
            if thread is self:
                continue
            weight = self.weight(thread, ident, ticks)
            if weight > 0:
                stack = self.stack(frame, thread)
                self.stacks[stack] = self.stacks.get(stack, 0) + weight
        # A frame kept here would keep alive what the script has let go.
        del frames
        if hasattr(time, "thread_time"):
            self.own_seconds = time.thread_time()

    def weight(self, thread, ident, ticks):
        native = getattr(thread, "native_id", None)
        if self.is_wall or native is None:
            return ticks
        credit = self.credit.get(native, 0.0) + self.clock.used(native) / self.period
        whole = int(credit)
        self.credit[native] = credit - whole
        return whole

    def stack(self, frame, thread):
        found = []
        while frame is not None and len(found) < DEEPEST:
            if frame.f_code is python_script.run_script.__code__:
                break
            if frame.f_code.co_filename not in ("<frozen runpy>",) and not frame.f_code.co_filename.endswith("/runpy.py"):
                found.append(self.names.of(frame))
            frame = frame.f_back
        if len(found) == DEEPEST:
            # Or the callee that happens to be the deepest one kept would look like where the program begins.
            found.append("[callers of more than %d frames]" % DEEPEST)
        if not found:
            found.append("[start and end of Python]")
        if self.with_threads:
            found.append("thread %s" % clean(thread.name if thread else "unknown"))
        return ";".join(reversed(found))

    def write(self):
        with self.lock:
            # A process that the script forked ends with the same handlers, and has looked at nothing.
            if self.is_written or os.getpid() != self.pid:
                return
            self.is_written = True
            with open(os.path.join(os.environ["HR_OUT"], "stacks.folded"), "w", errors="backslashreplace") as out:
                for stack in sorted(self.stacks):
                    out.write("%s %d\n" % (stack, self.stacks[stack]))
            # Only this process knows: an old Python cannot tell the processor time of its threads.
            fact("event", "wall clock" if self.is_wall else "processor time of threads")
            fact("looks", self.looks)
            fact("looks_late", self.late)
            if self.own_seconds > 0:
                fact("overhead_share", "%.4g" % (self.own_seconds / max(time.process_time(), 1e-9)))

    def finish(self):
        self.is_over.set()
        self.join(2)
        self.write()


def main():
    os.chdir(os.path.expanduser(os.environ.get("HR_FOLDER") or "~"))
    is_module, name, arguments = python_script.script_of(os.environ["HR_COMMAND"], LAUNCHER, "for a program that is not Python set tool to perf")
    fact("tool_version", "Python %d.%d.%d" % sys.version_info[:3])
    sampler = Sampler()
    sampler.start()
    atexit.register(sampler.finish)
    python_script.run_script(is_module, name, arguments)


if __name__ == "__main__":
    main()
