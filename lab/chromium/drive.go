package chromium

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"
)

var (
	policy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`)
	told   = regexp.MustCompile(`(?s)<pre id="told">(.*?)</pre>`)
)

// Drive opens a page, runs a script in it that does what a reader does, and decodes what the script returns. The script is
// put at the end of a copy of the page without its policy, which would not let it run; [Shoot] shows the page as it is.
func Drive(t testing.TB, file string, v View, script string, result any) {
	t.Helper()
	Require(t)
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	copied := filepath.Join(dir, "page.html")
	page = append(policy.ReplaceAll(page, nil), fmt.Sprintf(`<pre id="told"></pre><script>(() => { let answer; try { answer = (() => { %s })(); }
catch (e) { answer = String(e); } document.getElementById("told").textContent = JSON.stringify(answer); })();</script>`, script)...)
	if err := os.WriteFile(copied, page, 0o600); err != nil {
		t.Fatal(err)
	}
	scheme := 1
	if v.Dark {
		scheme = 0
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--user-data-dir="+filepath.Join(dir, "profile"),
		fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme), fmt.Sprintf("--window-size=%d,%d", v.Width, v.Height),
		"--dump-dom", "file://"+copied)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("opening %s: %v: %s", file, err, log.Bytes())
	}
	match := told.FindSubmatch(out)
	if match == nil {
		t.Fatalf("the script has told nothing: %s", log.Bytes())
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(string(match[1]))), result); err != nil {
		t.Fatalf("the script has told %s: %v", match[1], err)
	}
}
