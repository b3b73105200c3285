#!/bin/sh
# One host's ranks of the user's command under nsys; what the recording adds up to comes home, the recording itself only when asked.
# HR_COMMAND, HR_FOLDER, HR_RANKS, HR_RANK_OFFSET, HR_WORLD: what runs. HR_CAPTURE: all, window or range (cudaProfilerApi).
# HR_DELAY, HR_DURATION: seconds of a window. HR_TRACE_LIMIT: bytes of an event trace that may come home. HR_KEEP_TRACE: 1 keeps the recording.
# HR_NODE, HR_INTERFACE, HR_ADDRESS, HR_MASTER_ADDRESS, HR_MASTER_PORT: where the ranks of several hosts meet.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"

nsys=$(hr_need nsys) || exit $?
tmp=$HR_JOB/tmp
mkdir -p "$tmp" || exit $?
tool_version=$("$nsys" --version 2>/dev/null | sed -n 's/.*version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
hr_fact tool_version "$tool_version"

# The words that start the command: alone, or as several ranks that meet where the first host says.
hr_folder
# shellcheck disable=SC2016 # expanded by the inner shell
set -- sh -c 'cd -- "$HR_FOLDER" && eval "$HR_COMMAND"'
if [ "$HR_WORLD" -gt 1 ]; then
  address=$(hr_own_address) || exit $?
  interface=${HR_INTERFACE:-}
  if [ -z "$interface" ]; then interface=$(hr_interface_of "$address"); fi
  if [ -n "$interface" ]; then export GLOO_SOCKET_IFNAME="$interface" NCCL_SOCKET_IFNAME="=$interface"; fi
  hr_fact address "$address"
  hr_fact interface "$interface"
  if [ "$HR_NODE" = 0 ]; then
    HR_MASTER_ADDRESS=$address
    HR_MASTER_PORT=$(hr_free_port) || exit $?
    hr_fact port "$HR_MASTER_PORT"
    hr_ready
  fi
  export HR_MASTER_ADDRESS HR_MASTER_PORT HR_BENCH=timeline/run_command.py
  python=$(hr_python sys) || exit $?
  set -- "$python" -B "$HR_KIT/_kit/launch_ranks.py"
fi

case $HR_CAPTURE in
  range) set -- --capture-range=cudaProfilerApi "$@" ;;
  window)
    if [ -n "$HR_DURATION" ]; then set -- "--duration=$HR_DURATION" "$@"; fi
    set -- "--delay=$HR_DELAY" "$@"
    ;;
esac
"$nsys" profile -t cuda,nvtx,osrt --sample=none --cpuctxsw=none -f true -o "$tmp/recording" "$@"
code=$?
recording=
for file in "$tmp/recording".nsys-rep "$tmp/recording".qdrep; do if [ -s "$file" ]; then recording=$file; fi; done
if [ -z "$recording" ]; then
  if [ "$code" -ne 0 ]; then exit "$code"; fi
  hr_fail remote.tool_failed 'nsys ended well and left no recording: the command ended before the capture began'
fi
bytes=$(wc -c <"$recording" | tr -d ' ')
hr_fact recording_bytes "$bytes"
hr_fact command_exit_code "$code"
if [ "$HR_KEEP_TRACE" = 1 ]; then cp "$recording" "$HR_OUT/" || exit $?; fi

# Without a Python that reads SQLite the reports of nsys itself have to do.
summarised=
python=$(command -v "${HR_PYTHON:-python3}" 2>/dev/null) || python=/usr/bin/python3
if "$python" -c 'import sqlite3' >/dev/null 2>&1; then
  if "$nsys" export -t sqlite -f true -o "$tmp/recording.sqlite" "$recording" >"$tmp/export.txt" 2>&1 &&
    "$python" -B "$HR_KIT/timeline/nsys_summary.py" "$tmp/recording.sqlite" "$HR_OUT/nsys.summary.jsonl"; then
    summarised=1
    hr_fact aggregated_by 'nsys_summary.py'
  else
    cat "$tmp/export.txt" >&2
  fi
fi
if [ -z "$summarised" ]; then
  reports=cuda_gpu_kern_sum,cuda_gpu_mem_time_sum,cuda_gpu_mem_size_sum,nvtx_sum,cuda_api_sum,osrt_sum
  trace=cuda_gpu_trace
  if ! "$nsys" stats --help-reports 2>/dev/null | grep -q cuda_gpu_kern_sum; then
    reports=gpukernsum,gpumemtimesum,gpumemsizesum,nvtxsum,cudaapisum,osrtsum
    trace=gputrace
  fi
  "$nsys" stats -r "$reports" --format csv "$recording" >"$HR_OUT/nsys.stats.csv" || exit $?
  "$nsys" stats -r "$trace" --format csv "$recording" >"$tmp/trace.csv" || exit $?
  trace_bytes=$(wc -c <"$tmp/trace.csv" | tr -d ' ')
  if [ "$trace_bytes" -le "$HR_TRACE_LIMIT" ]; then
    cp "$tmp/trace.csv" "$HR_OUT/nsys.trace.csv"
  else
    hr_fact trace_left_bytes "$trace_bytes"
  fi
  hr_fact aggregated_by 'nsys stats'
fi
rm -rf "$tmp"
# A command that was ended because its window was over has not failed.
if [ "$HR_CAPTURE" = window ] && [ -n "$HR_DURATION" ] && [ "$code" -ge 128 ]; then exit 0; fi
exit "$code"
