package main

import (
	"context"
	"io"
	"strings"

	"github.com/safeport/safeport/lab/kernels"
)

// row is a kernel, or a userland with an engine, and what is tried on it.
type row struct {
	name string
	some bool // one of the few that fit into a quarter of an hour
	run  func(context.Context, io.Writer) (outcome, error)
}

// suites are those of Debian that rows take kernels and programs from.
var suites = []string{"bullseye", "bookworm", "trixie", "trixie-backports", "sid"}

// rows are all that there are. Only narrows the situations of the exam, as "go test -run" has it; empty: all.
func rows(only string) []row {
	processors := row{name: "arm64", run: processorRow("arm64", "qemu-aarch64-static")}
	return append(append(kernelRows(only), processors), engineRows(only)...)
}

// exam are the situations of the accuracy exam on hosts of a kind, by the beginning of its name.
func exam(kind, only string, more ...string) tests {
	run := "TestAccuracy/on/" + kind
	if only != "" {
		run += "/" + only
	}
	return tests{"lab/exam", strings.Join(append([]string{"'-test.run=" + run + "'"}, more...), " ")}
}

// engineRows are the container engines of suites that are newer than this machine's.
func engineRows(only string) []row {
	docker, podman, systemd := []string{"docker.io", "iptables"}, []string{"podman", "netavark", "passt", "docker.io"}, []string{"systemd", "docker.io"}
	var all []row
	for _, suite := range []string{"trixie", "sid"} {
		on := func(kind string) []tests { return []tests{exam(kind, only)} }
		all = append(all,
			row{name: "docker-" + suite, run: userland{suite: suite, programs: docker, tests: on("engine_with_docker-proxy")}.run},
			row{name: "docker-" + suite + "-no-proxy", some: suite == "trixie", run: userland{suite: suite, programs: docker, tests: on("engine_without")}.run},
			row{name: "docker-" + suite + "-iptables-legacy", run: userland{suite: suite, programs: docker, tests: on("engine_with"), legacy: true}.run},
			row{name: "engines-" + suite, run: userland{suite: suite, programs: podman, tests: on("engines_of_every_kind")}.run},
			row{name: "systemd-" + suite, run: userland{suite: suite, programs: systemd, tests: on("booted")}.run},
		)
	}
	return all
}

// kernelRows are the kernels of all suites, and some of them in other ways of starting them.
func kernelRows(only string) []row {
	boot := func(suite string, guest kernels.Guest) func(context.Context, io.Writer) (outcome, error) {
		return kernelRow(suite, guest, append([]tests{exam("", only, "-no-engine", "-patience=2m")}, kernelTests...))
	}
	return []row{
		{name: "kernel-bullseye", run: boot("bullseye", kernels.Guest{})},
		{name: "kernel-bullseye-few", some: true, run: kernelRow("bullseye", kernels.Guest{}, []tests{
			{"internal/host/sockets", ""}, {"internal/host/kernel", ""}, exam("engine_with", "(bound|source_port|TIME_WAIT|UDP_.*bind|routes:_an_address)", "-no-engine", "-patience=2m")})},
		{name: "kernel-bullseye-cgroup-v1", run: boot("bullseye", kernels.Guest{Cgroups: "v1"})},
		{name: "kernel-bookworm", run: boot("bookworm", kernels.Guest{})},
		{name: "kernel-bookworm-cgroup-hybrid", run: boot("bookworm", kernels.Guest{Cgroups: "hybrid"})},
		{name: "kernel-trixie", run: boot("trixie", kernels.Guest{})},
		{name: "kernel-trixie-hidepid", run: boot("trixie", kernels.Guest{HidePID: true})},
		{name: "kernel-trixie-no-ipv6", run: boot("trixie", kernels.Guest{Args: []string{"ipv6.disable=1"}})},
		{name: "kernel-trixie-backports", run: boot("trixie-backports", kernels.Guest{})},
		{name: "kernel-sid", run: boot("sid", kernels.Guest{})},
	}
}
