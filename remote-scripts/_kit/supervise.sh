#!/bin/sh
# Runs one role to its end, detached: beats, enforces the limit, counts, and says how it ended.
# Environment: HR_JOB HR_KIT HR_JOB_ID HR_SCRIPT HR_LIMIT (seconds) HR_DETACH ("setsid" or empty).
umask 077
cd "$HR_JOB" || exit 1
# shellcheck source=remote-scripts/_kit/tree.sh
. "$HR_KIT/_kit/tree.sh"
# shellcheck source=remote-scripts/_kit/counters.sh
. "$HR_KIT/_kit/counters.sh"

hr_cause=''
if [ -z "$HR_DETACH" ]; then trap '' HUP; fi
trap 'hr_cause=cancelled' TERM INT
trap 'hr_cause=timed_out' USR1

hr_proc "$$" && printf '%s %s\n' "$$" "$hr_proc_start" >pid
hr_uptime
echo "$hr_now" >heartbeat
hr_deadline=$((hr_now + HR_LIMIT))
# A full disk must not keep the ending from being told: its block is taken now and overwritten in place.
printf '%-63s\n' '' >exit_code.tmp

hr_watch() {
  hr_nap_pid=''
  trap '[ -z "$hr_nap_pid" ] || kill "$hr_nap_pid" 2>/dev/null; exit 0' TERM
  trap - USR1 INT
  while :; do
    hr_uptime
    echo "$hr_now" >heartbeat
    hr_left=$((hr_deadline - hr_now))
    if ! hr_alive pid; then
      # Nobody is left to say how the role ended, so it ends now.
      hr_stop . "$HR_JOB_ID"
      exit 0
    fi
    if [ "$hr_left" -le 0 ]; then
      kill -s USR1 "$$"
      hr_left=1
    fi
    [ "$hr_left" -le 2 ] || hr_left=2
    sleep "$hr_left" &
    hr_nap_pid=$!
    wait "$hr_nap_pid"
  done
}

hr_role() {
  export HR_KIT HR_JOB HR_JOB_ID HR_OUT="$HR_JOB/out" LC_ALL=C HR_JOB_MARK=":$HR_JOB_ID:"
  if [ -s setup.sh ]; then
    hr_shell='sh'
    if command -v bash >/dev/null 2>&1; then hr_shell='bash -l'; fi
    # shellcheck disable=SC2086
    exec $HR_DETACH $hr_shell "$HR_KIT/_kit/role.sh" >setup.stdout 2>setup.stderr
  fi
  # shellcheck disable=SC1091
  . ./spec.env
  cd out || exit 1
  # shellcheck disable=SC2086
  exec $HR_DETACH sh "$HR_KIT/$HR_SCRIPT" >stdout 2>stderr
}

hr_full=''
hr_counters >counters.before || hr_full=yes
printf '' >out/stdout
printf '' >out/stderr
hr_role </dev/null &
hr_role_pid=$!
hr_proc "$hr_role_pid" && printf '%s %s\n' "$hr_role_pid" "$hr_proc_start" >role
hr_watch &
hr_watch_pid=$!

while :; do
  wait "$hr_role_pid"
  hr_code=$?
  if [ -n "$hr_cause" ] || ! hr_proc "$hr_role_pid" || [ "$hr_proc_state" = Z ]; then break; fi
done

hr_counters >counters.after || hr_full=yes
if [ -n "$hr_cause" ]; then
  hr_stop . "$HR_JOB_ID"
  wait "$hr_role_pid" 2>/dev/null
elif kill -0 -- "-$hr_role_pid" 2>/dev/null; then
  hr_stop . "$HR_JOB_ID"
fi
kill "$hr_watch_pid" 2>/dev/null

if [ -z "$hr_cause" ]; then
  if [ -s setup.sh ] && [ ! -e setup_done ]; then
    hr_cause=setup_failed
    [ "$hr_code" -ne 0 ] || hr_code=70
  fi
  [ -z "$hr_full" ] || hr_cause=disk_full
fi

# Only what is on the disk may be called done. -d keeps an old sync(1), which knows no operands, from flushing the whole host.
set -- out/*
sync -d -- "$@" 2>/dev/null
printf '%-63s\n' "$hr_code ${hr_cause:--}" 1<>exit_code.tmp
mv exit_code.tmp exit_code
