#!/bin/sh
# Runs @PROGRAM@ on a host, or answers that it has to be brought there first. (WANT_JSON: Ansible hands over a file.)
#
# The program is kept under its checksum, in a folder that nobody else may enter. A folder is entered first and looked at
# then, and what runs is the file that was opened there: whoever may rename things above it gains nothing.
#
# Set before it are: todo (have; keep, which reads the program from standard input; nothing: run), packing, place (a folder
# to use and to remove again) and cache (no: keep nothing). It also goes through login shells of any kind as one word, so
# that it has neither single quotes nor doubled backslashes, and makes sense as a single line.

set -f;
program=@PROGRAM@ arch= sum= kilobytes=0;
machine=$(uname -m); uid=$(id -u); here=$(pwd);
case $machine in @BUILDS@ esac;
file=$program.$sum;

own() { set -- $(LC_ALL=C ls -ldn .); case $1 in drwx------*) [ "$3" = "$uid" ];; *) false;; esac; };
enter() { [ ! -L "$1" ] && cd "$1" 2>/dev/null && own; };
intact() { [ "$(sha256sum | cut -c 1-64)" = "$sum" ]; };
plain() { printf %s "$1" | tr -cd "[:alnum:] /._-"; };

if [ -n "$place" ]; then first=$place second=$place;
elif [ "$cache" = no ] || ! command -v sha256sum >/dev/null; then first=/dev/null second=/dev/null;
elif [ "$uid" = 0 ]; then first=/var/cache/safeport second=/run/safeport;
else first=${XDG_CACHE_HOME:-$HOME/.cache}/safeport second=/run/user/$uid/safeport;
fi;

found() { for dir in "$first" "$second"; do
	if enter "$dir" && [ -f "$file" ] && [ -r "$file" ] && [ ! -L "$file" ]; then
		exec 9<"$file";
		if [ -n "$place" ] || intact <&9; then touch "$file" 2>/dev/null; return 0; fi;
		rm -f "$file";
	fi;
	done; return 1; };

room() { set -- $(LC_ALL=C df -Pk . 2>/dev/null | tail -n +2); [ -z "$4" ] || [ "$4" -gt "$kilobytes" ]; };
fits() { room && : >".$$" && chmod 700 ".$$" && "./.$$"; set -- $?; rm -f ".$$"; return "$1"; };
unpack() { case $packing in xz) xz -dc;; gzip) gzip -dc;; *) cat;; esac; };
put() { unpack >"$file.$$" && chmod 700 "$file.$$" && { [ -n "$place" ] || intact <"$file.$$"; } && "./$file.$$" --version >/dev/null && mv -f "$file.$$" "$file"; };
tidy() { kept=0; ls -t | while read -r old; do
	case $old in
	"$program".*.*) find "./$old" -mmin +60 -exec rm -f {} \; ;;
	"$program".*) kept=$((kept+1)); [ $kept -le 2 ] || rm -f "./$old";;
	esac;
	done; };
somewhere() { for dir in "${TMPDIR:-/tmp}" /var/tmp /dev/shm "$HOME"; do
	place=$(mktemp -d "$dir/safeport.XXXXXX") && { enter "$place" && fits && return 0; cd /; rmdir "$place"; };
	done; place=; return 1; };
keep() { umask 077;
	for dir in "$first" "$second"; do
		if mkdir -p "$dir" && enter "$dir" && fits; then
			if put; then tidy; return 0; fi;
			rm -f "$file.$$"; return 1;
		fi;
	done;
	somewhere || return 1;
	if put; then return 0; fi;
	rm -f "$file.$$"; cd /; rmdir "$place"; return 1; };

if [ -z "$sum" ]; then todo=;
elif [ "$todo" = keep ]; then
	if keep 2>/dev/null; then printf "{\"place\": \"%s\"}\n" "$(plain "$place")";
	else cat >/dev/null; printf "{\"failed\": true, \"msg\": \"%s cannot be run on this host: it fits into no folder that programs may be run from (%s kB)\"}\n" "$program" "$kilobytes"; fi;
	exit;
elif found; then
	cd "$here" 2>/dev/null || cd /;
	if [ "$todo" = have ]; then echo "{}"; exit; fi;
	if [ -z "$place" ]; then exec /proc/self/fd/9 ansible-module ${1+"$1"}; fi;
	trap : HUP INT TERM;
	/proc/self/fd/9 ansible-module ${1+"$1"}; set -- $?;
	enter "$place" && rm -f "$file" && cd / && rmdir "$place"; exit "$1";
fi;
tools=; for tool in xz gzip; do if command -v $tool >/dev/null; then tools="$tools $tool"; fi; done;
printf "{\"_safeport_missing\": {\"machine\": \"%s\", \"arch\": \"%s\", \"tools\": \"%s\"}}\n" "$(plain "$machine")" "$arch" "$tools";
