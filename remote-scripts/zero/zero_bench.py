"""One rank of the training benchmark; started by _kit/launch_ranks.py, once per rank.

Environment: RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT (torch.distributed's own), HR_BACKEND, HR_ENGINE, HR_ZERO_STAGE,
HR_LAYERS, HR_HIDDEN, HR_HEADS, HR_SEQ, HR_VOCAB, HR_MICRO_BATCH, HR_GRAD_ACCUM, HR_STEPS, HR_WARMUP, HR_DTYPE, HR_SEED, HR_THREADS,
HR_HOSTS, HR_INTERFACE, NCCL_IB_HCA, HR_STALL_SECONDS.

Writes rank<N>.jsonl in the working directory: a header, one line per step, what memory held, what the host's link sent, an end line.
The first rank of a host keeps `progress` (done, total, text). torch 1.13 or newer, CPU (gloo) or CUDA (nccl).
"""
import datetime
import math
import os
import resource
import sys

import torch
import torch.distributed as dist

from gpt import Data, Sizes
from memory_book import KINDS
from rank_process import Watchdog, die_with_parent, progress, write_line

NAME = "zero_bench"


class Settings:
    def __init__(self):
        env = os.environ
        self.rank, self.world, self.local_rank = int(env["RANK"]), int(env["WORLD_SIZE"]), int(env["LOCAL_RANK"])
        self.backend, self.engine, self.stage = env["HR_BACKEND"], env["HR_ENGINE"], int(env["HR_ZERO_STAGE"])
        self.micro_batch, self.grad_accum = int(env["HR_MICRO_BATCH"]), int(env["HR_GRAD_ACCUM"])
        self.steps, self.warmup, self.seed = int(env["HR_STEPS"]), int(env["HR_WARMUP"]), int(env["HR_SEED"])
        self.dtype_name = env["HR_DTYPE"]
        self.dtype = getattr(torch, self.dtype_name)
        self.threads = int(env.get("HR_THREADS", "1"))
        self.hosts = [name for name in env.get("HR_HOSTS", "").split(",") if name]
        self.interface = env.get("HR_INTERFACE", "")
        self.stall = int(env.get("HR_STALL_SECONDS", "300"))
        self.sizes = Sizes(*(int(env["HR_" + name]) for name in ("LAYERS", "HIDDEN", "HEADS", "SEQ", "VOCAB")))


def link_name(settings):
    """The device whose counters see this host's traffic: the HCA that NCCL is held to, else the interface."""
    hcas = os.environ.get("NCCL_IB_HCA", "").lstrip("=").split(",") if settings.backend == "nccl" else []
    return next((name for name in hcas if sent_by_link(name) is not None), settings.interface)


def sent_by_link(name):
    """Bytes that the host's link has sent since boot; None where no counter tells."""
    root = os.environ.get("HEADROOM_SYS_ROOT", "")
    try:
        if ":" in name:
            device, port = name.split(":", 1)
            with open("%s/sys/class/infiniband/%s/ports/%s/counters/port_xmit_data" % (root, device, port)) as counter:
                return 4 * int(counter.read())  # words of four bytes (InfiniBand specification, PortCounters)
        with open(root + "/proc/net/dev") as table:
            for line in table:
                device, _, numbers = line.partition(":")
                if device.strip() == name and name:
                    return int(numbers.split()[8])
    except (OSError, ValueError):
        return None
    return None


