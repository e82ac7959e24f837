package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/safeport/safeport/lab/debian"
)

// userland is a row of programs of a suite, its container engines among them, on this machine's kernel.
type userland struct {
	suite    string
	programs []string // whose versions are printed
	tests    []tests
	legacy   bool // iptables is iptables-legacy
}

func (u userland) run(ctx context.Context, log io.Writer) (o outcome, err error) {
	if err := need("mmdebstrap", "mmdebstrap"); err != nil {
		return o, err
	}
	tree, err := fetchTree(ctx, u.suite)
	if err != nil {
		return o, err
	}
	o.seen = u.versions(tree)
	dir, err := os.MkdirTemp("", "safeport-matrix-")
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	shared := filepath.Join(dir, "shared")
	if err := build(ctx, shared, u.tests); err != nil {
		return o, err
	}
	cmd, err := tree.Command(ctx, filepath.Join(dir, "layer"), shared, u.script())
	if err != nil {
		return o, err
	}
	tally := newTally()
	said := io.MultiWriter(log, tally)
	cmd.Stdout, cmd.Stderr = said, said
	err = cmd.Run()
	o.count = tally.count()
	return o, err
}

func fetchTree(ctx context.Context, suite string) (_ *debian.Tree, err error) {
	archive, err := debian.Open(ctx, suites...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	return archive.Tree(ctx, suite)
}

func (u userland) versions(tree *debian.Tree) string {
	var said []string
	for _, name := range u.programs {
		said = append(said, name+" "+tree.Versions[name])
	}
	return strings.Join(said, ", ")
}

func (u userland) script() string {
	words := "export SAFEPORT_LAB=required SAFEPORT_LAB_PROGRAMS=/run/lab/programs\n"
	if u.legacy {
		words += "for name in iptables ip6tables; do ln -sf /usr/sbin/$name-legacy /etc/alternatives/$name; done\n"
	}
	return words + script(u.tests, "/run/lab", "", "")
}
