"""One rank of the collective benchmark; started by _kit/launch_ranks.py, once per rank.

Environment: RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT (torch.distributed's own), HR_BACKEND, HR_COLLECTIVES,
HR_MIN_BYTES, HR_MAX_BYTES, HR_FACTOR, HR_ITERATIONS, HR_WARMUP, HR_DTYPE, HR_HOSTS, HR_STALL_SECONDS.

Writes rank<N>.jsonl in the working directory: a header, one line per collective and size, and an end line.
What could not be measured, and why, goes to notes.jsonl (rank 0). The first rank of a host keeps `progress` (done, total, text).
torch 1.13 or newer, CPU (gloo) or CUDA (nccl, gloo).
"""
import datetime
import os
import sys
import time

import torch
import torch.distributed as dist

from collectives import COLLECTIVES, element_count
from rank_process import Watchdog, die_with_parent, note, progress, write_line

NAME = "collective_bench"
ERROR_WORDS = ("not support", "unsupported", "no backend type", "not implemented", "invalid scalar type", "does not have")


class Bench:
    def __init__(self):
        env = os.environ
        self.rank, self.world, self.local_rank = int(env["RANK"]), int(env["WORLD_SIZE"]), int(env["LOCAL_RANK"])
        self.backend = env["HR_BACKEND"]
        self.names = env["HR_COLLECTIVES"].split(",")
        self.min_bytes, self.max_bytes = int(env["HR_MIN_BYTES"]), int(env["HR_MAX_BYTES"])
        self.factor, self.iterations, self.warmup = float(env["HR_FACTOR"]), int(env["HR_ITERATIONS"]), int(env["HR_WARMUP"])
        self.dtype_name = env["HR_DTYPE"]
        self.dtype = getattr(torch, self.dtype_name)
        self.hosts = [name for name in env.get("HR_HOSTS", "").split(",") if name]
        self.stall = int(env.get("HR_STALL_SECONDS", "120"))
        self.watchdog = Watchdog(NAME, self.stall)
        self.device = torch.device("cuda", self.local_rank) if self.backend == "nccl" else torch.device("cpu")

    def connect(self):
        self.watchdog.step("waiting for the other ranks")
        self.watchdog.start()
        if self.device.type == "cuda":
            torch.cuda.set_device(self.device)
        else:
            torch.set_num_threads(1)
        dist.init_process_group(self.backend, timeout=datetime.timedelta(seconds=self.stall))

    def header(self):
        nccl = None
        if self.backend == "nccl":
            version = torch.cuda.nccl.version()
            nccl = ".".join(str(part) for part in version) if isinstance(version, tuple) else str(version)
        return {
            "headroom": "collective-bench", "version": 1, "world_size": self.world, "backend": self.backend, "torch": torch.__version__, "nccl": nccl,
            "device": self.device.type, "dtype": self.dtype_name, "hosts": self.hosts,
        }

    def sizes(self):
        size, sizes = float(self.min_bytes), []
        while size <= self.max_bytes:
            sizes.append(int(size))
            size *= self.factor
        return sizes

    def plan(self):
        """(kind, elements) in the order of measurement; sizes that round to the same count are measured once."""
        element_bytes = torch.empty((), dtype=self.dtype).element_size()
        steps = []
        for name in self.names:
            kind = COLLECTIVES[name]
            counts = [element_count(kind, size, element_bytes, self.world) for size in self.sizes()]
            steps += [(kind, count) for count in dict.fromkeys(counts) if count > 0]
        return steps, element_bytes

    def measure(self, kind, count):
        work = kind(count, self.dtype, self.device, self.rank, self.world)
        work.prepare()
        wrong = work.check()
        for _ in range(self.warmup):
            work.run()
        self.barrier()
        times = self.timed_on_gpu(work) if self.device.type == "cuda" else self.timed_on_cpu(work)
        return work, wrong, times

    def barrier(self):
        dist.barrier()
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def timed_on_cpu(self, work):
        times = []
        for _ in range(self.iterations):
            start = time.perf_counter()
            work.run()
            times.append(round((time.perf_counter() - start) * 1e6, 3))
            self.watchdog.step("measuring")
        return times

    def timed_on_gpu(self, work):
        marks = [torch.cuda.Event(enable_timing=True) for _ in range(self.iterations + 1)]
        marks[0].record()
        for mark in marks[1:]:
            work.run()
            mark.record()
        torch.cuda.synchronize(self.device)
        return [round(before.elapsed_time(after) * 1e3, 3) for before, after in zip(marks, marks[1:])]

    def supported(self, kind):
        """Tries the smallest buffer; a backend refuses before it sends anything, on every rank alike. '' or the reason."""
        try:
            self.measure_once(kind)
            return ""
        except (RuntimeError, NotImplementedError, ValueError, AttributeError) as error:
            text = str(error).split("\n")[0]
            if isinstance(error, RuntimeError) and not any(word in str(error).lower() for word in ERROR_WORDS):
                raise
            return text

    def measure_once(self, kind):
        work = kind(self.world, self.dtype, self.device, self.rank, self.world)
        work.prepare()
        work.check()

    def note(self, code, message):
        if self.rank == 0:
            note(NAME, code, message)

    def drop_unsupported(self, steps):
        for name in self.names:
            self.watchdog.step("trying " + name)
            reason = self.supported(COLLECTIVES[name])
            if reason:
                self.note("collective_unsupported", "%s is not supported by %s in torch %s: %s" % (name, self.backend, torch.__version__, reason))
                steps = [step for step in steps if step[0].name != name]
        return steps

    def run(self):
        steps, element_bytes = self.plan()
        steps = self.drop_unsupported(steps)
        if not steps:
            sys.exit("collective_bench: none of %s can be measured with %s in torch %s" % (", ".join(self.names), self.backend, torch.__version__))
        with open("rank%d.jsonl" % self.rank, "w") as out:
            write_line(out, self.header())
            for done, (kind, count) in enumerate(steps):
                size = count * element_bytes
                self.watchdog.step("measuring %s of %d bytes" % (kind.name, size))
                self.progress(done, len(steps), "%s %d bytes" % (kind.name, size))
                work, wrong, times = self.measure(kind, count)
                write_line(out, {
                    "collective": kind.name, "size_bytes": size, "rank": self.rank, "in_place": work.in_place, "warmup": self.warmup,
                    "times_us": times, "wrong": wrong,
                })
            self.barrier()
            self.progress(len(steps), len(steps), "done")
            write_line(out, {"end": True})

    def progress(self, done, total, text):
        if self.local_rank == 0:
            progress(done, total, text)


def main():
    die_with_parent(NAME)
    bench = Bench()
    bench.connect()
    bench.run()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
