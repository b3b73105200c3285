#!/bin/sh
# One host's ranks of a torch.distributed benchmark. Node 0 publishes where the ranks meet; the others are given it.
# HR_NODE: number of this host. HR_INTERFACE, HR_ADDRESS: this end. HR_MASTER_ADDRESS, HR_MASTER_PORT: from node 0, for the others.
# HR_BENCH: the benchmark, a path inside the kit. HR_MODULE: what the Python must have besides torch, if anything.
# The rest (HR_RANKS, HR_WORLD, HR_BACKEND, …) is read by launch_ranks.py and the benchmark.
# shellcheck source=remote-scripts/_kit/lib.sh
. "$HR_KIT/_kit/lib.sh"
# shellcheck source=remote-scripts/_kit/endpoint.sh
. "$HR_KIT/_kit/endpoint.sh"

address=$(hr_own_address) || exit $?
interface=${HR_INTERFACE:-}
if [ -z "$interface" ]; then interface=$(hr_interface_of "$address"); fi
if [ -n "$interface" ]; then
  export GLOO_SOCKET_IFNAME="$interface"
  # `=` asks for exactly this name; without it NCCL takes the name for a prefix.
  export NCCL_SOCKET_IFNAME="=$interface"
fi
hr_fact address "$address"
hr_fact interface "$interface"
export HR_INTERFACE="$interface"

# A Python that was chosen with its torch already known is not asked to import it once more: that takes seconds.
module=${HR_MODULE:-}
if [ -z "$module" ] && [ -z "${HR_PYTHON:-}" ]; then module=torch; fi
python=$(hr_python "${module:-sys}") || exit $?
hr_fact python "$python"

if [ "$HR_NODE" = 0 ]; then
  HR_MASTER_ADDRESS=$address
  HR_MASTER_PORT=$(hr_free_port) || exit $?
  hr_fact port "$HR_MASTER_PORT"
  hr_ready
fi
export HR_MASTER_ADDRESS HR_MASTER_PORT PYTHONUNBUFFERED=1
# exec: a signal to the role reaches the launcher, which ends its ranks.
exec "$python" -B "$HR_KIT/_kit/launch_ranks.py"
