"""An HTTP endpoint whose service times and faults are known. usage: endpoint.py [CERTIFICATE KEY]; prints its port.

/fixed?ms=N      answers after N ms              /queue?ms=N[&exponential=1]  one worker, first come first served; N ms each (in the mean)
/stats           what /queue did                 /errors?every=N              every Nth answer is 503
/status?code=N   that status                     /redirect?to=URL             302 there
/stall           never answers                   /close                       closes before an answer
/short           closes within the body          /drip                        a head without end
/endless         a chunked body without end      /garbage                     no HTTP
/predict         {"predictions": [{"label": ...}, ...]}: the labels are the words of the body's text
/v1/chat/completions, /v1/completions   stream: `tokens` (default 5) pieces, `gap_ms` apart (10), the first after `first_ms` (30); `cut`
                 leaves after that piece; without stream: n choices, the words of the prompt. `key`: the Authorization that is demanded.
"""
import asyncio
import json
import random
import ssl
import sys
import time
from urllib.parse import parse_qs, unquote, urlsplit


class Worker(object):
    """One server with a queue in front of it; each request's own end is known when it comes, so that late timers do not add up."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.free_at = 0.0
        self.chance = random.Random(7)
        self.times = []

    def end_of(self, now, ms, exponential):
        service = ms / 1000.0
        if exponential:
            service = self.chance.expovariate(1.0 / service)
        self.free_at = max(now, self.free_at) + service
        return self.free_at


worker = Worker()
counts = {"errors": 0, "connections": 0}


async def until(moment):
    left = moment - time.perf_counter()
    if left > 0:
        await asyncio.sleep(left)


def answer(writer, status, body, kind="application/json"):
    head = "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n" % (status, kind, len(body))
    writer.write(head.encode() + b"\r\n" + body)


async def queue(writer, query):
    came = time.perf_counter()
    await until(worker.end_of(came, float(query.get("ms", "10")), "exponential" in query))
    answer(writer, 200, b"ok")
    worker.times.append(time.perf_counter() - came)


async def stats(writer, query):
    times = sorted(worker.times)
    mean = sum(times) / len(times) if times else 0
    answer(writer, 200, json.dumps({"n": len(times), "mean_us": mean * 1e6, "p50_us": times[len(times) // 2] * 1e6 if times else 0,
                                    "connections": counts["connections"]}).encode())
    worker.reset()


def event(value):
    return chunk(b"data: " + (json.dumps(value).encode() if isinstance(value, dict) else value) + b"\n\n")


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def choice_of(chat, text):
    return {"index": 0, "delta": {"content": text}} if chat else {"index": 0, "text": text}


async def stream(writer, query, asked, chat):
    tokens, gap, first = int(query.get("tokens", "5")), float(query.get("gap_ms", "10")) / 1e3, float(query.get("first_ms", "30")) / 1e3
    cut = int(query.get("cut", "-1"))
    start = time.perf_counter()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    if chat:
        writer.write(event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}))
    for number in range(tokens):
        await until(start + first + number * gap)
        if number == cut:
            writer.close()
            return
        writer.write(event({"choices": [choice_of(chat, "word ")]}))
        await writer.drain()
    writer.write(event({"choices": [dict(choice_of(chat, ""), finish_reason="length")]}))
    if asked.get("stream_options", {}).get("include_usage"):
        writer.write(event({"choices": [], "usage": {"completion_tokens": tokens * int(query.get("per_piece", "1"))}}))
    writer.write(event(b"[DONE]") + b"0\r\n\r\n")


async def openai(writer, query, body, headers, chat):
    if "key" in query and headers.get("authorization") != "Bearer " + query["key"]:
        answer(writer, 401, json.dumps({"error": "wrong key: " + headers.get("authorization", "none")}).encode())
        return
    asked = json.loads(body.decode())
    if asked.get("stream"):
        await stream(writer, query, asked, chat)
        return
    words = (asked["messages"][0]["content"] if chat else asked["prompt"]).split()[:asked.get("n", 1)]
    choices = [{"index": place, "message": {"content": word}} if chat else {"index": place, "text": word} for place, word in enumerate(words)]
    answer(writer, 200, json.dumps({"choices": choices[::-1]}).encode())


async def fault(writer, path):
    """True: the connection is done with."""
    if path == "/stall":
        await asyncio.sleep(3600)
    elif path == "/short":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    elif path == "/garbage":
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
    elif path in ("/drip", "/endless"):
        writer.write(b"HTTP/1.1 200 OK\r\n" + (b"" if path == "/drip" else b"Transfer-Encoding: chunked\r\n\r\n"))
        piece = b"X-Filler: %s\r\n" % (b"x" * 1000) if path == "/drip" else chunk(b"x" * 1000)
        for _ in range(1000):
            writer.write(piece)
            await writer.drain()
    elif path != "/close":
        return False
    return True


async def one(writer, path, query, body, headers):
    """True: the connection is to be closed."""
    if await fault(writer, path):
        return True
    if path == "/fixed":
        await until(time.perf_counter() + float(query.get("ms", "10")) / 1000)
        answer(writer, 200, b"ok")
    elif path in ("/queue", "/stats"):
        await (queue if path == "/queue" else stats)(writer, query)
    elif path == "/errors":
        counts["errors"] += 1
        answer(writer, 503 if counts["errors"] % int(query["every"]) == 0 else 200, b"overloaded")
    elif path == "/status":
        answer(writer, int(query["code"]), b"as asked")
    elif path == "/redirect":
        writer.write(("HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % query["to"]).encode())
    elif path == "/predict":
        answer(writer, 200, json.dumps({"predictions": [{"label": word} for word in json.loads(body.decode())["text"].split()]}).encode())
    elif path in ("/v1/chat/completions", "/v1/completions"):
        await openai(writer, query, body, headers, "chat" in path)
    else:
        answer(writer, 404, b"nothing here")
    return writer.is_closing() if hasattr(writer, "is_closing") else False


async def serve(reader, writer):
    counts["connections"] += 1
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:] if line))
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            address = urlsplit(head[0].split(" ")[1])
            query = dict((name, unquote(values[0])) for name, values in parse_qs(address.query, keep_blank_values=True).items())
            done = await one(writer, address.path, query, body, headers)
            await writer.drain()
            if done or headers.get("connection") == "close":
                return
    except (asyncio.IncompleteReadError, ConnectionError):
        return  # how every client ends
    finally:
        writer.close()


async def main():
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.sleep(86400)


asyncio.run(main())
