package engine

import (
	"encoding/binary"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/moby/moby/api/types/image"
	"golang.org/x/sys/unix"
)

// Image is what of an image decides about the rights of its program.
type Image struct {
	User string
	// program is what it runs, and layers are where its files are, the uppermost first: empty where that is not known.
	program, path string
	layers        []string
}

func newImage(i image.InspectResponse, d dockerd) (found Image) {
	found.path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	if c := i.Config; c != nil {
		found.User = c.User
		if argv := append(append([]string(nil), c.Entrypoint...), c.Cmd...); len(argv) > 0 {
			found.program = argv[0]
		}
		for _, kv := range c.Env {
			if value, ok := strings.CutPrefix(kv, "PATH="); ok {
				found.path = value
			}
		}
	}
	if g := i.GraphDriver; g != nil && g.Name == "overlay2" && d.root != "" && !d.NoNewPrivileges {
		for dir := range strings.SplitSeq(g.Data["UpperDir"]+":"+g.Data["LowerDir"], ":") {
			if dir != "" {
				found.layers = append(found.layers, d.root+dir)
			}
		}
	}
	return found
}

// MayBind says whether the file of a program gives whoever runs it the right to bind privileged ports; an empty name is the
// image's own program. It says no where the image's files are not to be read.
func (i Image) MayBind(program string) bool {
	if program == "" {
		program = i.program
	}
	names := []string{program}
	if !strings.Contains(program, "/") {
		names = nil
		for dir := range strings.SplitSeq(i.path, ":") {
			names = append(names, path.Join(dir, program))
		}
	}
	for _, layer := range i.layers {
		for _, name := range names {
			if capable, there := fileMayBind(layer, name); there {
				return capable
			}
		}
	}
	return false
}

// fileMayBind looks at a file below a directory, whose links are those of the directory too (struct vfs_cap_data of
// linux/capability.h).
func fileMayBind(root, name string) (capable, there bool) {
	dir, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false, false
	}
	defer unix.Close(dir)
	fd, err := unix.Openat2(dir, filepath.Clean("/"+name), &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err != nil {
		return false, false
	}
	defer unix.Close(fd)
	var data [64]byte
	n, err := unix.Getxattr(fmt.Sprintf("/proc/self/fd/%d", fd), "security.capability", data[:])
	return err == nil && n >= 8 && binary.LittleEndian.Uint32(data[4:])&(1<<unix.CAP_NET_BIND_SERVICE) != 0, true
}
