package debian

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// labPackages are what a lab host needs, see lab/setup.sh. What only tests of the packaging or of the pages need is not
// among them.
var labPackages = []string{
	"docker.io", "docker-cli", "podman", "netavark", "aardvark-dns", "passt", "slirp4netns", "rootlesskit", "uidmap", "runc", "crun", "containernetworking-plugins",
	"iptables", "nftables", "iproute2", "lsof", "ufw", "firewalld", "dbus-daemon", "dbus-system-bus-common", "systemd", "systemd-sysv", "systemd-container",
	"libpam-systemd", "sudo", "procps", "openssh-server", "openssh-client", "busybox", "curl", "jq", "python3", "kmod", "bpftool", "util-linux", "mount", "wireguard-tools", "ipvsadm",
}

// Tree is a directory with the programs of a suite: a Debian that lacks nothing but a kernel.
type Tree struct {
	Dir      string
	Versions map[string]string // of its packages
}

// Tree installs what a lab host needs from a suite into a directory, unless one with the very same versions is there. One
// of other versions is removed.
func (a *Archive) Tree(ctx context.Context, suite string) (*Tree, error) {
	key := sha256.New()
	packages, err := a.packages(ctx, suite, labPackages)
	if err != nil {
		return nil, err
	}
	for _, p := range packages {
		fmt.Fprintln(key, p.Name, p.Version)
	}
	cache, err := Cache()
	if err != nil {
		return nil, err
	}
	trees := filepath.Join(cache, "trees")
	dir := filepath.Join(trees, fmt.Sprintf("%s-%x", suite, key.Sum(nil)[:6]))
	if _, err := os.Stat(dir); err != nil {
		if err := a.install(ctx, suite, trees, dir); err != nil {
			return nil, err
		}
	}
	return openTree(ctx, dir)
}

// install runs mmdebstrap, which resolves dependencies as apt does; debootstrap knows no alternatives among them. The tree
// gets its name when it is complete.
func (a *Archive) install(ctx context.Context, suite, trees, dir string) error {
	if err := os.MkdirAll(trees, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(trees, suite+"-*"))
	if err != nil {
		return err
	}
	part := filepath.Join(trees, "part-"+suite)
	for _, dir := range append(old, part) {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	if err != nil {
		return err
	}
	// The machine's own settings for the mirror: proxies, certificates, how old a list may be.
	settings, err := exec.CommandContext(ctx, "apt-config", "dump", "Acquire").Output()
	if err != nil {
		return fmt.Errorf("asking apt for its settings: %w", err)
	}
	acquire := filepath.Join(a.dir, "etc", "acquire.conf")
	if err := os.WriteFile(acquire, settings, 0o644); err != nil {
		return err
	}
	// In a mount namespace of its own: whatever becomes of it, nothing of this machine's stays mounted in a tree that is removed.
	cmd := exec.CommandContext(ctx, "unshare", "--mount", "mmdebstrap", "--mode=root", "--variant=apt", "--aptopt="+acquire, `--aptopt=APT::Install-Recommends "false"`,
		`--aptopt=Acquire::Languages "none"`, "--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*", "--dpkgopt=path-exclude=/usr/share/doc/*",
		"--include="+strings.Join(labPackages, ","), suite, part, fmt.Sprintf("deb [signed-by=%s] %s %s main", keyring, a.mirror, suite))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("installing %s: %w\n%s", suite, err, tail(out))
	}
	return os.Rename(part, dir)
}

func tail(text []byte) []byte { return text[max(0, len(text)-2000):] }

// openTree reads which versions a tree has.
func openTree(ctx context.Context, dir string) (*Tree, error) {
	out, err := exec.CommandContext(ctx, "dpkg-query", "--admindir="+filepath.Join(dir, "var/lib/dpkg"), "--show", "--showformat=${Package} ${Version}\n").Output()
	if err != nil {
		return nil, fmt.Errorf("reading the packages of %s: %w", dir, err)
	}
	t := &Tree{Dir: dir, Versions: map[string]string{}}
	for line := range strings.Lines(string(out)) {
		name, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		if slices.Contains(labPackages, name) {
			t.Versions[name] = upstream(version)
		}
	}
	return t, nil
}

// upstream is a version without Debian's own part: "28.5.2+dfsg4-1" is 28.5.2.
func upstream(version string) string {
	if _, after, ok := strings.Cut(version, ":"); ok {
		version = after
	}
	if i := strings.LastIndex(version, "-"); i >= 0 {
		version = version[:i]
	}
	version, _, _ = strings.Cut(version, "+")
	return version
}
