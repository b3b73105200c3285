#!/usr/bin/env python3
"""Sweep of a torch DataLoader's settings under a stand-in for the training step: JSON lines, one per setting.

HR_DATALOADER is JSON: configs [{workers, prefetch, batch, pinned}], steps, warmup, dataset, dataset_path, length, sample_bytes, decode, decode_us, decode_cv,
step, step_us, step_cv, shuffle, seed.
"""
import json
import os
import random
import sys
import time

import load_data

STALL_SECONDS = 60


def emit(row):
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def progress(done, total, text):
    with open(os.path.join(os.environ.get("HR_OUT", "."), "progress"), "a") as target:
        target.write("%d\t%d\t%s\n" % (done, total, text))


def indices(length, count, shuffle, seed):
    """`count` positions, going round the dataset as often as it takes, in a new order each time round when shuffled."""
    order, made = list(range(length)), []
    source = random.Random(seed)
    while len(made) < count:
        if shuffle:
            source.shuffle(order)
        made.extend(order[: count - len(made)])
    return made


def open_loader(torch, dataset, collate, config, plan, steps):
    from torch.utils.data import DataLoader
    from torch.utils.data.dataloader import default_collate

    marked = load_data.Marked(dataset)
    more = {}
    if config["workers"] > 0:
        more = {"prefetch_factor": config["prefetch"], "timeout": STALL_SECONDS, "multiprocessing_context": "fork"}
    return DataLoader(
        marked,
        batch_size=config["batch"],
        sampler=indices(len(dataset), steps * config["batch"], plan["shuffle"], plan["seed"]),
        num_workers=config["workers"],
        pin_memory=config["pinned"],
        collate_fn=load_data.Collate(marked, collate or default_collate),
        **more
    )


def us(seconds):
    return round(seconds * 1e6, 1)


def run_steps(loader, step, warmup, steps):
    """Per measured step: asked, got, done, begun, ready (us from the first); CPU seconds of loading and stepping alike."""
    source, rows, first_cpu, last_cpu, own = iter(loader), [], {}, {}, 0.0
    for number in range(warmup + steps):
        if number == warmup:
            own = time.process_time()
        asked = time.perf_counter()
        _, (worker, begun, ready, spent) = next(source)
        got = time.perf_counter()
        step.spend(number)
        rows.append((asked, got, time.perf_counter(), begun, ready))
        if worker != os.getpid():
            # A worker's time is counted from the last batch that it made before the measured steps, or its first one within.
            if number < warmup or worker not in first_cpu:
                first_cpu[worker] = spent
            last_cpu[worker] = spent
    own = time.process_time() - own
    return rows, own + sum(last_cpu[worker] - first_cpu[worker] for worker in last_cpu)


def measure(torch, dataset, collate, config, plan):
    warmup = plan["warmup"] + config["workers"] * config["prefetch"]
    step = load_data.Pause(plan["step"], plan["step_us"], plan["step_cv"], plan["seed"] + 1)
    loader = open_loader(torch, dataset, collate, config, plan, warmup + plan["steps"])
    rows, cpu = run_steps(loader, step, warmup, plan["steps"])
    measured = rows[warmup:]
    zero = measured[0][0]
    # The batches that were ready and not yet taken when a step asked; the one it takes counts too.
    return dict(
        config,
        wall_us=us(measured[-1][2] - zero),
        cpu_us=us(cpu),
        asked_us=[us(row[0] - zero) for row in measured],
        wait_us=[us(row[1] - row[0]) for row in measured],
        step_us=[us(row[2] - row[1]) for row in measured],
        load_us=[us(row[4] - row[3]) for row in measured],
        ready_us=[us(row[4] - zero) for row in measured],
    )


def cause(error):
    """The last line that says something: torch hands on a worker's whole traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "%s: %s" % (type(error).__name__, lines[-1] if lines else "no message")


def open_dataset(plan):
    if plan["dataset"]:
        return load_data.user_dataset(plan["dataset"], plan["dataset_path"])
    pause = load_data.Pause(plan["decode"], plan["decode_us"], plan["decode_cv"], plan["seed"])
    return load_data.Synthetic(plan["length"], plan["sample_bytes"], pause), None


def main():
    plan = json.loads(os.environ["HR_DATALOADER"])
    import torch

    header = {"headroom": "dataloader-bench", "version": 1, "torch": torch.__version__, "python": "%d.%d.%d" % sys.version_info[:3]}
    names = ("dataset", "decode", "decode_us", "decode_cv", "step", "step_us", "step_cv", "sample_bytes", "shuffle", "steps")
    header.update((name, plan[name]) for name in names)
    header["cpus"] = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    emit(header)
    try:
        dataset, collate = open_dataset(plan)
    except Exception as error:  # whatever the user's module raises is the answer
        emit({"failed": "dataset", "why": cause(error)})
        return
    for number, config in enumerate(plan["configs"]):
        progress(number, len(plan["configs"]), "%(workers)d workers, prefetch %(prefetch)d, batch %(batch)d" % config)
        if config["pinned"] and not torch.cuda.is_available():
            emit({"skipped": config, "why": "pinned memory needs a GPU that torch sees"})
            continue
        try:
            emit(measure(torch, dataset, collate, config, plan))
        except Exception as error:
            emit({"failed": config, "why": cause(error)})
    emit({"end": True})


if __name__ == "__main__":
    main()
