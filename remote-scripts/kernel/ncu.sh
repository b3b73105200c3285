#!/bin/sh
# Counters of some launches of the user's command, by ncu. Results: ncu.csv (raw page, base units), report.ncu-rep when asked.
# HR_COMMAND, HR_FOLDER, HR_RANKS, HR_PROFILED_RANK: what runs. HR_METRICS: counters by comma, of which those that exist here are asked for.
# HR_FILTER: regular expression of kernel names. HR_SKIP, HR_COUNT: window of launches. HR_CLOCKS: base or none. HR_PAUSE_DCGM, HR_KEEP_REPORT: 0 or 1.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/kernel/profiled.sh
. "$HR_KIT/kernel/profiled.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"

ncu=$(hr_need ncu) || exit $?
hr_folder
tmp=$HR_JOB/tmp
mkdir -p "$tmp" || exit $?
hr_fact tool_version "$("$ncu" --version 2>/dev/null | sed -n 's/^Version \([0-9][0-9.]*\).*/\1/p' | head -n 1)"
hr_fact clock_control "$HR_CLOCKS"

"$ncu" --query-metrics >"$tmp/known.txt" 2>"$tmp/known.err" ||
  hr_fail remote.tool_failed "ncu --query-metrics: $(cat "$tmp/known.txt" "$tmp/known.err" >"$tmp/said.txt"; hr_said "$tmp/said.txt")"
metrics=$(hr_known "$tmp/known.txt")
hr_fact counters_missing "$(cat "$HR_JOB/missing")"
hr_fact counters_asked "$(printf '%s\n' "$metrics" | tr ',' '\n' | grep -c .)"

dcgmi=$(command -v dcgmi 2>/dev/null) || dcgmi=
if [ "$HR_PAUSE_DCGM" = 1 ] && [ -n "$dcgmi" ]; then
  if "$dcgmi" profile --pause >"$tmp/dcgm.txt" 2>&1; then
    trap '"$dcgmi" profile --resume >/dev/null 2>&1' EXIT
    trap 'exit 143' TERM INT
    hr_fact dcgm paused
  else
    hr_fact dcgm "not paused: $(hr_said "$tmp/dcgm.txt")"
  fi
elif [ -n "$dcgmi" ]; then
  hr_fact dcgm 'installed, not paused'
fi

set -- "$ncu" --target-processes all --launch-skip "$HR_SKIP" --launch-count "$HR_COUNT" --clock-control "$HR_CLOCKS" --metrics "$metrics" -f -o "$tmp/report"
if [ -n "$HR_FILTER" ]; then set -- "$@" -k "regex:$HR_FILTER"; fi
hr_profile "$@"
code=$?
if [ -s "$tmp/report.ncu-rep" ]; then
  "$ncu" -i "$tmp/report.ncu-rep" --csv --page raw --print-units base >"$HR_OUT/ncu.csv" || exit $?
  if [ "$HR_KEEP_REPORT" = 1 ]; then cp "$tmp/report.ncu-rep" "$HR_OUT/" || exit $?; fi
fi
rm -rf "$tmp" "$HR_JOB/missing"
exit "$code"
