#!/bin/sh
# Stacks of a program by perf, folded here: stacks.folded. The recording itself stays and is removed.
# HR_COMMAND, HR_FOLDER or HR_ATTACH: what is profiled. HR_SECONDS, HR_RATE (Hz), HR_EVENT: auto, cycles or cpu-clock. HR_CALL_GRAPH: fp or dwarf.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"
# shellcheck source=remote-scripts/flame/target.sh
. "$HR_KIT/flame/target.sh"
# shellcheck source=remote-scripts/flame/fold.sh
. "$HR_KIT/flame/fold.sh"

perf=$(hr_need perf) || exit $?
hr_folder
tmp=$HR_JOB/tmp
mkdir -p "$tmp" || exit $?
hr_fact tool_version "$("$perf" --version 2>/dev/null | sed -n 's/^perf version //p')"

if [ -n "$HR_ATTACH" ]; then targets=$(hr_targets) || exit $?; fi

# record OPTIONS... -- WORDS...
record() {
  if [ "$HR_CALL_GRAPH" = dwarf ]; then set -- --call-graph dwarf "$@"; else set -- -g "$@"; fi
  hr_run_tool "$perf" record -F "$HR_RATE" -o "$tmp/perf.data" "$@"
}

# try EVENT: empty lets perf choose, which takes cpu-clock where the processor's counters are out of reach.
try() {
  if [ -n "$1" ]; then set -- -e "$1"; else set --; fi
  "$perf" record "$@" -F "$HR_RATE" -g -o "$tmp/try.data" -- true >"$tmp/try.txt" 2>&1
}

event=$HR_EVENT
if [ "$event" = auto ]; then event=''; fi
works=1
if ! try "$event"; then
  works=0
  # A perf that does not fall back by itself.
  if [ -z "$event" ] && try cpu-clock; then event=cpu-clock works=1; fi
fi
if [ "$works" = 0 ]; then
  cat "$tmp/try.txt" >&2
  if grep -q -i -E 'paranoid|permission|not permitted|limited' "$tmp/try.txt"; then
    hr_fail remote.not_permitted "the kernel refuses perf here (kernel.perf_event_paranoid is $(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null)): sudo sysctl kernel.perf_event_paranoid=2, or set params.tool to py-spy or sampler"
  fi
  hr_fail remote.tool_failed "perf cannot sample ${event:-anything} here: $(hr_said "$tmp/try.txt")"
fi

set --
if [ -n "$event" ]; then set -- -e "$event"; fi
if [ -n "$HR_ATTACH" ]; then
  record "$@" -p "$(hr_with_children "$targets")" -- sleep "$HR_SECONDS"
else
  record "$@" -- env "$hr_mark" sh -c "$hr_workload"
  hr_end_command
fi
[ -s "$tmp/perf.data" ] || hr_fail remote.tool_failed "perf left no recording: $(hr_said stderr)"
hr_fact event "$("$perf" evlist -i "$tmp/perf.data" 2>/dev/null | head -n 1)"
hr_fold "$perf" "$tmp/perf.data" "$tmp" >stacks.folded || hr_fail remote.tool_failed "perf script could not read its recording: $(hr_said "$tmp/script.txt")"
rm -rf "$tmp"
hr_ended
