package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// kernelTests are those that need a kernel and no container engine, besides the exam.
var kernelTests = []tests{
	{"internal/host/sockets", ""},
	{"internal/host/probe", ""},
	{"internal/host/netfilter", "'-test.skip=TestFilters|RunningKernel'"}, // the exam has them too, and their truth
	{"internal/host/kernel", ""},
	{"internal/host/holder", ""},
}

// script runs tests in a shell, below a directory that has what [build] made, one package after the other. The command is what
// runs a program; empty: the kernel itself.
func script(all []tests, below, command, more string) string {
	var s strings.Builder
	for _, t := range all {
		fmt.Fprintf(&s, "cd %s/tests/%s\necho '%s%s'\n%s ./test -test.v -test.count=1 -test.timeout=3h %s %s\necho \"%s$?\"\n",
			below, t.pkg, heading, t.pkg, command, more, t.args, ending)
	}
	return s.String()
}

// tests are those of a package, with the arguments of their program.
type tests struct{ pkg, args string }

// build compiles the tests of packages, and the programs that lab hosts run, into a directory: a kernel under emulation would
// take an hour for it.
func build(ctx context.Context, dir string, all []tests) error {
	for _, program := range []string{"cmd/safeport", "lab/standin"} {
		to := filepath.Join(dir, "programs", path.Base(program))
		if err := compile(ctx, runtime.GOARCH, "build", "-trimpath", "-ldflags=-s -w", "-o", to, "./"+program); err != nil {
			return err
		}
	}
	return buildTests(ctx, dir, runtime.GOARCH, all)
}

// buildTests compiles tests alone, for a processor. What a test reads beside itself is copied too.
func buildTests(ctx context.Context, dir, arch string, all []tests) error {
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	for _, t := range all {
		to := filepath.Join(dir, "tests", t.pkg)
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		if err := compile(ctx, arch, "test", "-c", "-ldflags=-s -w", "-o", filepath.Join(to, "test"), "./"+t.pkg); err != nil {
			return err
		}
		data := filepath.Join(root, t.pkg, "testdata")
		if _, err := os.Stat(data); err != nil {
			continue
		}
		if err := os.CopyFS(filepath.Join(to, "testdata"), os.DirFS(data)); err != nil {
			return err
		}
	}
	return nil
}

// compile runs the go command in the module's root, for a processor and without C.
func compile(ctx context.Context, arch string, args ...string) error {
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH="+arch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, out)
	}
	return nil
}

// moduleRoot is where this module's go.mod is.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("looking for the module: %w", err)
	}
	file := strings.TrimSpace(string(out))
	if filepath.Base(file) != "go.mod" {
		return "", errors.New("the working directory is not below safeport's module")
	}
	return filepath.Dir(file), nil
}
