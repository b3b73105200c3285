# shellcheck shell=sh disable=SC2034,SC2154
# What every verb needs: frames, the folder, hashes, the state of a job. Sent on stdin, never run from a file.
# Set by the sender: HR_NONCE HR_KIT_ID HR_JOB_ID and the verb's own.

hr_say() { printf '@hr:%s %s\n' "$HR_NONCE" "$*" || exit 1; }

# hr_die CODE TEXT: an expected failure; ends the program.
hr_die() {
  hr_said=$(printf '%s' "$2" | tr '\000-\037\177' ' ' | cut -c1-1500)
  hr_say problem "$1" "$hr_said"
  hr_say bye
  exit 0
}

# hr_refused TEXT: what the system's own words mean.
hr_refused() {
  case $1 in
    *'No space left'* | *'uota exceeded'* | *'I/O error'*) hr_die remote.disk_full "$1" ;;
    *) hr_die remote.not_permitted "$1" ;;
  esac
}

# hr_try COMMAND…: ends the program with the command's own message when it fails.
hr_try() { hr_said=$("$@" 2>&1 >/dev/null) || hr_refused "$hr_said"; }

hr_root() {
  case ${HOME:-} in
    /*) ;;
    *) hr_die remote.not_permitted 'HOME is not set on the host' ;;
  esac
  HR_ROOT=$HOME/.cache/headroom
  HR_JOB=$HR_ROOT/jobs/$HR_JOB_ID
}

# hr_sha_tool: hr_sha = the words that print "hash  name" lines; words, so that $($hr_sha …) needs one process and not two.
hr_sha_tool() {
  if command -v sha256sum >/dev/null 2>&1; then
    hr_sha='sha256sum --'
  elif command -v shasum >/dev/null 2>&1; then
    hr_sha='shasum -a 256 --'
  else
    hr_sha=hr_openssl_sha
  fi
}

hr_openssl_sha() { openssl dgst -sha256 -r "$@" | sed 's/ \*/  /'; }

# hr_slurp FILE: hr_text = its whole lines, at most 2000.
hr_slurp() {
  hr_text='' hr_count=0
  [ -f "$1" ] || return 0
  while IFS= read -r hr_line; do
    hr_text="$hr_text$hr_line
"
    hr_count=$((hr_count + 1))
    [ "$hr_count" -lt 2000 ] || break
  done <"$1"
}

# hr_send_text NAME: hr_text as a frame. LC_ALL=C makes ${#} count bytes.
hr_send_text() {
  hr_say file "$1" 0 "${#hr_text}" part
  printf '%s\n' "$hr_text"
}

# hr_send NAME OFFSET LENGTH part|whole: bytes of a file of the current folder.
hr_send() {
  hr_say file "$1" "$2" "$3" "$4"
  if [ "$2" -gt 0 ]; then
    tail -c "+$(($2 + 1))" "$1" 2>/dev/null | head -c "$3"
  elif [ "$3" -gt 0 ]; then
    head -c "$3" "$1"
  fi
  printf '\n' || exit 1
}

# hr_state: hr_is (absent starting running done lost), hr_exit, hr_why, hr_age (seconds since the last beat).
hr_state() {
  hr_is=absent hr_exit=- hr_why=- hr_age=-
  [ -d "$HR_JOB" ] || return 0
  hr_uptime
  if [ -s "$HR_JOB/heartbeat" ]; then
    read -r hr_beat <"$HR_JOB/heartbeat"
    case $hr_beat in '' | *[!0-9]*) ;; *) hr_age=$((hr_now - hr_beat)) ;; esac
  fi
  hr_is_done && return 0
  hr_boot
  hr_old_boot=''
  if [ -s "$HR_JOB/boot_id" ]; then read -r hr_old_boot <"$HR_JOB/boot_id"; fi
  if [ -n "$hr_old_boot" ] && [ "$hr_old_boot" != "$hr_boot_id" ]; then
    hr_is=lost hr_why=rebooted hr_age=-
  elif hr_alive "$HR_JOB/pid"; then
    hr_is=running
  elif [ -s "$HR_JOB/pid" ]; then
    # It may have ended between the two looks.
    hr_is_done || hr_is=lost
  elif [ "$hr_age" != - ] && [ "$hr_age" -gt 20 ]; then
    hr_is=lost
  else
    hr_is=starting
  fi
}

hr_is_done() {
  [ -f "$HR_JOB/exit_code" ] || return 1
  hr_is='done'
  read -r hr_exit hr_why <"$HR_JOB/exit_code"
}

# hr_list: hr_entries = "size name" lines of the out folder; hr_odd = how many are not collected. Leaves the shell there.
hr_list() {
  hr_entries='' hr_odd=0
  if [ -L "$HR_JOB/out" ] || ! cd "$HR_JOB/out" 2>/dev/null; then return 0; fi
  set --
  for hr_entry in * */*; do
    [ -L "$hr_entry" ] && hr_odd=$((hr_odd + 1)) && continue
    case $hr_entry in
      */*) [ -L "${hr_entry%/*}" ] && continue ;;
    esac
    [ -d "$hr_entry" ] && continue
    [ -e "$hr_entry" ] || continue
    case $hr_entry in
      -* | .* | */-* | */.* | *[!A-Za-z0-9._/-]*) hr_odd=$((hr_odd + 1)) && continue ;;
    esac
    if [ ! -f "$hr_entry" ] || [ ! -r "$hr_entry" ] || [ "${#hr_entry}" -gt 201 ] || [ "$#" -ge 2000 ]; then
      hr_odd=$((hr_odd + 1))
      continue
    fi
    set -- "$@" "$hr_entry"
  done
  [ "$#" -gt 0 ] || return 0
  hr_left=$#
  hr_sizes=$(wc -c -- "$@" 2>/dev/null)
  # wc adds a total when there are several.
  while [ "$hr_left" -gt 0 ] && read -r hr_size hr_entry; do
    [ -f "./$hr_entry" ] || continue
    hr_entries="$hr_entries$hr_size $hr_entry
"
    hr_left=$((hr_left - 1))
  done <<HR_SIZES
$hr_sizes
HR_SIZES
}

# hr_tell: the status as frames, from hr_state and hr_list.
hr_tell() {
  hr_ready=0 hr_simulated=0
  [ ! -e "$HR_JOB/ready" ] || hr_ready=1
  [ ! -e "$HR_JOB/simulated" ] || hr_simulated=1
  hr_say status "state=$hr_is exit=$hr_exit why=$hr_why ready=$hr_ready beat=$hr_age simulated=$hr_simulated odd=$hr_odd"
  while read -r hr_size hr_entry; do
    [ -z "$hr_entry" ] || hr_say entry "$hr_size" "$hr_entry"
  done <<HR_ENTRIES
$hr_entries
HR_ENTRIES
  hr_slurp "$HR_JOB/facts"
  [ -z "$hr_text" ] || hr_send_text .facts
  hr_slurp "$HR_JOB/problem"
  if [ -z "$hr_text" ] && [ "$hr_why" = setup_failed ]; then
    hr_text=$(tail -c 1500 "$HR_JOB/setup.stderr" 2>/dev/null)
    hr_send_text .setup
  elif [ -n "$hr_text" ]; then
    hr_send_text .problem
  fi
  hr_say told
}
