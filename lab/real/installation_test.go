package real

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
)

const container = "gpustack"

// installation is GPUStack on a host, as whoever administers it deals with it.
type installation struct {
	host    *lab.Host
	engine  *lab.Engine
	program string // safeport
	api     string // where it is: "/v2", or "/v1" for v0.x
	key     string // of the API, which the administrator made
}

// install makes a host with an engine that has the versions' images.
func prepare(t *testing.T, versions ...string) *installation {
	t.Helper()
	Require(t, versions...)
	h := lab.NewHost(t, lab.HostOptions{})
	e := h.StartEngine(t, lab.EngineOptions{})
	Load(t, h, e, versions...)
	return &installation{api: "/v2", host: h, engine: e, program: h.Build(t, "github.com/safeport/safeport/cmd/safeport")}
}

// safeport runs the command, and returns what it said and with which status it ended.
func (in *installation) safeport(t *testing.T, args ...string) (said string, status int) {
	t.Helper()
	words := strings.Join(args, " ")
	if args[0] != "uninstall" {
		args = append(args, "--wait=40m") // a machine that is busy takes ten times what another does
	}
	args = append(args, "--engine="+in.engine.Endpoint, "--state-dir="+in.host.Path("state"), "--yes")
	cmd := in.host.Command(t.Context(), lab.Root, []string{"PATH=" + os.Getenv("PATH")}, append([]string{in.program}, args...)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	begun := time.Now()
	err := in.host.Run(cmd)
	t.Logf("%s: %v, after %.1fs\n%s", words, err, time.Since(begun).Seconds(), out.String())
	return out.String(), cmd.ProcessState.ExitCode()
}

func (in *installation) must(t *testing.T, args ...string) {
	t.Helper()
	if said, status := in.safeport(t, args...); status != 0 {
		t.Fatalf("safeport %s: status %d\n%s\n%s", strings.Join(args, " "), status, said, in.docker(t, "logs", "--tail", "40", container))
	}
}

// fails wants a change to be undone, with a cause among what is said.
func (in *installation) fails(t *testing.T, cause string, args ...string) {
	t.Helper()
	if said, status := in.safeport(t, args...); status != 4 || !strings.Contains(said, cause) || !strings.Contains(said, "Rolled back: ") {
		t.Fatalf("safeport %s: status %d; it was to be undone, because of %q\n%s", strings.Join(args, " "), status, cause, said)
	}
}

// docker runs the engine's own command; a container that is not there is no failure of the test.
func (in *installation) docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "docker", append([]string{"--host", in.engine.Endpoint}, args...)...).CombinedOutput()
	if err != nil {
		return fmt.Sprintf("docker %s: %v: %s", args[0], err, out)
	}
	return strings.TrimSpace(string(out))
}

// client asks from another machine.
func (in *installation) client() *http.Client {
	jar, _ := cookiejar.New(nil) // fails never without options
	dial := func(ctx context.Context, network, addr string) (c net.Conn, err error) {
		doErr := in.host.Peer.Do(func() error {
			c, err = (&net.Dialer{}).DialContext(ctx, network, addr)
			return nil
		})
		if doErr != nil {
			return nil, doErr
		}
		return c, err
	}
	return &http.Client{Jar: jar, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}, Timeout: time.Minute}
}

func at(port int, path string) string {
	return fmt.Sprintf("http://%s:%d%s", lab.Addr4, port, path)
}

// request sends a request and wants success.
func request(t *testing.T, c *http.Client, method, to, token string, body any) map[string]any {
	t.Helper()
	var reader io.Reader
	kind := "application/json"
	switch body := body.(type) {
	case nil:
	case url.Values:
		reader, kind = strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	default:
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, to, reader)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %s: %s", method, to, res.Status, text)
	}
	answer := map[string]any{}
	_ = json.Unmarshal(text, &answer) // some answers are no object
	return answer
}

// login uses the first password as a person would, and makes a key, with which everything later is asked, and a user.
func (in *installation) login(t *testing.T, port int) {
	t.Helper()
	password := in.docker(t, "exec", container, "cat", "/var/lib/gpustack/initial_admin_password")
	c := in.client()
	request(t, c, http.MethodPost, at(port, "/auth/login"), "", url.Values{"username": {"admin"}, "password": {password}})
	request(t, c, http.MethodPost, at(port, "/auth/update-password"), "", map[string]string{"current_password": password, "new_password": "Kept-4-ever!"})
	request(t, c, http.MethodPost, at(port, "/auth/login"), "", url.Values{"username": {"admin"}, "password": {"Kept-4-ever!"}})
	made := request(t, c, http.MethodPost, at(port, in.api+"/api-keys"), "", map[string]any{"name": "mine", "expires_in": 0})
	if in.key, _ = made["value"].(string); in.key == "" {
		t.Fatalf("no key in %v", made)
	}
	request(t, c, http.MethodPost, at(port, in.api+"/users"), in.key, map[string]any{"username": "anna", "password": "Anna-4-ever!", "is_admin": false})
}

// serves wants a version to answer on a port, and to know the key, the password and the user of before.
func (in *installation) serves(t *testing.T, version string, port int) {
	t.Helper()
	in.ready(t, port)
	c := in.client()
	if got := request(t, c, http.MethodGet, at(port, "/version"), "", nil)["version"]; got != "v"+version && got != version {
		t.Errorf("on port %d serves %v, not %s", port, got, version)
	}
	request(t, c, http.MethodGet, at(port, in.api+"/models"), in.key, nil)
	request(t, c, http.MethodPost, at(port, "/auth/login"), "", url.Values{"username": {"admin"}, "password": {"Kept-4-ever!"}})
	request(t, c, http.MethodPost, at(port, "/auth/login"), "", url.Values{"username": {"anna"}, "password": {"Anna-4-ever!"}})
}
