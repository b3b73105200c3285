"""One rate: warm-up, the measured seconds, arrivals that go on until the measured requests are through, and the figures."""
import itertools
import time

import arrivals
from recorder import COLUMNS, CODE, Recorder, microseconds

SHARES = ((0.5, "p50"), (0.9, "p90"), (0.95, "p95"), (0.99, "p99"))


def distribution(pairs):
    """Mean, extremes and percentiles by nearest rank of sorted (value, count); None of nothing."""
    count = sum(number for _, number in pairs)
    if count == 0:
        return None
    found = {"n": count, "mean": round(sum(value * number for value, number in pairs) / count, 3), "min": pairs[0][0], "max": pairs[-1][0]}
    seen = 0
    at = iter(pairs)
    value = 0
    for share, name in SHARES:
        # Ceiling of share * count in whole numbers: 0.95 * 100 is more than 95 in binary.
        rank = max(1, -(-int(round(share * 100)) * count // 100))
        while seen < rank:
            value, number = next(at)
            seen += number
        found[name] = value
    return found


def of_values(values):
    return distribution([(value, 1) for value in sorted(values)])


def of_rows(recorder, column):
    """Over the requests that ended well and have a value."""
    outcomes = recorder.columns["outcome"]
    return of_values(value for value, outcome in zip(recorder.columns[column], outcomes) if outcome == CODE["ok"] and value >= 0)


class Steps(object):
    """Runs rates on one load. Every phase begins with the first payload, so that all launches measure the same requests."""

    def __init__(self, load, spec, payloads, stream):
        self.load = load
        self.spec = spec
        self.payloads = payloads
        self.stream = stream

    def requests(self):
        """Gives the next (bytes, stream, on_body), in the order of the file, and again from its beginning at its end."""
        return map(lambda payload: (payload, self.stream, None), itertools.cycle(self.payloads)).__next__

    def seed(self, step, phase):
        return "%d/%d/%s" % (self.spec["seed"], step, phase)

    def run(self, step, rate, seconds):
        """(figures of the step, [recorder of each phase])."""
        load, kind = self.load, self.spec["arrivals"]
        due = arrivals.within(kind, rate, self.seed(step, "measured"), seconds)
        warm, warmed = self.warm_up(step, rate)
        load.peak, opened, cpu = load.in_flight, load.opened, time.process_time()
        start = load.clock()
        end = start + seconds
        measured = Recorder(step, "measured", start)
        load.window(start, end)
        load.run(arrivals.starting(start, due), self.requests(), measured, end)
        load.account(load.clock())
        cpu = time.process_time() - cpu
        figures = self.figures(step, rate, seconds, measured, cpu, opened)
        after = self.cool_down(step, rate, seconds, measured)
        self.ends(figures, measured)
        figures["warmup"] = warmed
        if load.simulated:
            figures["simulated"] = True
        figures["after_s"] = round(load.clock() - end, 3)
        return figures, [warm, measured, after]

    def warm_up(self, step, rate):
        """Until as many requests are through as were in flight at most, and at least as many as were asked for."""
        load, spec = self.load, self.spec
        start = load.clock()
        recorder = Recorder(step, "warmup", start)
        load.peak = load.in_flight

        def through():
            return recorder.ended >= max(spec["warmup_requests"], load.peak)

        due = arrivals.starting(start, arrivals.offsets(spec["arrivals"], rate, self.seed(step, "warmup")))
        load.run(due, self.requests(), recorder, start + spec["warmup_s"], through)
        took = load.clock() - start
        enough = recorder.ended >= max(1, load.peak)
        return recorder, {"requests": recorder.ended, "seconds": round(took, 3), "in_flight_max": load.peak, "enough": enough}

    def cool_down(self, step, rate, seconds, measured):
        """The last measured requests must meet the same load as the first. A queue that only grows needs no more of it."""
        load = self.load
        start = load.clock()
        recorder = Recorder(step, "after", start)
        if load.in_flight <= 2 * max(1.0, load.area / seconds):
            due = arrivals.offsets(self.spec["arrivals"], rate, self.seed(step, "after"))
            load.run(arrivals.starting(start, due), self.requests(), recorder, start + min(seconds, 30.0), lambda: measured.open == 0)
        load.drain()
        return recorder

    def figures(self, step, rate, seconds, measured, cpu, opened):
        """What is known when the window closes."""
        load = self.load
        return {
            "headroom": "serving-step", "version": 1, "step": step, "rate_target": rate, "seconds": seconds,
            "completed_in_window": load.completed, "completed_rate": round(load.completed / seconds, 6),
            "tokens_in_window": load.completed_tokens,
            "sent": measured.sent, "arrival_rate": round(measured.sent / seconds, 6),
            "in_flight_mean": round(load.area / seconds, 6), "in_flight_max": load.peak, "in_flight_end": load.in_flight,
            "connections_opened": load.opened - opened, "generator_cpu_share": round(cpu / seconds, 4),
        }

    @staticmethod
    def ends(figures, measured):
        """What is known when every measured request has ended."""
        outcomes = measured.columns["outcome"]
        figures["requests"] = len(outcomes)
        figures["ok"] = sum(1 for outcome in outcomes if outcome == CODE["ok"])
        figures["time_in_system_us"] = microseconds(measured.in_system / measured.sent) if measured.sent else None
        for column in ("latency_us", "ttft_us", "tpot_us"):
            figures[column] = of_rows(measured, column)
        figures["itl_us"] = distribution(sorted(measured.gaps.items()))
        figures["lag_us"] = of_values(measured.columns["lag_us"])
        figures["errors"] = [{"kind": kind, "error": text, "count": count, "evidence": evidence}
                             for (kind, text), (count, evidence) in sorted(measured.errors.items())]


def blocks(recorder, size=500):
    """The rows of one phase in columns, some hundred at a time, and then the gaps between tokens."""
    total = len(recorder.columns["outcome"])
    for at in range(0, total, size):
        block = {"step": recorder.step, "phase": recorder.phase, "rows": min(size, total - at)}
        for name in COLUMNS:
            block[name] = recorder.columns[name][at:at + size].tolist()
        yield block
    for at in range(0, len(recorder.raw_gaps), 5000):
        yield {"step": recorder.step, "phase": recorder.phase, "itl_us": recorder.raw_gaps[at:at + 5000].tolist()}
