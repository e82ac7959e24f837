package kernels

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
)

// initramfs is the guest's first filesystem, as the kernel takes it: the program that is its first process, and modules
// that this loads in the order of their names.
func (k *Kernel) initramfs(guest []byte) ([]byte, error) {
	modules, err := k.bootModules()
	if err != nil {
		return nil, err
	}
	var c cpio
	for _, dir := range []string{"dev", "modules", "proc", "host", "new"} {
		c.add(dir, 0o040755, nil)
	}
	c.add("init", 0o100755, guest)
	for i, m := range modules {
		c.add(fmt.Sprintf("modules/%02d-%s", i, m.name), 0o100644, m.data)
	}
	c.add("TRAILER!!!", 0, nil)
	return c.Bytes(), nil
}

// buildGuest compiles the guest's first process.
func buildGuest(dir string) ([]byte, error) {
	program := dir + "/init"
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "github.com/safeport/safeport/lab/kernels/guest")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the guest's init: %w\n%s", err, out)
	}
	return os.ReadFile(program)
}

// cpio is an archive in the kernel's format ("newc"), see Documentation/driver-api/early-userspace/buffer-format.rst.
type cpio struct {
	bytes.Buffer
	inode int
}

func (c *cpio) add(name string, mode int, data []byte) {
	c.inode++
	fmt.Fprintf(c, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00",
		c.inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0, name)
	c.pad()
	c.Write(data)
	c.pad()
}

// pad fills up to a multiple of four bytes.
func (c *cpio) pad() {
	for c.Len()%4 != 0 {
		c.WriteByte(0)
	}
}
