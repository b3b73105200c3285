# shellcheck shell=sh disable=SC2034,SC2154
# launch: the kit if it is not there, the job folder, the detached supervisor. Needs agent.sh and tree.sh.

# hr_kit_whole DIR: the list and every file that this launch can use are there, byte for byte. The sender tells names and sums:
# the shell would read them from a file byte by byte.
hr_kit_whole() {
  cd "$1" 2>/dev/null || return 1
  hr_sha_tool
  # shellcheck disable=SC2086
  hr_actual=$($hr_sha $HR_KIT_NAMES 2>/dev/null)
  cd / || return 1
  [ "$hr_actual" = "$HR_KIT_SUMS" ]
}

# hr_deploy: hr_upload (composed by the sender) fills a new folder, which takes the kit's name only when it is whole.
hr_deploy() {
  hr_new=$HR_ROOT/kit/.new-$HR_NONCE
  hr_try mkdir -p "$hr_new"
  if ! hr_said=$(hr_upload "$hr_new" 2>&1); then
    rm -rf "$hr_new"
    hr_refused "$hr_said"
  fi
  if ! hr_kit_whole "$hr_new"; then
    rm -rf "$hr_new"
    hr_die remote.checksum_mismatch 'The scripts arrived on the host with other bytes than were sent'
  fi
  if [ -e "$HR_KIT" ] && ! hr_kit_whole "$HR_KIT"; then
    hr_try mv "$HR_KIT" "$HR_ROOT/kit/.old-$HR_NONCE"
    rm -rf "$HR_ROOT/kit/.old-$HR_NONCE"
  fi
  mv -T "$hr_new" "$HR_KIT" 2>/dev/null && return 0
  # No such option here, or somebody else deployed the same in the meantime: a plain mv would move ours inside theirs.
  [ -e "$HR_KIT" ] || mv "$hr_new" "$HR_KIT"
  rm -rf "$hr_new"
  hr_kit_whole "$HR_KIT" || hr_die remote.checksum_mismatch 'The scripts on the host do not match their checksums'
}

# hr_prepare: the kit is there, or the program ends asking for it.
hr_prepare() {
  hr_root
  HR_KIT=$HR_ROOT/kit/$HR_KIT_ID
  if [ "$HR_UPLOAD" = 1 ]; then
    hr_deploy
  elif ! hr_kit_whole "$HR_KIT"; then
    hr_say kit missing
    hr_say bye
    exit 0
  fi
}

# hr_launch: making the folder is the lock, so a job starts once however often it is launched. Sets hr_supervisor, or empty.
hr_launch() {
  hr_supervisor=
  [ -d "$HR_ROOT/jobs" ] || hr_try mkdir -p "$HR_ROOT/jobs"
  if ! hr_said=$(mkdir "$HR_JOB" "$HR_JOB/out" 2>&1); then
    if [ -d "$HR_JOB/out" ]; then
      hr_say launched existing
      return 0
    fi
    rmdir "$HR_JOB" 2>/dev/null
    hr_refused "$hr_said"
  fi
  # The second time only to hear the reason.
  if ! hr_fill 2>/dev/null && ! hr_said=$(hr_fill 2>&1); then
    rm -rf "$HR_JOB"
    hr_refused "$hr_said"
  fi
  hr_detach=
  if command -v setsid >/dev/null 2>&1; then hr_detach=setsid; fi
  export HR_JOB HR_KIT HR_JOB_ID HR_SCRIPT HR_LIMIT
  # shellcheck disable=SC2086
  HR_DETACH=$hr_detach $hr_detach sh "$HR_KIT/_kit/supervise.sh" </dev/null >/dev/null 2>"$HR_JOB/supervisor.log" &
  hr_supervisor=$!
  hr_say launched new
}

hr_fill() {
  hr_uptime
  hr_boot
  echo "$hr_now" >"$HR_JOB/heartbeat" || return 1
  echo "$hr_boot_id" >"$HR_JOB/boot_id" || return 1
  printf '%s' "$HR_SPEC_ENV" >"$HR_JOB/spec.env" || return 1
  [ -z "$HR_SETUP" ] || printf '%s\n' "$HR_SETUP" >"$HR_JOB/setup.sh" || return 1
  [ -z "${HEADROOM_SYS_ROOT:-}${HEADROOM_SIMULATED:-}" ] || printf '' >"$HR_JOB/simulated" || return 1
}

hr_verb_launch() {
  hr_prepare
  hr_launch
}

# hr_verb_run: launch, wait, tell, collect, in one program. HR_STREAM=1 sends logs while it runs.
hr_verb_run() {
  hr_prepare
  hr_launch
  if [ -z "$hr_supervisor" ]; then
    # Started by an earlier call: this shell cannot wait for it.
    hr_say follow
    return 0
  fi
  hr_streamer=
  if [ "$HR_STREAM" = 1 ]; then
    hr_stream &
    hr_streamer=$!
  fi
  wait "$hr_supervisor"
  if [ -n "$hr_streamer" ]; then
    kill "$hr_streamer" 2>/dev/null
    wait "$hr_streamer"
  fi
  hr_verb_collect
}

# Between two parts of a log the streamer may be told to stop; within one it may not, or the frames would tear.
hr_stream() {
  hr_nap_pid='' hr_stopped=''
  trap 'hr_stopped=1; [ -z "$hr_nap_pid" ] || kill "$hr_nap_pid" 2>/dev/null' TERM
  hr_pause=0.2
  while [ -z "$hr_stopped" ]; do
    sleep "$hr_pause" >/dev/null 2>&1 &
    hr_nap_pid=$!
    wait "$hr_nap_pid"
    [ -z "$hr_stopped" ] || break
    hr_look
    hr_pause=1
  done
}
