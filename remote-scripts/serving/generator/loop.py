"""The open loop: sends what is due when it is due, whatever has come back, on one core."""
import time
from collections import deque

from connection import CONNECTING, HANDSHAKE, OPEN, Connection, Failed
from poller import new_poller
from sse import Unreadable

FOR_EVER = float("inf")
# After so many sends in a row what came back is looked at, also when the next one is overdue.
BURST = 32


class Load(object):
    """Connections, what is in flight, and the window in which both are counted."""

    clock = staticmethod(time.perf_counter)

    def __init__(self, target, max_in_flight):
        spec = target.spec
        self.target = target
        self.max_in_flight = max_in_flight
        self.timeout = spec["timeout_s"]
        self.connect_timeout = spec["connect_timeout_s"]
        self.keep_alive = spec["keep_alive"]
        self.idle_limit = spec["keep_alive_s"]
        self.poller = new_poller()
        self.connections = {}
        self.idle = []
        # Time limits are the same for all, so these are in order.
        self.deadlines = deque()
        self.connect_deadlines = deque()
        self.in_flight = 0
        self.peak = 0
        self.opened = 0
        self.bytes_in = 0
        self.bytes_out = 0
        self.no_body = target.method == "HEAD"
        # The endpoint says of an answer that it is no real model's.
        self.simulated = False
        self.window(FOR_EVER, FOR_EVER)

    def window(self, start, end):
        """From now on, only what happens in these seconds counts into the integral and the completed."""
        self.window_start, self.window_end = start, end
        self.area = 0.0
        self.last_change = start
        self.completed = 0
        self.completed_tokens = 0

    def account(self, now):
        """The integral of the number in flight over the window, up to now."""
        until = min(now, self.window_end)
        if until > self.last_change:
            self.area += self.in_flight * (until - self.last_change)
            self.last_change = until

    def run(self, due_times, make, recorder, stop_at, finished=None):
        """Sends at the times of `due_times` until stop_at, or until finished() says so. `make()` gives (bytes, stream, on_body)."""
        clock = self.clock
        due = next(due_times, FOR_EVER)
        while True:
            now = clock()
            burst = 0
            while due <= now and due < stop_at and burst < BURST:
                self.send(due, now, make(), recorder)
                due = next(due_times, FOR_EVER)
                burst += 1
                now = clock()
            self.expire(now)
            # What was due in time is sent, however late it is.
            if now >= stop_at and due >= stop_at or finished is not None and finished():
                return
            until = min(due, stop_at, self.next_deadline())
            for fd, what in self.poller.wait(min(until - now, 1.0)):
                connection = self.connections.get(fd)
                if connection is not None:
                    self.serve(connection, what)

    def send(self, due, now, request, recorder):
        payload, stream, on_body = request
        if self.in_flight >= self.max_in_flight:
            recorder.not_sent(due, now)
            return
        connection = self.idle_connection(now)
        fresh = connection is None
        if fresh:
            try:
                connection = Connection(self, self.target)
            except OSError:
                # The host has no more descriptors: the client's limit, not the server's.
                recorder.not_sent(due, now)
                return
        self.account(now)
        self.in_flight += 1
        if self.in_flight > self.peak:
            self.peak = self.in_flight
        recorder.open += 1
        recorder.sent += 1
        connection.due, connection.sent, connection.recorder, connection.fresh = due, now, recorder, fresh
        self.bytes_out += len(payload)
        connection.begin(payload, stream, on_body, self.no_body)
        self.deadlines.append((now + self.timeout, connection, connection.serial))
        if fresh:
            self.open(connection, now)

    def open(self, connection, now):
        self.opened += 1
        try:
            connection.connect()
        except OSError as error:
            self.end(connection, self.clock(), "connect", error.strerror or str(error))
            return
        self.connections[connection.fd] = connection
        self.connect_deadlines.append((now + self.connect_timeout, connection, connection.serial))

    def idle_connection(self, now):
        """The one used last: those that idle long are the ones that a server is about to close."""
        while self.idle:
            connection = self.idle.pop()
            if connection.state != OPEN:
                continue
            limit = self.idle_limit
            if connection.answer.idle_seconds is not None:
                limit = min(limit, max(0, connection.answer.idle_seconds - 1))
            if now - connection.idle_since <= limit:
                return connection
            self.drop(connection)
        return None

    def serve(self, connection, what):
        if connection.recorder is None:
            # Bytes or an end while nothing was asked: not a connection to ask anything on.
            self.drop(connection)
            return
        try:
            if connection.ready(what):
                self.complete(connection)
        except Failed as failure:
            self.end(connection, self.clock(), *failure.args)

    def complete(self, connection):
        """A whole answer has arrived."""
        answer, stream = connection.answer, connection.stream
        now = self.clock()
        self.simulated = self.simulated or answer.simulated
        reusable = self.keep_alive and answer.keep_alive
        if not 200 <= answer.status < 300:
            self.end(connection, now, "http_status", "HTTP %d" % answer.status, reusable)
        elif stream is None:
            self.end(connection, now, "ok", "", reusable)
        elif not answer.event_stream:
            self.end(connection, now, "protocol", "the answer is no event stream", reusable)
        else:
            self.end(connection, now, *(self.stream_end(stream) + (reusable,)))

    def stream_end(self, stream):
        try:
            stream.end()
        except Unreadable as error:
            return "protocol", str(error)
        if stream.error is not None:
            return "stream_error", self.without_key(stream.error)
        return ("ok", "") if stream.ended_well() else ("truncated", "the stream ended without its last event")

    def end(self, connection, now, outcome, text, reusable=False):
        """The request has ended; the connection is kept or closed."""
        recorder, answer = connection.recorder, connection.answer
        self.account(now)
        self.in_flight -= 1
        self.bytes_in += answer.received
        tokens = recorder.done(connection.due, connection.sent, now, outcome, answer.status, answer.received, connection.fresh, connection.stream)
        if outcome != "ok":
            recorder.error(outcome, text, self.evidence(connection))
        elif self.window_start <= now < self.window_end:
            self.completed += 1
            self.completed_tokens += max(0, tokens)
        on_body, kept = connection.on_body, connection.kept
        connection.recorder = connection.stream = connection.on_body = connection.kept = None
        if reusable:
            connection.idle_since = now
            self.idle.append(connection)
        else:
            self.drop(connection)
        if on_body is not None:
            on_body(b"".join(kept) if outcome == "ok" else None)

    def evidence(self, connection):
        """The beginning of an error's body, where it cannot be about the key."""
        status = connection.answer.status
        if not 400 <= status < 600 or status in (401, 403, 407):
            return ""
        text = connection.sample.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")
        return self.without_key(" ".join(text.split()))

    def without_key(self, text):
        """What the server says, unless it says the key or an end of it."""
        key = self.target.key
        return "" if key is not None and any(part in text for part in (key[:8], key[-4:])) else text

    def drop(self, connection):
        if self.connections.get(connection.fd) is connection:
            del self.connections[connection.fd]
        connection.close()

    def next_deadline(self):
        """When the first time limit ends; limits of requests that have ended are passed over."""
        first = FOR_EVER
        for waiting in (self.deadlines, self.connect_deadlines):
            while waiting and (waiting[0][1].serial != waiting[0][2] or waiting[0][1].recorder is None):
                waiting.popleft()
            if waiting and waiting[0][0] < first:
                first = waiting[0][0]
        return first

    def expire(self, now):
        while self.next_deadline() <= now:
            if self.connect_deadlines and self.connect_deadlines[0][0] <= now:
                connection = self.connect_deadlines.popleft()[1]
                if connection.state in (CONNECTING, HANDSHAKE):
                    self.end(connection, now, "timeout", "no connection within the time limit")
            else:
                connection = self.deadlines.popleft()[1]
                late = "no connection" if connection.state in (CONNECTING, HANDSHAKE) else "no whole answer"
                self.end(connection, now, "timeout", "%s within the time limit" % late)

    def drain(self):
        """Waits for everything in flight; the time limits bound it."""
        self.run(iter(()), None, None, FOR_EVER, lambda: self.in_flight == 0)

    def close(self):
        for connection in list(self.connections.values()):
            self.drop(connection)
        self.idle = []

