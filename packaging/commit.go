package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// commit is what a build is made from.
type commit struct {
	version string    // "1.2.0", or Go's pseudo-version of a commit that is no release: "0.0.0-20261122201310-e39d259a1dc8"
	time    time.Time // all times in the packages
}

// readCommit asks git. SOURCE_DATE_EPOCH has the last word on time, and VERSION on the version, for a source that came
// without its history.
func readCommit(ctx context.Context, source string) (commit, error) {
	var c commit
	seconds, given := os.LookupEnv("SOURCE_DATE_EPOCH")
	c.version = strings.TrimPrefix(os.Getenv("VERSION"), "v")
	if !given || c.version == "" {
		text, err := git(ctx, source, "show", "--no-patch", "--format=%ct %H", "HEAD")
		if err != nil {
			return c, err
		}
		committed, hash, _ := strings.Cut(text, " ")
		if !given {
			seconds = committed
		}
		if c.version == "" {
			c.version = tagged(ctx, source, committed, hash)
		}
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return c, fmt.Errorf("SOURCE_DATE_EPOCH is no number of seconds: %w", err)
	}
	c.time = time.Unix(n, 0).UTC()
	return c, nil
}

func tagged(ctx context.Context, source, committed, hash string) string {
	version := ""
	if tag, err := git(ctx, source, "describe", "--exact-match", "--match", "v[0-9]*", "HEAD"); err == nil {
		version = strings.TrimPrefix(tag, "v")
	} else {
		seconds, _ := strconv.ParseInt(committed, 10, 64) // git has just written it
		version = "0.0.0-" + time.Unix(seconds, 0).UTC().Format("20060102150405") + "-" + hash[:12]
	}
	if changes, err := git(ctx, source, "status", "--porcelain"); err != nil || changes != "" {
		version += "+dirty"
	}
	return version
}

func git(ctx context.Context, source string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", append([]string{"-C", source}, args...)...).Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}
