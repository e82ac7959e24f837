package lab

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// sudoers lets everybody do everything, as the administrator who pastes a command may. What sudo keeps of the environment is
// what it keeps everywhere.
const sudoers = "Defaults env_reset, !requiretty, secure_path=\"%s\"\nALL ALL=(ALL:ALL) NOPASSWD: ALL\n"

// Paste is a shell that runs a line of an administrator's, exactly as it was printed: with sudo, in the host's network, and
// with the program that printed it on the path. What the line writes below /etc is gone with it, and the machine's own
// systemd is out of its reach.
func (h *Host) Paste(ctx context.Context, as User, env []string, line string) (*exec.Cmd, error) {
	if err := h.writeSudo(h.Path("sudo")); err != nil {
		return nil, err
	}
	const script = `set -e
mount --make-rprivate /
for dir in /etc/sysctl.d /etc/sudoers.d /run/systemd /run/dbus /run/sudo /var/lib/containers /run/containers /run/libpod; do
	[ ! -d $dir ] || mount -t tmpfs -o mode=755 none $dir
done
mkdir -p /run/user
for dir in /home /run/user; do mount -t tmpfs -o mode=755 none $dir; done
mkdir -m 700 /home/somebody /run/user/65533
chown 65533:65533 /run/user/65533
if [ -d "$host/podman-rootless" ]; then
	mkdir -p /home/somebody/.config
	cp -r "$host/podman-rootless/etc/containers" /home/somebody/.config/containers
	mount --bind "$host/podman-rootless/run" /run/user/65533
fi
chown -R 65533:65533 /home/somebody
[ ! -e "$host/firewalld/bus" ] || ln -s "$host/firewalld/bus" /run/dbus/system_bus_socket
[ ! -d "$host/ufw" ] || mount --bind "$host/ufw" /etc/ufw
for file in sudoers passwd pam.d/sudo pam.d/sudo-i; do mount --bind "$host/sudo/$file" /etc/$file; done
line=$1
shift
unset host
exec "$@" /bin/sh -c "$line"
`
	words := []string{"unshare", "--mount", "/bin/sh", "-c", script, "sh", line}
	if as.UID != 0 {
		words = append(words, "setpriv", "--reuid="+strconv.Itoa(int(as.UID)), "--regid="+strconv.Itoa(int(as.GID)), groups(as))
	}
	return h.Command(ctx, Root, append([]string{"host=" + h.dir}, h.withPrograms(env)...), words...), nil
}

// Paste is [Host.Paste] on the booted machine.
func (s *Systemd) Paste(ctx context.Context, as User, env []string, line string) *exec.Cmd {
	return s.Command(ctx, as, s.host.withPrograms(env), "/bin/sh", "-c", line)
}

// withPrograms puts the host's programs on the path, which whoever pastes a line has even if safeport had none.
func (h *Host) withPrograms(env []string) []string {
	changed := []string{"PATH=" + h.Path("bin") + ":" + os.Getenv("PATH")}
	for _, kv := range env {
		if !strings.HasPrefix(kv, "PATH=") {
			changed = append(changed, kv)
		}
	}
	return changed
}

// writeSudo makes what sudo reads below a directory that stands for /etc.
func (h *Host) writeSudo(etc string) error {
	passwd := "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\nsomebody:x:65533:65533::/home/somebody:/bin/sh\n"
	const pam = "auth sufficient pam_permit.so\naccount sufficient pam_permit.so\nsession sufficient pam_permit.so\n"
	files := map[string]string{
		"sudoers":    strings.Replace(sudoers, "%s", h.Path("bin")+":"+os.Getenv("PATH"), 1),
		"passwd":     passwd,
		"pam.d/sudo": pam, "pam.d/sudo-i": pam,
	}
	for name, text := range files {
		path := filepath.Join(etc, name)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o440); err != nil {
			return err
		}
	}
	return os.Chmod(filepath.Join(etc, "passwd"), 0o644)
}
