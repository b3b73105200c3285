#!/bin/sh
# The load generator, on one core. HR_SPEC: the test as JSON. HR_INTERFACE, HR_ADDRESS: the end that a fabric binds; both empty without one.
# Results: steps.jsonl, requests.jsonl.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"

python=$(hr_python "${HR_MODULES:-socket}") || exit $?
HR_BIND=''
if [ -n "${HR_INTERFACE:-}${HR_ADDRESS:-}" ]; then
  HR_BIND=$(hr_own_address) || exit $?
  hr_fact address "$HR_BIND"
fi
export HR_BIND

"$python" -B "$HR_KIT/serving/generator/loadgen.py" 2>errors.txt
code=$?
if [ -s refused ]; then
  hr_code=$(cut -f 1 refused)
  hr_text=$(cut -f 2 refused)
  rm -f refused
  hr_fail "$hr_code" "$hr_text"
fi
[ "$code" -eq 0 ] || hr_fail remote.tool_failed "the generator ended with code $code: $(hr_said errors.txt)"
if [ ! -s errors.txt ]; then rm -f errors.txt; fi
