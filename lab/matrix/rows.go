package main

import (
	"context"
	"io"

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

func rows() []row { return append(kernelRows(), engineRows()...) }

// engineRows are the container engines of suites that are newer than this machine's.
func engineRows() []row {
	docker, podman := []string{"docker.io", "iptables"}, []string{"podman", "netavark", "passt", "docker.io"}
	all := []tests{{"lab/exam", "'-test.run=TestAccuracy/on/engine_with'"}}
	others := []tests{{"lab/exam", "'-test.run=TestAccuracy/on/engines_of_every_kind'"}}
	booted := []tests{{"lab/exam", "'-test.run=TestAccuracy/on/booted'"}}
	few := []tests{{"lab/exam", "'-test.run=TestAccuracy/on/engine_without'"}}
	return []row{
		{name: "docker-trixie", run: userland{suite: "trixie", programs: docker, tests: all}.run},
		{name: "docker-trixie-legacy", run: userland{suite: "trixie", programs: docker, tests: all, legacy: true}.run},
		{name: "engines-trixie", run: userland{suite: "trixie", programs: podman, tests: others}.run},
		{name: "systemd-trixie", run: userland{suite: "trixie", programs: []string{"systemd", "docker.io"}, tests: booted}.run},
		{name: "docker-sid", run: userland{suite: "sid", programs: docker, tests: all}.run},
		{name: "docker-sid-few", some: true, run: userland{suite: "sid", programs: docker, tests: few}.run},
		{name: "docker-sid-legacy", run: userland{suite: "sid", programs: docker, tests: all, legacy: true}.run},
		{name: "engines-sid", run: userland{suite: "sid", programs: podman, tests: others}.run},
		{name: "systemd-sid", run: userland{suite: "sid", programs: []string{"systemd", "docker.io"}, tests: booted}.run},
	}
}

// kernelRows are the kernels of all suites, and some of them in other ways of starting them.
func kernelRows() []row {
	return []row{
		{name: "kernel-bullseye", some: true, run: kernelRow("bullseye", kernels.Guest{})},
		{name: "kernel-bullseye-cgroup-v1", run: kernelRow("bullseye", kernels.Guest{Cgroups: "v1"})},
		{name: "kernel-bookworm", run: kernelRow("bookworm", kernels.Guest{})},
		{name: "kernel-bookworm-cgroup-hybrid", run: kernelRow("bookworm", kernels.Guest{Cgroups: "hybrid"})},
		{name: "kernel-trixie", run: kernelRow("trixie", kernels.Guest{})},
		{name: "kernel-trixie-hidepid", run: kernelRow("trixie", kernels.Guest{HidePID: true})},
		{name: "kernel-trixie-no-ipv6", run: kernelRow("trixie", kernels.Guest{Args: []string{"ipv6.disable=1"}})},
		{name: "kernel-trixie-backports", run: kernelRow("trixie-backports", kernels.Guest{})},
		{name: "kernel-sid", run: kernelRow("sid", kernels.Guest{})},
	}
}
