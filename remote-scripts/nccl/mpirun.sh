#!/bin/sh
# nccl-tests over all hosts of the arm, started by mpirun on the first one. Results: <program>.txt and, where the build can, <program>.json.
# HR_PROGRAMS: names. HR_RANKS: in all. HR_SLOTS: `address:slots,…`, empty for one host. HR_MPI_INTERFACES: comma list, may be empty.
# HR_ARGUMENTS: of the programs. HR_EXPORT: names of variables that the ranks need.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"

# Everything of the tools' own JSON passes through here first: it holds the whole environment.
raw=$HR_JOB/raw
mkdir -p "$raw" || hr_fail remote.disk_full "cannot make $raw"
trap 'rm -rf "$raw"' EXIT
trap 'kill $child 2>/dev/null; exit 143' TERM INT
child=

launcher() {
  if [ -z "$HR_SLOTS" ]; then return 0; fi
  mpirun=$(hr_need mpirun) || exit $?
  kind=$("$mpirun" --version 2>&1 </dev/null | head -n 3)
  case $kind in
    *"Open MPI"* | *OpenRTE* | *PRRTE*)
      set -- "$mpirun" -np "$HR_RANKS" -H "$HR_SLOTS" -x PATH -x LD_LIBRARY_PATH
      if [ "$(id -u)" = 0 ]; then set -- "$@" --allow-run-as-root; fi
      if [ -n "$HR_MPI_INTERFACES" ]; then set -- "$@" --mca btl_tcp_if_include "$HR_MPI_INTERFACES" --mca oob_tcp_if_include "$HR_MPI_INTERFACES"; fi
      for name in $HR_EXPORT; do set -- "$@" -x "$name"; done ;;
    *HYDRA* | *Intel*MPI* | *MPICH*)
      set -- "$mpirun" -np "$HR_RANKS" -hosts "$HR_SLOTS" -genvlist "PATH,LD_LIBRARY_PATH$(for name in $HR_EXPORT; do printf ',%s' "$name"; done)" ;;
    *) hr_fail remote.tool_failed "$mpirun is no launcher that is known here (Open MPI, MPICH, Intel MPI): $kind" ;;
  esac
  printf '%s ' "$@"
}

prefix=$(launcher) || exit $?
done=0
total=0
for program in $HR_PROGRAMS; do total=$((total + 1)); done

for program in $HR_PROGRAMS; do
  tool=$(hr_need "$program") || exit $?
  hr_progress "$done" "$total" "$program"
  # -h ends before any GPU is touched; builds before 2.17 do not know -J.
  json=
  if "$tool" -h 2>&1 </dev/null | grep -q -e '-J'; then json=$raw/$program.json; fi
  # Words of this program's own making, and paths of the kit.
  # shellcheck disable=SC2086
  $prefix "$tool" $HR_ARGUMENTS ${json:+-J "$json"} >"$program.txt" 2>"$program-errors.txt" &
  child=$!
  wait "$child"
  code=$?
  child=
  if [ -n "$json" ] && [ -e "$json" ]; then
    python=$(command -v python3 || command -v python)
    if [ -z "$python" ] || ! "$python" -B "$HR_KIT/nccl/drop_env.py" "$json" "$program.json"; then
      echo "nccl: $program's JSON is left out: its list of environment variables could not be removed" >&2
    fi
  fi
  if [ -s "$program-errors.txt" ]; then tail -n 20 "$program-errors.txt" >&2; else rm -f "$program-errors.txt"; fi
  if [ "$code" -ne 0 ]; then
    said=$(grep -h -i -E 'failure|error|abort|denied|verification failed|not slots|not found' "$program.txt" "$program-errors.txt" 2>/dev/null | tail -n 1 | cut -c 1-300)
    hr_fail remote.tool_failed "$program ended with code $code: ${said:-$(hr_said "$program.txt")}"
  fi
  done=$((done + 1))
done
hr_progress "$total" "$total" "done"
