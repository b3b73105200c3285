# shellcheck shell=sh disable=SC2034,SC2154
# collect, pull and hash. Needs agent.sh and tree.sh.

# hr_inline: hr_entries keeps what fits in HR_INLINE bytes; the rest is only named.
hr_inline() {
  hr_kept='' hr_sum=0
  while read -r hr_size hr_entry; do
    [ -n "$hr_entry" ] || continue
    if [ $((hr_sum + hr_size)) -gt "$HR_INLINE" ]; then
      hr_say large "$hr_size" "$hr_entry"
    else
      hr_sum=$((hr_sum + hr_size))
      hr_kept="$hr_kept$hr_size $hr_entry
"
    fi
  done <<HR_ALL
$hr_entries
HR_ALL
  hr_entries=$hr_kept
}

# hr_verb_collect: status, counters, and the files themselves as far as they fit. Their bytes are authenticated by the
# transport and counted by their frames, so they are hashed where they arrive and not here as well.
hr_verb_collect() {
  hr_root
  hr_state
  hr_list
  hr_tell
  for hr_side in before after; do
    hr_slurp "$HR_JOB/counters.$hr_side"
    [ -z "$hr_text" ] || hr_send_text ".counters.$hr_side"
  done
  hr_inline
  while read -r hr_size hr_entry; do
    [ -z "$hr_entry" ] || hr_send "$hr_entry" 0 "$hr_size" whole
  done <<HR_KEPT
$hr_entries
HR_KEPT
}

# hr_entry_safe NAME: a plain file of the out folder, reached through no symlink.
hr_entry_safe() {
  cd "$HR_JOB/out" 2>/dev/null || hr_die remote.lost 'The job folder is gone'
  case $1 in
    */*) [ ! -L "${1%/*}" ] || hr_die remote.not_permitted 'A symbolic link stands in the way' ;;
  esac
  if [ -L "$1" ] || [ ! -f "$1" ]; then hr_die remote.lost 'The file is gone, or is no plain file'; fi
}

# hr_verb_pull: HR_LENGTH bytes of HR_NAME from HR_BLOCK blocks of 256 KiB on. dd seeks, and copies once.
hr_verb_pull() {
  hr_root
  hr_entry_safe "$HR_NAME"
  hr_say file "$HR_NAME" "$((HR_BLOCK * 262144))" "$HR_LENGTH" part
  dd if="./$HR_NAME" bs=262144 skip="$HR_BLOCK" count="$(((HR_LENGTH + 262143) / 262144))" 2>/dev/null
  printf '\n' || exit 1
}

hr_verb_hash() {
  hr_root
  hr_entry_safe "$HR_NAME"
  # openssl uses the processor's SHA instructions where coreutils may not.
  hr_hash=
  if command -v openssl >/dev/null 2>&1; then hr_hash=$(openssl dgst -sha256 -r <"$HR_NAME" 2>/dev/null); fi
  if [ -z "$hr_hash" ]; then
    hr_sha_tool
    hr_hash=$($hr_sha "$HR_NAME")
  fi
  hr_say hash "${hr_hash%% *}"
}
