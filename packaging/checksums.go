package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// checksumFile is as sha256sum writes and reads it. install.sh finds the archive's name in it, too.
const checksumFile = "SHA256SUMS"

func writeChecksums(out string, names []string) error {
	var b strings.Builder
	for _, name := range slices.Sorted(slices.Values(names)) {
		file, err := os.Open(filepath.Join(out, name))
		if err != nil {
			return err
		}
		sum := sha256.New()
		_, err = io.Copy(sum, file)
		_ = file.Close() // it was only read
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sum.Sum(nil), name)
	}
	return os.WriteFile(filepath.Join(out, checksumFile), []byte(b.String()), 0o644)
}
