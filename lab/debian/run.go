package debian

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
)

// enter makes the tree the root, in a mount namespace of its own: what is written to it is in a layer above it, this
// machine's devices and /sys are its own, and the shared directory stands at /run/lab. The root is changed for good and not
// by chroot: in a chroot nobody may make a user namespace, which engines without root need.
const enter = `set -e
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$tree,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
cd "$layer/root"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p run/lab run/lock run/old
mount --bind "$shared" run/lab
mount --bind "$layer/tmp" tmp
cp /etc/hosts etc/hosts
rm -f etc/resolv.conf
cp -L /etc/resolv.conf etc/resolv.conf
pivot_root . run/old
umount -l run/old
rmdir run/old
cd /run/lab
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 /bin/sh -c "$1"
`

// Command runs a shell's script among the programs of the tree, as root and on this machine's kernel. The script starts in
// the shared directory. The caller removes the layer, a directory that has what the script wrote elsewhere.
func (t *Tree) Command(ctx context.Context, layer, shared, script string) (*exec.Cmd, error) {
	for _, dir := range []string{"upper", "work", "root", "tmp"} {
		if err := os.MkdirAll(filepath.Join(layer, dir), 0o755); err != nil {
			return nil, err
		}
	}
	if err := os.Chmod(filepath.Join(layer, "tmp"), 0o777|os.ModeSticky); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "unshare", "--mount", "/bin/sh", "-c", enter, "sh", script)
	cmd.Env = append(os.Environ(), "tree="+t.Dir, "layer="+layer, "shared="+shared)
	return cmd, nil
}
