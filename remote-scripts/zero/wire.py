"""Runs collectives beside the computation, one after another, and keeps when each began, when it ended and what it sent.

On the CPU a thread of its own runs them; on GPUs a stream of its own does, timed by events. Both give times in seconds since
the step began, so that overlap is a matter of spans.
"""
import queue
import threading
import time

import torch


class Ticket:
    """One collective under way."""

    def __init__(self, name, sent_bytes, work):
        self.name, self.sent_bytes, self.work = name, sent_bytes, work
        self.start = self.end = self.error = None
        self.done = threading.Event()


class StepRecord:
    """What happened on the wire in one step; times in seconds since it began."""

    def __init__(self, calls, waits):
        self.calls = calls  # (name, sent bytes, start, end) in order
        self.waits = waits  # (start, end) in which the computation stood still for a collective

    def spans(self):
        return [(start, end) for _, _, start, end in self.calls]


class CpuWire:
    def __init__(self):
        self.queue = queue.Queue()
        self.tickets, self.waits, self.began = [], [], 0.0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            ticket = self.queue.get()
            ticket.start = time.perf_counter()
            try:
                ticket.work()
            except Exception as error:  # handed to the thread that waits for it
                ticket.error = error
            ticket.end = time.perf_counter()
            ticket.work = None
            ticket.done.set()

    def begin_step(self):
        self.tickets, self.waits, self.began = [], [], time.perf_counter()

    def submit(self, name, sent_bytes, work):
        ticket = Ticket(name, sent_bytes, work)
        self.tickets.append(ticket)
        self.queue.put(ticket)
        return ticket

    def wait(self, ticket):
        if not ticket.done.is_set():
            start = time.perf_counter()
            ticket.done.wait()
            self.waits.append((start - self.began, time.perf_counter() - self.began))
        if ticket.error is not None:
            raise ticket.error

    def end_step(self):
        for ticket in self.tickets:
            self.wait(ticket)
        calls = [(one.name, one.sent_bytes, one.start - self.began, one.end - self.began) for one in self.tickets]
        return StepRecord(calls, self.waits)


class CudaWire:
    def __init__(self, device):
        self.device, self.side = device, torch.cuda.Stream(device)
        self.tickets, self.waits, self.base = [], [], None

    def mark(self):
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def begin_step(self):
        torch.cuda.synchronize(self.device)
        self.tickets, self.waits, self.base = [], [], self.mark()

    def submit(self, name, sent_bytes, work):
        ticket = Ticket(name, sent_bytes, work)
        self.side.wait_stream(torch.cuda.current_stream(self.device))
        with torch.cuda.stream(self.side):
            ticket.start = self.mark()
            work()
            ticket.end = self.mark()
        self.tickets.append(ticket)
        return ticket

    def wait(self, ticket):
        """The stream waits, not the host. The work holds its tensors until here: only then may their memory be used again."""
        if ticket.work is None:
            return
        before = self.mark()
        torch.cuda.current_stream(self.device).wait_event(ticket.end)
        self.waits.append((before, self.mark()))
        ticket.work = None

    def end_step(self):
        for ticket in self.tickets:
            self.wait(ticket)
        torch.cuda.synchronize(self.device)

        def at(event):
            return self.base.elapsed_time(event) / 1e3

        calls = [(one.name, one.sent_bytes, at(one.start), at(one.end)) for one in self.tickets]
        return StepRecord(calls, [(at(start), at(end)) for start, end in self.waits])
