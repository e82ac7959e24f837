package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// program stands for safeport in an archive: it tells how it was called.
const program = `#!/bin/sh
[ "$1" = --version ] && echo "safeport v1.2.3" && exit
echo "called with: $*"
exit 3
`

// release is a directory as "make package" makes it, of a small program, and a server of it.
type release struct {
	dir, archive string
	url          string
}

func newRelease(t *testing.T) release {
	t.Helper()
	r := release{dir: t.TempDir(), archive: "safeport_1.2.3_linux_" + runtime.GOARCH + ".tar.gz"}
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	archive := tar.NewWriter(zip)
	text := program + strings.Repeat("# as long as a program\n", 10_000)
	header := &tar.Header{Name: "safeport_1.2.3/safeport", Mode: 0o755, Size: int64(len(text))}
	if err := archive.WriteHeader(header); err != nil {
		t.Fatal(err)
	}
	_, _ = archive.Write([]byte(text))
	_ = archive.Close()
	_ = zip.Close()
	r.write(t, r.archive, b.Bytes())
	r.write(t, checksumFile, fmt.Appendf(nil, "%x  %s\n%x  safeport_1.2.3_linux_other.tar.gz\n", sha256.Sum256(b.Bytes()), r.archive, sha256.Sum256(nil)))
	server := httptest.NewServer(http.FileServer(http.Dir(r.dir)))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r release) write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// host is what the script finds: which shell runs it, which programs there are, and where it may write.
type host struct {
	shell []string
	to    string
	env   []string
	user  uint32
}

func (h host) run(t *testing.T, words ...string) (status int, out string) {
	t.Helper()
	script, err := filepath.Abs("../install.sh")
	if err != nil {
		t.Fatal(err)
	}
	argv := append(append([]string{}, h.shell...), append([]string{script}, words...)...)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + cmd.Dir, "SAFEPORT_DIR=" + h.to}, h.env...)
	// A session of its own has no terminal to ask at.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if h.user != 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: h.user, Gid: h.user}
	}
	text, err := cmd.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode(), string(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, string(text)
}

func shells(t *testing.T) map[string][]string {
	for _, name := range []string{"dash", "bash", "busybox"} {
		needs(t, name)
	}
	return map[string][]string{"dash": {"dash"}, "bash": {"bash"}, "busybox": {"busybox", "sh"}}
}

func TestInstallScript(t *testing.T) {
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, to := newRelease(t), filepath.Join(t.TempDir(), "bin")
			h := host{shell: shell, to: to}
			want := func(status int, text string, words ...string) {
				t.Helper()
				got, out := h.run(t, words...)
				if got != status || !strings.Contains(out, text) {
					t.Errorf("install.sh %s: status %d, want %d and %q:\n%s", strings.Join(words, " "), got, status, text, out)
				}
			}
			// What comes to nothing leaves nothing.
			want(2, "no archive specified")
			want(2, "--from requires a value", "--from")
			want(2, "anyone on the network", "--from", "http://192.0.2.1/")
			want(2, "use https, http or a file", "--from", "ftp://192.0.2.1/")
			want(1, "couldn't download SHA256SUMS", "--from", r.url+"/missing")
			want(1, "couldn't download SHA256SUMS", "--from", "/missing")
			want(1, "checksum mismatch", "--from", r.url, "--sha256", strings.Repeat("0", 64))
			if left := glob(t, to, "*"); left != nil {
				t.Errorf("refused, and there are %q", left)
			}
			want(0, "installed safeport v1.2.3 in "+to, "--from", r.url)
			// Offline, and with the checksum told apart.
			want(0, "v1.2.3", "--from", r.dir+"/")
			want(0, "v1.2.3", "--from", filepath.Join(r.dir, r.archive))
			// On to the service, whose exit status is the script's.
			want(3, "called with: install gpustack --port 8080\n", "--from", r.url, "gpustack", "--port", "8080")
			want(3, "called with: install gpustack --port 8080 --yes\n", "--from", r.url, "--yes", "--port", "8080")
			want(3, "called with: install ./my compose.yaml\n", "--from", r.url, "./my compose.yaml")

			r.write(t, checksumFile, nil)
			want(1, "lists no archive for "+runtime.GOARCH, "--from", r.url)
			want(1, "has no checksum of "+r.archive, "--from", filepath.Join(r.dir, r.archive))
		})
	}
}

