package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"
	"golang.org/x/sys/unix"
)

// StartPodman starts Podman's service, by which it speaks Docker's API. As root its containers are on a bridge, and conmon
// keeps their ports; as Somebody they are behind slirp4netns, and rootlessport has the ports. There is no daemon: after
// [Engine.Stop] the containers run on.
func (h *Host) StartPodman(t testing.TB, as User) *Engine {
	t.Helper()
	name := "podman"
	if as.UID != 0 {
		name = "podman-rootless"
	}
	dirs := h.engineDirs(t, name, as)
	if err := errors.Join(os.WriteFile(dirs.config(), h.podmanConfig(dirs), 0o644), h.writePodman(), dirs.writeDefaults(h.podmanConfig(dirs))); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dirs.run, "podman.sock")
	e := h.startEngine(t, name, socket, func() *exec.Cmd {
		return h.apart(dirs, as, "podman", "--root", dirs.data, "--runroot", dirs.run, "--tmpdir", filepath.Join(dirs.run, "tmp"),
			"system", "service", "--time=0", "unix://"+socket)
	})
	e.dirs = dirs
	var err error
	if e.Client, err = podmanClient(socket); err != nil {
		t.Fatal(err)
	}
	return e
}

// Pasta publishes a port (as pasta's -t takes it, "8080:80") of a container of rootless Podman that has no network, in the way
// that Podman does by itself from version 5 on. There pasta ends when Podman removes the file of the container's network; here there
// is none, and it is ended as soon as the container is.
func (e *Engine) Pasta(t testing.TB, id, publish string) {
	t.Helper()
	is, err := e.ContainerInspect(t.Context(), id, client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	of := fmt.Sprintf("/proc/%d/ns/", is.Container.State.Pid)
	file := filepath.Join(e.dirs.run, "pasta.pid")
	cmd := e.host.apart(e.dirs, Somebody, "pasta", "--quiet", "--pid", file, "--config-net", "-i", "eth0", "-a", Addr4.String(), "-n", "24", "-g", PeerAddr4.String(),
		"-t", publish, "-u", "none", "-T", "none", "-U", "none", "--netns", of+"net", "--userns", of+"user")
	if err := e.host.Run(cmd); err != nil { // it goes on in the background
		t.Fatalf("pasta: %v", err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for _, err := os.Stat(of); err == nil; _, err = os.Stat(of) {
			time.Sleep(20 * time.Millisecond)
		}
		unix.Kill(pid, unix.SIGTERM)
	}()
}

// StartRootlessDocker starts dockerd as Somebody, in the namespaces that rootlesskit makes: it is rootlesskit that has the
// ports.
func (h *Host) StartRootlessDocker(t testing.TB) *Engine {
	t.Helper()
	dirs := h.engineDirs(t, "docker-rootless", Somebody)
	socket := filepath.Join(dirs.run, "docker.sock")
	return h.startEngine(t, "docker-rootless", socket, func() *exec.Cmd {
		return h.apart(dirs, Somebody, "sh", rootlessScript(), "--host", "unix://"+socket, "--data-root", dirs.data,
			"--exec-root", filepath.Join(dirs.run, "exec"), "--pidfile", filepath.Join(dirs.run, "docker.pid"))
	})
}

// rootlessScript is dockerd-rootless.sh, which Debian keeps out of the way and others have on the path.
func rootlessScript() string {
	const debians = "/usr/share/docker.io/contrib/dockerd-rootless.sh"
	if _, err := os.Stat(debians); err == nil {
		return debians
	}
	return "dockerd-rootless.sh"
}

// engineDirs are the directories of an engine that is started by a user.
type engineDirs struct{ home, data, run, etc string }

func (d engineDirs) config() string { return filepath.Join(d.etc, "containers.conf") }

func (h *Host) engineDirs(t testing.TB, name string, as User) engineDirs {
	t.Helper()
	d := engineDirs{h.Path(name), h.Path(name, "data"), h.Path(name, "run"), h.Path(name, "etc")}
	for _, dir := range []string{d.home, d.data, d.run, filepath.Join(d.run, "tmp"), filepath.Join(d.home, "cni"), d.etc} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(dir, int(as.UID), int(as.GID)); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// podmanConfig asks for what every machine has, and for no more than a container of the lab needs: Podman 4.3 fails where
// its default limits are above those of a machine. The mark makes conmon and what it starts known as the host's.
func (h *Host) podmanConfig(d engineDirs) []byte {
	return fmt.Appendf(nil, `[containers]
default_ulimits = ["nofile=1000:1000", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
conmon_env_vars = ["PATH=%s", "%s=%s"]
[network]
network_config_dir = "%s"
`, os.Getenv("PATH"), mark, h.dir, filepath.Join(d.home, "cni"))
}

// apart is a command in a mount namespace of its own, where the machine has the user's name and the ids that belong to it
// (newuidmap asks for both), a tun device for everybody as Debian has it, and nothing of what other engines keep. Podman asks
// dpkg for its own packages whenever it is asked for its version, which takes seconds on a busy machine: here it does not. Root's
// service comes back to these mounts when it is started anew: in them are the network namespaces of its containers.
func (h *Host) apart(d engineDirs, as User, argv ...string) *exec.Cmd {
	const script = `set -e
if [ "$uid" = 0 ] && [ -e "$etc/mounts" ] && [ -e "/proc/$(cat "$etc/mounts")/ns/mnt" ]; then
	exec nsenter --mount="/proc/$(cat "$etc/mounts")/ns/mnt" -- "$@"
fi
mount --make-rprivate /
mkdir -p /var/lib/cni /run/netns
mount -t tmpfs none /var/lib/cni
mount -t tmpfs none /run/netns
for file in /usr/bin/dpkg /usr/bin/rpm; do
	[ ! -e $file ] || mount --bind /bin/true $file
done
if [ "$uid" != 0 ]; then
	for file in passwd group; do cp /etc/$file "$etc/$file"; done
	echo "somebody:x:$uid:$uid::$HOME:/bin/sh" >>"$etc/passwd"
	echo "somebody:x:$uid:" >>"$etc/group"
	for file in subuid subgid; do echo somebody:700000:65536 >"$etc/$file"; done
	for file in passwd group subuid subgid; do
		[ -e /etc/$file ] || : >/etc/$file
		mount --bind "$etc/$file" /etc/$file
	done
	mount -t tmpfs none /home
	mkdir -m 700 /home/somebody # where a login shell of the user's is
	if [ -d "$etc/containers" ]; then
		mkdir /home/somebody/.config
		cp -r "$etc/containers" /home/somebody/.config/containers
		mkdir -p /run/user
		mount -t tmpfs none /run/user
		mkdir "/run/user/$uid"
		mount --bind "$XDG_RUNTIME_DIR" "/run/user/$uid"
		export XDG_RUNTIME_DIR="/run/user/$uid"
	fi
	chown -R "$uid:$uid" /home/somebody
	[ -e "$etc/tun" ] || mknod -m 666 "$etc/tun" c 10 200
	mount --bind "$etc/tun" /dev/net/tun
	exec setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"
fi
sleep infinity </dev/null >/dev/null 2>&1 &
echo $! >"$etc/mounts"
exec "$@"
`
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + d.home, "XDG_RUNTIME_DIR=" + d.run, "CONTAINERS_CONF=" + d.config(),
		"STORAGE_DRIVER=overlay", "etc=" + d.etc, fmt.Sprintf("uid=%d", as.UID),
	}
	return h.Command(context.Background(), Root, env, append([]string{"unshare", "--mount", "sh", "-c", script, "sh"}, argv...)...)
}
