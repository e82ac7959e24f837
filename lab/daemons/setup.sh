#!/bin/sh
# Builds what these tests have on their hosts, besides what lab/setup.sh installs: Tailscale with a control server of its own
# tests, and a tree of the Debian that has Incus. It starts no service.
set -eu
[ "$(id -u)" = 0 ] || exit 0
cd "$(dirname "$0")"
at=${XDG_CACHE_HOME:-$HOME/.cache}/safeport-lab
mkdir -p "$at/daemons"
(cd control && CGO_ENABLED=0 go build -trimpath -o "$at/daemons/" . tailscale.com/cmd/tailscale tailscale.com/cmd/tailscaled)
if [ ! -e "$at/incus" ]; then
	command -v debootstrap >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends debootstrap </dev/null >/dev/null
	rm -rf "$at/incus.part"
	mirror=$(sed -n 's/^URIs: *\([^ ]*\/debian\) *$/\1/p; s/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\/debian\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
	debootstrap --variant=minbase --include=incus,incus-client,ca-certificates trixie "$at/incus.part" "${mirror:-http://deb.debian.org/debian}" >"$at/incus.log" 2>&1 || { tail -n 20 "$at/incus.log"; exit 1; }
	mv "$at/incus.part" "$at/incus"
fi