// A download that is cut off, by a server that does not notice and by one that does.
func TestInstallScriptRefusesHalfAnArchive(t *testing.T) {
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, to := newRelease(t), t.TempDir()
			whole := read(t, filepath.Join(r.dir, r.archive))
			for claimed, text := range map[int]string{len(whole) / 2: "checksum mismatch", len(whole): "couldn't download " + r.archive} {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
					if strings.HasSuffix(q.URL.Path, checksumFile) {
						http.ServeFile(w, q, filepath.Join(r.dir, checksumFile))
						return
					}
					w.Header().Set("Content-Length", fmt.Sprint(claimed))
					_, _ = w.Write(whole[:len(whole)/2])
				}))
				status, out := host{shell: shell, to: to}.run(t, "--from", server.URL)
				server.Close()
				if status != 1 || !strings.Contains(out, text) || glob(t, to, "*") != nil {
					t.Errorf("status %d, want 1 and %q, and no program:\n%s", status, text, out)
				}
			}
		})
	}
}

// A script that was cut off anywhere does nothing: at most its shell complains.
func TestHalfOfTheInstallScriptDoesNothing(t *testing.T) {
	r, to := newRelease(t), t.TempDir()
	script := read(t, "../install.sh")
	for end := len(script) - 2; end > 0; end -= 97 {
		cmd := exec.Command("dash", "-s", "--", "--from", r.dir)
		cmd.Stdin = bytes.NewReader(script[:end])
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "SAFEPORT_DIR=" + to}
		out, _ := cmd.CombinedOutput() // a syntax error is what is expected of many
		if glob(t, to, "*") != nil {
			t.Fatalf("the first %d bytes installed it: %s", end, out)
		}
	}
}

func TestInstallScriptOnPoorHosts(t *testing.T) {
	needs(t, "busybox")
	r := newRelease(t)
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Fatal(err)
	}
	applets := t.TempDir()
	run(t, exec.Command(busybox, "--install", "-s", applets))
	want := func(name string, h host, status int, text string, words ...string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			h.to = filepath.Join(t.TempDir(), "bin")
			got, out := h.run(t, words...)
			if got != status || !strings.Contains(out, text) {
				t.Errorf("status %d, want %d and %q:\n%s", got, status, text, out)
			}
		})
	}
	sh := []string{busybox, "sh"}
	want("nothing but busybox, whose wget it is then", host{shell: sh, env: []string{"PATH=" + applets}}, 0, "v1.2.3", "--from", r.url)
	for _, tool := range []string{"wget", "sha256sum"} {
		if err := os.Remove(filepath.Join(applets, tool)); err != nil {
			t.Fatal(err)
		}
	}
	// Debian's busybox finds its applets without a path; dash does not.
	dash := []string{"/bin/dash"}
	want("neither curl nor wget", host{shell: dash, env: []string{"PATH=" + applets}}, 1, "curl and wget not found", "--from", r.url)
	want("nothing to check with", host{shell: dash, env: []string{"PATH=" + applets}}, 1, "can't verify", "--from", r.dir)
	want("another architecture", host{shell: []string{"setarch", "i686", "dash"}}, 1, "no archive for i686", "--from", r.url)
}

