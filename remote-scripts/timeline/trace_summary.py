"""Adds up a chrome trace of the PyTorch profiler of any size in one pass: trace_summary.py TRACE RESULT.

The figures, their names and their meaning are those of the parser of whole traces. Memory: 16 bytes per kernel.
"""
import gzip
import re
import sys
from decimal import Decimal

from timeline_intervals import Intervals, both, either, length, span
from timeline_json import Damaged, Document
from timeline_summary import Summary, limited

KEPT_COLLECTIVES = 512
HELD_COLLECTIVES = 16384
FACTS = ["cuda_runtime_version", "cuda_driver_version", "cupti_version", "hip_runtime_version", "hip_driver_version", "record_shapes",
         "with_stack", "with_flops", "with_modules", "profile_memory"]
STEP = re.compile(r"ProfilerStep#(\d{1,15})$")
WAIT = re.compile(r"enumerate\(DataLoader\)#.{1,100}__next__$")
TORCH_CATEGORY = re.compile(r"(cpu_op|cuda_runtime|cuda_driver|cuda_sync|python_function|user_annotation|gpu_user_annotation|cpu_instant_event|ac2g|fwdbwd|gpu_memcpy|"
                            r"gpu_memset|(xpu|hip|mtia|hpu|privateuse1)_\w{1,20}|overhead|Operator|Kernel|Memcpy|Memset|Runtime|Trace|cpu_to_cuda)$")
COPY = re.compile(r"(gpu_)?mem(cpy|set)$", re.I)
NCCL = re.compile(r"nccl", re.I)


