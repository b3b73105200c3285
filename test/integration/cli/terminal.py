"""Runs a command on a pseudo-terminal: terminal.py STEPS COMMAND..., STEPS a JSON list of [text to wait for, answer].
Prints what the terminal showed, then the exit code on a line of its own."""

import json
import os
import pty
import select
import sys
import time

steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
seen = 0
end = time.time() + 40
while time.time() < end:
    ready, _, _ = select.select([terminal], [], [], 0.5)
    if not ready:
        continue
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    if steps and steps[0][0].encode() in shown[seen:]:
        seen = len(shown)
        time.sleep(0.3)
        os.write(terminal, steps[0][1].encode() + b"\r")
        steps.pop(0)
else:
    os.kill(pid, 9)
print(shown.decode(errors="replace"))
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
