# shellcheck shell=sh disable=SC2034,SC2154
# cancel, clean and clean-all. Needs agent.sh and tree.sh.

# hr_group_kill PID START: the group, unless the number has been given to another process by now.
hr_group_kill() {
  if hr_proc "$1" && [ "$hr_proc_start" != "$2" ]; then return 0; fi
  kill -s KILL -- "-$1" 2>/dev/null
}

# hr_verb_cancel: asks the supervisor, which writes the ending; does it itself when the supervisor cannot.
hr_verb_cancel() {
  hr_root
  [ -d "$HR_JOB" ] || return 0
  hr_turn=0
  # A supervisor that has only just been started may not have written its pid yet.
  while [ ! -s "$HR_JOB/pid" ] && [ "$hr_turn" -lt 20 ]; do
    hr_nap 0.05
    hr_turn=$((hr_turn + 1))
  done
  hr_turn=0
  hr_uptime
  hr_began=$hr_now
  while hr_alive "$HR_JOB/pid" && [ "$((hr_now - hr_began))" -lt 15 ]; do
    # Sent again and again: a signal that comes just before the supervisor's wait would not wake it.
    [ $((hr_turn % 5)) -ne 0 ] || kill -s TERM "$hr_pid" 2>/dev/null
    hr_nap 0.05
    hr_turn=$((hr_turn + 1))
    hr_uptime
  done
  # Gone or deaf, with its watcher: they lead a group of their own.
  if [ ! -f "$HR_JOB/exit_code" ] || hr_alive "$HR_JOB/pid"; then
    [ -z "$hr_pid" ] || hr_group_kill "$hr_pid" "$hr_start"
  fi
  hr_stop "$HR_JOB" "$HR_JOB_ID" || hr_die remote.not_permitted "Processes of the job cannot be ended:$hr_pids"
  if [ ! -f "$HR_JOB/exit_code" ]; then
    printf '%-63s\n' '143 cancelled' >"$HR_JOB/exit_code.agent" && mv "$HR_JOB/exit_code.agent" "$HR_JOB/exit_code"
  fi
}

# hr_busy: the job of HR_JOB has a supervisor or a process left.
hr_busy() {
  hr_state
  case $hr_is in running | starting) return 0 ;; esac
  [ "$hr_is" = lost ] && [ "$hr_why" != rebooted ] || return 1
  hr_tree "$HR_JOB" "$HR_JOB_ID"
  [ -n "$hr_pids" ]
}

hr_verb_clean() {
  hr_root
  [ -d "$HR_JOB" ] || return 0
  if hr_busy; then hr_die input.invalid 'The job is still running: cancel it first'; fi
  hr_try rm -rf "$HR_JOB"
}

hr_usage() {
  set -- "$(du -sk "$HR_ROOT" 2>/dev/null)"
  hr_kib=${1%%[!0-9]*}
  hr_kib=${hr_kib:-0}
}

hr_verb_clean_all() {
  hr_root
  if [ ! -d "$HR_ROOT" ]; then
    hr_say freed 0
    return 0
  fi
  hr_usage
  hr_before=$hr_kib hr_kept=0
  for HR_JOB in "$HR_ROOT"/jobs/*; do
    [ -d "$HR_JOB" ] || continue
    HR_JOB_ID=${HR_JOB##*/}
    if hr_busy; then hr_kept=$((hr_kept + 1)); else hr_try rm -rf "$HR_JOB"; fi
  done
  # Running jobs read their scripts from the kit.
  if [ "$hr_kept" = 0 ]; then hr_try rm -rf "$HR_ROOT"; fi
  hr_kib=0
  [ ! -d "$HR_ROOT" ] || hr_usage
  hr_say freed "$(((hr_before - hr_kib) * 1024))"
}
