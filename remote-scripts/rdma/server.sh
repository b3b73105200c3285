#!/bin/sh
# Server side of perftest: one server process per test of HR_TESTS, each on a port of its own, in the client's order.
# HR_TESTS: `operation:size operation:size …`. HR_HCA, HR_HCA_PORT, HR_BW_OPTIONS, HR_LAT_OPTIONS; HR_INTERFACE, HR_ADDRESS: this end.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"
# shellcheck source=remote-scripts/rdma/perftest.sh
. "$HR_KIT/rdma/perftest.sh"

address=$(hr_own_address) || exit $?
for test in $HR_TESTS; do hr_need "ib_${test%%:*}" >/dev/null || exit $?; done

ports=
for test in $HR_TESTS; do
  while :; do
    port=$(hr_free_port) || exit $?
    case " $ports " in *" $port "*) ;; *) break ;; esac
  done
  ports="$ports $port"
done

pid=
trap 'kill $pid 2>/dev/null' EXIT
trap 'exit 143' TERM INT
ready=
# shellcheck disable=SC2086 # a list of numbers
set -- $ports
for test in $HR_TESTS; do
  tool=$(hr_need "ib_${test%%:*}") || exit $?
  options=$(perftest_options "$test")
  port=$1
  shift
  printf '# headroom test %s size=%s port=%s\n' "${test%%:*}" "${test#*:}" "$port" >>perftest-server.txt
  # shellcheck disable=SC2086 # options are words of this program's own making
  "$tool" -d "$HR_HCA" -i "$HR_HCA_PORT" -F $options -s "${test#*:}" -p "$port" >test.txt 2>&1 &
  pid=$!
  if [ -z "$ready" ]; then
    # Alive though it does not show a listening socket after that time: the client's own tries decide.
    hr_wait_listening "$port" "$pid" 3
    if [ $? -eq 1 ]; then wait "$pid"; perftest_failed "$tool" $? test.txt; fi
    hr_fact address "$address"
    hr_fact ports "${ports# }"
    hr_ready
    ready=yes
  fi
  wait "$pid"
  code=$?
  pid=
  cat test.txt >>perftest-server.txt
  if [ "$code" -ne 0 ]; then perftest_failed "$tool" "$code" test.txt; fi
  rm -f test.txt
done
