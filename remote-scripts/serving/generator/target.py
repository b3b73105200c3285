"""The endpoint under test: its address, its TLS, and the bytes of every request, built once."""
import json
import os
import re
import socket
import ssl

MAX_PROMPTS = 20000
MAX_PROMPT_BYTES = 1 << 28
URL = re.compile(r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(/[!-~]*)?\Z")


class Refused(Exception):
    """(problem code, sentence): the test cannot begin."""


def read_lines(path, what):
    """Objects of a JSONL file with their prompt; every line must have one."""
    found = []
    size = 0
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                size += len(line)
                if len(found) >= MAX_PROMPTS or size > MAX_PROMPT_BYTES:
                    raise Refused("input.invalid", "%s %s has more than %d lines or %d bytes" % (what, path, MAX_PROMPTS, MAX_PROMPT_BYTES))
                found.append(one_line(line, path, number))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("input.file_unreadable", "%s %s on this host: %s" % (what, path, error))
    if not found:
        raise Refused("input.invalid", "%s %s has no lines" % (what, path))
    return found


def one_line(line, path, number):
    try:
        entry = json.loads(line)
    except ValueError:
        raise Refused("input.invalid", "line %d of %s is not JSON" % (number, path))
    if isinstance(entry, str):
        entry = {"prompt": entry}
    if not isinstance(entry, dict) or not isinstance(entry.get("prompt"), str):
        raise Refused("input.invalid", 'line %d of %s has no "prompt"' % (number, path))
    return entry


class Target(object):
    """What a request is made of, from the spec; the key is read here and leaves only in a request's head."""

    def __init__(self, spec):
        match = URL.match(spec["url"])
        if match is None:
            raise Refused("input.invalid", "not an address: %s" % spec["url"])
        self.spec = spec
        self.tls = match.group(1) == "https"
        self.authority = match.group(2) + (":" + match.group(3) if match.group(3) else "")
        self.name = match.group(2).strip("[]")
        self.port = int(match.group(3) or (443 if self.tls else 80))
        self.path = match.group(4) or "/"
        self.api = spec["api"]
        self.method = spec["method"] if self.api == "http" else "POST"
        self.streams = self.api != "http" and spec["stream"]
        self.key = self.read_key()
        self.context = self.tls_context() if self.tls else None
        self.family = self.address = None

    def read_key(self):
        name = self.spec.get("api_key_env")
        if not name:
            return None
        key = os.environ.get(name, "")
        if not key:
            raise Refused("input.invalid", "the environment variable %s, which holds the API key, is empty on this host; hosts.<host>.setup may set it" % name)
        if not re.match(r"[!-~]+\Z", key):
            raise Refused("input.invalid", "the environment variable %s holds characters that no header can have" % name)
        return key

    def tls_context(self):
        try:
            context = ssl.create_default_context(cafile=self.spec.get("tls_ca_file"))
        except (OSError, ssl.SSLError) as error:
            raise Refused("input.file_unreadable", "tls_ca_file %s on this host: %s" % (self.spec.get("tls_ca_file"), error))
        if not self.spec["tls_verify"]:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def find(self):
        """Resolves the name once, so that no look-up is measured, and takes the first address that answers."""
        try:
            known = socket.getaddrinfo(self.name, self.port, 0, socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Refused("remote.not_listening", "%s cannot be resolved on this host: %s" % (self.name, error))
        last = None
        for family, _, _, _, address in known:
            try:
                with socket.socket(family, socket.SOCK_STREAM) as probe:
                    probe.settimeout(self.spec["connect_timeout_s"])
                    if self.spec.get("bind"):
                        probe.bind((self.spec["bind"], 0))
                    probe.connect(address)
                self.family, self.address = family, address
                return
            except OSError as error:
                last = error
        raise Refused("remote.not_listening", "nothing answers at %s port %d: %s" % (self.name, self.port, last))

    def request(self, prompt, stream, choices=1):
        """The whole request as bytes; without a prompt the body as the plan has it."""
        body = self.body(prompt, stream, choices)
        head = ["%s %s HTTP/1.1" % (self.method, self.path), "Host: " + self.authority, "User-Agent: headroom-serving/1", "Accept: */*"]
        head += ["%s: %s" % pair for pair in sorted(self.spec["headers"].items())]
        given = set(name.lower() for name in self.spec["headers"])
        if body is not None:
            if "content-type" not in given:
                head.append("Content-Type: application/json")
            head.append("Content-Length: %d" % len(body))
        if not self.spec["keep_alive"]:
            head.append("Connection: close")
        if self.key is not None:
            name = self.spec["api_key_header"]
            head.append("%s: %s%s" % (name, "Bearer " if name.lower() == "authorization" else "", self.key))
        return "\r\n".join(head + ["", ""]).encode("latin-1") + (body or b"")

    def body(self, prompt, stream, choices):
        spec = self.spec
        if self.api == "http":
            text = spec.get("body")
            if text is None:
                return None if self.method in ("GET", "HEAD", "DELETE") else b""
            return text.replace("{{prompt}}", json.dumps(prompt or "")[1:-1]).encode("utf-8")
        fields = {"stream": stream, "max_tokens": spec["max_tokens"], "temperature": spec["temperature"]}
        if spec.get("model"):
            fields["model"] = spec["model"]
        if self.api == "chat":
            fields["messages"] = [{"role": "user", "content": prompt}]
        else:
            fields["prompt"] = prompt
        if choices > 1:
            fields["n"] = choices
        if stream and spec["usage"]:
            fields["stream_options"] = {"include_usage": True}
        fields.update(spec["body_extra"])
        return json.dumps(fields).encode("utf-8")
