// Package kernels boots kernels of Debian's suites in QEMU, without hardware acceleration and beside this machine's own,
// and runs programs on them. The guest has this machine's files, and cannot write them: the programs that a test needs are
// those that are installed here, only the kernel is another.
package kernels

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/safeport/safeport/lab/debian"
)

// Kernel is a kernel with its modules, unpacked.
type Kernel struct {
	Suite   string
	Version string // of the package: "5.10.223-1"
	Release string // as uname says it: "5.10.0-32-amd64"
	image   string
	modules string // the directory that stands at /lib/modules/RELEASE
}

// Fetch takes the kernel that a suite has today, unless it was fetched before.
func Fetch(ctx context.Context, archive *debian.Archive, suite string) (*Kernel, error) {
	meta, err := archive.Package(ctx, suite, "linux-image-amd64")
	if err != nil {
		return nil, err
	}
	names := meta.DependsOn("linux-image-")
	if len(names) != 1 {
		return nil, fmt.Errorf("linux-image-amd64 of %s depends on %q", suite, names)
	}
	image, err := archive.Package(ctx, suite, names[0])
	if err != nil {
		return nil, err
	}
	cache, err := debian.Cache()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cache, "kernels", image.Name+"_"+image.Version)
	if _, err := os.Stat(dir); err != nil {
		if err := fetch(ctx, archive, image, dir); err != nil {
			return nil, err
		}
	}
	return open(dir, image)
}

// fetch unpacks a kernel into a directory, which gets its name when it is complete.
func fetch(ctx context.Context, archive *debian.Archive, image debian.Package, dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), "part-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(part)
	packages := []debian.Package{image}
	// From Linux 7 on the image's package is empty, and has the kernel, its modules and lists of them in three others.
	for _, name := range slices.Concat(image.DependsOn("linux-base-"), image.DependsOn("linux-binary-"), image.DependsOn("linux-modules-")) {
		p, err := archive.Package(ctx, image.Suite, name)
		if err != nil {
			return err
		}
		packages = append(packages, p)
	}
	for _, p := range packages {
		if err := archive.Unpack(ctx, p, part); err != nil {
			return err
		}
	}
	release := strings.TrimPrefix(image.Name, "linux-image-")
	base := part
	if _, err := os.Stat(filepath.Join(part, "lib", "modules")); err != nil {
		base = filepath.Join(part, "usr")
	}
	// depmod looks below lib/modules of the base.
	if out, err := exec.CommandContext(ctx, "depmod", "--basedir", base, release).CombinedOutput(); err != nil {
		return fmt.Errorf("listing the modules of %s: %w: %s", release, err, out)
	}
	return os.Rename(part, dir)
}

func open(dir string, image debian.Package) (*Kernel, error) {
	k := &Kernel{Suite: image.Suite, Version: image.Version, Release: strings.TrimPrefix(image.Name, "linux-image-")}
	find := func(patterns ...string) (string, error) {
		for _, pattern := range patterns {
			if found, _ := filepath.Glob(filepath.Join(dir, pattern)); len(found) == 1 {
				return found[0], nil
			}
		}
		return "", fmt.Errorf("%s %s has none of %q", image.Name, image.Version, patterns)
	}
	var err error
	if k.image, err = find("boot/vmlinuz-*", "usr/lib/modules/*/vmlinuz"); err != nil {
		return nil, err
	}
	k.modules, err = find("lib/modules/"+k.Release, "usr/lib/modules/"+k.Release)
	return k, err
}
