"""What was added up over a trace, one JSON line per figure, as the parsers of whole traces would give it.

First line: {"headroom": "timeline-summary", "version": 1, "tool": ..., "tool_version": ..., "facts": {...}, "rows": [understood, skipped]}
Then {"metric": ..., "unit": ..., "value": ..., "dimensions": {...}} or {"warning": code, "message": ...} or {"problem": code, "message": ...}
or {"collective": line of the fact of that name}
Last line: {"end": true}
"""
import json

US_PER_NS = 1e3
MOST_NAMES = 1000


class Summary:
    def __init__(self, tool):
        self.tool, self.version = tool, None
        self.facts, self.lines = {"tool": tool}, []
        self.understood = self.skipped = 0
        self.warned = set()

    def add(self, metric, unit, value, dimensions):
        if value is not None:
            self.lines.append({"metric": "timeline." + metric, "unit": unit, "value": value, "dimensions": dimensions})

    def add_ns(self, metric, nanoseconds, dimensions):
        if nanoseconds is not None:
            self.add(metric, "us", nanoseconds / US_PER_NS, dimensions)

    def warn(self, code, message):
        if code not in self.warned:
            self.warned.add(code)
            self.lines.append({"warning": code, "message": message})

    def fail(self, code, message):
        self.lines.append({"problem": code, "message": message})

    def write(self, path):
        header = {"headroom": "timeline-summary", "version": 1, "tool": self.tool, "tool_version": self.version, "facts": self.facts,
                  "rows": [self.understood, self.skipped]}
        with open(path, "w", encoding="utf-8") as out:
            for line in [header] + self.lines + [{"end": True}]:
                out.write(json.dumps(line, ensure_ascii=False) + "\n")


def limited(summary, sums, what):
    """Names by their total time, longest first, as many as are listed; the rest is counted."""
    ordered = sorted(sums.items(), key=lambda entry: -entry[1][1])
    rest = sum(figures[0] for _, figures in ordered[MOST_NAMES:])
    if rest:
        summary.warn("names_limited", "Only the %d longest of the %s names are listed; %d instances have other names." % (MOST_NAMES, what, rest))
    return ordered[:MOST_NAMES]
