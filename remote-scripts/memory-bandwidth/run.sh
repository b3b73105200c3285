#!/bin/sh
# Memory bandwidth of one host. Result: memory.jsonl. Variables: see memory_bench.py; HR_MODULE: what the Python must be able to import.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"

python=$(hr_python "${HR_MODULE:-sys}") || exit $?
hr_fact python "$python"
trap 'rm -f "$HR_JOB/stream.c" "$HR_JOB/stream.so" "$HR_JOB/memory_problem"' EXIT
"$python" -B "$HR_KIT/memory-bandwidth/memory_bench.py" >memory.jsonl 2>memory-errors.txt
code=$?
said=$(hr_said memory-errors.txt)
if [ ! -s memory-errors.txt ]; then rm -f memory-errors.txt; fi
if [ "$code" -ne 0 ]; then
  read -r problem words 2>/dev/null <"$HR_JOB/memory_problem"
  if [ -n "$problem" ]; then hr_fail "$problem" "$words${said:+: $said}"; fi
  hr_fail remote.tool_failed "the benchmark ended with code $code: ${said:-it printed no error}"
fi
