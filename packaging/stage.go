package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/cli/change"
	"github.com/safeport/safeport/internal/message"
)

// fill makes all files of a package, in the layout that the configuration and the archive take them from.
func fill(ctx context.Context, stage string, commit commit, source, arch string) error {
	binary := filepath.Join(stage, "safeport")
	if err := build(ctx, source, binary, arch); err != nil {
		return err
	}
	// No engine speaks HTTP/2: the core does without.
	if err := build(ctx, source, filepath.Join(stage, "safeport-check"), arch, "-tags=nethttpomithttp2"); err != nil {
		return err
	}
	files := map[string][]byte{}
	if err := documents(files, source); err != nil {
		return err
	}
	for dir, l := range map[string]message.Language{"man/": message.English, "man/zh_CN/": message.Chinese} {
		for name, page := range manual(l, commit) {
			files[dir+name+".gz"] = compressed(page)
		}
	}
	if err := completions(files, change.Safeport().Commands(message.English)); err != nil {
		return err
	}
	parts, err := partsList(binary, commit)
	if err != nil {
		return err
	}
	files["sbom.cdx.json"] = parts
	for name, text := range files {
		path := filepath.Join(stage, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// build makes a binary of the command of its name, as "make build" does.
func build(ctx context.Context, source, binary, arch string, flags ...string) error {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	flags = append([]string{"build", "-trimpath", "-buildvcs=auto", "-ldflags=-s -w", "-o", binary}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(flags, "./cmd/"+filepath.Base(binary))...)
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

func completions(files map[string][]byte, root *cobra.Command) error {
	var bash, zsh, fish bytes.Buffer
	for _, err := range []error{root.GenBashCompletionV2(&bash, true), root.GenZshCompletion(&zsh), root.GenFishCompletion(&fish, true)} {
		if err != nil {
			return err
		}
	}
	files["completions/safeport.bash"], files["completions/_safeport"], files["completions/safeport.fish"] = bash.Bytes(), zsh.Bytes(), fish.Bytes()
	return nil
}

// compressed is gzip without a name and a time, which Debian asks of manual pages.
func compressed(text []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is one
	_, _ = w.Write(text)                                  // into memory
	_ = w.Close()
	return b.Bytes()
}
