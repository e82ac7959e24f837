package exam

import (
	"os"
	"path/filepath"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// hookSituations have a BPF program on a cgroup that keeps everybody in it from binding.
func hookSituations() []situation {
	denied := []report.Code{report.PermissionDenied}
	const group = "system.slice/web.service"
	return []situation{
		{name: "cgroup that forbids binding, bind", on: proxied, want: bind(""), cgroup: group, given: []step{forbid(group)}, says: denied, named: []string{"forbid on /"}},
		{name: "cgroup above that forbids binding, bind 0.0.0.0", on: proxied, want: bind("0.0.0.0"), cgroup: group + "/inner", given: []step{forbid(group)},
			says: denied, named: []string{"forbid on /"}},
		{name: "cgroup that forbids binding, publish", on: proxied, want: publish(""), cgroup: group, given: []step{forbid(group)}},
		{name: "cgroup that forbids binding, listener, publish", on: proxied, want: publish(""), cgroup: group, given: []step{forbid(group), nginx("tcp::{P}")}, holder: process("nginx")},
		{name: "cgroup that forbids binding, asked from another, bind", on: proxied, want: bind(""), given: []step{forbid(group)}},
	}
}

// forbid has a program forbid all processes of a cgroup to bind. The program goes with the cgroup.
func forbid(group string) step {
	return func(g *stage) {
		g.Helper()
		g.needCgroups()
		dir := g.Cgroup(group)
		if err := os.MkdirAll(filepath.Join(dir, "inner"), 0o755); err != nil {
			g.Fatal(err)
		}
		g.Cleanup(func() {
			for _, dir := range []string{filepath.Join(dir, "inner"), dir} {
				if err := os.Remove(dir); err != nil {
					g.Error(err)
				}
			}
		})
		g.Standin(g, lab.Process{Args: []string{"forbid", dir}})
	}
}
