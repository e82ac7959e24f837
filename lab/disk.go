package lab

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// SmallDisk makes a directory of the host that is a file system of its own, of a size such as "1m".
func (h *Host) SmallDisk(name, size string) error {
	dir := h.Path(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		return fmt.Errorf("mounting a file system of %s at %s: %w", size, dir, err)
	}
	return nil
}
