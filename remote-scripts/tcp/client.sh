#!/bin/sh
# Client side: iperf3 against the server, then the ping-pong. Results: iperf3.json, pingpong.json, and those of net_counts.sh.
# HR_SERVER, HR_SERVER_PORT, HR_PINGPONG_PORT: from the server. HR_INTERFACE, HR_ADDRESS: this end. HR_IPERF3_OPTIONS: words, may be empty.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"
# shellcheck source=remote-scripts/tcp/net_counts.sh
. "$HR_KIT/tcp/net_counts.sh"

address=$(hr_own_address) || exit $?
iperf3=$(hr_need iperf3) || exit $?
hr_fact address "$address"
trap hr_net_end EXIT
trap 'exit 143' TERM INT
hr_trace_begin "$HR_SERVER_PORT"
hr_net_begin "$address"

# iperf3 tells errors in its JSON and on standard error; a server that is busy or not yet there is asked again.
attempt=0
while :; do
  attempt=$((attempt + 1))
  hr_progress 0 2 "iperf3 to $HR_SERVER"
  # shellcheck disable=SC2086 # options are words of this program's own making
  "$iperf3" -c "$HR_SERVER" -B "$address" -p "$HR_SERVER_PORT" ${HR_IPERF3_OPTIONS:-} -J >iperf3.json 2>iperf3-errors.txt
  code=$?
  if [ "$code" -eq 0 ]; then break; fi
  said=$(sed -n 's/^[[:space:]]*"error":[[:space:]]*"\(.*\)",\{0,1\}$/\1/p' iperf3.json | head -n 1)
  said=${said:-$(hr_said iperf3-errors.txt)}
  case $said in
    *"unable to connect"* | *"server is busy"* | *"unable to receive control message"*) if [ "$attempt" -lt 5 ]; then sleep 1; continue; fi ;;
    *"unrecognized option"* | *"parameter"*"not"*) hr_fail remote.tool_failed "$("$iperf3" --version 2>&1 | head -n 1) does not know one of: $HR_IPERF3_OPTIONS: $said" ;;
  esac
  case $said in
    *"unable to connect"* | *"server is busy"*) hr_fail remote.not_listening "iperf3 to $HR_SERVER port $HR_SERVER_PORT: $said" ;;
    *) hr_fail remote.tool_failed "iperf3 to $HR_SERVER port $HR_SERVER_PORT ended with code $code: $said" ;;
  esac
done
if [ ! -s iperf3-errors.txt ]; then rm -f iperf3-errors.txt; fi

if [ "${HR_LATENCY:-1}" = 1 ]; then
  hr_progress 1 2 "ping-pong"
  python=$(hr_python socket) || exit $?
  "$python" -B "$HR_KIT/tcp/pingpong.py" send "$HR_SERVER" "$HR_PINGPONG_PORT" --bind "$address" --messages "$HR_LATENCY_MESSAGES" \
    --bytes "$HR_MESSAGE_BYTES" >pingpong.json 2>pingpong-errors.txt ||
    hr_fail remote.tool_failed "ping-pong to $HR_SERVER port $HR_PINGPONG_PORT: $(hr_said pingpong-errors.txt)"
  if [ ! -s pingpong-errors.txt ]; then rm -f pingpong-errors.txt; fi
fi
hr_progress 2 2 "done"
