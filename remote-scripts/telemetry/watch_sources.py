"""The kernel's counters as columns: each source says its columns once and reads one row at a time."""

import os
import time

ROOT = os.environ.get("HEADROOM_SYS_ROOT", "")
CPU_KINDS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
NET_KINDS = ("rx_bytes", "rx_packets", "rx_errs", "rx_drop", "tx_bytes", "tx_packets", "tx_errs", "tx_drop")
NET_PLACES = (0, 1, 2, 3, 8, 9, 10, 11)
# Ways in which TCP throws a segment or a connection away (snmp_counter.rst of the kernel).
TCP_DROPS = ("TCPBacklogDrop", "PFMemallocDrop", "TCPRcvQDrop", "ListenDrops", "TCPReqQFullDrop", "TCPZeroWindowDrop", "TCPOFODrop")
HCA_KINDS = {
    "rcv_data": ("counters/port_rcv_data",),
    "xmit_data": ("counters/port_xmit_data",),
    "errors": ("counters/port_rcv_errors", "counters/symbol_error", "counters/link_error_recovery"),
    "discards": ("counters/port_xmit_discards",),
    "retransmits": ("hw_counters/packet_seq_err", "hw_counters/local_ack_timeout_err", "hw_counters/rnr_nak_retry_err"),
}


class File:
    """A file of /proc that is kept open: reading it again is one system call."""

    def __init__(self, path):
        self.size = 65536
        try:
            self.handle = os.open(ROOT + path, os.O_RDONLY)
        except OSError:
            self.handle = None
        # Simulated files are replaced, not rewritten: an open handle would show the old one for ever.
        self.path = ROOT + path if ROOT else None

    def read(self):
        if self.path is not None:
            try:
                with open(self.path, "rb") as again:
                    return again.read()
            except OSError:
                return b""
        if self.handle is None:
            return b""
        try:
            text = os.pread(self.handle, self.size, 0)
            while len(text) == self.size:
                self.size *= 2
                text = os.pread(self.handle, self.size, 0)
            return text
        except OSError:
            return b""


class Processor:
    """Columns of /proc/stat and /proc/loadavg; the busiest core is told as a share of the time since the row before."""

    columns = ["cpu." + kind for kind in CPU_KINDS] + ["cpu.max_core", "cpu.runnable", "load1"]

    def __init__(self):
        self.stat = File("/proc/stat")
        self.load = File("/proc/loadavg")
        self.before = {}
        self.cores = sum(1 for line in self.stat.read().split(b"\n") if line[:3] == b"cpu" and line[3:4] != b" ")

    def values(self):
        whole, runnable, busiest, now = [None] * len(CPU_KINDS), None, None, {}
        for line in self.stat.read().split(b"\n"):
            if line[:4] == b"cpu ":
                found = [int(word) for word in line.split()[1 : 1 + len(CPU_KINDS)]]
                whole[: len(found)] = found
            elif line[:3] == b"cpu":
                words = line.split()
                counts = [int(word) for word in words[1 : 1 + len(CPU_KINDS)]]
                total = sum(counts)
                idle = counts[3] + counts[4]
                old = self.before.get(words[0])
                if old is not None and total > old[0]:
                    share = 1 - (idle - old[1]) / (total - old[0])
                    busiest = share if busiest is None or share > busiest else busiest
                now[words[0]] = (total, idle)
            elif line[:14] == b"procs_running ":
                runnable = int(line[14:])
        self.before = now
        load = self.load.read().split()
        busiest = None if busiest is None else round(min(max(busiest, 0), 1), 4)
        return whole + [busiest, runnable, float(load[0]) if load else None]


class Memory:
    columns = ["mem.total_kib", "mem.available_kib"]

    def __init__(self):
        self.file = File("/proc/meminfo")

    def values(self):
        total = available = None
        for line in self.file.read().split(b"\n", 6):
            if line[:9] == b"MemTotal:":
                total = int(line.split()[1])
            elif line[:13] == b"MemAvailable:":
                available = int(line.split()[1])
        return [total, available]


class Network:
    """Columns of /proc/net/dev: the interfaces that were there at the start, loopback left out."""

    def __init__(self):
        self.file = File("/proc/net/dev")
        self.names = [name for name in self.counters() if name != b"lo"][:64]
        self.columns = ["net.%s.%s" % (name.decode("ascii", "replace"), kind) for name in self.names for kind in NET_KINDS]

    def counters(self):
        found = {}
        for line in self.file.read().split(b"\n"):
            name, colon, rest = line.rpartition(b":")
            words = rest.split()
            if colon and len(words) >= 12:
                found[name.strip()] = [int(words[place]) for place in NET_PLACES]
        return found

    def values(self):
        now = self.counters()
        return [value for name in self.names for value in now.get(name) or [None] * len(NET_KINDS)]

    def physical(self):
        return [name.decode("ascii", "replace") for name in self.names if os.path.exists(ROOT + "/sys/class/net/" + os.fsdecode(name) + "/device")]


class Tcp:
    """What the kernel counts of all TCP of this network namespace."""

    columns = ["tcp.out_segs", "tcp.retrans_segs", "tcp.in_errs", "tcp.drops"]

    def __init__(self):
        self.snmp = File("/proc/net/snmp")
        self.netstat = File("/proc/net/netstat")

    @staticmethod
    def table(text, head):
        lines = [line.split() for line in text.split(b"\n") if line.startswith(head)]
        return dict(zip(lines[0], lines[1])) if len(lines) > 1 else {}

    def values(self):
        tcp = self.table(self.snmp.read(), b"Tcp:")
        more = self.table(self.netstat.read(), b"TcpExt:")
        drops = [int(more[name.encode()]) for name in TCP_DROPS if name.encode() in more]
        return [int(tcp[name]) if name in tcp else None for name in (b"OutSegs", b"RetransSegs", b"InErrs")] + [sum(drops) if drops else None]


class Hcas:
    """Port counters of RDMA devices: their traffic passes the kernel by."""

    def __init__(self):
        self.ports = []
        folder = "/sys/class/infiniband"
        for device in sorted(self.listed(folder)):
            for port in sorted(self.listed("%s/%s/ports" % (folder, device))):
                base = "%s/%s/ports/%s/" % (folder, device, port)
                files = [[File(base + path) for path in HCA_KINDS[kind] if os.path.exists(ROOT + base + path)] for kind in HCA_KINDS]
                if files[0] and files[1]:
                    self.ports.append(("%s:%s" % (device, port), files))
        self.columns = ["hca.%s.%s" % (name, kind) for name, _ in self.ports for kind in HCA_KINDS]

    @staticmethod
    def listed(folder):
        try:
            return os.listdir(ROOT + folder)
        except OSError:
            return []

    @staticmethod
    def total(files):
        texts = [file.read().strip() for file in files]
        numbers = [int(text) for text in texts if text.isdigit()]
        return sum(numbers) if numbers else None

    def values(self):
        return [self.total(files) for _, files in self.ports for files in files]


class Uptime:
    """Seconds: the monotonic clock, or beside a launch on a simulated host the simulated time, which passes in jumps."""

    def __init__(self, beside):
        self.file = File("/proc/uptime") if ROOT and beside else None

    def now(self):
        if self.file is None:
            return time.monotonic()
        words = self.file.read().split()
        return float(words[0]) if words else 0.0
