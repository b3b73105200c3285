# shellcheck shell=sh
# Folds what `perf script` prints: one line a stack, root first. Sourced after lib.sh.

# hr_fold PERF DATA TMP: folded stacks on standard output; facts about them. Frames of the kernel end with _[k], of a JIT with _[j].
hr_fold() {
  hr_fields='-F comm,tid,period,event,ip,sym,dso'
  # Older ones know neither option; their lines are the same.
  # shellcheck disable=SC2086
  for hr_more in '--no-inline --show-lost-events' '--no-inline' ''; do
    if "$1" script -i "$2" $hr_fields $hr_more >"$3/script.out" 2>"$3/script.txt"; then break; fi
    hr_more=failed
  done
  if [ "$hr_more" = failed ]; then return 1; fi
  awk -v about="$3/about" -v knows_lost="$(case $hr_more in *lost*) echo 1 ;; *) echo 0 ;; esac)" '
    function leave(   line, i) {
      if (!inside) return
      inside = 0
      line = comm
      for (i = count; i >= 1; i--) line = line ";" frames[i]
      if (count > 0) { folded[line]++; samples++ } else { folded[comm ";[no stack]"]++; samples++ }
      period += weight
    }
    function clean(text) { gsub(/;/, ":", text); gsub(/[\001-\037\177]/, "?", text); return text == "" ? "[unknown]" : text }
    function after_last(text, mark,   at, last) {
      last = 0
      for (at = index(text, mark); at > 0; at = index(substr(text, last + 1), mark)) last += at
      return last
    }
    function frame_of(line,   dso, last) {
      sub(/^[ \t]+[0-9a-f]+[ \t]+/, "", line)
      # The object stands last, in brackets, and begins with / or [; a C++ name has brackets too, and so may a folder.
      last = after_last(line, " (/")
      if (last == 0) last = after_last(line, " ([")
      if (last == 0) last = after_last(line, " (")
      dso = last > 0 ? substr(line, last + 2, length(line) - last - 2) : ""
      if (last > 0) line = substr(line, 1, last - 1)
      sub(/\+0x[0-9a-f]+$/, "", line)
      if (line == "[unknown]" && dso !~ /^\[/) { sub(/.*\//, "", dso); line = dso == "" ? "[unknown]" : "[" dso "]" }
      line = clean(line)
      if (dso ~ /^\[(kernel|guest\.kernel)/ || dso ~ /\.ko(\.[a-z0-9]+)?$/ || (dso ~ /^\[[A-Za-z0-9_]+\]$/ && dso !~ /^\[(unknown|vdso|vsyscall|stack|heap)\]$/)) return line "_[k]"
      if (dso ~ /\/perf-[0-9]+\.map$/) return line "_[j]"
      return line
    }
    /^[ \t]*$/ { leave(); next }
    !inside && match($0, /PERF_RECORD_LOST lost [0-9]+/) { lost += substr($0, RSTART + 22, RLENGTH - 22); next }
    !inside {
      inside = 1; count = 0; weight = 0; comm = $0
      if (match($0, /[ \t]+[0-9]+(\/[0-9]+)?[ \t]+[0-9]+[ \t]+[^ \t]+[ \t]*$/)) {
        comm = substr($0, 1, RSTART - 1)
        split(substr($0, RSTART, RLENGTH), words, /[ \t]+/)
        weight = words[3] + 0
      }
      sub(/^[ \t]+/, "", comm)
      comm = clean(comm)
      next
    }
    { if (count < 1024) frames[++count] = frame_of($0) }
    END {
      leave()
      for (line in folded) print line, folded[line]
      printf "samples %d\n", samples >about
      if (knows_lost) printf "lost %d\n", lost >>about
      if (samples > 0) printf "period %.0f\n", period / samples >>about
    }' "$3/script.out" | LC_ALL=C sort
  hr_lost=$(sed -n 's/^lost //p' "$3/about")
  if [ -n "$hr_lost" ]; then hr_fact samples_lost "$hr_lost"; fi
  # Of a clock the period is processor time, ns: it tells the rate that was really kept.
  hr_period=$(sed -n 's/^period //p' "$3/about")
  case $("$1" evlist -i "$2" 2>/dev/null | head -n 1) in
    cpu-clock* | task-clock*) if [ "${hr_period:-0}" -gt 0 ]; then hr_fact rate_reached_hz "$(awk -v ns="$hr_period" 'BEGIN { printf "%.4g", 1e9 / ns }')"; fi ;;
  esac
}
