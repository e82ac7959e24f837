package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/cli/change"
	"github.com/safeport/safeport/internal/message"
)

// One test, as to compile is what takes the time: the packages are built, then each is used as its readers would.
func TestPackages(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program twice")
	}
	dir := t.TempDir()
	names, err := packages(t.Context(), "..", dir, []string{"amd64"})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 5 {
		t.Errorf("built %q, want a .deb, an .rpm, an archive, install.sh and checksums", names)
	}
	t.Run("checksums", func(t *testing.T) {
		run(t, exec.Command("sh", "-c", `cd "$0" && sha256sum --check --strict SHA256SUMS`, dir))
	})
	t.Run("again", func(t *testing.T) { builtAgain(t, dir) })
	t.Run("deb", func(t *testing.T) { debInstalled(t, only(t, dir, "*.deb")) })
	t.Run("rpm", func(t *testing.T) { rpmInstalled(t, only(t, dir, "*.rpm")) })
	t.Run("install.sh", func(t *testing.T) {
		to := t.TempDir()
		cmd := exec.Command("sh", filepath.Join(dir, "install.sh"), "--from", dir, "--to", to, "gpustack", "--engine", "unix:///nowhere")
		out, _ := cmd.CombinedOutput()
		if status := cmd.ProcessState.ExitCode(); status != 3 {
			t.Errorf("without an engine its status is %d, want that of safeport install, 3:\n%s", status, out)
		}
		usable(t, filepath.Join(to, "safeport"))
		usable(t, filepath.Join(to, "safeport-check"))
	})
	t.Run("archive", func(t *testing.T) {
		out := t.TempDir()
		run(t, exec.Command("tar", "--extract", "--strip-components=1", "--directory="+out, "--file="+only(t, dir, "*.tar.gz")))
		usable(t, filepath.Join(out, "safeport"))
		usable(t, filepath.Join(out, "safeport-check"))
		partsMatch(t, filepath.Join(out, "safeport"), filepath.Join(out, "sbom.cdx.json"))
	})
}

// builtAgain: the same commit gives the same bytes, at another time and in another directory.
func builtAgain(t *testing.T, first string) {
	second := t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TZ", "Asia/Shanghai")
	if _, err := packages(t.Context(), "..", second, []string{"amd64"}); err != nil {
		t.Fatal(err)
	}
	for _, path := range glob(t, first, "*") {
		one, two := read(t, path), read(t, filepath.Join(second, filepath.Base(path)))
		if !bytes.Equal(one, two) {
			t.Errorf("%s differs between two builds (%d and %d bytes)", filepath.Base(path), len(one), len(two))
		}
	}
}

