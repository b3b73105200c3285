#!/bin/sh
# The sweep on one host. Result: dataloader.jsonl. HR_DATALOADER: JSON, see dataloader_bench.py.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"

python=$(hr_python torch) || exit $?
hr_fact python "$python"
"$python" -B "$HR_KIT/dataloader/dataloader_bench.py" >dataloader.jsonl 2>dataloader-errors.txt
code=$?
said=$(hr_said dataloader-errors.txt)
if [ ! -s dataloader-errors.txt ]; then rm -f dataloader-errors.txt; fi
if [ "$code" -ne 0 ]; then hr_fail remote.tool_failed "the sweep ended with code $code: ${said:-it printed no error}"; fi
