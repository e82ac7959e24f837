// Package chromium shows pages in a real browser without a screen, for tests of what safeport writes for people to look at.
package chromium

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// View is how a page is looked at.
type View struct {
	Width, Height int
	Dark          bool
}

// Require skips the test where there is no browser.
func Require(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("NOT TESTED in a browser: it needs chromium (lab/setup.sh installs it)")
	}
}

// Shoot shows a file and returns what is seen, and what the browser wrote to its console, which should be nothing.
func Shoot(t testing.TB, file string, v View) (picture image.Image, console []string) {
	t.Helper()
	shot := filepath.Join(t.TempDir(), "shot.png")
	_, console = show(t, "file://"+file, v, "--screenshot="+shot)
	f, err := os.Open(shot)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if picture, err = png.Decode(f); err != nil {
		t.Fatalf("reading what was seen: %v", err)
	}
	return picture, console
}

// Read shows a page of a server and returns it as it is when its scripts have come to rest, and what the browser wrote to
// its console.
func Read(t testing.TB, url string, v View) (page string, console []string) {
	t.Helper()
	return show(t, url, v, "--virtual-time-budget=60000", "--dump-dom")
}

// show has the browser do what the flags say with a page.
func show(t testing.TB, url string, v View, flags ...string) (stdout string, console []string) {
	t.Helper()
	Require(t)
	scheme := 1
	if v.Dark {
		scheme = 0
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--no-first-run", "--disable-background-networking", "--user-data-dir="+t.TempDir(),
		fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme), fmt.Sprintf("--window-size=%d,%d", v.Width, v.Height),
		"--enable-logging=stderr")
	cmd.Args = append(append(cmd.Args, flags...), url)
	// All of its processes end with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("showing %s: %v: %s", url, err, log.Bytes())
	}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "CONSOLE") {
			console = append(console, strings.TrimSpace(line))
		}
	}
	return out.String(), console
}
