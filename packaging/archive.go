package main

import (
	"archive/tar"
	"compress/gzip"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// writeArchive packs the staged files as a tar archive, in the order of their names and with the commit's time, so that
// it is the same wherever it is made.
func writeArchive(stage, out string, commit commit, arch string) (name string, err error) {
	base := "safeport_" + commit.version + "_linux_" + arch
	name = base + ".tar.gz"
	file, err := os.Create(filepath.Join(out, name))
	if err != nil {
		return "", err
	}
	defer file.Close()
	zip, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	archive := tar.NewWriter(zip)
	err = fs.WalkDir(os.DirFS(stage), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(stage, name))
		if err != nil {
			return err
		}
		mode := int64(0o644)
		if name == "safeport" || name == "safeport-check" {
			mode = 0o755
		}
		err = archive.WriteHeader(&tar.Header{
			Name: path.Join(base, name), Mode: mode, Size: int64(len(text)), ModTime: commit.time, Uname: "root", Gname: "root", Format: tar.FormatUSTAR,
		})
		if err == nil {
			_, err = archive.Write(text)
		}
		return err
	})
	for _, end := range []func() error{archive.Close, zip.Close, file.Close} {
		if failed := end(); err == nil {
			err = failed
		}
	}
	return name, err
}
