// Package hook answers which BPF programs have a word in what ports the processes of a control group may bind, as systemd's
// SocketBindDeny= and Cilium have them. The kernel then answers bind with EPERM and says no more.
package hook

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/bpf"
	"github.com/safeport/safeport/internal/host/holder"
)

// attachments are where such programs are attached (kernel 4.17): before an address is bound, and after.
var attachments = []uint32{
	unix.BPF_CGROUP_INET4_BIND, unix.BPF_CGROUP_INET6_BIND, unix.BPF_CGROUP_INET4_POST_BIND, unix.BPF_CGROUP_INET6_POST_BIND,
}

// Own are the programs on this process's control group and on those above it.
func Own(procRoot string) ([]facts.Hook, error) {
	text, err := os.ReadFile(procRoot + "/self/cgroup")
	if err != nil {
		return nil, fmt.Errorf("reading this process's cgroup: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			return Of(procRoot, path)
		}
	}
	return nil, nil // only the unified hierarchy has such programs
}

// Of are the programs on a control group and on those above it, the outermost first. It takes CAP_NET_ADMIN.
func Of(procRoot, path string) (hooks []facts.Hook, err error) {
	mount := holder.CgroupMount(procRoot)
	if mount == "" || strings.Contains(path, "..") {
		return nil, nil // none, or outside what is seen from here
	}
	var errs []error
	for at := path; ; at = filepath.Dir(at) {
		found, err := attached(filepath.Join(mount, at), at)
		hooks, errs = append(hooks, found...), append(errs, err)
		if at == "/" || at == "." {
			break
		}
	}
	slices.Reverse(hooks)
	return slices.Compact(hooks), errors.Join(errs...)
}

// attached are the programs on one control group.
func attached(dir, path string) (hooks []facts.Hook, err error) {
	group, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("looking for programs on a cgroup: %w", err)
	}
	defer group.Close()
	for _, attachment := range attachments {
		ids, err := bpf.Attached(uint32(group.Fd()), attachment)
		if err != nil {
			return hooks, fmt.Errorf("looking for programs on cgroup %s: %w", path, err)
		}
		for _, id := range ids {
			hooks = append(hooks, facts.Hook{Cgroup: path, Program: cmp.Or(bpf.Name(id), fmt.Sprint(id))})
		}
	}
	return hooks, nil
}
