"""What the processes of the launch beside this job use: found by the session of each role, which the supervisor noted."""

import os

TICKS = os.sysconf("SC_CLK_TCK")
# A host may have thousands of processes: looking for new ones may cost this share of one core, not more.
SCAN_SHARE = 0.002


def stat_of(pid):
    """Fields of /proc/PID/stat from the state on; None when there is no such process."""
    try:
        handle = os.open("/proc/%s/stat" % pid, os.O_RDONLY)
    except OSError:
        return None
    try:
        text = os.read(handle, 4096)
    except OSError:
        return None
    finally:
        os.close(handle)
    # The command name may hold blanks and brackets: the fields begin after the last one.
    return text[text.rfind(b")") + 2 :].split()


def cpu_seconds(fields):
    """Processor time of a process and of the children it has waited for, seconds."""
    return sum(int(word) for word in fields[11:15]) / TICKS


class Role:
    def __init__(self, folder, is_main):
        self.folder = folder
        self.is_main = is_main
        self.leader = None
        self.used = 0.0

    def find(self):
        """The supervisor writes pid and start time as soon as the role runs."""
        if self.leader is None:
            try:
                with open(self.folder + "/role") as note:
                    words = note.read().split()
            except OSError:
                return
            if words and words[0].isdigit():
                self.leader = int(words[0])

    def alive(self):
        fields = stat_of(self.leader) if self.leader is not None else None
        return fields is not None and fields[0] not in (b"Z", b"X")


class Launch:
    columns = ["launch.cpu_s", "launch.running"]

    def __init__(self, jobs_folder, words, counts_cpu):
        """words: JOB:1 for a measured role, JOB:0 for a helper such as a server."""
        named = [word.rpartition(":") for word in words]
        self.roles = [Role(jobs_folder + "/" + name, flag == "1") for name, _, flag in named]
        self.counts_cpu = counts_cpu
        self.members = {}
        self.strangers = set()
        self.seen = set()
        self.next_scan = 0.0

    def adopt(self, pid):
        fields = stat_of(pid)
        if fields is None:
            return
        parent, session = int(fields[1]), int(fields[3])
        role = next((role for role in self.roles if role.leader == session), None) or self.members.get(parent)
        if role is None:
            self.strangers.add(pid)
        else:
            self.members[pid] = role
            if len(self.seen) < 4096:
                self.seen.add(pid)

    def scan(self):
        present = {int(name) for name in os.listdir("/proc") if name.isdigit()}
        self.strangers &= present
        for pid in sorted(present - self.strangers - self.members.keys()):
            self.adopt(pid)
        used = dict.fromkeys(self.roles, 0.0)
        for pid, role in list(self.members.items()):
            fields = stat_of(pid)
            if fields is None:
                del self.members[pid]
            else:
                used[role] += cpu_seconds(fields)
        for role, seconds in used.items():
            # What an ended process used is its parent's from then on; where nobody waited for it, it is not lost.
            role.used = max(role.used, seconds)

    def values(self, now, cpu_clock):
        """now: seconds; cpu_clock: gives this process's own processor time, seconds."""
        if not self.roles:
            return [None, None]
        found = sum(1 for role in self.roles if role.leader is not None)
        for role in self.roles:
            role.find()
        if sum(1 for role in self.roles if role.leader is not None) > found:
            # What was a stranger before its session was known may belong to it.
            self.strangers.clear()
            self.next_scan = now
        watched = [role for role in self.roles if role.is_main] or self.roles
        running = sum(1 for role in watched if role.alive())
        if self.counts_cpu and now >= self.next_scan and running:
            began = cpu_clock()
            self.scan()
            self.next_scan = now + max(0.95, (cpu_clock() - began) / SCAN_SHARE)
            return [round(sum(role.used for role in self.roles), 3), running]
        return [None, running]
