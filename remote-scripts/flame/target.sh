# shellcheck shell=sh
# shellcheck disable=SC2034 # what it sets is used by the scripts that source it
# What the profilers' scripts share; sourced after lib.sh: the command or the process to profile, the clock, and the end.
# HR_COMMAND, HR_FOLDER: what is started, or HR_ATTACH: a pid, or a part of a command line. HR_SECONDS: longest time.

# Processes of the command carry this mark, so that none is left behind, whoever its parent is by then.
hr_mark="HR_PROFILED=:$HR_JOB:"
# shellcheck disable=SC2016 # expanded by the inner shell
hr_workload='cd -- "$HR_FOLDER" && (eval "$HR_COMMAND"); echo $? >"$HR_JOB/command_code"'

# hr_parents: "pid parent" of every process.
hr_parents() {
  cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9]*\) (.*) [A-Za-z] \([0-9]*\) .*/\1 \2/p'
}

# hr_matching TEXT: pids of own processes whose command line has TEXT, outside of this launch.
hr_matching() {
  hr_own=$(id -u)
  # Words of a command line are parted by NUL: the first word finds the few that are looked at closely.
  grep -l -a -F -e "${1%% *}" /proc/[0-9]*/cmdline 2>/dev/null | while IFS= read -r hr_entry; do
    hr_entry=${hr_entry%/cmdline}
    if tr '\000' ' ' <"$hr_entry/cmdline" 2>/dev/null | grep -q -F -e "$1" &&
      [ "$(stat -c %u "$hr_entry" 2>/dev/null)" = "$hr_own" ] &&
      ! grep -q -a -F -e "HR_JOB=$HR_JOB" "$hr_entry/environ" 2>/dev/null; then
      printf '%s\n' "${hr_entry#/proc/}"
    fi
  done
}

# hr_targets: the pids to attach to, uppermost first by line: matches whose parent is no match itself.
hr_targets() {
  case $HR_ATTACH in
    *[!0-9]*) hr_found=$(hr_matching "$HR_ATTACH") ;;
    *) hr_found=$HR_ATTACH ;;
  esac
  [ -n "$hr_found" ] || hr_fail input.invalid "no process of yours on this host has \"$HR_ATTACH\" in its command line"
  case $HR_ATTACH in
    *[!0-9]*) ;;
    *)
      [ -d "/proc/$HR_ATTACH" ] || hr_fail input.invalid "there is no process $HR_ATTACH on this host"
      if [ "$(id -u)" != 0 ] && [ "$(stat -c %u "/proc/$HR_ATTACH")" != "$(id -u)" ]; then
        hr_fail remote.not_permitted "process $HR_ATTACH belongs to another user"
      fi
      ;;
  esac
  hr_parents | awk -v found="$(printf '%s' "$hr_found" | tr '\n' ' ')" '
    BEGIN { count = split(found, pids, " "); for (i = 1; i <= count; i++) match_of[pids[i]] = 1 }
    { parent[$1] = $2 }
    END { for (i = 1; i <= count; i++) if (!(parent[pids[i]] in match_of)) print pids[i] }'
}

# hr_with_children PIDS: these and everything below them, joined by commas.
hr_with_children() {
  hr_parents | awk -v roots="$1" '
    BEGIN { count = split(roots, list, /[ \n]+/); for (i = 1; i <= count; i++) if (list[i] != "") in_tree[list[i]] = 1 }
    { parent[$1] = $2 }
    END {
      do {
        grown = 0
        for (pid in parent) if (!(pid in in_tree) && (parent[pid] in in_tree)) { in_tree[pid] = 1; grown = 1 }
      } while (grown)
      for (pid in in_tree) text = text "," pid
      print substr(text, 2)
    }'
}

# hr_run_tool WORDS...: the profiler in the foreground; after HR_SECONDS (and hr_grace) it is asked to write what it has. Sets hr_code, hr_took, hr_command_code.
hr_run_tool() {
  rm -f "$HR_JOB/time_over"
  hr_began=$(date +%s)
  (
    hr_second=0
    while [ "$hr_second" -lt "$((HR_SECONDS + ${hr_grace:-0}))" ]; do
      if [ "$hr_second" -lt "$HR_SECONDS" ]; then hr_progress "$hr_second" "$HR_SECONDS" 'seconds'; fi
      sleep 1
      hr_second=$((hr_second + 1))
    done
    : >"$HR_JOB/time_over"
    kill -s INT "$(cat "$HR_JOB/tool_pid")" 2>/dev/null
  ) &
  hr_clock=$!
  # A tool in the background would be started with interrupts ignored, and so would the command below it.
  # shellcheck disable=SC2016
  sh -c 'echo $$ >"$HR_JOB/tool_pid"; exec "$@"' sh "$@"
  hr_code=$?
  kill "$hr_clock" 2>/dev/null
  wait "$hr_clock" 2>/dev/null
  hr_took=$(($(date +%s) - hr_began))
  # Empty when the command is still running: what ends it from here on is this script.
  hr_command_code=$(cat "$HR_JOB/command_code" 2>/dev/null)
}

# hr_end_command: what of the command is still there ends: TERM, two seconds, KILL.
hr_end_command() {
  for hr_signal_name in TERM KILL; do
    hr_waits=0
    while [ "$hr_waits" -lt 20 ]; do
      hr_left=$(grep -l -F -e "$hr_mark" /proc/[0-9]*/environ 2>/dev/null | sed 's#^/proc/\([0-9]*\)/.*#\1#')
      [ -n "$hr_left" ] || return 0
      # A list of pids, split on purpose.
      # shellcheck disable=SC2086
      if [ "$hr_waits" = 0 ]; then kill -s "$hr_signal_name" $hr_left 2>/dev/null; fi
      sleep 0.1 2>/dev/null || sleep 1
      hr_waits=$((hr_waits + 1))
    done
  done
}

# hr_ended: says how the profile ended, and fails when the command itself did.
hr_ended() {
  hr_fact seconds "$hr_took"
  if [ -n "$HR_ATTACH" ]; then
    hr_fact ended_by 'the profile'
    return 0
  fi
  if [ -z "$hr_command_code" ]; then
    hr_fact ended_by 'the profile'
    return 0
  fi
  hr_fact ended_by 'the command'
  hr_fact command_exit_code "$hr_command_code"
  case $hr_command_code in
    0) ;;
    126 | 127) hr_fail remote.tool_missing "the command could not be started (code $hr_command_code): $(hr_said stderr)" ;;
    *) hr_fail remote.tool_failed "the profiled command itself failed with code $hr_command_code: $(hr_said stderr)" ;;
  esac
}
