# shellcheck shell=sh disable=SC2030,SC2031
# What the kernel counts, resends and drops while a test runs, for both its ends; sourced after lib.sh and endpoint.sh.
# Leaves net-before.txt, net-after.txt and, where bpftrace may trace, trace.jsonl and drop-reasons.txt. Tells as facts what could not be read.
# HR_INTERFACE: the interface under test, may be empty. HR_BPFTRACE: 1 or 0.

# hr_net_snapshot FILE: the tables as the kernel prints them, each under its name.
hr_net_snapshot() {
  {
    for hr_table in snmp netstat dev softnet_stat; do
      printf '== %s\n' "$hr_table"
      cat "${HEADROOM_SYS_ROOT:-}/proc/net/$hr_table" 2>/dev/null
    done
    if [ -n "$hr_tc" ]; then
      printf '== qdisc\n'
      "$hr_tc" -s qdisc show dev "$hr_device" 2>/dev/null
    fi
  } >"$1"
}

# hr_net_begin ADDRESS: remembers what was counted so far, and on which interface.
hr_net_begin() {
  hr_device=${HR_INTERFACE:-}
  [ -n "$hr_device" ] || hr_device=$(hr_interface_of "$1")
  hr_fact net_interface "$hr_device"
  hr_tc=
  if [ -n "${HEADROOM_SYS_ROOT:-}" ]; then
    hr_fact qdisc_not_read 'this host is simulated'
  elif [ -z "$hr_device" ]; then
    hr_fact qdisc_not_read "no interface has the address $1"
  elif ! hr_tc=$(PATH=$PATH:/usr/sbin:/sbin && command -v tc); then
    hr_tc=
    hr_fact qdisc_not_read 'tc is not installed (it comes with iproute2)'
  fi
  hr_net_snapshot net-before.txt
}

# hr_trace_folder: sets hr_events to tracefs' events; else hr_why says why they are not to be had.
hr_trace_folder() {
  hr_events=
  for hr_folder in /sys/kernel/tracing /sys/kernel/debug/tracing; do
    if [ -r "$hr_folder/events/tcp/tcp_retransmit_skb/format" ]; then
      hr_events=$hr_folder/events
      return 0
    fi
  done
  if [ "$(id -u)" != 0 ]; then
    hr_why='this user may not trace: root, or CAP_BPF and CAP_PERFMON with a readable /sys/kernel/tracing, may'
  elif [ -d /sys/kernel/tracing/events ] || [ -d /sys/kernel/debug/tracing/events ]; then
    hr_why='this kernel has no tracepoint tcp:tcp_retransmit_skb (Linux 4.15 and newer have it)'
  else
    hr_why='tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing'
  fi
  return 1
}

# hr_trace_program PORT ARROW: of the test's connections and of all; drops by the kernel's reason where it tells one (Linux 5.17 and newer).
# Its last word tells a count of none from a tracer that died.
hr_trace_program() {
  printf 'tracepoint:tcp:tcp_retransmit_skb { @all = count(); } '
  printf 'tracepoint:tcp:tcp_retransmit_skb /args%ssport == %s || args%sdport == %s/ { @test = count(); } ' "$2" "$1" "$2" "$1"
  if grep -q ' reason;' "$hr_events/skb/kfree_skb/format" 2>/dev/null; then
    printf 'tracepoint:skb:kfree_skb { @drops[args%sreason] = count(); } ' "$2"
  fi
  printf '%s' 'END { printf("ended\n"); }'
}

# hr_trace_try PROGRAM: starts it; 0 once it is attached.
hr_trace_try() {
  printf '' >trace.jsonl
  "$hr_bpftrace" -B line -f json -e "$1" >trace.jsonl 2>trace-errors.txt &
  hr_trace_pid=$!
  hr_tries=150
  while [ "$hr_tries" -gt 0 ] && kill -0 "$hr_trace_pid" 2>/dev/null; do
    if grep -q attached_probes trace.jsonl; then return 0; fi
    hr_tries=$((hr_tries - 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  kill "$hr_trace_pid" 2>/dev/null
  wait "$hr_trace_pid" 2>/dev/null
  hr_trace_pid=
  return 1
}

# hr_trace_begin PORT: traces until hr_net_end, or tells why not. bpftrace writes args->x up to 0.18 and args.x since.
hr_trace_begin() {
  hr_trace_pid='' hr_why='params.bpftrace is false' hr_bpftrace=
  if [ "${HR_BPFTRACE:-0}" = 1 ]; then
    hr_why='bpftrace is not installed'
    if [ -n "${HEADROOM_SYS_ROOT:-}" ]; then
      hr_why='this host is simulated'
    elif hr_bpftrace=$(PATH=${HR_TOOL_PATH:+$HR_TOOL_PATH:}$PATH:/usr/sbin:/sbin && command -v bpftrace) && hr_trace_folder; then
      if hr_trace_try "$(hr_trace_program "$1" '->')" || hr_trace_try "$(hr_trace_program "$1" .)"; then
        sed -n 's/^print fmt:.*__print_symbolic(REC->reason, \(.*\))$/\1/p' "$hr_events/skb/kfree_skb/format" >drop-reasons.txt 2>/dev/null
        rm -f trace-errors.txt
        hr_fact traced "$("$hr_bpftrace" --version 2>/dev/null | head -n 1)"
        return 0
      fi
      hr_why="bpftrace: $(grep ERROR trace-errors.txt | tail -n 1 | cut -c 1-300)"
      rm -f trace.jsonl trace-errors.txt
    fi
  fi
  hr_fact not_traced "$hr_why"
}

# hr_net_end: once, however often it is called; ends a tracer that was still on its way, too.
hr_net_end() {
  # Its end takes a moment; it ends while the tables are read.
  if [ -n "${hr_trace_pid:-}" ]; then kill "$hr_trace_pid" 2>/dev/null; fi
  if [ -s net-before.txt ] && [ ! -e net-after.txt ]; then hr_net_snapshot net-after.txt; fi
  if [ -n "${hr_trace_pid:-}" ]; then wait "$hr_trace_pid" 2>/dev/null; fi
  hr_trace_pid=
}
