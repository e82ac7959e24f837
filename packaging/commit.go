package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// commit is what a build is made from.
type commit struct {
	version string    // "1.2.0", or of a commit that is no release what comes before the next one: "0.1.0-dev.20261122201310.e39d259a1dc8"
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
			if c.version, err = tagged(ctx, source, committed, hash); err != nil {
				return c, err
			}
		}
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return c, fmt.Errorf("SOURCE_DATE_EPOCH is no number of seconds: %w", err)
	}
	c.time = time.Unix(n, 0).UTC()
	return c, nil
}

func tagged(ctx context.Context, source, committed, hash string) (string, error) {
	version := ""
	if tag, err := git(ctx, source, "describe", "--exact-match", "--match", "v[0-9]*", "HEAD"); err == nil {
		version = strings.TrimPrefix(tag, "v")
	} else {
		next, err := nextRelease(source)
		if err != nil {
			return "", err
		}
		seconds, _ := strconv.ParseInt(committed, 10, 64) // git has just written it
		version = next + "-dev." + time.Unix(seconds, 0).UTC().Format("20060102150405") + "." + hash[:12]
	}
	if changes, err := git(ctx, source, "status", "--porcelain"); err != nil || changes != "" {
		version += "+dirty"
	}
	return version, nil
}

// nextRelease is the release that is being worked on. The collection's own file says it, so that both have one version.
func nextRelease(source string) (string, error) {
	text, err := os.ReadFile(filepath.Join(source, "ansible", "galaxy.yml"))
	if err != nil {
		return "", err
	}
	found := collectionVersion.FindSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("ansible/galaxy.yml has no version")
	}
	return string(found[1]), nil
}

var collectionVersion = regexp.MustCompile(`(?m)^version: (\d+\.\d+\.\d+)$`)

func git(ctx context.Context, source string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", append([]string{"-C", source}, args...)...).Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}