// debInstalled installs into a directory that dpkg takes for the root of a system, and removes it again.
func debInstalled(t *testing.T, file string) {
	needs(t, "dpkg")
	root := t.TempDir()
	admin := filepath.Join(root, "var/lib/dpkg")
	for _, name := range []string{"updates", "info"} {
		if err := os.MkdirAll(filepath.Join(admin, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"status", "available"} {
		if err := os.WriteFile(filepath.Join(admin, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run(t, exec.Command("dpkg", "--root="+root, "--log=/dev/null", "--install", file))
	usable(t, filepath.Join(root, "usr/bin/safeport"))
	usable(t, filepath.Join(root, "usr/bin/safeport-check"))
	for _, path := range []string{
		"usr/share/man/man1/safeport-check.1.gz", "usr/share/man/zh_CN/man1/safeport-check.1.gz", "usr/share/bash-completion/completions/safeport", "usr/share/zsh/vendor-completions/_safeport",
		"usr/share/fish/vendor_completions.d/safeport.fish", "usr/share/doc/safeport/copyright",
		"usr/lib/systemd/system/safeport-check.timer", "etc/default/safeport-check", "usr/share/doc/safeport/safeport.dashboard.json", "usr/share/doc/safeport/safeport.rules.yml",
	} {
		read(t, filepath.Join(root, path))
	}
	watched(t, root)
	fields := string(run(t, exec.Command("dpkg-query", "--admindir="+admin, "--show", "--showformat=${Maintainer}\n${Bugs}\n${Homepage}\n", "safeport")))
	if want := maintainer + "\nhttps://github.com/safeport/safeport/issues\nhttps://github.com/safeport/safeport\n"; fields != want && os.Getenv("MAINTAINER") == "" {
		t.Errorf("maintainer, bugs and homepage are\n%s, want\n%s", fields, want)
	}
	run(t, exec.Command("dpkg", "--root="+root, "--log=/dev/null", "--remove", "safeport"))
	if left := glob(t, root, "usr/*"); left != nil {
		t.Errorf("after the removal there still are %q", left)
	}
}

func rpmInstalled(t *testing.T, file string) {
	needs(t, "rpm")
	root := t.TempDir()
	run(t, exec.Command("rpm", "--root="+root, "--install", file))
	usable(t, filepath.Join(root, "usr/bin/safeport"))
	usable(t, filepath.Join(root, "usr/bin/safeport-check"))
	for _, path := range []string{"usr/share/man/man1/safeport.1.gz", "usr/share/zsh/site-functions/_safeport", "usr/share/licenses/safeport/LICENSE"} {
		read(t, filepath.Join(root, path))
	}
	run(t, exec.Command("rpm", "--root="+root, "--erase", "safeport"))
	if left := glob(t, root, "usr/bin/*"); left != nil {
		t.Errorf("after the removal there still are %q", left)
	}
}

// usable: it runs and judges a port of this host.
func usable(t *testing.T, binary string) {
	t.Helper()
	out := run(t, exec.Command(binary, "free", "-o", "json", "--engine", "none"))
	var report struct{ Ports []int }
	if err := json.Unmarshal(out, &report); err != nil || len(report.Ports) != 1 {
		t.Errorf("%s names no free port (%v): %s", binary, err, out)
	}
}

// partsMatch: the list of parts names what "go version -m" does.
func partsMatch(t *testing.T, binary, list string) {
	t.Helper()
	var parts struct {
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(read(t, list), &parts); err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, c := range parts.Components {
		listed[c.Name] = c.Version
	}
	modules := 0
	for line := range strings.Lines(string(run(t, exec.Command("go", "version", "-m", binary)))) {
		words := strings.Fields(line)
		if words[0] != "dep" {
			continue
		}
		modules++
		if listed[words[1]] != words[2] {
			t.Errorf("%s is in the binary in %s and in the list in %q", words[1], words[2], listed[words[1]])
		}
	}
	if len(listed) != modules+1 {
		t.Errorf("%d parts are listed, %d modules and the standard library are in the binary", len(listed), modules)
	}
}

// Every command has a page that mandoc finds no fault with, and examples.
func TestManual(t *testing.T) {
	needs(t, "mandoc")
	commit, err := readCommit(context.Background(), "..")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range message.Languages() {
		t.Run(string(l), func(t *testing.T) { manualIn(t, l, commit) })
	}
}

func manualIn(t *testing.T, l message.Language, commit commit) {
	titles := titlesIn(l)
	pages := manual(l, commit)
	for _, cmd := range change.Safeport().Commands(l).Commands() {
		if cmd.Hidden {
			continue
		}
		page := string(pages[pageName(cmd)+".1"])
		for _, title := range []string{titles.description, titles.examples, titles.exitStatus} {
			if !strings.Contains(page, ".SH "+title+"\n") {
				t.Errorf("the page of %s lacks %q:\n%s", cmd.Name(), title, page)
			}
		}
	}
	for name, page := range pages {
		lint := exec.Command("mandoc", "-T", "lint", "-W", "warning")
		lint.Stdin = bytes.NewReader(page)
		if out, err := lint.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("mandoc finds in %s: %s", name, out)
		}
		shown := exec.Command("mandoc", "-T", "utf8", "-O", "width=200")
		shown.Stdin = bytes.NewReader(page)
		if text := run(t, shown); bytes.ContainsRune(text, '‐') {
			t.Errorf("%s has hyphens that cannot be pasted", name)
		}
	}
}

func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("SAFEPORT_LAB") == "required" {
			t.Fatal(err)
		}
		t.Skipf("%s is not installed", program)
	}
}

func run(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out, errors.Bytes())
	}
	return out
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func only(t *testing.T, dir, pattern string) string {
	t.Helper()
	paths := glob(t, dir, pattern)
	if len(paths) != 1 {
		t.Fatalf("%d files are named %s: %q", len(paths), pattern, paths)
	}
	return paths[0]
}
