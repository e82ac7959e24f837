package lab

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// writePodman makes root's podman command of the host, for whoever pastes a line that has it: it speaks to the containers of
// root's Podman on this host, whose networks are in the mounts of its service. What is asked of an engine by its address goes by,
// and another user's command has that user's own settings, see [engineDirs.writeDefaults].
func (h *Host) writePodman() error {
	script := fmt.Sprintf(`#!/bin/sh
for arg; do
	case $arg in
	--url|--url=*) exec /usr/bin/podman "$@" ;;
	-*) ;;
	*) break ;;
	esac
done
[ "$(id -u)" = 0 ] || exec /usr/bin/podman "$@"
dir=%s
export HOME=$dir XDG_RUNTIME_DIR=$dir/run CONTAINERS_CONF=$dir/etc/containers.conf STORAGE_DRIVER=overlay
exec nsenter --mount=/proc/$(cat $dir/etc/mounts)/ns/mnt -- /usr/bin/podman --root $dir/data --runroot $dir/run --tmpdir $dir/run/tmp "$@"
`, h.Path("podman"))
	return os.WriteFile(h.Path("bin", "podman"), []byte(script), 0o755)
}

// writeDefaults writes what a user has in ~/.config/containers by whom Podman is used without options.
func (d engineDirs) writeDefaults(config []byte) error {
	dir := filepath.Join(d.etc, "containers")
	config = bytes.Replace(config, []byte("[engine]\n"), fmt.Appendf(nil, "[engine]\ntmp_dir = %q\n", filepath.Join(d.run, "tmp")), 1)
	storage := fmt.Appendf(nil, "[storage]\ndriver = \"overlay\"\nrunroot = %q\ngraphroot = %q\n", d.run, d.data)
	return errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "containers.conf"), config, 0o644), os.WriteFile(filepath.Join(dir, "storage.conf"), storage, 0o644))
}
