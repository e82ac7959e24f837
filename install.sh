#!/bin/sh
# Puts safeport on this host, and goes on to install a service when one is named:
#
#	sh install.sh                                   safeport alone
#	sh install.sh gpustack --port 8080              and then: safeport install gpustack --port 8080
#	curl -fsSL URL/install.sh | sh -s -- --port 8080
#
# Nothing runs before the last line: a download that was cut off does nothing. "sh install.sh --help" says the rest.

# Where the files that "make package" makes are served. Whoever serves them writes the address here.
SAFEPORT_URL=${SAFEPORT_URL:-}

usage() {
	cat <<'TEXT'
Usage: sh install.sh [--from URL|DIRECTORY|ARCHIVE] [--to DIRECTORY] [--sha256 SUM] [--yes] [SERVICE] [FLAG…]

Download safeport's archive for this host, verify its checksum and install the program. With a service or
its flags, "safeport install" runs next; the default service is gpustack.

  --from    address of the archive and SHA256SUMS; offline: a directory, or the archive        $SAFEPORT_URL
  --to      directory for the program (default /usr/local/bin; without root ~/.local/bin)      $SAFEPORT_DIR
  --sha256  checksum of the archive, instead of SHA256SUMS                                     $SAFEPORT_SHA256
  --yes     answer yes to all questions                                                        $SAFEPORT_YES=1
TEXT
}

say() { printf 'install.sh: %s\n' "$*" >&2; }

die() { # STATUS SENTENCE
	status=$1
	shift
	say "$*"
	exit "$status"
}

# has COMMAND
has() { command -v "$1" >/dev/null 2>&1; }

# fetch NAME FILE: from where the archive is, into a file.
fetch() {
	case $from in
	https://* | http://localhost[:/]* | http://127.0.0.1[:/]*) ;;
	http://*) [ -n "$sum" ] || die 2 "over http, anyone on the network can change the archive and its checksum: use https, or set --sha256" ;;
	*://*) die 2 "can't download from $from: use https, http or a file" ;;
	*)
		cp "$from/$1" "$2"
		return
		;;
	esac
	if has curl; then
		curl -fsSL --proto-redir =https --connect-timeout 20 --retry 2 -o "$2" "$from/$1"
	elif has wget; then
		# No -T: with it busybox 1.35 crashes. No wget can be told where it may be sent on to: it says where it was.
		wget -S -O "$2" "$from/$1" 2>"$tmp/headers" && stayed_on_https "$tmp/headers"
	else
		die 1 "curl and wget not found: download the archive elsewhere and use --from ARCHIVE"
	fi
}

# stayed_on_https FILE: the headers that wget has seen lead to https alone.
stayed_on_https() {
	awk '{ line = tolower($0); sub(/^[ \t]*/, "", line) }
		line ~ /^location:[ \t]*[a-z][a-z0-9+.-]*:/ && line !~ /^location:[ \t]*https:/ { print "install.sh: sent on to " $2; gone = 1 }
		END { exit gone }' "$1" >&2
}

sha256() {
	if has sha256sum; then
		sha256sum <"$1"
	elif has shasum; then
		shasum -a 256 <"$1"
	elif has openssl; then
		openssl dgst -sha256 -r <"$1"
	else
		die 1 "sha256sum, shasum and openssl not found: can't verify the archive"
	fi
}

architecture() {
	[ "$(uname -s)" = Linux ] || die 1 "safeport runs on Linux, and this is $(uname -s)"
	case $(uname -m) in
	x86_64 | amd64) echo amd64 ;;
	aarch64 | arm64) echo arm64 ;;
	*) die 1 "no archive for $(uname -m): build safeport from source with \"make build\"" ;;
	esac
}

