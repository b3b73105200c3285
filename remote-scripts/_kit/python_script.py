"""A user's Python script inside a process of the kit: which one a command names, and running it as Python itself would."""
import os
import re
import runpy
import shlex
import sys

FAILED = 70
LAUNCHERS = ("torchrun", "accelerate", "deepspeed", "mpirun", "srun")


def fail(code, message):
    sys.stderr.write("%s: %s\n" % (code, message))
    sys.stderr.flush()
    sys.exit(FAILED)


def script_of(command, launcher_advice, other_advice):
    """(is a module, name, arguments) of `[python3 [-u …]] script.py …` or `[python3] -m module …`."""
    words = shlex.split(command)
    if words and re.match(r"python[0-9.]*$", os.path.basename(words[0])):
        words = words[1:]
    while words and re.match(r"-[uBOEsSI]+$", words[0]):
        words = words[1:]
    if not words:
        fail("input.invalid", "The command names no Python script")
    if words[0] == "-m":
        if len(words) < 2:
            fail("input.invalid", "The command names no module behind -m")
        if words[1] in ("torch.distributed.run", "torch.distributed.launch"):
            fail("input.invalid", launcher_advice % "torchrun")
        return True, words[1], words[2:]
    script = os.path.expanduser(os.path.expandvars(words[0]))
    if os.path.basename(script) in LAUNCHERS:
        fail("input.invalid", launcher_advice % words[0])
    if not os.path.isfile(script):
        fail("input.invalid", "There is no Python script %s in %s; %s" % (script, os.getcwd(), other_advice))
    return False, script, words[1:]


def run_script(is_module, name, arguments):
    """Runs it as `__main__`; what it raises, SystemExit too, goes up."""
    sys.argv = [name] + arguments
    if is_module:
        sys.path[0] = os.getcwd()
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = os.path.dirname(os.path.abspath(name))
        runpy.run_path(name, run_name="__main__")
