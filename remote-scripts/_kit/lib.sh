# shellcheck shell=sh disable=SC2030,SC2031
# What probe scripts may call. Source it first:  . "$HR_KIT/_kit/lib.sh"
# The supervisor gives HR_KIT, HR_JOB, HR_JOB_ID and HR_OUT, which is also the working directory.

# One line of it, without tabs and control characters.
hr_one_line() { printf '%s' "$1" | tr '\000-\037\177' ' '; }

# hr_fact KEY VALUE: published to the other roles and kept with the run.
hr_fact() { printf '%s\t%s\n' "$1" "$(hr_one_line "$2")" >>"$HR_JOB/facts"; }

# hr_ready: the role is up; roles that wait for it may start. Publish the facts first.
hr_ready() { printf '' >"$HR_JOB/ready"; }

# hr_progress DONE TOTAL [TEXT]
hr_progress() { printf '%s\t%s\t%s\n' "$1" "$2" "$(hr_one_line "${3:-}")" >>"$HR_OUT/progress"; }

# hr_fail CODE MESSAGE: ends the role with a typed problem (codes: preload/contract/problem.ts).
hr_fail() {
  printf '%s\t%s\n' "$1" "$(hr_one_line "$2")" >"$HR_JOB/problem"
  printf '%s: %s\n' "$1" "$2" >&2
  # In a command substitution the exit would end only that: $$ is the script itself, whose trap ends it.
  kill -s USR2 "$$" 2>/dev/null
  exit 70
}
trap 'exit 70' USR2

# hr_need TOOL: prints its path, or fails with remote.tool_missing. HR_TOOL_PATH is searched first.
hr_need() {
  hr_searched=${HR_TOOL_PATH:+$HR_TOOL_PATH:}$PATH:/usr/local/bin:/usr/sbin:/sbin:/usr/local/cuda/bin:$HOME/.local/bin
  for hr_folder in /opt/*/bin; do hr_searched=$hr_searched:$hr_folder; done
  hr_found=$(PATH=$hr_searched && command -v -- "$1")
  case $hr_found in
    /*) printf '%s\n' "$hr_found" ;;
    *) hr_fail remote.tool_missing "$1 was not found on this host (searched $hr_searched)" ;;
  esac
}

# hr_folder: HR_FOLDER, where the user's HR_COMMAND runs (the home folder when empty), as a folder that can be entered.
hr_folder() {
  case ${HR_FOLDER:-} in
    '') HR_FOLDER=$HOME ;;
    [~] | [~]/*) HR_FOLDER=$HOME${HR_FOLDER#?} ;;
  esac
  [ -d "$HR_FOLDER" ] || hr_fail input.file_unreadable "the folder $HR_FOLDER cannot be entered on this host"
  export HR_FOLDER HR_COMMAND
}

# hr_address IFACE: its first global IPv4 address, else IPv6.
hr_address() {
  hr_ip=$(PATH=$PATH:/usr/sbin:/sbin && command -v ip)
  hr_found=
  if [ -n "$hr_ip" ]; then
    hr_found=$("$hr_ip" -o addr show dev "$1" 2>/dev/null | awk '
      $3 == "inet" && v4 == "" && !/scope (host|link)/ { split($4, a, "/"); v4 = a[1] }
      $3 == "inet6" && v6 == "" && /scope global/ { split($4, a, "/"); v6 = a[1] }
      $3 == "inet" && any == "" { split($4, a, "/"); any = a[1] }
      END { print v4 != "" ? v4 : (v6 != "" ? v6 : any) }')
  elif hr_ip=$(PATH=$PATH:/usr/sbin:/sbin && command -v ifconfig); then
    hr_found=$("$hr_ip" "$1" 2>/dev/null | awk '
      $1 == "inet" && v4 == "" { sub(/^addr:/, "", $2); v4 = $2 }
      $1 == "inet6" && v6 == "" && !/fe80/ { v6 = ($2 == "addr:") ? $3 : $2; sub(/\/.*/, "", v6) }
      END { print v4 != "" ? v4 : v6 }')
  elif [ ! -e "/sys/class/net/$1" ]; then
    hr_found=
  else
    # Without a tool that tells interfaces apart, only the host's first address is known.
    hr_found=$(hostname -I 2>/dev/null | awk '{ print $1 }')
  fi
  [ -n "$hr_found" ] || hr_fail remote.no_interface "The interface $1 has no address on this host, or does not exist"
  printf '%s\n' "$hr_found"
}

