"""Starts this host's ranks of a torch.distributed benchmark and ends all of them when one fails.

Environment: HR_BENCH (the benchmark, a path inside the kit), HR_RANKS (ranks here), HR_RANK_OFFSET (number of the first), HR_WORLD, HR_MASTER_ADDRESS, HR_MASTER_PORT, and
what the benchmark reads. It can import what lies in _kit. Exits with the code of the first rank that failed. Imports no torch itself.
"""
import os
import signal
import subprocess
import sys
import time

GRACE_SECONDS = 3
KIT = os.path.dirname(os.path.abspath(__file__))


def start(local_rank):
    env = dict(os.environ)
    env.update({
        "RANK": str(int(env["HR_RANK_OFFSET"]) + local_rank),
        "LOCAL_RANK": str(local_rank),
        "WORLD_SIZE": env["HR_WORLD"],
        "MASTER_ADDR": env["HR_MASTER_ADDRESS"],
        "MASTER_PORT": env["HR_MASTER_PORT"],
        # Both names: torch renamed it in 2.2. A rank whose peer is gone must fail instead of waiting for ever.
        "NCCL_ASYNC_ERROR_HANDLING": "1",
        "TORCH_NCCL_ASYNC_ERROR_HANDLING": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([KIT] + [path for path in [env.get("PYTHONPATH")] if path]),
    })
    bench = os.path.join(os.path.dirname(KIT), env["HR_BENCH"])
    return subprocess.Popen([sys.executable, bench], env=env, stdin=subprocess.DEVNULL)


def end_all(ranks):
    for rank in ranks:
        if rank.poll() is None:
            rank.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for rank in ranks:
        try:
            rank.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            rank.kill()
            rank.wait()


def wait_all(ranks):
    """0 when every rank ended well, else the code of the first that did not (128 + n for a signal)."""
    while True:
        codes = [rank.poll() for rank in ranks]
        failed = [(number, code) for number, code in enumerate(codes) if code not in (None, 0)]
        if failed:
            number, code = failed[0]
            offset = int(os.environ["HR_RANK_OFFSET"])
            sys.stderr.write("launch_ranks: rank %d ended with code %d; the others are stopped\n" % (offset + number, code))
            return 128 - code if code < 0 else code
        if all(code == 0 for code in codes):
            return 0
        time.sleep(0.05)


def main():
    ranks = []

    def stop(number, _frame):
        end_all(ranks)
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        for local_rank in range(int(os.environ["HR_RANKS"])):
            ranks.append(start(local_rank))
        code = wait_all(ranks)
    finally:
        end_all(ranks)
    sys.exit(code)


if __name__ == "__main__":
    main()
