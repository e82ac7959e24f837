package debian

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Package is a package as a suite has it today.
type Package struct {
	Name, Suite, Version string
	Depends              []string // its own words, such as "linux-image-6.1.0-50-amd64 (= 6.1.176-1)"
}

// Package looks a package up in a suite.
func (a *Archive) Package(ctx context.Context, suite, name string) (Package, error) {
	found, err := a.packages(ctx, suite, []string{name})
	if err != nil {
		return Package{}, err
	}
	return found[0], nil
}

// packages looks several up at once: apt reads all of its lists for each question.
func (a *Archive) packages(ctx context.Context, suite string, names []string) ([]Package, error) {
	argv := []string{"apt-cache", "show", "--no-all-versions"}
	for _, name := range names {
		argv = append(argv, name+"/"+suite)
	}
	text, err := a.apt(ctx, "", argv...)
	if err != nil {
		return nil, err
	}
	found := map[string]Package{}
	p := Package{Suite: suite}
	for line := range strings.Lines(text + "\n") {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "Package":
			p.Name = value
		case "Version":
			p.Version = value
		case "Depends":
			p.Depends = strings.Split(value, ", ")
		case "": // the end of a package
			if _, known := found[p.Name]; !known {
				found[p.Name] = p
			}
			p = Package{Suite: suite}
		}
	}
	all := make([]Package, len(names))
	for i, name := range names {
		p, ok := found[name]
		if !ok {
			return nil, fmt.Errorf("%s has no package %s", suite, name)
		}
		all[i] = p
	}
	return all, nil
}

// DependsOn are the names of packages that it depends on and that begin with a prefix.
func (p Package) DependsOn(prefix string) []string {
	var names []string
	for _, depend := range p.Depends {
		if name, _, _ := strings.Cut(depend, " "); strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	return names
}

// Unpack fetches a package and unpacks it into a directory, without running anything of it.
func (a *Archive) Unpack(ctx context.Context, p Package, into string) error {
	dir, err := os.MkdirTemp(a.dir, "fetch-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if _, err := a.apt(ctx, dir, "apt-get", "download", p.Name+"="+p.Version); err != nil {
		return err
	}
	debs, _ := filepath.Glob(filepath.Join(dir, "*.deb"))
	if len(debs) != 1 {
		return fmt.Errorf("apt fetched %d packages for %s %s", len(debs), p.Name, p.Version)
	}
	if out, err := exec.CommandContext(ctx, "dpkg-deb", "--extract", debs[0], into).CombinedOutput(); err != nil {
		return fmt.Errorf("unpacking %s: %w: %s", p.Name, err, out)
	}
	return nil
}
