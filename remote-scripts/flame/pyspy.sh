#!/bin/sh
# Stacks of a Python program by py-spy: stacks.folded, without process ids, which no two launches share.
# HR_COMMAND, HR_FOLDER or HR_ATTACH: what is profiled. HR_SECONDS, HR_RATE (Hz). HR_THREADS, HR_NATIVE, HR_IDLE, HR_GIL: 0 or 1.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"
# shellcheck source=remote-scripts/flame/target.sh
. "$HR_KIT/flame/target.sh"

pyspy=$(hr_need py-spy) || exit $?
hr_folder
tmp=$HR_JOB/tmp
mkdir -p "$tmp" || exit $?
hr_fact tool_version "$("$pyspy" --version 2>/dev/null | sed -n 's/^py-spy //p')"

set -- record -f raw -r "$HR_RATE" -d "$HR_SECONDS" --subprocesses -o "$tmp/raw.folded"
if [ "$HR_THREADS" = 1 ]; then set -- "$@" --threads; fi
if [ "$HR_NATIVE" = 1 ]; then set -- "$@" --native; fi
if [ "$HR_IDLE" = 1 ]; then set -- "$@" --idle; fi
if [ "$HR_GIL" = 1 ]; then set -- "$@" --gil; fi
hr_grace=15
if [ -n "$HR_ATTACH" ]; then
  targets=$(hr_targets) || exit $?
  case $targets in
    *[!0-9]*) hr_fail input.invalid "several processes match, and py-spy takes one: set params.attach to one of $(printf '%s' "$targets" | tr '\n' ' ')" ;;
  esac
  hr_run_tool "$pyspy" "$@" --pid "$targets"
else
  hr_run_tool "$pyspy" "$@" -- env "$hr_mark" sh -c "$hr_workload"
  hr_end_command
fi

if ! [ -s "$tmp/raw.folded" ]; then
  said=$(cat stdout stderr | grep -i -m 1 -E 'permission|not permitted|no python|failed to|error' | cut -c 1-300)
  case $said in
    *ermission* | *'not permitted'*)
      hr_fail remote.not_permitted "py-spy may not look into the process ($said): sudo sysctl kernel.yama.ptrace_scope=0, or let the probe start the command" ;;
    *'o python processes'* | *'python version'* | *'python executable'*)
      if [ -z "$HR_ATTACH" ]; then hr_ended; fi
      hr_fail input.invalid "py-spy found no Python there ($said): set params.tool to perf for a program that is not Python" ;;
  esac
  if [ -z "$HR_ATTACH" ]; then hr_ended; fi
  if [ "$hr_code" -ne 0 ]; then hr_fail remote.tool_failed "py-spy ended with code $hr_code: ${said:-it printed no error}"; fi
fi
hr_fact event 'wall clock'
hr_fact read_errors "$(cat stdout stderr | sed -n 's/.*Samples: [0-9]* Errors: \([0-9]*\).*/\1/p' | tail -n 1)"
hr_fact behind "$(cat stdout stderr | grep -o -E '[0-9.]+s behind in sampling' | tail -n 1)"

# A process is led in by its id and its command line (which may hold anything), a thread by its id.
awk '
  {
    while (match($0, /^process [0-9]+:"/)) {
      at = index($0, "\";")
      if (at == 0) break
      $0 = substr($0, at + 2)
    }
    if (match($0, /^thread \([0-9A-Fa-fx]+\)(: )?/)) $0 = "thread " substr($0, RLENGTH + 1)
    if (match($0, / [0-9]+$/)) stacks[substr($0, 1, RSTART - 1)] += substr($0, RSTART + 1)
  }
  END { for (stack in stacks) print stack, stacks[stack] }' "$tmp/raw.folded" 2>/dev/null | LC_ALL=C sort >stacks.folded
rm -rf "$tmp"
hr_ended
