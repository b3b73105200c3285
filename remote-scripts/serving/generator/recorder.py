"""What happened to every request, in columns of whole microseconds."""
from array import array

OUTCOMES = ("ok", "connect", "tls", "timeout", "http_status", "truncated", "closed", "protocol", "too_large", "stream_error", "client_limit")
CODE = {name: code for code, name in enumerate(OUTCOMES)}
COLUMNS = ("scheduled_us", "lag_us", "latency_us", "ttft_us", "tpot_us", "tokens", "bytes", "status", "outcome", "connected")
NONE = -1
MAX_RAW_GAPS = 1000000
MAX_ERRORS = 40
MAX_EVIDENCE = 200


def microseconds(seconds):
    return int(seconds * 1e6 + 0.5)


class Recorder(object):
    """Requests of one phase of one step; times count from `start`."""

    def __init__(self, step, phase, start):
        self.step = step
        self.phase = phase
        self.start = start
        self.columns = {name: array("q") for name in COLUMNS}
        self.adders = [self.columns[name].append for name in COLUMNS]
        # Every gap between two pieces, counted by its length: exact at a microsecond, and bounded whatever the answers' length.
        self.gaps = {}
        self.raw_gaps = array("q")
        self.errors = {}
        self.open = 0
        self.sent = 0
        self.ended = 0
        self.in_system = 0.0

    def not_sent(self, due, now):
        """No connection was free and the limit is reached: an open loop does not queue in the client."""
        self.row((microseconds(due - self.start), microseconds(now - due), NONE, NONE, NONE, NONE, 0, 0, CODE["client_limit"], 0))
        self.error("client_limit", "more requests in flight than the client may have", "")

    def row(self, values):
        for add, value in zip(self.adders, values):
            add(value)

    def done(self, due, sent, now, outcome, status, size, connected, stream):
        """One request has ended, well or not."""
        self.open -= 1
        self.ended += 1
        self.in_system += now - sent
        ttft, tpot, tokens = NONE, NONE, NONE
        if stream is not None and stream.first is not None:
            ttft = microseconds(stream.first - sent)
            tokens = stream.pieces if stream.tokens is None else stream.tokens
            if tokens > 1 and stream.last and outcome == "ok":
                tpot = microseconds((max(stream.last.values()) - stream.first) / (tokens - 1))
            if outcome == "ok":
                self.add_gaps(stream.gaps)
        self.row((microseconds(max(0.0, due - self.start)), microseconds(max(0.0, sent - due)), microseconds(now - sent), ttft, tpot, tokens,
                  size, status, CODE[outcome], 1 if connected else 0))
        return tokens

    def add_gaps(self, gaps):
        counted = self.gaps
        room = MAX_RAW_GAPS - len(self.raw_gaps)
        for gap in gaps:
            us = microseconds(gap)
            # Above a second, a millisecond is fine enough, and keeps the table small.
            key = us if us < 1000000 else us // 1000 * 1000
            counted[key] = counted.get(key, 0) + 1
            if room > 0:
                room -= 1
                self.raw_gaps.append(key)

    def error(self, kind, text, evidence):
        entry = self.errors.get((kind, text))
        if entry is None:
            if len(self.errors) >= MAX_ERRORS:
                entry = self.errors.setdefault((kind, "other"), [0, ""])
            else:
                entry = self.errors.setdefault((kind, text), [0, evidence[:MAX_EVIDENCE]])
        entry[0] += 1
