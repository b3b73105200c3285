# shellcheck shell=sh
# What both profilers' scripts share; sourced after lib.sh. The user's command, alone or as several ranks of which one is profiled.

# hr_profile WORDS...: runs the command behind these words (the profiler and its options), in HR_FOLDER.
hr_profile() {
  if [ "$HR_RANKS" = 1 ]; then
    # shellcheck disable=SC2016 # expanded by the inner shell
    "$@" sh -c 'cd -- "$HR_FOLDER" && eval "$HR_COMMAND"'
    return
  fi
  HR_PROFILER=$(printf '%s\n' "$@")
  HR_MASTER_PORT=$(hr_free_port) || exit $?
  export HR_PROFILER HR_MASTER_PORT HR_MASTER_ADDRESS=127.0.0.1 HR_RANK_OFFSET=0 HR_WORLD="$HR_RANKS" HR_BENCH=kernel/run_rank.py
  hr_launcher=$(hr_python sys) || exit $?
  "$hr_launcher" -B "$HR_KIT/_kit/launch_ranks.py"
}

# hr_known FILE: of the counters in HR_METRICS those that exist here, joined by commas. FILE lists the chip's counters, a name first on each line.
# Tells which are missing as a fact. ncu's tensor operations have names by type: all parents, because their parts would count twice.
hr_known() {
  awk -v wanted="$HR_METRICS" -v missing="$HR_JOB/missing" '
    { sub(/:$/, "", $1); known[$1] = 1; if ($1 ~ /^sm__ops_path_tensor_src_/ && $1 !~ /_sparsity_/) tensor = tensor "," $1 ".sum" }
    END {
      count = split(wanted, names, ",")
      for (i = 1; i <= count; i++) {
        base = names[i]; sub(/\..*/, "", base)
        if (base ~ /^launch__/ || base in known) found = found "," names[i]; else absent = absent " " names[i]
      }
      printf "%s", substr(absent, 2) >missing
      print substr(found tensor, 2)
    }' "$1"
}