def resident_peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Bench:
    def __init__(self):
        self.settings = Settings()
        self.watchdog = Watchdog(NAME, self.settings.stall)
        cuda = self.settings.backend == "nccl"
        self.device = torch.device("cuda", self.settings.local_rank) if cuda else torch.device("cpu")

    def connect(self):
        settings = self.settings
        self.watchdog.step("waiting for the other ranks")
        self.watchdog.start()
        if self.device.type == "cuda":
            torch.cuda.set_device(self.device)
        else:
            torch.set_num_threads(settings.threads)
        dist.init_process_group(settings.backend, timeout=datetime.timedelta(seconds=settings.stall))

    def make_engine(self):
        settings = self.settings
        self.watchdog.step("making the model")
        data = Data(settings.sizes, settings.seed, settings.micro_batch, settings.grad_accum, settings.rank, settings.world, self.device)
        if settings.engine == "deepspeed":
            from deepspeed_engine import DeepSpeedEngine
            return DeepSpeedEngine(settings, settings.sizes, data, self.device)
        from training import OwnEngine
        return OwnEngine(settings, settings.sizes, data, self.device)

    def header(self, engine):
        settings, sizes = self.settings, self.settings.sizes
        nccl = None
        if settings.backend == "nccl":
            version = torch.cuda.nccl.version()
            nccl = ".".join(str(part) for part in version) if isinstance(version, tuple) else str(version)
        return {
            "headroom": "zero-bench", "version": 1, "world_size": settings.world, "backend": settings.backend, "torch": torch.__version__,
            "nccl": nccl, "device": self.device.type, "engine": engine.name, "engine_version": engine.version, "dtype": settings.dtype_name,
            "zero_stage": settings.stage, "parameters": engine.parameters, "layers": sizes.layers, "hidden": sizes.hidden,
            "heads": sizes.heads, "seq": sizes.seq, "vocab": sizes.vocab, "micro_batch": settings.micro_batch,
            "grad_accum": settings.grad_accum, "warmup": settings.warmup, "steps": settings.steps, "seed": settings.seed,
            "threads": torch.get_num_threads() if self.device.type == "cpu" else None, "hosts": settings.hosts,
            "gpu": torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else None,
        }

    def barrier(self):
        dist.barrier()
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def step_line(self, engine, number):
        self.watchdog.step("step %d" % number)
        if self.settings.local_rank == 0:
            total = self.settings.warmup + self.settings.steps
            progress(number, total, "step %d of %d" % (number + 1, total))
        return dict(step_record(engine.step(number)), step=number, warmup=number < self.settings.warmup, rank=self.settings.rank)

    def warm_up(self, engine, out):
        """The first step of all counts what autograd keeps, which takes time; no figure of it but the loss is used."""
        engine.count_activations(True)
        write_line(out, self.step_line(engine, 0))
        engine.count_activations(False)
        for number in range(1, self.settings.warmup):
            write_line(out, self.step_line(engine, number))

    def run(self):
        settings = self.settings
        before = resident_peak()
        engine = self.make_engine()
        link = link_name(settings)
        with open("rank%d.jsonl" % settings.rank, "w") as out:
            write_line(out, self.header(engine))
            self.warm_up(engine, out)
            if self.device.type == "cuda":
                torch.cuda.reset_peak_memory_stats(self.device)
            self.barrier()
            sent = sent_by_link(link) if settings.local_rank == 0 else None
            lines = [self.step_line(engine, settings.warmup + number) for number in range(settings.steps)]
            self.barrier()
            for line in lines:
                write_line(out, line)
            write_line(out, self.memory(engine, before))
            if sent is not None:
                after = sent_by_link(link)
                write_line(out, {"link": link, "rank": settings.rank, "sent_bytes": None if after is None else after - sent, "steps": settings.steps})
            if settings.local_rank == 0:
                progress(settings.warmup + settings.steps, settings.warmup + settings.steps, "done")
            write_line(out, {"end": True})

    def memory(self, engine, before):
        """Bytes. kinds: at the moment when the counted tensors were most; allocator: what torch's own counters say (CUDA)."""
        cuda = self.device.type == "cuda"
        book = engine.book
        return {
            "memory": True, "rank": self.settings.rank, "states": engine.model_states(),
            "kinds": None if book is None else {kind: book.at_peak[kind] for kind in KINDS},
            "peak": None if book is None else book.peak,
            "allocated_peak": torch.cuda.max_memory_allocated(self.device) if cuda else None,
            "reserved_peak": torch.cuda.max_memory_reserved(self.device) if cuda else None,
            "process_before": before, "process_peak": resident_peak(),
        }


def microseconds(seconds):
    return None if seconds is None else round(seconds * 1e6, 1)


def step_record(step):
    """Times in us. sent: by collective; call_us: every collective of the step in order, the same order on every rank."""
    calls = step["calls"]
    sent = {}
    for name, count, start, end in calls or []:
        entry = sent.setdefault(name, {"calls": 0, "bytes": 0, "us": 0.0})
        entry["calls"] += 1
        entry["bytes"] += count
        entry["us"] = round(entry["us"] + (end - start) * 1e6, 1)
    return {
        "time_us": microseconds(step["time"]), "data_us": microseconds(step["data"]), "compute_us": microseconds(step["compute"]),
        "communication_us": microseconds(step["communication"]), "exposed_us": microseconds(step["exposed"]),
        "loss": step["loss"] if math.isfinite(step["loss"]) else None,
        "sent": None if calls is None else sent, "call_us": None if calls is None else [microseconds(end - start) for _, _, start, end in calls],
    }


def main():
    die_with_parent(NAME)
    bench = Bench()
    bench.connect()
    try:
        bench.run()
    except ImportError as error:
        sys.exit("%s: %s" % (NAME, error))
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
