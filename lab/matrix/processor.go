package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
)

// portable are tests that ask nothing of the kernel but what an emulator of single programs passes on: no netlink.
var portable = []tests{
	{"internal/port", ""},
	{"internal/verdict", ""},
	{"internal/settings", ""},
	{"internal/instance", ""},
	{"internal/host/sockets", "'-test.run=Decode|ReadProcNet'"},
	{"internal/host/netfilter", "'-test.run=Recorded|OfIPVS'"},
	{"internal/host/holder", "'-test.run=ReadGroup|ChoosePath|ParseStat'"},
}

// processorRow runs the tests that an emulator of single programs can run, compiled for another processor.
func processorRow(arch, emulator string) func(context.Context, io.Writer) (outcome, error) {
	return func(ctx context.Context, log io.Writer) (o outcome, err error) {
		if err := need(emulator, "qemu-user-static"); err != nil {
			return o, err
		}
		dir, err := os.MkdirTemp("", "safeport-matrix-")
		if err != nil {
			return o, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		if err := buildTests(ctx, dir, arch, portable); err != nil {
			return o, err
		}
		tally := newTally()
		said := io.MultiWriter(log, tally)
		cmd := exec.CommandContext(ctx, "/bin/sh", "-c", script(portable, dir, emulator, ""))
		cmd.Stdout, cmd.Stderr = said, said
		err = cmd.Run()
		return outcome{count: tally.count(), seen: arch + " in " + emulator}, err
	}
}
