# shellcheck shell=sh
# Byte counters of every interface and every HCA port, one "device<TAB>rx<TAB>tx" a line. No tool, no fork.

hr_counters() {
  hr_sys=${HEADROOM_SYS_ROOT:-}
  if [ -r "$hr_sys/proc/net/dev" ]; then
    while read -r hr_line; do
      case $hr_line in *'|'* | *[!0-9a-zA-Z:._@\ \	-]*) continue ;; *:*) ;; *) continue ;; esac
      hr_device=${hr_line%%:*}
      # shellcheck disable=SC2086
      set -- ${hr_line#*:}
      printf '%s\t%s\t%s\n' "$hr_device" "$1" "$9" || return 1
    done <"$hr_sys/proc/net/dev"
  fi
  for hr_port in "$hr_sys"/sys/class/infiniband/*/ports/*/counters; do
    { read -r hr_rx <"$hr_port/port_rcv_data" && read -r hr_tx <"$hr_port/port_xmit_data"; } 2>/dev/null || continue
    case $hr_rx$hr_tx in '' | *[!0-9]*) continue ;; esac
    hr_port=${hr_port%/counters}
    hr_hca=${hr_port%/ports/*}
    # The port counts words of four bytes (InfiniBand specification, PortCounters).
    printf '%s:%s\t%s\t%s\n' "${hr_hca##*/}" "${hr_port##*/}" "$((hr_rx * 4))" "$((hr_tx * 4))" || return 1
  done
}
