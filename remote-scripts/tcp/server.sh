#!/bin/sh
# Server side: iperf3 -s and the ping-pong server, both bound to this host's end of the link, until they are stopped.
# HR_INTERFACE, HR_ADDRESS: this end. HR_PORT: iperf3's port, empty for a free one. HR_LATENCY: 1 or 0.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"
# shellcheck source=remote-scripts/tcp/net_counts.sh
. "$HR_KIT/tcp/net_counts.sh"

address=$(hr_own_address) || exit $?
iperf3=$(hr_need iperf3) || exit $?
if [ -n "${HR_PORT:-}" ]; then port=$HR_PORT; else port=$(hr_free_port) || exit $?; fi
if hr_listening "$port"; then hr_fail remote.not_listening "port $port is in use on this host; choose another with params.port"; fi

# Without -1: the client may try again after a refused first connection.
"$iperf3" -s -B "$address" -p "$port" >iperf3-server.txt 2>&1 &
iperf3_pid=$!
pingpong_pid=
trap 'hr_net_end; kill $iperf3_pid $pingpong_pid 2>/dev/null' EXIT
trap 'exit 143' TERM INT

hr_wait_listening "$port" "$iperf3_pid" 10 || hr_fail remote.not_listening "iperf3 does not listen on $address port $port: $(hr_said iperf3-server.txt)"

if [ "${HR_LATENCY:-1}" = 1 ]; then
  python=$(hr_python socket) || exit $?
  pingpong_port=$(hr_free_port) || exit $?
  "$python" -B "$HR_KIT/tcp/pingpong.py" listen "$address" "$pingpong_port" >pingpong-server.txt 2>&1 &
  pingpong_pid=$!
  hr_wait_listening "$pingpong_port" "$pingpong_pid" 15 ||
    hr_fail remote.not_listening "the ping-pong server does not listen on $address port $pingpong_port: $(hr_said pingpong-server.txt)"
  hr_fact pingpong_port "$pingpong_port"
fi

hr_trace_begin "$port"
hr_net_begin "$address"
hr_fact address "$address"
hr_fact port "$port"
hr_ready
wait "$iperf3_pid"
hr_fail remote.not_listening "iperf3's server ended by itself: $(hr_said iperf3-server.txt)"
