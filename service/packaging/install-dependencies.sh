#!/usr/bin/env bash
# Installs the Debian packages that hostctl is built from (--build, the default)
# and tested with (--test, includes --build). This is the only list of them.
#
# Asks for root, through sudo, only when a package is missing. Installing never
# starts a daemon: several of the test peers would set this machine's clock.
set -euo pipefail

build_packages=(
  g++ lld cmake ninja-build ccache pkg-config
  libgrpc++-dev libgrpc-dev protobuf-compiler-grpc   # the API
  libprotobuf-dev protobuf-compiler
  libabsl-dev libc-ares-dev libre2-dev zlib1g-dev libssl-dev
  nlohmann-json3-dev
  dpkg-dev                                           # packages: cpack asks dpkg-shlibdeps
  libnftables-dev libmnl-dev                         # firewall and rtnetlink
  libseccomp-dev                                     # ptpd's filter of system calls
  libexpat1-dev                                      # the XML of libvirt's domains
  libsystemd-dev                                     # D-Bus: firewalld; services under systemd
)
test_packages=(
  libgtest-dev libgmock-dev libbenchmark-dev
  nftables iproute2 iputils-ping ethtool tshark util-linux # the lab's networks
  linuxptp ptpd                                      # peers to run against
  systemd                                            # systemd-analyze judges the units
  dbus-daemon python3-dbus firewalld                 # firewalld, and a mock of systemd, on a private bus
  python3 python3-grpcio python3-protobuf            # automation as users write it
  zsh fish mandoc python3-yaml                       # completion, manual and yaml as others read them
  libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients # a libvirtd of the lab's own, for its hook
  lintian mmdebstrap                                 # packages, in a clean root
  qemu-system-x86 busybox-static cpio kmod           # tests/vm
  tmux                                               # a terminal for the live view
  clang clang-tidy clang-format libclang-rt-14-dev shellcheck
)
# Compared with in benchmarks only; left out where another time daemon is
# installed, which Debian would remove in its favour.
optional_test_packages=(chrony hyperfine)
# Test peers that Debian would start at the next boot.
peer_services=(chrony firewalld ptpd)

usage() {
  echo "usage: ${0##*/} [--build|--test]"
}

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# missing PACKAGE...  prints those that are not installed
missing() {
  local package
  for package in "$@"; do
    if [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) != ii* ]]; then
      echo "$package"
    fi
  done
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
    apt-get install --yes --quiet --no-install-recommends --no-remove "$@"
}

# Package scripts ask policy-rc.d before they start a service; 101 means "do not".
policy=/usr/sbin/policy-rc.d
own_policy=false

forbid_service_start() {
  if [[ -e $policy ]]; then
    local answer=0
    "$policy" chrony start >/dev/null 2>&1 || answer=$?
    [[ $answer == 101 ]] ||
      die "$policy lets services start; install these by hand: ${wanted[*]} ${optional[*]}"
    return
  fi
  own_policy=true
  trap restore_service_start EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}

restore_service_start() {
  if $own_policy; then
    as_root rm -f "$policy"
  fi
}

# A peer that was not on this machine before shall not run after its next boot.
keep_peers_off() {
  local service
  for service in "${peer_services[@]}"; do
    if [[ " $* " == *" $service "* && -z $(missing "$service") ]]; then
      as_root update-rc.d "$service" disable >/dev/null 2>&1 || true
      # One without a script for sysvinit.
      as_root systemctl disable "$service" >/dev/null 2>&1 || true
    fi
  done
}

packages=("${build_packages[@]}")
optional_packages=()
case "${1:---build}" in
  --build) ;;
  --test)
    packages+=("${test_packages[@]}")
    optional_packages=("${optional_test_packages[@]}")
    ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac

command -v dpkg-query >/dev/null || die "this script knows Debian 12; install by hand: ${packages[*]}"

mapfile -t wanted < <(missing "${packages[@]}")
mapfile -t optional < <(missing ${optional_packages[@]+"${optional_packages[@]}"})
if ((${#wanted[@]} + ${#optional[@]} == 0)); then
  exit 0
fi
if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
  # An optional package is not worth stopping for.
  ((${#wanted[@]} == 0)) && exit 0
  die "not root and no sudo; as root, run: apt-get install ${wanted[*]}"
fi

echo "installing: ${wanted[*]} ${optional[*]}"
forbid_service_start
as_root apt-get update --quiet
if ((${#wanted[@]})); then
  apt_install "${wanted[@]}"
fi
for package in ${optional[@]+"${optional[@]}"}; do
  apt_install "$package" || echo "without $package: another time daemon is installed here" >&2
done
keep_peers_off "${wanted[@]}" "${optional[@]}"
