"""One rank: runs the user's Python script under torch.profiler and leaves its trace, or what the trace adds up to, in HR_OUT.

Environment: HR_COMMAND (the script and its arguments), HR_FOLDER (where it runs), HR_CAPTURE (steps or all), HR_WAIT_STEPS, HR_WARMUP_STEPS, HR_ACTIVE_STEPS,
HR_END_WHEN_CAPTURED (1: the script ends once the steps are recorded), HR_TRACE_LIMIT (bytes; a larger trace stays here and only its sums come home),
HR_KEEP_TRACE (1: it comes home compressed), HR_TOP (operators in the table), and RANK, WORLD_SIZE, … of the launcher.

A step is a call of `step` of the first optimizer that is stepped: schedule(wait, warmup, active) counts those.
"""
import gzip
import os
import shutil
import sys
import types

import python_script
import rank_process

NAME = "torch_profile"
LAUNCHER = "Name the training script itself and set ranks_per_host: the ranks are started for you, in place of %s"


class Captured(BaseException):
    """Ends the user's script when everything asked for is recorded; no `except Exception` of it catches this."""


def watch_steps(torch, on_step):
    """Calls `on_step` after each step of the first optimizer that is stepped; others (nested, a second network's) do not count."""
    optimizer = torch.optim.Optimizer
    begin = optimizer.__init__
    counted = []

    def initialise(self, *args, **kwargs):
        begin(self, *args, **kwargs)
        step = self.step

        def stepped(own, *step_args, **step_kwargs):
            if not counted:
                counted.append(id(own))
            result = step(*step_args, **step_kwargs)
            if counted[0] == id(own):
                on_step()
            return result

        # A bound method, because learning-rate schedulers take `step.__func__` and `step.__self__`.
        self.step = types.MethodType(stepped, self)

    optimizer.__init__ = initialise


class Recorder:
    """The profiler and what becomes of its trace."""

    def __init__(self, torch):
        self.torch, self.steps, self.is_saved = torch, 0, False
        self.rank, self.world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        self.folder = os.path.join(os.environ["HR_JOB"], "tmp")
        os.makedirs(self.folder, exist_ok=True)
        self.trace = os.path.join(self.folder, "rank%d.trace.json" % self.rank)
        profiler = torch.profiler
        activities = [profiler.ProfilerActivity.CPU]
        if torch.cuda.is_available():
            activities.append(profiler.ProfilerActivity.CUDA)
        self.by_steps = os.environ["HR_CAPTURE"] == "steps"
        wait, warmup, active = [int(os.environ[name]) for name in ("HR_WAIT_STEPS", "HR_WARMUP_STEPS", "HR_ACTIVE_STEPS")]
        self.needed = wait + warmup + active
        schedule = profiler.schedule(wait=wait, warmup=warmup, active=active, repeat=1) if self.by_steps else None
        self.profile = profiler.profile(activities=activities, schedule=schedule, on_trace_ready=self.save)
        self.ends_early = self.by_steps and os.environ.get("HR_END_WHEN_CAPTURED") == "1"

    def save(self, profile):
        if self.world > 1 and not self.torch.distributed.is_initialized():
            profile.add_metadata_json("distributedInfo", '{"backend": "", "rank": %d, "world_size": %d}' % (self.rank, self.world))
        profile.export_chrome_trace(self.trace)
        self.is_saved = True

    def step(self):
        if self.is_saved:
            return
        self.steps += 1
        self.profile.step()
        if self.is_saved and self.ends_early:
            raise Captured()

    def table(self):
        """The operators that took most time: of the first rank, and only where the recording is small enough to be read in Python."""
        by = "self_cuda_time_total" if self.torch.cuda.is_available() else "self_cpu_time_total"
        averages = self.profile.key_averages()
        try:
            return averages.table(sort_by=by, row_limit=int(os.environ["HR_TOP"]))
        except (AttributeError, KeyError):
            # Since torch 2.6 the columns are called after the device.
            return averages.table(sort_by=by.replace("cuda", "device"), row_limit=int(os.environ["HR_TOP"]))

    def keep(self, out):
        """Brings the trace, or its sums, where it is collected."""
        if not self.is_saved:
            python_script.fail("remote.tool_failed", "Nothing was recorded: rank %d made %d optimizer steps of the %d that wait_steps, warmup_steps and active_steps ask for. "
                 "Lower them, or set capture to all" % (self.rank, self.steps, self.needed))
        size = os.path.getsize(self.trace)
        fits = size <= int(os.environ["HR_TRACE_LIMIT"])
        name = os.path.join(out, "rank%d" % self.rank)
        if fits:
            shutil.copyfile(self.trace, name + ".trace.json")
            if self.rank == 0:
                with open(name + ".operators.txt", "w") as text:
                    text.write(self.table() + "\n")
        else:
            import trace_summary
            trace_summary.summarise(self.trace, name + ".summary.jsonl")
            if os.environ.get("HR_KEEP_TRACE") == "1":
                with open(self.trace, "rb") as source, gzip.open(name + ".trace.json.gz", "wb", 6) as target:
                    shutil.copyfileobj(source, target, 1 << 20)
        with open(name + ".capture.json", "w") as text:
            text.write('{"trace_bytes": %d, "optimizer_steps": %d, "aggregated_on_host": %s}\n' % (size, self.steps, "false" if fits else "true"))
        os.remove(self.trace)


def run_script(is_module, name, arguments):
    """The script as Python itself would start it; the exit code that it asks for."""
    try:
        python_script.run_script(is_module, name, arguments)
    except Captured:
        return 0
    except SystemExit as ending:
        if ending.code is None or isinstance(ending.code, int):
            return ending.code or 0
        sys.stderr.write("%s\n" % ending.code)
        return 1
    return 0


def main():
    rank_process.die_with_parent(NAME)
    own_folder = sys.path[0]
    os.chdir(os.path.expanduser(os.environ.get("HR_FOLDER") or "~"))
    is_module, name, arguments = python_script.script_of(os.environ["HR_COMMAND"], LAUNCHER, "for a program that is not Python set tool to nsys")
    import torch
    recorder = Recorder(torch)
    if recorder.by_steps:
        watch_steps(torch, recorder.step)
    with recorder.profile:
        code = run_script(is_module, name, arguments)
    if code != 0:
        sys.stderr.write("%s: the script ended with exit code %d\n" % (NAME, code))
        sys.exit(code)
    sys.path.insert(0, own_folder)
    recorder.keep(os.environ["HR_OUT"])
    sys.stdout.flush()
    sys.stderr.flush()
    # What the script left running (worker threads, a process group whose peers are gone) must not hold up the end.
    os._exit(0)


if __name__ == "__main__":
    main()
