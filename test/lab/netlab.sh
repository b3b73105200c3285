#!/bin/sh
# Two hosts on one machine: network namespaces with an sshd each, joined by a shaped "Ethernet" (eth0, tbf 1 Gbit/s) and an
# unshaped fast link (ib0), reached from here over a management link (mgmt0). Needs root, iproute2, openssh-server.
#
#   netlab.sh up DIR [N]     make lab number N (0 to 99, default 0); DIR/ssh_config then names lab1, lab2 and lab2-via-lab1
#   netlab.sh down DIR [N]   remove it, with every process in it
#   netlab.sh shell DIR [N] a|b    a shell inside one of the hosts
set -eu

verb=${1:?usage: netlab.sh up|down|shell DIR [N]}
dir=${2:?usage: netlab.sh up|down|shell DIR [N]}
n=${3:-0}
subnet="10.$((100 + n))"
ns() { echo "hrlab$n$1"; }
inside() { # HOST COMMAND...
  host=$1
  shift
  ip netns exec "$(ns "$host")" "$@"
}

down() {
  for host in a b; do
    if ip netns list | grep -q "^$(ns "$host")\b"; then
      ip netns pids "$(ns "$host")" | xargs -r kill -9 2>/dev/null || true
      ip netns del "$(ns "$host")"
    fi
    ip link del "hrm$n$host" 2>/dev/null || true
  done
}

# Addresses: mgmt .0, eth0 .1, ib0 .2; host a is .1 of each link's net, host b is .2.
link() { # NAME NET
  ip link add "hrx$n" netns "$(ns a)" type veth peer name "hry$n" netns "$(ns b)"
  inside a ip link set "hrx$n" name "$1"
  inside b ip link set "hry$n" name "$1"
  inside a ip addr add "$subnet.$2.1/24" dev "$1"
  inside b ip addr add "$subnet.$2.2/24" dev "$1"
  inside a ip link set "$1" up
  inside b ip link set "$1" up
}

management() { # HOST LAST-OCTET-BASE
  ip link add "hrm$n$1" type veth peer name mgmt0 netns "$(ns "$1")"
  ip addr add "$subnet.0.$2/30" dev "hrm$n$1"
  ip link set "hrm$n$1" up
  inside "$1" ip addr add "$subnet.0.$(($2 + 1))/30" dev mgmt0
  inside "$1" ip link set mgmt0 up
}

server() { # HOST
  home="$dir/$1/home"
  mkdir -p "$home/.ssh"
  chmod 700 "$home" "$home/.ssh"
  cp "$dir/key.pub" "$home/.ssh/authorized_keys"
  cp "$dir/key" "$home/.ssh/id_ed25519"
  chmod 600 "$home/.ssh/authorized_keys" "$home/.ssh/id_ed25519"
  [ -f "$dir/$1/host_key" ] || ssh-keygen -q -t ed25519 -N '' -f "$dir/$1/host_key"
  cat >"$dir/$1/sshd_config" <<EOF
HostKey $dir/$1/host_key
PidFile $dir/$1/sshd.pid
AuthorizedKeysFile .ssh/authorized_keys
PermitRootLogin yes
PasswordAuthentication no
UsePAM no
StrictModes no
PermitUserEnvironment no
Subsystem sftp internal-sftp
EOF
  # A mount namespace of its own gives each host its own home folder.
  inside "$1" sh -c "mount --bind '$home' /root && mkdir -p /run/sshd && exec /usr/sbin/sshd -f '$dir/$1/sshd_config' -E '$dir/$1/sshd.log'"
}

up() {
  down
  mkdir -p "$dir/a" "$dir/b"
  dir=$(cd "$dir" && pwd)
  [ -f "$dir/key" ] || ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
  for host in a b; do
    ip netns add "$(ns "$host")"
    inside "$host" ip link set lo up
  done
  management a 1
  management b 5
  link eth0 1
  link ib0 2
  for host in a b; do inside "$host" tc qdisc add dev eth0 root tbf rate 1gbit burst 256kb latency 50ms; done
  for host in a b; do server "$host"; done
  {
    echo "lab1 $(cat "$dir/a/host_key.pub")"
    echo "lab2,lab2-via-lab1 $(cat "$dir/b/host_key.pub")"
  } | awk '{ print $1, $2, $3 }' >"$dir/known_hosts"
  cat >"$dir/ssh_config" <<EOF
Host lab1
  HostName $subnet.0.2
  HostKeyAlias lab1
Host lab2
  HostName $subnet.0.6
  HostKeyAlias lab2
Host lab2-via-lab1
  HostName $subnet.2.2
  HostKeyAlias lab2-via-lab1
  ProxyJump lab1
Host *
  User root
  IdentityFile $dir/key
  IdentitiesOnly yes
  UserKnownHostsFile $dir/known_hosts
  StrictHostKeyChecking yes
EOF
  sed "s/^ *//" >"$dir/plan.yaml" <<EOF
headroom: 1
question: How much does the fast link buy over the shaped one?
hosts: { a: { ssh: lab1 }, b: { ssh: lab2 } }
fabrics: { ethernet: { kind: ethernet, interfaces: { a: eth0, b: eth0 } }, fast: { kind: ethernet, interfaces: { a: ib0, b: ib0 } } }
factors: { fabric: [ethernet, fast] }
probes: [{ probe: tcp, hosts: [a, b], params: { seconds: 2 } }, { probe: nccl, hosts: [a, b], params: { backend: gloo, collectives: [all_reduce], min_bytes: 1024, max_bytes: 16777216, factor: 16 } }]
repeats: 5
warmup: 1
order: { kind: randomised-blocks, seed: 42 }
limits: { run_seconds: 120, retries: 1 }
EOF
  echo "ssh -F $dir/ssh_config lab1     headroom run $dir/plan.yaml --ssh-config $dir/ssh_config"
}

case $verb in
  up) up ;;
  down) down ;;
  shell) inside "${4:-a}" sh ;;
  *) echo "usage: netlab.sh up|down|shell DIR [N]" >&2; exit 64 ;;
esac
