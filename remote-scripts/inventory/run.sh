#!/bin/sh
# Read-only survey of a host: framed raw sections on stdout, nothing written, nothing changed.
# Runs alone (`sh -s < run.sh`), so it uses no other file. HR_PYTHON names one more Python to look at.
# The whole program is one function: its commands then cannot eat the script from standard input.

hr_survey() {
  LC_ALL=C
  # A user's PATH over SSH often lacks the folders where ip and ethtool live.
  PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
  export LC_ALL PATH
  root=${HEADROOM_SYS_ROOT:-}
  cd / || return 1
  survey_host
  survey_cpu
  survey_network
  survey_infiniband
  survey_gpus
  survey_tools
  section end
}

section() { printf '=== hr section %s\n' "$1"; }

# limited SECONDS COMMAND...: gives up after that time where the host has `timeout`.
limited() {
  seconds=$1
  shift
  if [ -n "$timeout_path" ]; then "$timeout_path" "$seconds" "$@"; else "$@"; fi
}

# first_line FILE: empty when it cannot be read (sysfs says EINVAL for the speed of a link that is down).
first_line() {
  line=
  if [ -r "$1" ]; then { IFS= read -r line <"$1"; } 2>/dev/null || :; fi
  printf '%s' "$line"
}

survey_host() {
  section host
  printf 'hostname=%s\n' "$(uname -n)"
  printf 'kernel=%s\n' "$(uname -sr)"
  printf 'machine=%s\n' "$(uname -m)"
  printf 'uid=%s\n' "$(id -u)"
  printf 'boot_id=%s\n' "$(first_line "$root/proc/sys/kernel/random/boot_id")"
  # shellcheck disable=SC3045 # not POSIX, but dash, bash and busybox know -l; another shell leaves the field empty
  printf 'memlock_kib=%s\n' "$(ulimit -l 2>/dev/null)"
  printf 'perf_event_paranoid=%s\n' "$(first_line "$root/proc/sys/kernel/perf_event_paranoid")"
  printf 'ptrace_scope=%s\n' "$(first_line "$root/proc/sys/kernel/yama/ptrace_scope")"
  printf 'loadavg=%s\n' "$(first_line "$root/proc/loadavg")"
  if [ -n "$root" ] || [ -n "${HEADROOM_SIMULATED:-}" ]; then printf 'simulated=1\n'; fi
  section os-release
  cat "$root/etc/os-release" 2>/dev/null || cat /etc/os-release 2>/dev/null
  section meminfo
  grep '^MemTotal:' "$root/proc/meminfo" 2>/dev/null
  section disk
  limited 5 df -Pk "${HOME:-/}" 2>/dev/null
}

survey_cpu() {
  section lscpu
  if [ -z "$root" ] && command -v lscpu >/dev/null 2>&1; then limited 5 lscpu 2>/dev/null; fi
  section cpuinfo
  grep -m 1 -E '^(model name|Model|Hardware)[[:space:]]*:' "$root/proc/cpuinfo" 2>/dev/null
  printf 'processors=%s\n' "$(grep -c '^processor' "$root/proc/cpuinfo" 2>/dev/null)"
  nodes=0
  for node in "$root"/sys/devices/system/node/node[0-9]*; do
    if [ -d "$node" ]; then nodes=$((nodes + 1)); fi
  done
  printf 'numa_nodes=%s\n' "$nodes"
  printf 'governor=%s\n' "$(first_line "$root/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")"
}

