#!/bin/sh
# Makes the collection in a folder: build.sh DIRECTORY [ARCHITECTURE…], from the root of the repository. Each program goes
# there compressed, once for each architecture, beside the script that runs it on a host.
set -eu
dest=$1
shift
[ $# -gt 0 ] || set -- amd64 arm64
bin=$dest/plugins/modules/__bin # Ansible lists no plugins of folders that begin with two underscores
mkdir -p "$bin"
cp -r ansible/galaxy.yml ansible/meta ansible/playbooks ansible/plugins ansible/README.md LICENSE "$dest"
for program in safeport-check safeport; do
	name=$(echo $program | tr - _) # as Ansible names modules
	builds=
	for arch; do
		tags=
		[ $program = safeport ] || tags=nethttpomithttp2 # as make build has it
		CGO_ENABLED=0 GOARCH=$arch go build -trimpath -tags="$tags" -ldflags='-s -w' -o "$bin/$program" "./cmd/$program"
		sum=$(sha256sum <"$bin/$program" | cut -c 1-64)
		size=$(($(wc -c <"$bin/$program") / 1024 + 1024))
		# Unpacking takes as much memory as the dictionary. A filter for machine code would save four percent, and busybox
		# does not know it.
		xz --lzma2=preset="${XZ_PRESET:-9}",dict=16MiB -c "$bin/$program" >"$bin/${name}_linux_$arch.xz"
		rm "$bin/$program"
		case $arch in
		amd64) machines='x86_64|amd64' ;;
		arm64) machines='aarch64|arm64' ;;
		esac
		builds="$builds$machines) arch=$arch sum=$sum kilobytes=$size;; "
	done
	sed "s/@PROGRAM@/$program/; s/@BUILDS@/$builds/" ansible/build/program.sh >"$bin/$name"
done
