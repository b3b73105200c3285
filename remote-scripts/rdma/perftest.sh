# shellcheck shell=sh
# What both sides of the rdma probe share; sourced after lib.sh and endpoint.sh.

# perftest_options TEST: latency tests take other options than bandwidth tests.
perftest_options() {
  case ${1%%:*} in
    *_bw) printf '%s\n' "$HR_BW_OPTIONS" ;;
    *) printf '%s\n' "$HR_LAT_OPTIONS" ;;
  esac
}

# perftest_failed TOOL CODE FILE: ends the role with the problem that the tool's own words stand for.
perftest_failed() {
  perftest_said=$(grep -v -e '^[-*[:space:]]*$' -e 'Waiting for client' "$3" | tail -n 3 | tr '\n' ' ' | cut -c 1-400)
  perftest_name=${1##*/}
  case $perftest_said in
    *"not found"* | *"No IB devices"* | *"Unable to find the Infiniband"* | *"Failed to get IB devices"* | *"did not detect devices"*)
      hr_fail remote.no_hca "$perftest_name -d $HR_HCA: $perftest_said" ;;
    *"allocate MR"* | *"Cannot allocate memory"* | *"Permission denied"* | *"Operation not permitted"*)
      hr_fail remote.not_permitted "$perftest_name -d $HR_HCA (locked memory: $(perftest_memlock) KiB): $perftest_said" ;;
    *"Couldn't connect"* | *"Unable to init the socket"* | *"Connection refused"*)
      hr_fail remote.not_listening "$perftest_name: $perftest_said" ;;
    *) hr_fail remote.tool_failed "$perftest_name ended with code $2: $perftest_said" ;;
  esac
}

perftest_memlock() {
  # shellcheck disable=SC3045 # not POSIX, but dash, bash and busybox know -l
  ulimit -l 2>/dev/null || echo unknown
}