# What kind of link a netdev without a device of its own is: these drivers report a constant as speed.
virtual_kind() {
  case $(readlink "$1" 2>/dev/null) in
    */virtual/*) ;;
    *) return 0 ;;
  esac
  if [ -d "$1/bridge" ]; then echo bridge; return 0; fi
  if [ -e "$1/tun_flags" ]; then echo tun; return 0; fi
  if [ -d "$1/bonding" ]; then echo bond; return 0; fi
  kind=$(sed -n 's/^DEVTYPE=//p' "$1/uevent" 2>/dev/null)
  if [ -n "$kind" ]; then echo "$kind"; return 0; fi
  echo virtual
}

survey_network() {
  section ip-addr
  if command -v ip >/dev/null 2>&1; then
    limited 5 ip -o addr 2>/dev/null
    section ip-link
    limited 5 ip -d -o link 2>/dev/null
  elif command -v ifconfig >/dev/null 2>&1; then
    section ifconfig
    limited 5 ifconfig -a 2>/dev/null
  fi
  section net
  for net in "$root"/sys/class/net/*; do
    if [ ! -e "$net/mtu" ]; then continue; fi
    driver=$(readlink "$net/device/driver" 2>/dev/null)
    printf 'name=%s\tspeed=%s\tmtu=%s\ttype=%s\toperstate=%s\tflags=%s\tdriver=%s\tkind=%s\n' "${net##*/}" "$(first_line "$net/speed")" \
      "$(first_line "$net/mtu")" "$(first_line "$net/type")" "$(first_line "$net/operstate")" "$(first_line "$net/flags")" \
      "${driver##*/}" "$(virtual_kind "$net")"
  done
}

survey_infiniband() {
  section infiniband
  for port in "$root"/sys/class/infiniband/*/ports/*; do
    if [ ! -e "$port/state" ]; then continue; fi
    device=${port%/ports/*}
    interfaces=
    for gid in "$port"/gid_attrs/ndevs/*; do
      name=$(first_line "$gid")
      case " $interfaces " in *" $name "*) ;; *) interfaces="$interfaces $name" ;; esac
    done
    members=
    for net in "$device"/device/net/*; do
      if [ -e "$net" ]; then members="$members ${net##*/}:$(first_line "$net/dev_port")"; fi
    done
    printf 'name=%s\tport=%s\trate=%s\tstate=%s\tlink_layer=%s\tfw_ver=%s\tnetdevs=%s\tmembers=%s\n' "${device##*/}" "${port##*/}" \
      "$(first_line "$port/rate")" "$(first_line "$port/state")" "$(first_line "$port/link_layer")" "$(first_line "$device/fw_ver")" \
      "$interfaces" "$members"
  done
}

gpu_fields=index,name,uuid,memory.total,driver_version,clocks.max.sm,pcie.link.gen.max,pcie.link.width.max

survey_gpus() {
  if command -v nvidia-smi >/dev/null 2>&1; then
    section gpus
    # Drivers before 510 do not know compute_cap, and refuse the whole query then.
    limited 10 nvidia-smi "--query-gpu=$gpu_fields,compute_cap" --format=csv 2>/dev/null ||
      limited 10 nvidia-smi "--query-gpu=$gpu_fields" --format=csv 2>&1
    section gpu-topology
    limited 10 nvidia-smi topo -m 2>/dev/null
    section gpu-driver
    limited 10 nvidia-smi 2>/dev/null | head -n 6
  fi
  section gpu-params
  grep '^RmProfilingAdminOnly:' "$root/proc/driver/nvidia/params" 2>/dev/null
  section cuda
  for nvcc in "$(command -v nvcc 2>/dev/null)" /usr/local/cuda/bin/nvcc; do
    if [ -x "$nvcc" ]; then limited 5 "$nvcc" --version 2>/dev/null; break; fi
  done
  section nccl
  for header in "$root/usr/include/nccl.h" "$root/usr/local/cuda/include/nccl.h"; do
    if [ -r "$header" ]; then grep -E '^#define NCCL_(MAJOR|MINOR|PATCH)[[:space:]]' "$header"; break; fi
  done
  library=$( (ldconfig -p || /sbin/ldconfig -p) 2>/dev/null | sed -n 's/.*libnccl\.so\.2 .*=> //p' | head -n 1)
  if [ -n "$library" ]; then printf 'library=%s\n' "$(readlink -f "$library" 2>/dev/null)"; fi
}

