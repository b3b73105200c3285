#!/bin/sh
# Stacks of a Python script by sampler.py, for hosts that have no profiler: stacks.folded.
# HR_COMMAND, HR_FOLDER: the script. HR_SECONDS, HR_RATE (Hz). HR_THREADS, HR_IDLE: 0 or 1. HR_PYTHON: the Python that the plan names.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"
# shellcheck source=remote-scripts/flame/target.sh
. "$HR_KIT/flame/target.sh"

hr_folder
# The interpreter that the command names is the one that has its packages.
first=${HR_COMMAND%%[[:space:]]*}
case ${first##*/} in
  python*) if [ -z "${HR_PYTHON:-}" ]; then HR_PYTHON=$(cd -- "$HR_FOLDER" && command -v -- "$first"); fi ;;
esac
python=$(hr_python sys) || exit $?
case $python in
  /*) ;;
  *) python=$HR_FOLDER/$python ;;
esac
hr_grace=5
export HR_SECONDS HR_RATE HR_THREADS HR_IDLE
hr_run_tool env "$hr_mark" "$python" -B "$HR_KIT/flame/sampler.py"
hr_end_command
if [ ! -e "$HR_JOB/time_over" ] && [ ! -e "$HR_JOB/sampled" ]; then hr_command_code=$hr_code; fi
case $hr_code in 70) exit 70 ;; esac
hr_ended
