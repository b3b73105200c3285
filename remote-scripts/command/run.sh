#!/bin/sh
# One host's run of a command of the user's. Results: output.txt (its standard output), errors.txt (its standard error).
# HR_COMMAND: shell text. HR_FOLDER: where it runs, empty for the home folder. HR_ARM_*: the arm's levels. HR_OUT: what the command puts there comes home.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"

# Bytes of each stream that are kept; the rest is read and dropped, so that the command neither blocks nor fills the disk.
most=8388608

# keep FILE: the beginning of the input, without long lines and values of secret-looking variables.
keep() {
  {
    head -c "$most"
    if [ "$(head -c 1 | wc -c)" -gt 0 ]; then printf '\n' && : >"$1.cut"; fi
    cat >/dev/null
  } | cut -b 1-8193 | hr_redact >"$1"
}

out=$PWD
cd -- "${HR_FOLDER:-$HOME}" || hr_fail input.file_unreadable "the folder ${HR_FOLDER:-$HOME} cannot be entered on this host"

# The code is kept in a file: of a pipe the shell knows only the last end's.
{
  {
    sh -c "$HR_COMMAND" 3>&- </dev/null
    echo "$?" >"$HR_JOB/command_code"
  } 2>&1 >&3 | keep "$out/errors.txt"
} 3>&1 | keep "$out/output.txt"

cd "$out" || exit 1
for name in output errors; do
  if [ -e "$name.txt.cut" ]; then
    rm -f "$name.txt.cut"
    hr_fact "$name" "cut after $most bytes"
  fi
done
code=$(cat "$HR_JOB/command_code" 2>/dev/null)
rm -f "$HR_JOB/command_code"
said=$(hr_said errors.txt)
if [ ! -s errors.txt ]; then rm -f errors.txt; fi
case $code in
  0) ;;
  126 | 127) hr_fail remote.tool_missing "the command could not be started (code $code): ${said:-it printed no error}" ;;
  137) hr_fail remote.killed "the command was killed (signal 9): ${said:-it printed no error}" ;;
  *) hr_fail remote.tool_failed "the command ended with code ${code:-unknown}: ${said:-it printed no error}" ;;
esac
