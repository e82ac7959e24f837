package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/regular"
)

// containerFiles are what a Docker daemon keeps of its containers, each in a directory of its own, and which only root may read. A
// hundred of them take as long as a handful of inspections do, and the list of containers tells nothing of those that do
// not run.
type containerFiles struct{ dir *os.File } // nil: they are not known, or not to be read

func (d dockerd) files() containerFiles {
	if d.root == "" {
		return containerFiles{}
	}
	dir, _ := os.OpenFile(filepath.Join(d.root, d.DataRoot, "containers"), unix.O_DIRECTORY, 0)
	return containerFiles{dir}
}

func (f containerFiles) close() {
	if f.dir != nil {
		f.dir.Close()
	}
}

// path is a container's file by way of the directory that is open: the way through the daemon's root, of which the kernel asks
// anew each time whether it may be gone, takes twice as long as the file itself.
func (f containerFiles) path(id, name string) string {
	return fmt.Sprintf("/proc/self/fd/%d/%s/%s", f.dir.Fd(), filepath.Base(id), name)
}

// kept is what the daemon keeps of a container, as the API has it: what it will publish, and when it starts again.
type kept struct {
	PortBindings  network.PortMap
	RestartPolicy container.RestartPolicy
	NetworkMode   container.NetworkMode
	halted        facts.StoppedBy
}

// kept reads the file of a container.
func (f containerFiles) kept(id string) (k kept, err error) {
	if f.dir == nil {
		return k, fs.ErrNotExist
	}
	b, err := regular.Read(f.path(id, "hostconfig.json"), maxFile)
	if err != nil {
		return k, err
	}
	// Most containers publish nothing, and decoding is what takes the time.
	if bytes.Contains(b, []byte(`"PortBindings":{}`)) {
		return k, nil
	}
	if err := json.Unmarshal(b, &k); err != nil {
		return k, err
	}
	if k.RestartPolicy.Name != "" && k.RestartPolicy.Name != container.RestartPolicyDisabled {
		k.halted = f.halted(id)
	}
	return k, nil
}

// halted says whether somebody stopped a container, which decides whether it comes back.
func (f containerFiles) halted(id string) facts.StoppedBy {
	var state struct{ HasBeenManuallyStopped *bool }
	err := readJSON(f.path(id, "config.v2.json"), &state)
	switch {
	case err != nil || state.HasBeenManuallyStopped == nil:
		return facts.HaltUnknown
	case *state.HasBeenManuallyStopped:
		return facts.ByHand
	}
	return facts.ByItself
}
