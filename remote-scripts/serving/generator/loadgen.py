"""Open-loop load of an HTTP endpoint. Python 3.6 or newer, standard library only.

HR_SPEC holds the test as JSON (see params.ts). Writes into the working folder: steps.jsonl, a line for every rate as soon as it is
through, and requests.jsonl, every request in columns. Proxies of the environment are not used and redirects are not followed.
"""
import gc
import json
import os
import platform
import resource
import sys

from accuracy import Accuracy
from loop import Load
from recorder import COLUMNS, OUTCOMES
from steps import Steps, blocks
from target import Refused, Target, read_lines

SPARE_DESCRIPTORS = 64


def raise_descriptor_limit(wanted):
    """How many requests may be in flight, as far as the system lets one process have sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = wanted + SPARE_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < need:
        wished = need if hard == resource.RLIM_INFINITY else min(need, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wished, hard))
            soft = wished
        except (ValueError, OSError) as error:
            # The system allows less than it says: what there is has to do, and the header says how much.
            sys.stderr.write("loadgen: %d descriptors instead of %d: %s\n" % (soft, wished, error))
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - SPARE_DESCRIPTORS))


def progress(done, total, text):
    """As hr_progress of lib.sh does it."""
    with open(os.path.join(os.environ.get("HR_OUT", "."), "progress"), "a") as out:
        out.write("%d\t%d\t%s\n" % (done, total, text))


class Files(object):
    """The two results; each line is on the disk as soon as it is known."""

    def __init__(self, header):
        self.steps = open("steps.jsonl", "w")
        self.requests = open("requests.jsonl", "w")
        self.rows = 0
        self.gaps_left_out = 0
        self.line(self.steps, header)
        self.line(self.requests, {"headroom": "serving-requests", "version": 1, "columns": COLUMNS, "outcomes": OUTCOMES,
                                  "rates": header["rates"], "seconds": header["seconds"]})

    @staticmethod
    def line(out, value):
        out.write(json.dumps(value, separators=(",", ":")) + "\n")
        out.flush()

    def step(self, figures, recorders):
        self.line(self.steps, figures)
        for recorder in recorders:
            self.gaps_left_out += sum(recorder.gaps.values()) - len(recorder.raw_gaps)
            for block in blocks(recorder):
                self.rows += block.get("rows", 0)
                self.requests.write(json.dumps(block, separators=(",", ":")) + "\n")
        self.requests.flush()

    def close(self, steps):
        self.line(self.steps, {"headroom": "serving-end", "version": 1, "steps": steps})
        self.line(self.requests, {"end": True, "rows": self.rows, "gaps_left_out": self.gaps_left_out})
        self.steps.close()
        self.requests.close()


def header_of(spec, target, max_in_flight, prompts):
    header = dict((name, spec[name]) for name in (
        "api", "rates", "seconds", "arrivals", "seed", "target_statistic", "target_ms", "alert_p95_ms", "max_error_share", "timeout_s",
        "warmup_requests", "keep_alive"))
    header.update({
        "headroom": "serving-load", "version": 1, "python": platform.python_version(), "method": target.method,
        "scheme": "https" if target.tls else "http", "endpoint": target.authority + target.path.partition("?")[0],
        "address": "%s port %d" % target.address[:2], "tls_verify": target.tls and spec["tls_verify"], "model": spec.get("model"),
        "max_in_flight": max_in_flight, "streamed": target.streams, "prompts": prompts, "labelled": bool(spec.get("labels_file")),
        "key": target.key is not None,
    })
    return header


def run(spec):
    target = Target(spec)
    labelled = read_lines(spec["labels_file"], "labels_file") if spec.get("labels_file") else []
    if spec.get("prompts_file"):
        prompts = [entry["prompt"] for entry in read_lines(spec["prompts_file"], "prompts_file")]
    else:
        prompts = [spec["prompt"]] if spec.get("prompt") is not None else [entry["prompt"] for entry in labelled]
    payloads = [target.request(prompt, target.streams) for prompt in prompts or [None]]
    accuracy = Accuracy(spec, target, labelled) if labelled else None
    target.find()
    load = Load(target, raise_descriptor_limit(spec["max_in_flight"]))
    files = Files(header_of(spec, target, load.max_in_flight, len(prompts)))
    steps = Steps(load, spec, payloads, target.streams)
    total = len(spec["rates"]) + (1 if accuracy else 0)
    # What is allocated now stays, and nothing below makes cycles: a collection would only make requests late.
    gc.collect()
    gc.disable()
    if accuracy:
        progress(0, total, "%d labelled prompts" % len(labelled))
        figures, recorder = accuracy.run(load, spec.get("accuracy_rate") or spec["rates"][0])
        files.step(figures, [recorder])
    for step, rate in enumerate(spec["rates"]):
        progress(step + (1 if accuracy else 0), total, "%g requests a second" % rate)
        files.step(*steps.run(step, rate, spec["seconds"][step]))
        gc.collect()
    load.close()
    files.close(len(spec["rates"]))
    progress(total, total, "done")


def main():
    spec = json.loads(os.environ["HR_SPEC"])
    spec["bind"] = os.environ.get("HR_BIND") or None
    try:
        run(spec)
    except Refused as refused:
        code, sentence = refused.args
        with open("refused", "w") as out:
            out.write("%s\t%s\n" % (code, " ".join(sentence.split())))
        sys.exit(3)


if __name__ == "__main__":
    main()