extra_dirs() {
  printf '%s\n' /usr/local/bin /usr/sbin /sbin /usr/local/sbin /usr/local/cuda/bin "$HOME/.local/bin" "$HOME/nccl-tests/build" /opt/nccl-tests/build \
    /usr/local/nccl-tests/build /opt/nccl_tests/build /usr/local/mpi/bin /opt/hpcx/ompi/bin /opt/amazon/openmpi/bin /usr/lib64/openmpi/bin /usr/mpi/gcc/openmpi/bin
}

# find_tool NAME: PATH first, then where vendors and people put it.
find_tool() {
  command -v "$1" 2>/dev/null && return 0
  extra_dirs | while IFS= read -r dir; do
    if [ -x "$dir/$1" ]; then
      printf '%s\n' "$dir/$1"
      break
    fi
  done
}

# tool NAME [OPTION]: without an option its version is not asked (nccl-tests would start to measure).
tool() {
  found=$(find_tool "$1")
  case $found in
    /*) ;;
    *) return 0 ;;
  esac
  answer=
  if [ -n "${2:-}" ]; then answer=$(limited 5 "$found" "$2" 2>&1 | grep -i -m 1 -E '[0-9]+\.[0-9]' | tr '\t' ' ' | cut -c 1-200); fi
  printf 'name=%s\tpath=%s\tversion=%s\n' "$1" "$found" "$answer"
}

# torch/version.py is read, not imported: importing torch takes seconds, from a network file system minutes.
python_survey='
import sys
version = "%d.%d.%d" % sys.version_info[:3]
torch, cuda, numpy = "", "", ""
try:
    import importlib.util, os
    spec = importlib.util.find_spec("torch")
    if spec is not None and spec.origin:
        found = {}
        with open(os.path.join(os.path.dirname(spec.origin), "version.py")) as source:
            exec(source.read(), found)
        torch = str(found.get("__version__", ""))
        cuda = str(found.get("cuda") or found.get("hip") or "")
    numpy = "yes" if importlib.util.find_spec("numpy") is not None else "no"
except Exception as error:
    sys.stderr.write("torch: %s\n" % error)
fields = ["order=" + sys.argv[2], "path=" + sys.argv[1], "prefix=" + sys.prefix, "version=" + version, "torch=" + torch, "cuda=" + cuda, "numpy=" + numpy]
sys.stdout.write("\t".join(" ".join(field.split()) for field in fields) + "\n")
'

python_candidate() {
  if [ ! -x "$1" ]; then return 0; fi
  answer=$(limited 10 "$1" -B -c "$python_survey" "$1" "$2" 2>/dev/null)
  if [ -n "$answer" ]; then printf '%s\n' "$answer"; fi
}

python_paths() {
  if [ -n "${HR_PYTHON:-}" ]; then command -v "$HR_PYTHON" 2>/dev/null; fi
  command -v python3 2>/dev/null
  printf '%s\n' /usr/bin/python3
  command -v python 2>/dev/null
  printf '%s\n' "${CONDA_PREFIX:-/nonexistent}/bin/python" "${VIRTUAL_ENV:-/nonexistent}/bin/python" /opt/conda/bin/python "$HOME/miniconda3/bin/python" \
    "$HOME/anaconda3/bin/python" "$HOME/miniforge3/bin/python" /usr/local/bin/python3
}

# Every candidate prints one line with one write, so that the lines of parallel ones cannot mix.
survey_tools() {
  section tools
  for name in iperf3 ib_write_bw ib_write_lat ib_read_bw ib_read_lat ib_send_bw ib_send_lat mpirun ncu nsys nvprof dcgmi ethtool sockperf sha256sum \
    setsid perf py-spy cc; do
    tool "$name" --version &
  done
  for name in nvidia-smi ibstat ibv_devinfo ip ss awk flock all_reduce_perf all_gather_perf reduce_scatter_perf alltoall_perf broadcast_perf; do tool "$name" & done
  wait
  section pythons
  python_paths | {
    seen=:
    order=0
    while IFS= read -r python; do
      case $seen in *":$python:"*) continue ;; esac
      seen="$seen$python:"
      order=$((order + 1))
      python_candidate "$python" "$order" &
    done
    wait
  }
}

timeout_path=$(command -v timeout 2>/dev/null)
hr_survey </dev/null
