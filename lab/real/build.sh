#!/bin/sh
# Builds what images of the real GPUStack are made of, one layer each: Debian with PostgreSQL and Prometheus, and for every
# version that is named its package from PyPI with all that it depends on. They are kept in the directory that the last line
# names; image.go puts them together. Needs root; README.md says what is real in them and what is not.
set -eu
[ $# -gt 0 ] || { echo "usage: lab/real/build.sh VERSION..." >&2; exit 2; }
PATH=$PATH:/usr/sbin:/sbin
missing=
command -v debootstrap >/dev/null || missing=debootstrap
python3 -m pip --version >/dev/null 2>&1 || missing="$missing python3-pip"
# shellcheck disable=SC2086 # a list of words
[ -z "$missing" ] || DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $missing </dev/null >/dev/null
cache=${XDG_CACHE_HOME:-$HOME/.cache}/safeport-lab/gpustack
mkdir -p "$cache"

# Two builds at once would write the same files.
exec 9>"$cache/lock"
flock 9

# An unfinished build has another name, so that what is there is whole.
work=
trap 'rm -rf --one-file-system "$work"' EXIT INT TERM

# layer DIRECTORY NAME BEGUN: keeps a tree as the layer of that name, and how long it took beside it.
layer() {
	(cd "$1" && tar --numeric-owner --sort=name -cf "$cache/$2.tar.part" .)
	echo "$(($(date +%s) - $3)) seconds, $(($(stat -c %s "$cache/$2.tar.part") / 1000000)) MB" >"$cache/$2.built"
	mv "$cache/$2.tar.part" "$cache/$2.tar"
	echo "lab/real/build.sh: $2: $(cat "$cache/$2.built")" >&2
}

base() {
	[ ! -e "$cache/base.tar" ] || return 0
	begun=$(date +%s)
	work=$(mktemp -d "$cache/base.XXXXXX")
	chmod 755 "$work"
	debootstrap --variant=minbase --include=python3,ca-certificates bookworm "$work" >"$cache/base.log" 2>&1
	cp /etc/resolv.conf "$work/etc/"
	# The database belongs to the same number as in the published image. No cluster is made here, and no service is started.
	chroot "$work" groupadd --system --gid 9999 postgres
	chroot "$work" useradd --system --gid postgres --uid 9999 --home-dir /var/lib/postgresql --shell /bin/bash postgres
	mkdir -p "$work/etc/postgresql-common"
	echo "create_main_cluster = false" >"$work/etc/postgresql-common/createcluster.conf"
	printf '#!/bin/sh\nexit 101\n' >"$work/usr/sbin/policy-rc.d"
	chmod +x "$work/usr/sbin/policy-rc.d"
	DEBIAN_FRONTEND=noninteractive chroot "$work" \
		apt-get -qq install --yes --no-install-recommends postgresql-15 prometheus </dev/null >>"$cache/base.log" 2>&1
	# What no server needs: packages' archives, texts, the pages of Prometheus, and the compiler of PostgreSQL's queries.
	(cd "$work" && rm -rf var/cache/apt/* var/lib/apt/lists/* usr/share/doc usr/share/man usr/share/locale usr/share/i18n \
		usr/share/javascript usr/share/nodejs usr/bin/promtool usr/lib/*/libLLVM-* usr/lib/*/libz3.so.* \
		usr/lib/postgresql/15/lib/bitcode usr/lib/postgresql/15/lib/llvmjit.so dev/* etc/resolv.conf)
	layer "$work" base "$begun"
	rm -rf --one-file-system "$work"
}

# Debian's Python, whichever this machine has. PyPI has every dependency ready for every glibc that is not newer than its own.
# Two are held back, as versions that were published before their newer ones break with them: SQLAlchemy 2.1 asks for another
# driver of the database, and FastAPI 0.165 has lost an argument.
version() {
	[ ! -e "$cache/$1.tar" ] || return 0
	begun=$(date +%s)
	work=$(mktemp -d "$cache/$1.XXXXXX")
	chmod 755 "$work"
	platforms="--platform manylinux2014_$(uname -m)"
	for glibc in 36 35 34 31 28 27 24 17 12 5; do
		platforms="$platforms --platform manylinux_2_${glibc}_$(uname -m)"
	done
	more=
	case $1 in
	0.*) more=cachetools ;; # which came with a package that asks for it no more
	2.0.*) more="kubernetes_asyncio<34" ;; # newer ones want a user where the gateway's configuration names none
	esac
	# shellcheck disable=SC2086 # lists of words
	python3 -m pip install --quiet --no-warn-conflicts --root-user-action=ignore --no-compile --target "$work/opt/gpustack" \
		--implementation cp --python-version 3.11 --only-binary=:all: $platforms "gpustack==$1" "sqlalchemy<2.1" "fastapi<0.137" $more >"$cache/$1.log" 2>&1 || {
		tail -n 20 "$cache/$1.log" >&2
		exit 1
	}
	rm -rf "$work/opt/gpustack/bin"
	# It is run once, by the Python that will run it: what is compiled then need not be at every start of a container.
	mkdir "$work/root"
	tar -xf "$cache/base.tar" -C "$work/root"
	mv "$work/opt/gpustack" "$work/root/opt/"
	chroot "$work/root" env -i PYTHONPATH=/opt/gpustack python3 -W ignore -c \
		'import sys; sys.argv = ["gpustack", "version"]; from gpustack.main import main; main()' >&2
	mv "$work/root/opt/gpustack" "$work/opt/"
	rm -rf --one-file-system "$work/root"
	layer "$work" "$1" "$begun"
	rm -rf --one-file-system "$work"
}

base
for v in "$@"; do
	version "$v"
done
echo "$cache"
