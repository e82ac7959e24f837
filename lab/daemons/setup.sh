#!/bin/sh
# Builds what these tests have on their hosts, besides what lab/setup.sh installs: Tailscale with a control server of its own
# tests, and trees of the Debians that have Incus and LXD. It starts no service.
set -eu
[ "$(id -u)" = 0 ] || exit 0
cd "$(dirname "$0")"
at=${XDG_CACHE_HOME:-$HOME/.cache}/safeport-lab
mkdir -p "$at/daemons"
(cd control && CGO_ENABLED=0 go build -trimpath -o "$at/daemons/" . tailscale.com/cmd/tailscale tailscale.com/cmd/tailscaled)
command -v debootstrap >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends debootstrap </dev/null >/dev/null
mirror=$(sed -n 's/^URIs: *\([^ ]*\/debian\) *$/\1/p; s/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\/debian\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
tree() { # NAME SUITE PACKAGES
	[ ! -e "$at/$1" ] || return 0
	rm -rf "$at/$1.part"
	debootstrap --variant=minbase --include="$3,ca-certificates" "$2" "$at/$1.part" "${mirror:-http://deb.debian.org/debian}" >"$at/$1.log" 2>&1 || { tail -n 20 "$at/$1.log"; exit 1; }
	mv "$at/$1.part" "$at/$1"
}
tree incus trixie incus,incus-client
tree lxd bookworm lxd,lxd-client,iproute2,rsync
