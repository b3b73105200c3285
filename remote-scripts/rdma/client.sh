#!/bin/sh
# Client side of perftest: one process per size, so that no tool's sweep mode loses results. Result: perftest.txt, a header line per test.
# HR_SERVER, HR_SERVER_PORTS: from the server. HR_TESTS, HR_HCA, HR_HCA_PORT, HR_BW_OPTIONS, HR_LAT_OPTIONS: as for the server.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"
# shellcheck source=remote-scripts/rdma/perftest.sh
. "$HR_KIT/rdma/perftest.sh"

total=0
for test in $HR_TESTS; do
  hr_need "ib_${test%%:*}" >/dev/null || exit $?
  total=$((total + 1))
done

# perftest_once TOOL SIZE PORT: the server of the next test starts when that of the last has ended, so a refused connection is tried again.
perftest_once() {
  tries=0
  while :; do
    # shellcheck disable=SC2086 # options are words of this program's own making
    "$1" -d "$HR_HCA" -i "$HR_HCA_PORT" -F $options -s "$2" -p "$3" "$HR_SERVER" >test.txt 2>&1
    code=$?
    if [ "$code" -eq 0 ]; then return 0; fi
    tries=$((tries + 1))
    if [ "$tries" -ge 40 ] || ! grep -q -e "Couldn't connect" -e 'Unable to init the socket' -e 'Connection refused' test.txt; then return "$code"; fi
    sleep 0.25 2>/dev/null || sleep 1
  done
}

done=0
# shellcheck disable=SC2086 # a list of numbers
set -- $HR_SERVER_PORTS
for test in $HR_TESTS; do
  tool=$(hr_need "ib_${test%%:*}") || exit $?
  options=$(perftest_options "$test")
  hr_progress "$done" "$total" "${tool##*/} ${test#*:} bytes"
  printf '# headroom test %s size=%s port=%s\n' "${test%%:*}" "${test#*:}" "$1" >>perftest.txt
  perftest_once "$tool" "${test#*:}" "$1"
  code=$?
  cat test.txt >>perftest.txt
  if [ "$code" -ne 0 ]; then perftest_failed "$tool" "$code" test.txt; fi
  rm -f test.txt
  shift
  done=$((done + 1))
done
hr_progress "$total" "$total" "done"
