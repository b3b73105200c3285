"""HTTP/1.1 answers, read as they arrive. The server may be hostile: heads, chunk lines and bodies have limits."""
import re

MAX_HEAD = 32768
MAX_CHUNK_LINE = 1024
MAX_TRAILERS = 8192
MAX_INTERIM = 10
STATUS_LINE = re.compile(br"HTTP/1\.([01]) ([1-5][0-9][0-9])(?: [^\r\n]*)?\Z")
CHUNK_LINE = re.compile(br"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\Z")

HEAD, LENGTH, CHUNK_LINE_STATE, CHUNK_DATA, CHUNK_END, TRAILERS, UNTIL_CLOSE, DONE = range(8)


class Malformed(Exception):
    """The answer is not HTTP/1.1."""


class TooLarge(Exception):
    """The body is longer than the limit."""


class Answer(object):
    """One answer after another on one connection: begin(), then feed() until it says True."""

    __slots__ = ("max_body", "state", "pending", "status", "keep_alive", "idle_seconds", "event_stream", "no_body", "left",
                 "received", "interim", "sink", "simulated")

    def __init__(self, max_body):
        self.max_body = max_body
        self.begin(False, None)

    def begin(self, no_body, sink):
        """`no_body`: it answers a HEAD. `sink`: gets the body's bytes of an answer 2xx; None: they are only counted."""
        self.state = HEAD
        self.pending = b""
        self.status = 0
        self.keep_alive = True
        self.idle_seconds = None
        self.event_stream = False
        self.simulated = False
        self.no_body = no_body
        self.left = 0
        self.received = 0
        self.interim = 0
        self.sink = sink

    def feed(self, data):
        """True when the answer is complete. Raises Malformed, TooLarge."""
        if self.pending:
            data = self.pending + data
            self.pending = b""
        at = 0
        size = len(data)
        while True:
            state = self.state
            if state == LENGTH or state == CHUNK_DATA or state == UNTIL_CLOSE:
                at = self.body(data, at, size)
                if self.state == state:
                    return False
            elif state == DONE:
                if at < size:
                    raise Malformed("bytes after the end of the answer")
                return True
            else:
                at = self.line(data, at, size)
                if at < 0:
                    return False

    def closed(self):
        """The server closed; True when that is how this answer ends."""
        return self.state == UNTIL_CLOSE

    def body(self, data, at, size):
        if self.state == UNTIL_CLOSE:
            end = size
        else:
            end = min(size, at + self.left)
            self.left -= end - at
        if end > at:
            self.received += end - at
            if self.received > self.max_body:
                raise TooLarge("more than %d bytes" % self.max_body)
            if self.sink is not None and 200 <= self.status < 300:
                self.sink(data[at:end])
        if self.left == 0:
            if self.state == LENGTH:
                self.state = DONE
            elif self.state == CHUNK_DATA:
                self.state = CHUNK_END
        return end

    def line(self, data, at, size):
        """Reads what is told line by line; where it ends, or -1 when more has to arrive."""
        if self.state == HEAD:
            end, limit, ending = data.find(b"\r\n\r\n", at), MAX_HEAD, 4
        elif self.state == TRAILERS:
            end, limit, ending = data.find(b"\r\n", at), MAX_TRAILERS, 2
        else:
            end, limit, ending = data.find(b"\r\n", at), MAX_CHUNK_LINE, 2
        if end < 0 or end - at > limit:
            if size - at > limit:
                raise Malformed("a head or chunk line longer than %d bytes" % limit)
            self.pending = data[at:]
            return -1
        text = data[at:end]
        if self.state == HEAD:
            self.head(text)
        elif self.state == CHUNK_LINE_STATE:
            self.chunk(text)
        elif self.state == CHUNK_END:
            if text:
                raise Malformed("a chunk longer than it said")
            self.state = CHUNK_LINE_STATE
        elif not text:
            self.state = DONE
        else:
            # Trailers as a whole are bounded, too: the rest of the limit is counted in `left`.
            self.left += len(text) + 2
            if self.left > MAX_TRAILERS:
                raise Malformed("trailers longer than %d bytes" % MAX_TRAILERS)
        return end + ending

    def chunk(self, text):
        match = CHUNK_LINE.match(text)
        if match is None:
            raise Malformed("a chunk without its length")
        self.left = int(match.group(1), 16)
        if self.received + self.left > self.max_body:
            raise TooLarge("more than %d bytes" % self.max_body)
        self.state = CHUNK_DATA if self.left else TRAILERS

    def head(self, text):
        lines = text.split(b"\r\n")
        match = STATUS_LINE.match(lines[0])
        if match is None:
            raise Malformed("no status line of HTTP/1.1")
        self.status = int(match.group(2))
        if 100 <= self.status < 200:
            self.interim += 1
            if self.interim > MAX_INTERIM or self.status == 101:
                raise Malformed("an interim answer that leads nowhere")
            return
        self.keep_alive = match.group(1) == b"1"
        length, chunked, coded = self.headers(lines)
        if self.no_body or self.status == 204 or self.status == 304:
            self.state = DONE
        elif chunked:
            self.state = CHUNK_LINE_STATE
        elif coded or length is None:
            self.keep_alive = False
            self.state = UNTIL_CLOSE
        else:
            if length > self.max_body:
                raise TooLarge("%d bytes" % length)
            self.left = length
            self.state = LENGTH if length else DONE

    def headers(self, lines):
        """(content-length or None, chunked, another transfer coding) of the header lines."""
        length, chunked, coded = None, False, False
        for index in range(1, len(lines)):
            name, colon, value = lines[index].partition(b":")
            if not colon or not name or name[-1:] in b" \t":
                raise Malformed("a header without a name")
            name = name.lower()
            if name == b"content-length":
                value = value.strip()
                if not value.isdigit() or len(value) > 15 or (length is not None and int(value) != length):
                    raise Malformed("no length in content-length")
                length = int(value)
            elif name == b"transfer-encoding":
                codings = [one.strip().lower() for one in value.split(b",")]
                chunked, coded = codings[-1] == b"chunked", True
                if len(codings) > 1:
                    raise Malformed("a body in a coding that was not asked for")
            elif name == b"connection":
                words = [word.strip() for word in value.lower().split(b",")]
                if b"close" in words:
                    self.keep_alive = False
                elif b"keep-alive" in words:
                    self.keep_alive = True
            elif name == b"keep-alive":
                match = re.search(br"timeout=([0-9]{1,6})", value)
                self.idle_seconds = int(match.group(1)) if match else None
            elif name == b"content-type":
                self.event_stream = value.strip().lower().startswith(b"text/event-stream")
            elif name == b"x-simulated":
                self.simulated = value.strip().lower() == b"true"
        return length, chunked, coded
