package composefile

import (
	"io"
	"os"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
)

// maxCompose bounds a Compose file. The largest that people show have some 100 KB.
const maxCompose = 1 << 20

// readCompose reads a Compose file.
func readCompose(path string) ([]byte, error) {
	data, err := readRegular(path)
	if err != nil {
		return nil, message.Errorf("reading the Compose file: %w", err)
	}
	return data, nil
}

// readRegular reads a regular file that is not too big. A pipe might never end, and a device neither; that it is none is
// asked of what was opened, without waiting for a writer.
func readRegular(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, message.Errorf("%s is a directory", path)
	case !info.Mode().IsRegular():
		return nil, message.Errorf("%s is neither a file nor a directory", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxCompose+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxCompose {
		return nil, message.Errorf("%s is larger than 1 MiB, too large for a Compose file", path)
	}
	return data, nil
}
