"""Server-sent events of OpenAI-compatible endpoints: when each piece of text came, and how the stream ended."""
import json

MAX_LINE = 1 << 18


MOST_TOKENS = 10 ** 9
MAX_ERROR_TEXT = 80


class Unreadable(Exception):
    """The stream is not one of server-sent events with JSON in them."""


def whole(digits):
    """No count has so many digits, and to read them takes the square of their number."""
    return int(digits) if len(digits) < 20 else float("inf")


def listed(value):
    return value if isinstance(value, list) else []


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS


def texts_of(event):
    """[(choice, has text)] of one event, and whether a choice is finished."""
    found = []
    finished = False
    for place, choice in enumerate(listed(event.get("choices"))):
        if not isinstance(choice, dict):
            continue
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            delta = choice
        # Reasoning and tool calls are output that the user waits for as well.
        if delta.get("text") or delta.get("content") or delta.get("reasoning_content") or delta.get("reasoning") or delta.get("tool_calls"):
            found.append(choice.get("index") if is_count(choice.get("index")) else place)
        if choice.get("finish_reason"):
            finished = True
    return found, finished


class TokenStream(object):
    """Takes the bytes of one stream. `now` is set by who reads, before each piece; times are of that clock."""

    __slots__ = ("now", "line", "data", "first", "last", "gaps", "pieces", "tokens", "done", "finished", "error")

    def __init__(self):
        self.now = 0.0
        self.line = b""
        self.data = []
        self.first = None
        # Last piece of each choice: gaps are within one answer, not between two that run side by side.
        self.last = {}
        self.gaps = []
        self.pieces = 0
        self.tokens = None
        self.done = False
        self.finished = False
        self.error = None

    def feed(self, data):
        lines = (self.line + data).replace(b"\r\n", b"\n").split(b"\n")
        self.line = lines.pop()
        if len(self.line) > MAX_LINE:
            raise Unreadable("a line longer than %d bytes" % MAX_LINE)
        for line in lines:
            if line.startswith(b"data:"):
                self.data.append(line[6:] if line[5:6] == b" " else line[5:])
                if len(self.data) > 1 and sum(map(len, self.data)) > MAX_LINE:
                    raise Unreadable("an event longer than %d bytes" % MAX_LINE)
            elif line in (b"", b"\r") and self.data:
                text = b"\n".join(self.data)
                self.data = []
                self.event(text)

    def end(self):
        """The body is complete; a last event may lack its empty line."""
        if self.line or self.data:
            self.feed(b"\n\n")

    def event(self, text):
        if text.strip() == b"[DONE]":
            self.done = True
            return
        try:
            event = json.loads(text.decode("utf-8"), parse_int=whole)
        except (ValueError, RecursionError):
            raise Unreadable("an event that is not JSON")
        if not isinstance(event, dict):
            raise Unreadable("an event that is no object")
        if event.get("error"):
            error = event["error"]
            self.error = str(error.get("type") or error.get("code") or "error")[:MAX_ERROR_TEXT] if isinstance(error, dict) else "error"
        usage = event.get("usage")
        if isinstance(usage, dict) and is_count(usage.get("completion_tokens")):
            self.tokens = usage["completion_tokens"]
        found, finished = texts_of(event)
        self.finished = self.finished or finished
        for choice in found:
            self.piece(choice)

    def piece(self, choice):
        if self.first is None:
            self.first = self.now
        before = self.last.get(choice)
        if before is not None:
            self.gaps.append(self.now - before)
        elif len(self.last) >= 1024:
            raise Unreadable("more than 1024 choices")
        self.last[choice] = self.now
        self.pieces += 1

    def ended_well(self):
        return self.done or self.finished
