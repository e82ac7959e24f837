#!/bin/sh
# Installs what start programs in these tests, besides what lab/setup.sh does. It starts no service.
set -eu
[ "$(id -u)" = 0 ] || exit 0
PATH=$PATH:/usr/sbin:/sbin
missing=
need() { command -v "$1" >/dev/null || missing="$missing $2"; } # COMMAND PACKAGE
need cron cron
need atd at
need tmux tmux
need screen screen
need supervisord supervisor
need runsv runit
need s6-supervise s6
need supervise daemontools
need openrc-run openrc
need monit monit
need node nodejs
need npm npm
need fuser psmisc
need ctr containerd
need lxc-start lxc
if [ -n "$missing" ]; then
	policy=/usr/sbin/policy-rc.d
	[ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; trap 'rm -f $policy' EXIT; }
	# shellcheck disable=SC2086 # a list of words
	DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $missing </dev/null >/dev/null
fi
at=/usr/local/lib/safeport-lab/pm2
[ -e $at/node_modules/.bin/pm2 ] || npm install --silent --prefix $at pm2@7 >/dev/null
ln -sf $at/node_modules/.bin/pm2 /usr/local/bin/pm2
