"""One connection to the endpoint, and the request that is on it."""
import errno
import socket
import ssl

from poller import READ, WRITE
from sse import TokenStream, Unreadable
from wire import Answer, Malformed, TooLarge

PIECE = 65536
CONNECTING, HANDSHAKE, OPEN, CLOSED = range(4)
AGAIN = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Failed(Exception):
    """(outcome, text): the request has ended badly and the connection with it."""


class Connection(object):
    """`due`, `sent`, `recorder` and the rest are the current request's; None when it is idle."""

    __slots__ = ("load", "target", "socket", "fd", "state", "answer", "interest", "unsent", "serial", "due", "sent", "recorder",
                 "fresh", "stream", "on_body", "kept", "idle_since", "sample")

    def __init__(self, load, target):
        self.load = load
        self.target = target
        self.answer = Answer(target.spec["max_body_bytes"])
        self.state = CONNECTING
        self.unsent = b""
        self.serial = 0
        self.recorder = None
        self.interest = READ | WRITE
        self.socket = socket.socket(target.family, socket.SOCK_STREAM)
        self.fd = self.socket.fileno()

    def connect(self):
        """Begins to connect; raises OSError when that fails at once."""
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.target.spec.get("bind"):
            self.socket.bind((self.target.spec["bind"], 0))
        code = self.socket.connect_ex(self.target.address)
        if code not in (0, errno.EINPROGRESS, errno.EWOULDBLOCK):
            raise OSError(code, errno.errorcode.get(code, "?"))
        self.load.poller.add(self.fd, self.interest)

    def begin(self, payload, stream, on_body, no_body):
        """A request; sent at once when the connection stands."""
        self.serial += 1
        self.sample = b""
        self.on_body = on_body
        self.kept = [] if on_body is not None else None
        self.stream = TokenStream() if stream else None
        sink = self.stream.feed if stream else (self.kept.append if on_body is not None else None)
        self.answer.begin(no_body, sink)
        self.unsent = payload
        if self.state == OPEN:
            self.write()

    def want(self, interest):
        if interest != self.interest:
            self.interest = interest
            self.load.poller.change(self.fd, interest)

    def write(self):
        while self.unsent:
            try:
                count = self.socket.send(self.unsent)
            except AGAIN:
                self.want(READ | WRITE)
                return
            except OSError:
                # What the server said before it closed may wait to be read: the reader decides.
                self.unsent = b""
                break
            self.unsent = self.unsent[count:] if count < len(self.unsent) else b""
        self.want(READ)

    def ready(self, what):
        """Something can be done. True when the answer is complete; raises Failed."""
        if self.state != OPEN:
            self.establish()
            if self.state != OPEN:
                return False
            self.write()
        elif what & WRITE and self.unsent:
            self.write()
        return self.read() if what & READ else False

    def establish(self):
        if self.state == CONNECTING:
            code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise Failed("connect", errno.errorcode.get(code, str(code)))
            if self.target.context is None:
                self.state = OPEN
                return
            self.state = HANDSHAKE
        try:
            if not isinstance(self.socket, ssl.SSLSocket):
                self.socket = self.target.context.wrap_socket(self.socket, server_hostname=self.target.name, do_handshake_on_connect=False)
            self.socket.do_handshake()
            self.state = OPEN
        except ssl.SSLWantReadError:
            self.want(READ)
        except ssl.SSLWantWriteError:
            self.want(READ | WRITE)
        except (ssl.SSLError, ssl.CertificateError) as error:
            raise Failed("tls", str(getattr(error, "verify_message", "") or getattr(error, "reason", "") or error))
        except OSError as error:
            raise Failed("tls", errno.errorcode.get(error.errno, "closed in the handshake"))

    def read(self):
        """Takes what has arrived, one piece at a time so that no server can keep the loop; what TLS holds back is taken with it."""
        while True:
            try:
                data = self.socket.recv(PIECE)
            except AGAIN:
                return False
            except OSError as error:
                text = error.reason or "TLS error" if isinstance(error, ssl.SSLError) else errno.errorcode.get(error.errno, str(error))
                raise Failed("truncated" if self.answer.status else "closed", text)
            if not data:
                return self.ended()
            if self.stream is not None:
                self.stream.now = self.load.clock()
            if self.answer.status >= 400 or self.answer.status == 0:
                self.sample = (self.sample + data)[:2048]
            try:
                if self.answer.feed(data):
                    return True
            except TooLarge as error:
                raise Failed("too_large", str(error))
            except (Malformed, Unreadable) as error:
                raise Failed("protocol", str(error))
            if self.target.context is None or not self.socket.pending():
                return False

    def ended(self):
        if self.answer.closed():
            self.answer.keep_alive = False
            return True
        raise Failed("truncated" if self.answer.status else "closed", "closed within the answer" if self.answer.status else "closed before an answer")

    def close(self):
        if self.state == CLOSED:
            return
        self.state = CLOSED
        try:
            self.load.poller.remove(self.fd)
        except (OSError, KeyError, ValueError):
            pass  # never added, since connecting failed at once
        self.socket.close()
