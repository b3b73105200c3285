# shellcheck shell=sh
# One end of the link under test, for probes' scripts; sourced after lib.sh.

# hr_own_address: this host's end. HR_ADDRESS (from the plan) wins, then the address of HR_INTERFACE, then the host's first.
hr_own_address() {
  if [ -n "${HR_ADDRESS:-}" ]; then
    printf '%s\n' "$HR_ADDRESS"
  elif [ -n "${HR_INTERFACE:-}" ]; then
    hr_address "$HR_INTERFACE"
  else
    hr_first=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -m 1 .)
    if [ -z "$hr_first" ]; then hr_fail remote.no_interface "the plan names no interface for this host, and it tells no address of its own"; fi
    printf '%s\n' "$hr_first"
  fi
}

# hr_listening PORT: true when a socket of this host listens on it. Looked up, not connected to: iperf3 and perftest would
# take a connection for their client.
hr_listening() {
  cat "${HEADROOM_SYS_ROOT:-}/proc/net/tcp" "${HEADROOM_SYS_ROOT:-}/proc/net/tcp6" 2>/dev/null |
    grep -q -i "^ *[0-9]*: [0-9A-F]*:$(printf '%04X' "$1") [0-9A-F]*:[0-9A-F]* 0A "
}

# hr_wait_listening PORT PID SECONDS: 0 once PID's server listens, 1 when PID is gone, 2 when it is neither after SECONDS.
hr_wait_listening() {
  hr_tries=$(($3 * 10))
  while [ "$hr_tries" -gt 0 ]; do
    if hr_listening "$1"; then return 0; fi
    if ! kill -0 "$2" 2>/dev/null; then return 1; fi
    hr_tries=$((hr_tries - 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  return 2
}

# hr_interface_of ADDRESS: the interface that has it; nothing when none has.
hr_interface_of() {
  PATH=$PATH:/usr/sbin:/sbin ip -o addr 2>/dev/null | awk -v wanted="$1" '{ split($4, a, "/"); if (a[1] == wanted) { print $2; exit } }'
}

# hr_said FILE: the last line with words in it, for a message.
hr_said() {
  grep -v '^[[:space:]]*$' "$1" 2>/dev/null | tail -n 1 | cut -c 1-300
}
