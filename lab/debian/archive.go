// Package debian takes programs and kernels of any of Debian's suites from the mirror that this machine's apt is told to
// use, without changing anything of that apt: lists, packages and trees are below a directory of the user's own.
package debian

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// keyring has the keys of all suites. Without it nothing is fetched: a kernel that is booted as root, and programs that
// run as root, are those that Debian signed.
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// Archive is Debian's archive as the machine's own mirror has it, with the suites that were asked for.
type Archive struct {
	mirror string
	dir    string
	lock   *os.File
}

// Cache is where the lab keeps what it fetched, between runs.
func Cache() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "safeport-lab"), err
}

// Open reads the lists of packages of the suites. One process at a time has the archive, others wait.
func Open(ctx context.Context, suites ...string) (*Archive, error) {
	cache, err := Cache()
	if err != nil {
		return nil, err
	}
	a := &Archive{dir: filepath.Join(cache, "debian")}
	for _, dir := range []string{"lists/partial", "packages/partial", "etc"} {
		if err := os.MkdirAll(filepath.Join(a.dir, dir), 0o755); err != nil {
			return nil, err
		}
	}
	if a.lock, err = lock(filepath.Join(a.dir, "lock")); err != nil {
		return nil, err
	}
	if err := a.update(ctx, suites); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Close lets others have the archive.
func (a *Archive) Close() error { return a.lock.Close() }

func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return f, nil
}

func (a *Archive) update(ctx context.Context, suites []string) error {
	if _, err := os.Stat(keyring); err != nil {
		return fmt.Errorf("the keys of Debian's suites are missing (package debian-archive-keyring): %w", err)
	}
	var err error
	if a.mirror, err = mirror(ctx); err != nil {
		return err
	}
	var sources strings.Builder
	for _, suite := range suites {
		fmt.Fprintf(&sources, "deb [signed-by=%s] %s %s main\n", keyring, a.mirror, suite)
	}
	// One day's rows are of the same lists, and the mirror is asked once.
	const fresh = 12 * time.Hour
	was, _ := os.ReadFile(a.sources())
	if info, err := os.Stat(a.updated()); err == nil && time.Since(info.ModTime()) < fresh && string(was) == sources.String() {
		return nil
	}
	if err := os.WriteFile(a.sources(), []byte(sources.String()), 0o644); err != nil {
		return err
	}
	_ = os.Remove(a.updated())
	if _, err := a.apt(ctx, "", "apt-get", "update"); err != nil {
		return err
	}
	return os.WriteFile(a.updated(), nil, 0o644)
}

// mirror is where the machine's apt has Debian's packages from. It is nowhere written down: each machine has its own.
func mirror(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages").Output()
	if err != nil {
		return "", fmt.Errorf("asking apt for its mirror: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		if uri, ok := strings.CutPrefix(strings.TrimSpace(line), "Debian "); ok {
			return uri, nil
		}
	}
	return "", errors.New("apt has no mirror of Debian among its sources")
}

func (a *Archive) sources() string { return filepath.Join(a.dir, "etc", "sources.list") }

func (a *Archive) updated() string { return filepath.Join(a.dir, "etc", "updated") }

// apt runs one of apt's commands with the archive's sources instead of the machine's, and as the machine's in all else:
// proxies, credentials, certificates.
func (a *Archive) apt(ctx context.Context, dir string, argv ...string) (string, error) {
	options := []string{
		"-q", "-o", "Dir::Etc::sourcelist=" + a.sources(), "-o", "Dir::Etc::sourceparts=/dev/null", "-o", "Dir::State::lists=" + filepath.Join(a.dir, "lists"),
		"-o", "Dir::Cache=" + a.dir, "-o", "Dir::Cache::archives=packages", "-o", "Dir::Cache::pkgcache=pkgcache.bin", "-o", "Dir::Cache::srcpkgcache=srcpkgcache.bin", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Languages=none", "-o", "Acquire::Retries=3",
		"-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false", "-o", "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false",
	}
	cmd := exec.CommandContext(ctx, argv[0], append(options, argv[1:]...)...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}
