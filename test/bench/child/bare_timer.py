"""How late this machine wakes a process that sends nothing: the same waiting and the same times as the load generator. usage: FOLDER RATE SECONDS."""
import json
import sys
import time

sys.path.insert(0, sys.argv[1])

import arrivals  # noqa: E402
from poller import new_poller  # noqa: E402

rate, seconds = float(sys.argv[2]), float(sys.argv[3])
poller = new_poller()
late = []
start = time.perf_counter()
for at in arrivals.within("poisson", rate, "1/0/measured", seconds):
    while True:
        left = start + at - time.perf_counter()
        if left <= 0:
            break
        poller.wait(left)
    late.append(time.perf_counter() - start - at)
late.sort()
print(json.dumps({"p99_ms": late[-(-99 * len(late) // 100) - 1] * 1e3}))
