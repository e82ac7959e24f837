package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The lines that docs/install-scripts.md offers do what it says, in each shell.
func TestSnippets(t *testing.T) {
	snippets := fenced(t, "../docs/install-scripts.md")
	if len(snippets) != 6 {
		t.Fatalf("%d snippets, want 6", len(snippets))
	}
	needs(t, "jq")
	bin := t.TempDir()
	run(t, exec.Command("go", "build", "-o", filepath.Join(bin, "safeport"), "github.com/safeport/safeport/cmd/safeport"))
	script := read(t, "../install.sh")
	r := newRelease(t)
	r.write(t, "install.sh", script)
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, taken, _ := net.SplitHostPort(l.Addr().String())
	free := strings.TrimSpace(string(run(t, exec.Command(filepath.Join(bin, "safeport"), "free", "--engine", "none"))))

	compose := t.TempDir()
	if err := os.WriteFile(filepath.Join(compose, "compose.yaml"), []byte("services: {web: {image: nginx, ports: ['"+taken+":80']}}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	with, without := "PATH="+bin+":"+os.Getenv("PATH"), "PATH="+os.Getenv("PATH")
	for name, shell := range shells(t) {
		try := func(about string, snippet, status int, text string, env ...string) {
			t.Helper()
			cmd := exec.Command(shell[0], append(shell[1:], "-c", snippets[snippet]+"\necho went on with ${PORT:-}")...)
			cmd.Env, cmd.Dir = append(env, "DOCKER_HOST=unix:///nowhere", "HOME="+compose), compose
			out, _ := cmd.CombinedOutput()
			if got := cmd.ProcessState.ExitCode(); got != status || !strings.Contains(string(out), text) {
				t.Errorf("%s, %s: status %d, want %d and %q:\n%s", name, about, got, status, text, out)
			}
		}
		try("no safeport", 0, 0, "went on", without)
		try("a free port", 0, 0, "went on", with, "PORT="+free)
		try("a taken port", 0, 1, "--explain port-in-use", with, "PORT="+taken)
		try("not stopped by status 3", 1, 0, "went on", with, "PORT="+free)
		try("stopped by status 1", 1, 1, "--explain port-in-use", with, "PORT="+taken)
		try("fetched", 2, 0, "installed safeport v1.2.3 in", without, "SAFEPORT_URL="+r.url)
		try("not to be fetched", 2, 0, "the ports are not checked", without, "SAFEPORT_URL="+r.url+"/missing")
		try("there already", 2, 0, "went on", with)
		try("a port of its own", 3, 0, "went on with 8", with)
		try("a Compose file", 4, 1, "--explain port-in-use", with)
		try("the codes of a taken port", 5, 0, "port-in-use: Port "+taken+"/tcp is already in use by", with, "PORT="+taken)
	}
}

// fenced are the code blocks of a page that are marked as shell.
func fenced(t *testing.T, path string) []string {
	t.Helper()
	var blocks []string
	for _, part := range strings.Split(string(read(t, path)), "```sh\n")[1:] {
		block, _, _ := strings.Cut(part, "\n```")
		blocks = append(blocks, block)
	}
	return blocks
}