# hr_free_port: a TCP port that no socket of this host uses now.
hr_free_port() {
  hr_random=$(od -An -N2 -tu2 /dev/urandom 2>/dev/null | tr -d ' ')
  hr_try_port=$((20000 + ${hr_random:-$$} % 12000))
  hr_used=$(cat "${HEADROOM_SYS_ROOT:-}/proc/net/tcp" "${HEADROOM_SYS_ROOT:-}/proc/net/tcp6" 2>/dev/null)
  hr_turns=0
  while [ "$hr_turns" -lt 2000 ]; do
    hr_hex=$(printf '%04X' "$hr_try_port")
    case $hr_used in
      *":$hr_hex "*) ;;
      *) printf '%s\n' "$hr_try_port" && return 0 ;;
    esac
    hr_try_port=$((20000 + (hr_try_port - 20000 + 1) % 12000))
    hr_turns=$((hr_turns + 1))
  done
  hr_fail remote.tool_failed 'No free TCP port between 20000 and 32000'
}

# hr_python MODULE: prints a Python that can import MODULE. HR_PYTHON, when set, is the only one tried.
hr_python() {
  hr_tried=
  if [ -n "${HR_PYTHON:-}" ]; then
    set -- "$1" "$HR_PYTHON"
  else
    set -- "$1" python3 /usr/bin/python3 python "$HOME/miniconda3/bin/python" "$HOME/anaconda3/bin/python" /opt/conda/bin/python
  fi
  hr_module=$1
  shift
  for hr_candidate in "$@"; do
    hr_path=$(command -v -- "$hr_candidate" 2>/dev/null) || continue
    if "$hr_path" -c "import $hr_module" </dev/null >/dev/null 2>&1; then
      printf '%s\n' "$hr_path"
      return 0
    fi
    hr_tried="$hr_tried $hr_path"
  done
  hr_fail remote.python_missing "No Python here can import $hr_module (tried:${hr_tried:- $*, none of which exists})"
}

# hr_wait_port HOST PORT SECONDS: until something listens there; fails with remote.not_listening.
hr_wait_port() {
  hr_deadline=$(($(date +%s) + $3))
  while :; do
    if command -v nc >/dev/null 2>&1; then
      nc -z -w 1 "$1" "$2" </dev/null >/dev/null 2>&1 && return 0
    elif command -v bash >/dev/null 2>&1; then
      # shellcheck disable=SC2016
      bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$1" "$2" </dev/null >/dev/null 2>&1 && return 0
    elif command -v python3 >/dev/null 2>&1; then
      python3 -c 'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 1)' "$1" "$2" </dev/null >/dev/null 2>&1 && return 0
    else
      hr_fail remote.tool_missing 'Nothing here can test a port: nc, bash or python3 is needed'
    fi
    [ "$(date +%s)" -lt "$hr_deadline" ] || hr_fail remote.not_listening "Nothing listened on $1 port $2 within $3 s"
    sleep 0.1 2>/dev/null || sleep 1
  done
}

# hr_redact: stdin to stdout, values of secret-looking variables and credentials in URLs replaced.
hr_redact() {
  hr_secret='[A-Za-z0-9_.-]*([Tt][Oo][Kk][Ee][Nn]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Pp][Aa][Ss][Ss][Ww][Oo][Rr][Dd]|[Kk][Ee][Yy]|[Cc][Rr][Ee][Dd][Ee][Nn][Tt][Ii][Aa][Ll])[A-Za-z0-9_.-]*'
  # In this order: a line of env(1), whose value runs to the end; a quoted pair; any other pair; user:password@ of a URL.
  sed -E \
    -e "s/^((export |declare -x )?$hr_secret=).*/\\1[redacted]/" \
    -e "s/(\"$hr_secret=)([^\"\\\\]|\\\\.)*\"/\\1[redacted]\"/g" \
    -e "s/($hr_secret=)(\"[^\"]*\"|'[^']*'|[^[:space:]\",;]+)/\\1[redacted]/g" \
    -e 's#([A-Za-z][A-Za-z0-9+.-]*://)[^/@[:space:]"]+@#\1[redacted]@#g'
}
