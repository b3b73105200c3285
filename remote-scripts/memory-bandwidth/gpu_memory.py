"""Copies and the triad on every GPU that torch sees, and copies between host and GPU from pinned and pageable memory."""
import importlib
import os

# Where a driver for GPUs leaves a trace; torch is imported only then, since that takes seconds.
DEVICES = ("/dev/nvidiactl", "/dev/kfd", "/proc/driver/nvidia")
MOST_BYTES = 1 << 30
PASSES = 5


def has_gpu():
    return any(os.path.exists(path) for path in DEVICES)


def timed(torch, device, kernel, repeats):
    """Microseconds of PASSES calls between two events of the device, `repeats` times, after a warm-up."""
    for _ in range(3):
        kernel()
    times = []
    for _ in range(repeats):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        torch.cuda.synchronize(device)
        start.record()
        for _ in range(PASSES):
            kernel()
        end.record()
        torch.cuda.synchronize(device)
        times.append(round(start.elapsed_time(end) * 1e3, 3))
    return times


def host_copies(torch, buffer, count):
    """(test, kind, kernel): each moves `count` bytes once."""
    for kind in ("pageable", "pinned"):
        host = torch.zeros(count, dtype=torch.uint8)
        host = host.pin_memory() if kind == "pinned" else host
        blocking = kind == "pageable"
        yield "h2d", kind, lambda host=host: buffer.copy_(host, non_blocking=not blocking)
        yield "d2h", kind, lambda host=host: host.copy_(buffer, non_blocking=not blocking)


def kernels(torch, device, count):
    """(test, kind, kernel) in the order of measurement; the arrays live as long as the one who asks goes on."""
    a, b, c = (torch.full((count // 8,), value, dtype=torch.float64, device=device) for value in (0.0, 1.0, 2.0))
    yield "copy", None, lambda: a.copy_(b)
    yield "triad", None, lambda: torch.add(b, c, alpha=3.0, out=a)
    if int((a != 7.0).sum().item()) > 0:
        raise RuntimeError("the triad gave wrong values on %s" % device)
    for one in host_copies(torch, b.view(torch.uint8), count):
        yield one


def measure(torch, index, repeats):
    device = torch.device("cuda", index)
    count = min(MOST_BYTES, torch.cuda.mem_get_info(index)[0] // 8) // 8 * 8
    properties = torch.cuda.get_device_properties(index)
    # Newer torch tells the size of the second-level cache; without it nothing is said about it.
    cache = getattr(properties, "L2_cache_size", None)
    common = {"device": "cuda:%d" % index, "gpu": properties.name, "array_bytes": count, "passes": PASSES, "cache_bytes": cache}
    with torch.cuda.device(device):
        for test, kind, kernel in kernels(torch, device, count):
            yield dict(common, test=test, kind=kind, times_us=timed(torch, device, kernel, repeats))


def rows(repeats):
    """Rows of every GPU; one that says why there are none, where there is a GPU that cannot be measured."""
    if not has_gpu():
        return
    try:
        torch = importlib.import_module("torch")
        if not torch.cuda.is_available():
            raise ImportError("the torch of this Python sees no GPU")
        for index in range(torch.cuda.device_count()):
            for row in measure(torch, index, repeats):
                yield row
    except Exception as error:  # a driver may fail in any way; the host's figures stand
        yield {"skipped": "gpu", "why": "%s: %s" % (type(error).__name__, error)}
