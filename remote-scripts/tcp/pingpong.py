"""TCP ping-pong: round-trip times of small messages, one at a time, with TCP_NODELAY.

server:  pingpong.py listen ADDRESS PORT        answers until it is stopped
client:  pingpong.py send ADDRESS PORT [--bind ADDRESS] [--messages N] [--warmup N] [--bytes N] [--seconds LIMIT]

The client prints one JSON document. `rtt_us` holds every round trip in the order in which it was measured,
after the warm-up; nothing is filtered. Python 3.6 or newer, standard library only.
"""
import argparse
import json
import platform
import socket
import struct
import sys
import threading
import time

HEADER = struct.Struct("!I")
MAX_MESSAGE = 1 << 20
IDLE_SECONDS = 60


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def receive_exactly(connection, buffer):
    view = memoryview(buffer)
    received = 0
    while received < len(buffer):
        count = connection.recv_into(view[received:])
        if count == 0:
            raise ConnectionError("the other side closed the connection after %d of %d bytes" % (received, len(buffer)))
        received += count


def answer(connection, peer):
    """Echoes messages of the size that the client announces first."""
    with connection:
        connection.settimeout(IDLE_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            header = bytearray(HEADER.size)
            receive_exactly(connection, header)
            size = HEADER.unpack(header)[0]
            if not 1 <= size <= MAX_MESSAGE:
                sys.stderr.write("pingpong: %s announced messages of %d bytes, refused\n" % (peer, size))
                return
            message = bytearray(size)
            while True:
                receive_exactly(connection, message)
                connection.sendall(message)
        except ConnectionError:
            return  # how every client ends
        except OSError as error:
            sys.stderr.write("pingpong: %s: %s\n" % (peer, error))


def listen(options):
    with socket.socket(family_of(options.address), socket.SOCK_STREAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((options.address, options.port))
        server.listen(8)
        sys.stdout.write("pingpong: listening on %s port %d\n" % server.getsockname()[:2])
        sys.stdout.flush()
        while True:
            connection, peer = server.accept()
            threading.Thread(target=answer, args=(connection, peer[0]), daemon=True).start()


def round_trips(connection, options):
    """(round-trip times in microseconds, True when the time limit cut the list short)."""
    message = bytearray(options.bytes)
    for index in range(options.bytes):
        message[index] = index % 251
    reply = bytearray(options.bytes)
    times = []
    deadline = time.perf_counter() + options.seconds
    for number in range(options.warmup + options.messages):
        start = time.perf_counter()
        if start > deadline:
            return times, True
        connection.sendall(message)
        receive_exactly(connection, reply)
        end = time.perf_counter()
        if number >= options.warmup:
            times.append(round((end - start) * 1e6, 3))
    if reply != message:
        raise ConnectionError("the answer differs from what was sent")
    return times, False


def send(options):
    source = (options.bind, 0) if options.bind else None
    with socket.create_connection((options.address, options.port), timeout=10, source_address=source) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(HEADER.pack(options.bytes))
        times, cut = round_trips(connection, options)
        document = {
            "headroom": "pingpong",
            "version": 1,
            "python": platform.python_version(),
            "local": connection.getsockname()[0],
            "remote": connection.getpeername()[0],
            "message_bytes": options.bytes,
            "warmup": options.warmup,
            "messages": len(times),
            "cut_by_time_limit": cut,
            "rtt_us": times,
        }
    json.dump(document, sys.stdout)
    sys.stdout.write("\n")


def main():
    parser = argparse.ArgumentParser(description="TCP ping-pong")
    parser.add_argument("mode", choices=["listen", "send"])
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--bind", default="")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--warmup", type=int, default=200)
    parser.add_argument("--bytes", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    if not 1 <= options.bytes <= MAX_MESSAGE:
        parser.error("--bytes must be between 1 and %d" % MAX_MESSAGE)
    try:
        listen(options) if options.mode == "listen" else send(options)
    except (OSError, ConnectionError) as error:
        sys.stderr.write("pingpong: %s port %d: %s\n" % (options.address, options.port, error))
        sys.exit(1)


if __name__ == "__main__":
    main()
