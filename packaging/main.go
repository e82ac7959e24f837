// Command packaging builds what is handed out: packages for Debian and for RPM's distributions, and archives, each with a
// list of what the binary is made of, for amd64 and arm64. The same commit gives the same bytes on every machine.
//
// It is a module of its own, so that safeport's dependencies are those of the program.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	out := flag.String("o", "../dist", "where the packages go")
	source := flag.String("source", "..", "safeport's source")
	arch := flag.String("arch", "amd64,arm64", "for which architectures")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	files, err := packages(ctx, *source, *out, strings.Split(*arch, ","))
	for _, name := range files {
		fmt.Println(name)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

// packages builds everything into a directory and returns the names of the files.
func packages(ctx context.Context, source, out string, archs []string) (names []string, err error) {
	commit, err := readCommit(ctx, source)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return nil, err
	}
	for _, arch := range archs {
		made, err := packagesFor(ctx, commit, source, out, arch)
		names = append(names, made...)
		if err != nil {
			return names, fmt.Errorf("packaging for %s: %w", arch, err)
		}
	}
	script, err := os.ReadFile(filepath.Join(source, "install.sh"))
	if err != nil {
		return names, err
	}
	if err := os.WriteFile(filepath.Join(out, "install.sh"), script, 0o755); err != nil {
		return names, err
	}
	names = append(names, "install.sh")
	return append(names, checksumFile), writeChecksums(out, names)
}

func packagesFor(ctx context.Context, commit commit, source, out, arch string) ([]string, error) {
	stage, err := os.MkdirTemp("", "safeport-packaging-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(stage)
	if err := fill(ctx, stage, commit, source, arch); err != nil {
		return nil, err
	}
	archive, err := writeArchive(stage, out, commit, arch)
	if err != nil {
		return nil, err
	}
	made, err := writeSystemPackages(stage, out, commit, arch)
	return append(made, archive), err
}