# choose: which archive it is, and which checksum it must have.
choose() {
	if [ -f "$from" ]; then
		archive=${from##*/}
		case $from in */*) from=${from%/*} ;; *) from=. ;; esac
	fi
	[ -z "$sum" ] || [ -z "$archive" ] || return 0
	fetch SHA256SUMS "$tmp/SHA256SUMS" || die 1 "couldn't download SHA256SUMS from $from"
	if [ -z "$archive" ]; then
		archive=$(awk -v end="_linux_$arch.tar.gz" '
			substr($2, length($2) - length(end) + 1) == end && $2 !~ /[^A-Za-z0-9._+~-]/ { print $2 }' "$tmp/SHA256SUMS")
	fi
	case $archive in
	'') die 1 "SHA256SUMS in $from lists no archive for $arch" ;;
	*"
"*) die 1 "SHA256SUMS in $from lists several archives for $arch: choose one with --from ARCHIVE" ;;
	esac
	[ -n "$sum" ] || sum=$(awk -v name="$archive" '$2 == name { print $1 }' "$tmp/SHA256SUMS")
	[ -n "$sum" ] || die 1 "SHA256SUMS in $from has no checksum of $archive"
}

# agree QUESTION: asks at the terminal, as stdin may be this script. Who cannot be asked has not agreed.
agree() {
	[ "$yes" != 1 ] || return 0
	if ! (exec </dev/tty) 2>/dev/null; then
		die 1 "$1 No terminal to ask: confirm with --yes, or use another --to"
	fi
	printf '%s [y/N] ' "$1" >/dev/tty
	read -r answer </dev/tty || answer=
	case $answer in [yY] | [yY][eE][sS]) ;; *) die 1 "not installed" ;; esac
}

# place PROGRAM: never half there, as it gets its name when it is whole.
place() {
	name=${1##*/}
	mkdir -p "$to" 2>/dev/null || die 1 "can't create $to: run as root, or use --to DIRECTORY"
	[ -w "$to" ] || die 1 "can't write to $to: run as root, or use --to DIRECTORY"
	other=$(command -v "$name" || true)
	if [ "$name" = safeport ] && [ -n "$other" ] && [ "$other" != "$to/safeport" ]; then
		agree "safeport is already installed at $other. Install another one in $to?"
	fi
	new=$to/.$name.$$
	if ! { cp "$1" "$new" && chmod 755 "$new" && mv -f "$new" "$to/$name"; }; then
		rm -f "$new"
		die 1 "couldn't write $to/$name"
	fi
}

main() {
	set -eu
	umask 022
	from=$SAFEPORT_URL to=${SAFEPORT_DIR:-} sum=${SAFEPORT_SHA256:-} yes=${SAFEPORT_YES:-} archive='' tmp='' new=''
	while [ $# -gt 0 ]; do
		case $1 in
		--from | --to | --sha256)
			[ $# -gt 1 ] || die 2 "$1 requires a value"
			case $1 in --from) from=$2 ;; --to) to=$2 ;; --sha256) sum=$2 ;; esac
			shift
			;;
		--yes) yes=1 ;;
		--help | -h)
			usage
			exit
			;;
		*) break ;;
		esac
		shift
	done
	if [ -z "$to" ]; then
		if [ "$(id -u)" = 0 ]; then to=/usr/local/bin; else to=${HOME:?}/.local/bin; fi
	fi
	[ -n "$from" ] || die 2 "no archive specified: use --from URL|DIRECTORY|ARCHIVE, or set SAFEPORT_URL"
	from=${from%/}
	arch=$(architecture)

	trap 'rm -rf "$tmp"; [ -z "$new" ] || rm -f "$new"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	tmp=$(mktemp -d) || die 1 "couldn't create a temporary directory"
	choose
	fetch "$archive" "$tmp/archive" || die 1 "couldn't download $archive from $from"
	actual=$(sha256 "$tmp/archive")
	actual=${actual%% *}
	[ "$actual" = "$sum" ] || die 1 "checksum mismatch: $archive has $actual instead of $sum. Nothing was installed"
	mkdir "$tmp/unpacked"
	tar -xzf "$tmp/archive" -C "$tmp/unpacked" || die 1 "couldn't unpack $archive"
	place "$tmp"/unpacked/*/safeport
	for core in "$tmp"/unpacked/*/safeport-check; do # archives of before have none
		[ ! -f "$core" ] || place "$core"
	done
	version=$("$to/safeport" --version) || die 1 "$to/safeport doesn't run on this host"
	say "installed $version in $to"
	case :$PATH: in *:"$to":*) ;; *) say "$to is not in PATH: add it, or run $to/safeport" ;; esac

	[ $# -gt 0 ] || return 0
	case $1 in -*) set -- gpustack "$@" ;; esac
	[ "$yes" != 1 ] || set -- "$@" --yes
	rm -rf "$tmp"
	# Under "curl | sh" stdin is this script; questions are answered at the terminal, where there is one.
	if [ -t 2 ] && (exec </dev/tty) 2>/dev/null; then
		exec "$to/safeport" install "$@" </dev/tty
	fi
	exec "$to/safeport" install "$@" </dev/null
}

main "$@"
