#!/bin/sh
# Installs what lab hosts need on Debian and Ubuntu, and says nothing when all is there. It starts no service and leaves
# none enabled: each lab host runs an engine of its own.
set -eu
PATH=$PATH:/usr/sbin:/sbin

missing=
need() { # COMMAND PACKAGE
	command -v "$1" >/dev/null && return
	case "$missing " in
	*" $2 "*) ;;
	*) missing="$missing $2" ;;
	esac
}
need dockerd docker.io
need docker docker.io
need ip iproute2
need ss iproute2
need nft nftables
need iptables iptables
need lsof lsof
need podman podman
need newuidmap uidmap
need slirp4netns slirp4netns
need pasta passt
need rootlesskit rootlesskit
[ -e /usr/lib/cni/portmap ] || need portmap containernetworking-plugins
need ufw ufw
need firewalld firewalld
need dbus-daemon dbus-daemon
need prove perl
need promtool prometheus
need prometheus-node-exporter prometheus-node-exporter
# Ubuntu has it as a snap only; tests in a browser are left out there, and say so.
grep -qs "^ID=debian" /etc/os-release && need chromium chromium
need zsh zsh
need mandoc mandoc
need busybox busybox
need curl curl
need jq jq
need python3 python3
need script bsdutils
need rpm rpm
need fish fish
[ -e /usr/share/bash-completion/bash_completion ] || need bash-completion bash-completion
need systemctl systemd
need systemd-nspawn systemd-container
[ -e /usr/lib/systemd/system/dbus.socket ] || need dbus.socket dbus-system-bus-common
need nsenter util-linux
need ansible-playbook ansible-core
need sshd openssh-server
need ssh openssh-client
need sudo sudo
need sysctl procps
need bpftool bpftool
need conntrack conntrack
need gcc gcc
[ -e /usr/include/stdio.h ] || need stdio.h libc6-dev
# Before anything is installed it is said what, and that it takes its time.
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "lab/setup.sh: about to install as root, with apt-get, which takes some minutes:$missing" >&2
fi
# Installing systemd-resolved takes over the machine's own /etc/resolv.conf: it is unpacked, and not installed.
resolved=/usr/local/lib/safeport-lab/resolved
if [ ! -e /usr/lib/systemd/systemd-resolved ] && [ ! -e $resolved ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	apt-get -qq update </dev/null
	(
		dir=$(mktemp -d)
		trap 'rm -rf "$dir"' EXIT
		cd "$dir"
		apt-get -qq download systemd-resolved </dev/null >/dev/null 2>&1
		mkdir -p "$(dirname $resolved)"
		dpkg-deb -x systemd-resolved_*.deb "$dir/unpacked"
		mv "$dir/unpacked" $resolved
	)
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "lab/setup.sh: run as root to install:$missing" >&2
	exit 0
fi
if ! command -v apt-get >/dev/null; then
	echo "lab/setup.sh: install by hand what these packages of Debian have:$missing" >&2
	exit 1
fi

# Packages ask this script whether their services may be started.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	trap 'rm -f $policy' EXIT
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod +x $policy
fi

export DEBIAN_FRONTEND=noninteractive
apt-get -qq update </dev/null
# From Debian 13 on, the docker command is a package of its own.
case $missing in
*docker.io*)
	if apt-cache show docker-cli >/dev/null 2>&1; then
		missing="$missing docker-cli"
	fi
	;;
esac
# shellcheck disable=SC2086 # a list of words
apt-get -qq install --yes --no-install-recommends $missing </dev/null >/dev/null

if [ -d /run/systemd/system ]; then
	case $missing in
	*docker.io*) systemctl disable --quiet docker.socket docker.service containerd.service ;;
	esac
	case $missing in
	*podman*) systemctl disable --quiet podman.socket podman.service podman-restart.service podman-auto-update.timer ;;
	esac
	case $missing in
	*ufw*) systemctl disable --quiet ufw.service ;;
	esac
	case $missing in
	*firewalld*) systemctl disable --quiet firewalld.service ;;
	esac
	case $missing in
	*openssh-server*) systemctl disable --quiet ssh.service ssh.socket ;;
	esac
	case $missing in
	*prometheus*) systemctl disable --quiet prometheus.service prometheus-node-exporter.service ;;
	esac
fi
