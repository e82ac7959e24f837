package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"

	"github.com/safeport/safeport/lab/debian"
	"github.com/safeport/safeport/lab/kernels"
)

// kernelRow runs tests, which need no engine, on a kernel of a suite.
func kernelRow(suite string, guest kernels.Guest, all []tests) func(context.Context, io.Writer) (outcome, error) {
	return func(ctx context.Context, log io.Writer) (outcome, error) {
		if runtime.GOARCH != "amd64" {
			return outcome{}, errors.New("the kernels are those of amd64, and so have to be the tests")
		}
		if err := need("qemu-system-x86_64", "qemu-system-x86", "depmod", "kmod", "xz", "xz-utils", "zstd", "zstd",
			"wg", "wireguard-tools", "ipvsadm", "ipvsadm"); err != nil {
			return outcome{}, err
		}
		kernel, err := fetchKernel(ctx, suite)
		if err != nil {
			return outcome{}, err
		}
		guest.Shared, err = os.MkdirTemp("", "safeport-matrix-")
		if err != nil {
			return outcome{}, err
		}
		defer os.RemoveAll(guest.Shared)
		if err := build(ctx, guest.Shared, all); err != nil {
			return outcome{}, err
		}
		tally := newTally()
		_, err = kernel.Run(ctx, guest, kernelScript(all), io.MultiWriter(log, tally))
		return outcome{count: tally.count(), seen: "kernel " + kernel.Release + " (" + kernel.Version + ")"}, err
	}
}

func fetchKernel(ctx context.Context, suite string) (_ *kernels.Kernel, err error) {
	archive, err := debian.Open(ctx, suites...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	return kernels.Fetch(ctx, archive, suite)
}

// kernelScript runs the tests. Programs are copied into the guest's memory first: what is run over 9P is fetched page by page.
func kernelScript(all []tests) string {
	return "export SAFEPORT_LAB=required SAFEPORT_LAB_PROGRAMS=/tmp/row/programs\nip link set lo up\nmkdir /tmp/row && cp -r programs tests /tmp/row || exit\n" +
		script(all, "/tmp/row", "", "-test.parallel=1")
}
