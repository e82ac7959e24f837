package journal

import (
	"errors"
	"os"
)

// Counter counts what is written to it.
type Counter struct {
	N    int64
	Tell func(int)
}

func (c *Counter) Write(p []byte) (int, error) {
	c.N += int64(len(p))
	c.Tell(len(p))
	return len(p), nil
}

func SyncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
