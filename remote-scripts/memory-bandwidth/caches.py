"""Sizes of the processor's caches and of the memory that may be used, as the kernel tells them."""
import os

ROOT = os.environ.get("HEADROOM_SYS_ROOT", "")


def read(path):
    """Text of a small file of /sys or /proc; None when it cannot be read."""
    try:
        with open(ROOT + path) as source:
            return source.read().strip()
    except (OSError, UnicodeDecodeError):
        return None


def size_of(text):
    """`32768K` -> bytes; 0 for anything else."""
    units = {"K": 1024, "M": 1024 ** 2, "G": 1024 ** 3}
    if not text or not text[:-1].isdigit():
        return 0
    return int(text[:-1]) * units.get(text[-1], 0)


def last_level_bytes():
    """Bytes of all last-level caches together, each shared one once; None where the kernel does not tell."""
    base = "/sys/devices/system/cpu"
    found = {}
    try:
        names = os.listdir(ROOT + base)
    except OSError:
        return None
    for cpu in (name for name in names if name[:3] == "cpu" and name[3:].isdigit()):
        for index in range(8):
            folder = "%s/%s/cache/index%d" % (base, cpu, index)
            level, kind = read(folder + "/level"), read(folder + "/type")
            if level is None or not level.isdigit() or kind == "Instruction":
                continue
            shared = read(folder + "/shared_cpu_list") or cpu
            found.setdefault(int(level), {})[shared] = size_of(read(folder + "/size"))
    total = sum(found[max(found)].values()) if found else 0
    return total or None


def memory_limit():
    """Bytes that this process may still take: what the kernel calls available, or less where a control group limits it."""
    able = []
    for line in (read("/proc/meminfo") or "").splitlines():
        if line.startswith("MemAvailable:"):
            able.append(int(line.split()[1]) * 1024)
    for limit, used in (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes")):
        most, now = read("/sys/fs/cgroup/" + limit), read("/sys/fs/cgroup/" + used)
        if most and most.isdigit() and now and now.isdigit():
            able.append(max(0, int(most) - int(now)))
    return min(able) if able else None


def usable_cpus():
    """Processors that this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
