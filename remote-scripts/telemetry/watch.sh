#!/bin/sh
# Watches this host until it is stopped, or HR_SECONDS long: watch.py for what the kernel counts, nvidia-smi and dcgmi for the GPUs.
# HR_HZ: rows a second. HR_GPU_FIELDS: fields of nvidia-smi's query, empty without GPUs. HR_DCGM_FIELDS: field ids, empty without DCGM.
# HR_BPFTRACE: 1 to count retransmissions with bpftrace as well. HR_BESIDE: JOB:1 (measured) or JOB:0, the roles of the launch here.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"

# The lightest Python: the one of an environment with torch may take seconds to start.
python=
for candidate in /usr/bin/python3 python3 /usr/libexec/platform-python "${HR_PYTHON:-}"; do
  if [ -z "$candidate" ] || ! candidate=$(command -v -- "$candidate" 2>/dev/null); then continue; fi
  if "$candidate" -E -s -S -c 'import sys; sys.exit(sys.version_info < (3, 6))' </dev/null >/dev/null 2>&1; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || hr_fail remote.python_missing 'Telemetry needs Python 3.6 or newer, and there is none on this host'

ms=$(awk -v hz="${HR_HZ:-1}" 'BEGIN { printf "%d", 1000 / hz }')
children='' files=''
# A tool that writes into a file keeps its rows to itself until a block is full, and loses them when it is ended.
lines=
if command -v stdbuf >/dev/null 2>&1; then lines='stdbuf -oL'; fi

if [ -n "${HR_GPU_FIELDS:-}" ]; then
  smi=$(hr_need nvidia-smi) || exit $?
  # Who else is on the GPUs: asked seldom, since a process that disturbs stays longer than this.
  # shellcheck disable=SC2086
  $lines "$smi" --query-compute-apps=timestamp,gpu_uuid,pid,process_name,used_memory --format=csv -l 2 >gpu-processes.csv 2>/dev/null &
  children=$! files=gpu-processes.csv
  # shellcheck disable=SC2086
  $lines "$smi" "--query-gpu=$HR_GPU_FIELDS" --format=csv -lms "$ms" >gpu.csv 2>gpu-errors.txt &
  children="$children $!" files="$files gpu.csv"
fi
if [ -n "${HR_DCGM_FIELDS:-}" ] && dcgmi=$(command -v dcgmi); then
  # shellcheck disable=SC2086
  $lines "$dcgmi" dmon -e "$HR_DCGM_FIELDS" -d "$ms" >dcgm.txt 2>dcgm-errors.txt &
  children="$children $!" files="$files dcgm.txt"
fi
if [ "${HR_BPFTRACE:-0}" = 1 ]; then
  if bpftrace=$(command -v bpftrace) && [ "$(id -u)" = 0 ]; then
    "$bpftrace" -f json -e 'tracepoint:tcp:tcp_retransmit_skb { @retransmits = count(); } END { printf("ended\n"); }' >bpftrace.jsonl 2>bpftrace-errors.txt &
    children="$children $!" files="$files bpftrace.jsonl"
  else
    why='this user is not root'
    if [ -z "$bpftrace" ]; then why='it is not installed'; fi
    printf '%s; the counters of /proc/net count instead\n' "$why" >bpftrace-errors.txt
  fi
fi

export HR_CHILDREN="$children" HR_TOOL_FILES="$files"
exec "$python" -E -s -S -B "$HR_KIT/telemetry/watch.py" telemetry.jsonl
