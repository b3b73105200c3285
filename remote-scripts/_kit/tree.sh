# shellcheck shell=sh disable=SC2034,SC2013
# Who a process is, what belongs to a job, and how to end it. Sourced by the supervisor, sent along by the agent.
# Builtins wherever possible: a fork per question would cost more than the questions.

# hr_uptime: hr_now = whole seconds of a clock that nobody sets back.
hr_uptime() {
  hr_now=
  if [ -r /proc/uptime ]; then read -r hr_now _ </proc/uptime; fi
  hr_now=${hr_now%%.*}
  [ -n "$hr_now" ] || hr_now=$(date +%s)
}

# hr_boot: hr_boot_id = changes with every boot.
hr_boot() {
  hr_boot_id=unknown
  if [ -r /proc/sys/kernel/random/boot_id ]; then read -r hr_boot_id </proc/sys/kernel/random/boot_id; fi
}

# hr_nap SECONDS: fractions where sleep knows them.
hr_nap() { sleep "$1" 2>/dev/null || sleep 1; }

# hr_proc PID: hr_proc_state, hr_proc_session, hr_proc_start; fails when there is no such process.
hr_proc() {
  if [ ! -r /proc/self/stat ]; then
    hr_proc_state=R hr_proc_session=- hr_proc_start=-
    kill -0 "$1" 2>/dev/null
    return
  fi
  { read -r hr_line <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The command name may hold blanks and brackets: the fields begin after the last one.
  hr_line=${hr_line##*) }
  # shellcheck disable=SC2086
  set -- $hr_line
  hr_proc_state=$1 hr_proc_session=$4 hr_proc_start=${20}
}

# hr_alive FILE: the process named in FILE ("pid start") is still that process. Sets hr_pid.
hr_alive() {
  hr_pid='' hr_start=''
  [ -f "$1" ] || return 1
  read -r hr_pid hr_start <"$1" || return 1
  case $hr_pid in '' | *[!0-9]*) return 1 ;; esac
  hr_proc "$hr_pid" || return 1
  [ "$hr_proc_start" = "$hr_start" ] && [ "$hr_proc_state" != Z ]
}

# hr_tree JOBDIR JOBID: hr_pids = all live processes of the role: its session, and whoever left it but kept the mark.
hr_tree() {
  hr_pids='' hr_leader='' hr_leader_start=''
  if [ -f "$1/role" ]; then read -r hr_leader hr_leader_start <"$1/role" || hr_leader=''; fi
  # A pid is not given out again while a session bears its number, unless that session is wholly gone.
  if [ -n "$hr_leader" ] && hr_proc "$hr_leader" && [ "$hr_proc_start" != "$hr_leader_start" ]; then hr_leader=''; fi
  if [ ! -r /proc/self/stat ]; then
    if [ -n "$hr_leader" ] && kill -0 "$hr_leader" 2>/dev/null; then hr_pids=$hr_leader; fi
    return 0
  fi
  if [ -n "$hr_leader" ]; then
    for hr_entry in /proc/[0-9]*; do
      hr_proc "${hr_entry#/proc/}" || continue
      [ "$hr_proc_session" = "$hr_leader" ] || continue
      case $hr_proc_state in Z | X) ;; *) hr_pids="$hr_pids ${hr_entry#/proc/}" ;; esac
    done
  fi
  for hr_entry in $(grep -l -F "HR_JOB_MARK=:$2:" /proc/[0-9]*/environ 2>/dev/null); do
    hr_entry=${hr_entry#/proc/}
    hr_entry=${hr_entry%/environ}
    if [ "$hr_entry" = "$$" ] || ! hr_proc "$hr_entry"; then continue; fi
    case $hr_proc_state in Z | X) ;; *) hr_pids="$hr_pids $hr_entry" ;; esac
  done
}

hr_signal() {
  for hr_target in $hr_pids; do kill -s "$1" "$hr_target" 2>/dev/null; done
}

# hr_stop JOBDIR JOBID: TERM, two to three seconds, KILL until nothing is left; fails when something cannot be ended.
hr_stop() {
  hr_tree "$1" "$2"
  [ -n "$hr_pids" ] || return 0
  hr_signal TERM
  hr_signal CONT
  hr_uptime
  hr_asked=$hr_now
  while :; do
    hr_nap 0.05
    hr_tree "$1" "$2"
    [ -n "$hr_pids" ] || return 0
    hr_uptime
    [ "$((hr_now - hr_asked))" -lt 10 ] || return 1
    [ "$((hr_now - hr_asked))" -lt 3 ] || hr_signal KILL
  done
}