// Who is on the way could change both the archive and its checksum.
func TestInstallScriptIsNotSentOnToHTTP(t *testing.T) {
	needs(t, "busybox")
	needs(t, "wget")
	r := newRelease(t)
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Fatal(err)
	}
	applets := t.TempDir()
	run(t, exec.Command(busybox, "--install", "-s", applets))
	gnu := t.TempDir()
	entries, err := os.ReadDir(applets)
	if err != nil {
		t.Fatal(err)
	}
	wget, err := exec.LookPath("wget")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		target := busybox
		if e.Name() == "wget" {
			target = wget
		}
		if err := os.Symlink(target, filepath.Join(gnu, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	files := http.StripPrefix("/files", http.FileServer(http.Dir(r.dir)))
	var secure *httptest.Server
	handler := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		name := filepath.Base(q.URL.Path)
		switch {
		case strings.HasPrefix(q.URL.Path, "/files/"):
			files.ServeHTTP(w, q)
		case strings.HasPrefix(q.URL.Path, "/there/"):
			http.Redirect(w, q, secure.URL+"/files/"+name, http.StatusFound)
		case strings.HasPrefix(q.URL.Path, "/near/"):
			http.Redirect(w, q, "/files/"+name, http.StatusFound)
		default:
			w.Header()["LOCATION"] = []string{"HTTP" + strings.TrimPrefix(r.url, "http") + "/" + name}
			w.WriteHeader(http.StatusFound)
		}
	})
	secure = httptest.NewTLSServer(handler)
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(handler) // Go's server does not speak with busybox's TLS
	t.Cleanup(plain.Close)
	rc := filepath.Join(t.TempDir(), "wgetrc")
	if err := os.WriteFile(rc, []byte("check_certificate = off\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, path, url string
		shell           []string
		good            []string
	}{
		{"busybox", applets, plain.URL, []string{busybox, "sh"}, []string{"/files", "/near"}},
		{"GNU", gnu, secure.URL, []string{"/bin/sh"}, []string{"/files", "/near", "/there"}}, // busybox-static's shell runs no wget but its own
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := host{shell: tt.shell, to: filepath.Join(t.TempDir(), "bin"), env: []string{"PATH=" + tt.path, "WGETRC=" + rc}}
			if status, out := h.run(t, "--from", tt.url+"/away"); status != 1 || !strings.Contains(out, "couldn't download SHA256SUMS") || glob(t, h.to, "*") != nil {
				t.Errorf("status %d:\n%s", status, out)
			}
			for _, from := range tt.good {
				if status, out := h.run(t, "--from", tt.url+from); status != 0 {
					t.Errorf("%s: status %d:\n%s", from, status, out)
				}
			}
		})
	}
}

func TestInstallScriptWhereItCannotWrite(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to be another user and to mount a small disk")
	}
	r := newRelease(t)
	for _, dir := range []string{r.dir, filepath.Dir(r.dir)} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	h := host{shell: []string{"dash"}, to: "/usr/local/sbin", user: 65534}
	if status, out := h.run(t, "--from", r.url); status != 1 || !strings.Contains(out, "can't write to /usr/local/sbin: run as root, or use --to DIRECTORY") {
		t.Errorf("without the right to write: status %d\n%s", status, out)
	}
	to := t.TempDir()
	h = host{to: to, shell: []string{"unshare", "--mount", "dash", "-c", `mount -t tmpfs -o size=64k none "$SAFEPORT_DIR" && dash "$@"; status=$?; ls -A "$SAFEPORT_DIR"; exit $status`, "dash"}}
	status, out := h.run(t, "--from", r.url)
	if status != 1 || !strings.HasSuffix(out, "couldn't write "+to+"/safeport\n") {
		t.Errorf("on a full disk: status %d, want 1 and nothing left:\n%s", status, out)
	}
}

// Another safeport is not shadowed without a word.
func TestInstallScriptAsksBeforeASecondCopy(t *testing.T) {
	r, there := newRelease(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(there, "safeport"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	h := host{shell: []string{"dash"}, to: filepath.Join(t.TempDir(), "bin"), env: []string{"PATH=" + there + ":" + os.Getenv("PATH")}}
	if status, out := h.run(t, "--from", r.url); status != 1 || !strings.Contains(out, "safeport is already installed at "+there+"/safeport") {
		t.Errorf("status %d:\n%s", status, out)
	}
	if status, out := h.run(t, "--from", r.url, "--yes"); status != 0 {
		t.Errorf("with --yes: status %d:\n%s", status, out)
	}
}
