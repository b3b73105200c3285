# shellcheck shell=sh disable=SC2034,SC2154
# status and follow. Needs agent.sh and tree.sh. Set by the sender: HR_AT_STDOUT HR_AT_STDERR HR_AT_PROGRESS (bytes it
# has), HR_SEEN (the milestone it knows; "-": stay until the end, empty: return at the first).

hr_verb_status() {
  hr_root
  hr_state
  hr_list
  hr_tell
}

# hr_grown NAME HAVE: sends what is new; hr_have = bytes the reader has then. A log that shrank is left alone.
hr_grown() {
  hr_have=$2
  while read -r hr_size hr_entry; do
    [ "$hr_entry" = "$1" ] || continue
    while [ "$hr_have" -lt "$hr_size" ]; do
      hr_part=$((hr_size - hr_have))
      [ "$hr_part" -le 262144 ] || hr_part=262144
      hr_send "$1" "$hr_have" "$hr_part" part
      hr_have=$((hr_have + hr_part))
    done
  done <<HR_GROWN
$hr_entries
HR_GROWN
}

# hr_look: state and logs once; tells the status when it changed, and a tick otherwise every few turns.
hr_look() {
  hr_state
  hr_list
  hr_grown stdout "$HR_AT_STDOUT"
  HR_AT_STDOUT=$hr_have
  hr_grown stderr "$HR_AT_STDERR"
  HR_AT_STDERR=$hr_have
  hr_grown progress "$HR_AT_PROGRESS"
  HR_AT_PROGRESS=$hr_have
  hr_facts=0
  if [ -f "$HR_JOB/facts" ]; then
    hr_slurp "$HR_JOB/facts"
    hr_facts=${#hr_text}
  fi
  hr_milestone=$hr_is:$hr_facts
  [ ! -e "$HR_JOB/ready" ] || hr_milestone=$hr_milestone:ready
  hr_silent=$((${hr_silent:-0} + 1))
  if [ "$hr_milestone $hr_entries" != "${hr_told:-}" ]; then
    hr_tell
    hr_told="$hr_milestone $hr_entries"
    hr_silent=0
  elif [ "$hr_silent" -ge 5 ]; then
    # Writing is the only way to learn that nobody listens any more.
    hr_say tick
    hr_silent=0
  fi
}

hr_verb_follow() {
  hr_root
  hr_turn=0
  while :; do
    hr_look
    case $hr_is in done | lost | absent) break ;; esac
    if [ "$HR_SEEN" != - ] && [ "$HR_SEEN" != "$hr_milestone" ]; then break; fi
    case $hr_turn in
      0 | 1 | 2) hr_nap 0.02 ;;
      3 | 4 | 5) hr_nap 0.05 ;;
      6 | 7 | 8 | 9) hr_nap 0.1 ;;
      1?) hr_nap 0.3 ;;
      *) hr_nap 1 ;;
    esac
    [ "$hr_turn" -ge 20 ] || hr_turn=$((hr_turn + 1))
  done
  hr_say milestone "$hr_milestone"
}
