#!/bin/sh
# Installs what the tests and the demo's PDF need from the system: on Debian as root; elsewhere it names the command.
# usage: setup-system.sh demo|test|bench
set -eu

missing=
need() { # PROGRAM-OR-FILE PACKAGE
  case "$1" in
    /*) [ -e "$1" ] && return 0 ;;
    *) command -v "$1" >/dev/null 2>&1 && return 0 ;;
  esac
  missing="$missing $2"
}

browser() {
  for name in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
    if command -v "$name" >/dev/null 2>&1; then return 0; fi
  done
  [ -n "${HEADROOM_CHROMIUM:-}" ]
}

browser || missing="$missing chromium"
if command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh-cn 2>/dev/null | grep -q .; then :; else missing="$missing fonts-noto-cjk fontconfig"; fi

if [ "${1:-test}" = test ]; then
  PATH="$PATH:/usr/sbin:/sbin"
  need sshd openssh-server
  need ssh openssh-client
  need iperf3 iperf3
  need bpftrace bpftrace
  need ip iproute2
  need ps procps
  need pdftotext poppler-utils
  need shellcheck shellcheck
  need pyflakes3 pyflakes3
  need strace strace
  need perf linux-perf
  need openssl openssl
  if ! /usr/bin/python3 -c 'import torch' >/dev/null 2>&1; then missing="$missing python3-torch"; fi
fi

if [ "${1:-test}" = bench ]; then
  need wrk wrk
  for package in pandas ijson; do
    /usr/bin/python3 -c "import $package" >/dev/null 2>&1 || missing="$missing python3-$package"
  done
fi

[ -n "$missing" ] || exit 0
command="apt-get update && apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing from Debian:$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  # A list of package names, split on purpose.
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "Missing from the system:$missing" >&2
  echo "Install with: sudo sh -c '$command'" >&2
  exit 1
fi
