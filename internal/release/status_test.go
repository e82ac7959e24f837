package release_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

func (b *bench) status(want int) release.Status {
	b.Helper()
	var s release.Status
	a := b.must(want, "status", "-o", "json")
	if err := json.Unmarshal([]byte(a.stdout), &s); err != nil {
		b.Fatalf("%v: %s", err, a.stdout)
	}
	return s
}

func TestStatusAndExport(t *testing.T) {
	b := newBench(t)
	if s := b.status(0); len(s.Instances) != 0 {
		t.Errorf("on an empty host: %+v", s)
	}
	if _, err := os.Stat(b.state); err == nil {
		t.Error("to look has left a state directory")
	}
	b.byHand()
	s := b.status(0)
	if len(s.Instances) != 1 || s.Instances[0].Release != nil || !s.Instances[0].Healthy || s.Instances[0].URL != "http://127.0.0.1:9090" {
		t.Errorf("a container that was started by hand: %+v", s)
	}
	offered, err := b.Command(t.Context(), lab.Root, nil, b.safeport, "__complete", "check", "--engine", b.engine.Endpoint, "--name", "").Output()
	if err != nil || !strings.Contains(string(offered), "gpustack\tgpustack/gpustack:v2.2.1\n") {
		t.Errorf("for a name a shell is offered %q (%v)", offered, err)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	s = b.status(0)
	if st := s.Instances[0]; len(s.Instances) != 1 || *st.Release != 1 || st.Version != "v2.2.2" || len(st.Releases) != 2 || st.Pending != nil {
		t.Errorf("after the upgrade: %+v", s)
	}
	for _, p := range s.Instances[0].Ports {
		if p.Verdict != "own" {
			t.Errorf("port %s is %s", p.Ports, p.Verdict)
		}
	}
	text := b.must(0, "export", "gpustack").stdout
	for _, want := range []string{"container_name: gpustack\n", "gpustack/gpustack:v2.2.2", "name: models", `published: "9090"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the export lacks %q:\n%s", want, text)
		}
	}

	if regexp.MustCompile(`(?m)^\s*x-`).MatchString(text) {
		t.Errorf("the export has keys that only safeport reads:\n%s", text)
	}

	b.killed(syscall.SIGKILL, journal.StepWait, time.Millisecond, "upgrade", "gpustack", "--version", "v2.2.7")
	if s := b.status(1); s.Instances[0].Pending == nil {
		t.Errorf("after a kill nothing is pending: %+v", s)
	}
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.3")
	b.serves("9090", "v2.2.3")
}

func TestDamagedJournalIsReadOffTheLabels(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1", "--port", "8080")
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	journal := filepath.Join(b.state, "gpustack.json")
	for _, path := range []string{b.state, journal} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %s", path, info.Mode())
		}
	}
	if err := os.WriteFile(journal, []byte(`{"schema": "safeport/inst`), 0o600); err != nil {
		t.Fatal(err)
	}
	a := b.must(0, "upgrade", "gpustack", "--version", "v2.2.3")
	if !strings.Contains(a.stderr, "damaged") {
		t.Errorf("the damage is not told: %s", a.stderr)
	}
	b.serves("8080", "v2.2.3")
	if kept, _ := filepath.Glob(journal + ".damaged-*"); len(kept) != 1 {
		t.Errorf("the damaged journal is not kept: %v", kept)
	}
	if err := os.Remove(journal); err != nil {
		t.Fatal(err)
	}
	b.must(0, "rollback", "gpustack")
	b.serves("8080", "v2.2.2")
	b.must(0, "uninstall", "gpustack")
	b.wantContainers(nil)
}

// Servers that were started by hand are all listed, and each can be named.
func TestStatusOfSeveralStartedByHand(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	for name, port := range map[string]string{"a1": "81", "a2": "82"} {
		b.engine.Run(t, lab.Container{
			Name: name, Image: "gpustack/gpustack:v2.2.1", Publish: []string{port + ":80"}, Restart: "unless-stopped", Volumes: []string{name + "-data:/var/lib/gpustack"},
		})
	}
	table := "NAME  VERSION  PORT  STATUS   MANAGED BY\n" +
		"a1    v2.2.1   81    healthy  docker run\n" +
		"a2    v2.2.1   82    healthy  docker run\n" +
		"Manage it with safeport:  safeport upgrade gpustack --name a1 --version TAG --engine " + b.endpoint + " --state-dir " + b.state + "\n"
	for _, words := range [][]string{{"status"}, {"status", "gpustack"}} {
		if got := b.must(0, words...).stdout; got != table {
			t.Errorf("%q:\n%s", words, got)
		}
	}
	for _, words := range [][]string{{"status", "a2"}, {"status", "--name", "a2"}, {"status", "gpustack", "--name", "a2"}} {
		if got := b.must(0, words...).stdout; !strings.Contains(got, "http://127.0.0.1:82") || strings.Contains(got, "a1") {
			t.Errorf("%q:\n%s", words, got)
		}
	}
	for _, words := range [][]string{{"upgrade", "gpustack", "--version", "v2.2.2"}, {"uninstall", "gpustack"}, {"rollback", "gpustack"}} {
		if got := b.must(1, words...).stderr; !strings.Contains(got, "Found 2 gpustack installations: a1, a2") || !strings.Contains(got, words[0]+" gpustack --name a1") {
			t.Errorf("%q: %s", words, got)
		}
	}
	if got := b.must(2, "upgrade", "--version", "v2.2.2").stderr; !strings.Contains(got, "choose from a1, a2") {
		t.Error(got)
	}
	// The flags of its settings are known by its name alone.
	b.must(0, "upgrade", "a1", "--version", "v2.2.2", "--port", "91")
	b.serves("91", "v2.2.2")
	if got := b.must(0, "status").stdout; !strings.Contains(got, "a1    v2.2.2   91    healthy  safeport\n") || !strings.Contains(got, "--name a2 --version TAG") {
		t.Error(got)
	}
}
