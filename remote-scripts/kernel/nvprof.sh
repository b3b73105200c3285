#!/bin/sh
# Durations and counters of the user's command, by nvprof: two runs, because counters replay launches. Results: nvprof-trace.csv, nvprof-metrics.csv.
# HR_COMMAND, HR_FOLDER, HR_RANKS, HR_PROFILED_RANK: what runs. HR_METRICS: by comma, of which those that exist here are asked for. HR_FILTER: kernel names.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/kernel/profiled.sh
. "$HR_KIT/kernel/profiled.sh"

nvprof=$(hr_need nvprof) || exit $?
hr_folder
tmp=$HR_JOB/tmp
mkdir -p "$tmp" || exit $?
hr_fact tool_version "$("$nvprof" --version 2>/dev/null | sed -n 's/.*[Rr]elease version \([0-9][0-9.]*\).*/\1/p' | head -n 1)"
hr_fact clock_control none

"$nvprof" --query-metrics 2>&1 | sed 's/^[[:space:]]*//' >"$tmp/known.txt"
metrics=$(hr_known "$tmp/known.txt")
hr_fact counters_missing "$(cat "$HR_JOB/missing")"

# keep NAME: the tables of all processes of a run, one after the other.
keep() {
  cat "$tmp/$1".*.csv >"$HR_OUT/nvprof-$1.csv" 2>/dev/null || hr_fail remote.tool_failed "nvprof left no table of the $1"
}

hr_profile "$nvprof" --csv --print-gpu-trace --profile-child-processes --log-file "$tmp/trace.%p.csv"
code=$?
keep trace
if [ "$code" -ne 0 ] || [ -z "$metrics" ]; then exit "$code"; fi
set -- "$nvprof" --csv --profile-child-processes --log-file "$tmp/metrics.%p.csv"
if [ -n "$HR_FILTER" ]; then set -- "$@" --kernels "$HR_FILTER"; fi
hr_profile "$@" --metrics "$metrics"
code=$?
keep metrics
rm -rf "$tmp" "$HR_JOB/missing"
exit "$code"