def nanoseconds(value):
    """Of microseconds as printed; None for what is no number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value * 1000
    try:
        whole, _, fraction = value.partition(".")
        if whole.isdigit() and fraction.isdigit() and len(fraction) <= 3:
            return int(whole) * 1000 + int((fraction + "00")[:3])
        return int(Decimal(value) * 1000)
    except (AttributeError, ArithmeticError, ValueError):
        return None


def category_of_old(process):
    """Torch without Kineto writes no categories, but two processes of these names."""
    if isinstance(process, str) and process.startswith("CUDA functions"):
        return "kernel"
    return "cpu_op" if isinstance(process, str) and process.startswith("CPU functions") else None


class Device:
    def __init__(self):
        self.compute, self.communication, self.copies = Intervals(), Intervals(), Intervals()


class Tally:
    def __init__(self):
        self.events = self.complete = self.skipped = self.kernel_ns = self.kernels = self.nccl = 0
        self.categories, self.kernel_sums, self.copy_sums, self.devices = {}, {}, {}, {}
        self.steps, self.waits, self.collectives = [], Intervals(), []
        self.doubted = set()

    def add(self, event):
        self.events += 1
        if not isinstance(event, dict) or not isinstance(event.get("ph"), str):
            self.skipped += 1
            self.doubted.update(["kernel", "copy", "host"])
            return
        category = event.get("cat")
        if category is None and event["ph"] == "X":
            category = category_of_old(event.get("pid"))
        if isinstance(category, str):
            self.categories[category] = self.categories.get(category, 0) + 1
        if event["ph"] != "X":
            return
        self.complete += 1
        name, kind = event.get("name"), str(category).lower()
        timed = (nanoseconds(event.get("ts")), nanoseconds(event.get("dur")))
        if not isinstance(name, str) or None in timed or timed[1] < 0:
            self.skipped += 1
            self.doubted.add("kernel" if kind == "kernel" else "copy" if COPY.match(kind) else "host")
        elif kind == "kernel" or COPY.match(kind):
            self.add_gpu(event, name, kind == "kernel", *timed)
        elif kind in ("user_annotation", "cpu_op", "operator"):
            self.add_host(name, *timed)

    def add_host(self, name, start, duration):
        step = STEP.match(name)
        if step:
            self.steps.append((start, int(step.group(1)), duration))
        elif WAIT.match(name):
            self.waits.add(start, start + duration)

    def add_gpu(self, event, name, is_kernel, start, duration):
        args = event.get("args") if isinstance(event.get("args"), dict) else {}
        # Of a GPU's event the process is the device; before Kineto the thread was.
        number = args.get("device", event.get("tid") if isinstance(event.get("pid"), str) else event.get("pid"))
        sums = (self.kernel_sums if is_kernel else self.copy_sums).setdefault(name, [0, 0, 0])
        sums[0] += 1
        sums[1] += duration
        if isinstance(args.get("bytes"), int):
            sums[2] += args["bytes"]
        if not isinstance(number, int) or isinstance(number, bool):
            self.skipped += 1
            self.doubted.add("kernel" if is_kernel else "copy")
            return
        device = self.devices.setdefault(number, Device())
        if not is_kernel:
            device.copies.add(start, start + duration)
            return
        self.kernels += 1
        self.kernel_ns += duration
        communicates = NCCL.match(name) is not None
        (device.communication if communicates else device.compute).add(start, start + duration)
        if communicates:
            self.nccl += 1
            if len(self.collectives) < HELD_COLLECTIVES:
                self.collectives.append((start, duration, short(args.get("Process Group Name")), short(args.get("Seq")),
                                         short(args.get("Collective name")) if args.get("Collective name") else kernel_word(name)))


def short(value):
    text = "-" if value is None else re.sub(r"\s+", "_", str(value))
    return text if 0 < len(text) <= 80 else "-"


def kernel_word(name):
    return re.sub(r"\s+", "_", name.split("(")[0][:120].strip())


def add_device(summary, number, device, steps_ns):
    where = {"device": number}
    if device.compute or device.communication:
        summary.add_ns("kernel_busy_time", length(either(device.compute, device.communication)), where)
    if device.communication:
        communication, hidden = length(device.communication.merged()), both(device.communication, device.compute)
        summary.add_ns("communication_time", communication, where)
        summary.add_ns("compute_time", length(device.compute.merged()), where)
        summary.add_ns("exposed_communication", communication - hidden, where)
        if communication:
            summary.add("overlap_share", "1", hidden / communication, where)
        if steps_ns:
            summary.add("exposed_communication_share", "1", (communication - hidden) / steps_ns, where)
    if device.copies:
        summary.add_ns("copy_busy_time", length(device.copies.merged()), where)
    parts = [device.compute, device.communication, device.copies]
    whole = span(*parts)
    if whole:
        summary.add("idle_share", "1", 1 - length(either(*parts)) / whole, where)


def add_totals(summary, tally):
    for category, events in sorted(tally.categories.items()):
        summary.add("event_count", "1", events, {"category": category})
    for name, (count, total, _) in limited(summary, tally.kernel_sums, "kernel"):
        summary.add_ns("kernel_total_time", total, {"kernel": name})
        summary.add("kernel_count", "1", count, {"kernel": name})
    for name, (count, total, size) in limited(summary, tally.copy_sums, "memop"):
        summary.add_ns("memop_total_time", total, {"op": name})
        summary.add("memop_count", "1", count, {"op": name})
        summary.add("memop_bytes", "bytes", size, {"op": name})
    steps_ns = sum(duration for _, _, duration in tally.steps)
    for number in sorted(tally.devices):
        add_device(summary, number, tally.devices[number], steps_ns)
    if tally.waits:
        waited = length(tally.waits.merged())
        summary.add_ns("data_wait_time", waited, {})
        if steps_ns:
            summary.add("data_wait_share", "1", min(1.0, waited / steps_ns), {})


def facts_of(tally, members):
    info = members.get("distributedInfo") if isinstance(members.get("distributedInfo"), dict) else {}
    devices = sorted(tally.devices)
    listed = [one for one in members.get("deviceProperties") or [] if isinstance(one, dict) and isinstance(one.get("name"), str)]
    names = [one["name"] for one in listed if one.get("id") in devices] or [one["name"] for one in listed[:1]]
    facts = {"rank": info.get("rank"), "world_size": info.get("world_size"), "backend": info.get("backend")}
    if isinstance(info.get("nccl_version"), str):
        facts["nccl_version"] = info["nccl_version"]
    if names:
        unique = sorted(set(names), key=names.index)
        facts["gpu"] = unique[0] if len(unique) == 1 else unique
    facts.update({key: members[key] for key in FACTS if isinstance(members.get(key), int)})
    facts.update({"events": tally.events, "complete_events": tally.complete, "kernels": tally.kernels, "kernel_total_us": tally.kernel_ns / 1e3,
                  "nccl_kernels": tally.nccl, "profiler_steps": len(tally.steps)})
    if devices:
        facts["devices"] = devices
    return facts


def add_collectives(summary, tally, members):
    """What ranks are compared by; only where a rank is known."""
    if summary.facts.get("rank") is None:
        return
    base = members.get("baseTimeNanoseconds") if isinstance(members.get("baseTimeNanoseconds"), int) else 0
    for one in sorted(tally.collectives, key=lambda entry: entry[0])[:KEPT_COLLECTIVES]:
        summary.lines.append({"collective": collective_line(base, one)})


def collective_line(base, collective):
    start, duration, group, sequence, name = collective
    digits = str(base + start).rjust(4, "0")
    return "%s.%s %s %s %s %s" % (digits[:-3], digits[-3:], "%.12g" % (duration / 1e3), group, sequence, name)


def summarise(path, result):
    """Reads the trace at `path` (.gz too) and writes its summary to `result`."""
    summary, tally, members, damage = Summary("torch-profiler"), Tally(), {}, None
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as source:
        try:
            Document(source).members("traceEvents", tally.add, members)
        except Damaged as error:
            damage = str(error)
    summary.facts.update(facts_of(tally, members))
    add_collectives(summary, tally, members)
    summary.understood, summary.skipped = tally.events - tally.skipped, tally.skipped
    is_torch = "distributedInfo" in members or any(TORCH_CATEGORY.match(name) for name in tally.categories)
    if not is_torch and damage is None:
        summary.fail("parse.unrecognised", "This is a chrome trace, but not one of the PyTorch profiler: none of its categories and members is.")
    for _, number, duration in sorted(tally.steps):
        summary.add_ns("step_time", duration, {"step": number})
    if damage is not None:
        summary.fail("parse.truncated", "The trace breaks off or is damaged after %d events (%s): no sums are given." % (tally.events, damage))
    elif tally.doubted:
        summary.fail("parse.truncated", "%d events of the trace could not be read (%s): no sums are given." % (tally.skipped, ", ".join(sorted(tally.doubted))))
    elif is_torch:
        add_totals(summary, tally)
        if tally.kernels == 0:
            summary.warn("no_gpu_events", "The trace has no kernels (no GPU events): it was recorded without a GPU, or without ProfilerActivity.CUDA.")
    summary.write(result)


if __name__ == "__main__":
    summarise(sys.argv[1], sys.argv[2])
