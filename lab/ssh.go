package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// sshConfig is of a server that lets the host's own key in.
func (h *Host) sshConfig(t testing.TB) string {
	t.Helper()
	for _, key := range []string{"hostkey", "key"} {
		out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", h.Path(key)).CombinedOutput()
		if err != nil {
			t.Fatalf("ssh-keygen: %v: %s", err, out)
		}
	}
	path := h.Path("sshd_config")
	text := fmt.Sprintf("Port 22\nHostKey %s\nAuthorizedKeysFile %s\nUsePAM no\nStrictModes no\nPidFile none\nPermitRootLogin yes\n",
		h.Path("hostkey"), h.Path("key.pub"))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("/run/sshd", 0o755); err != nil { // which sshd demands
		t.Fatal(err)
	}
	return path
}

// StartSSH lets the administrator in: a real sshd on port 22 of the host, by hand or, where the host was booted, as its
// ssh.service. It runs until the test ends.
func (h *Host) StartSSH(t testing.TB, machine *Systemd) {
	t.Helper()
	config := h.sshConfig(t)
	if machine != nil {
		machine.Units(t, map[string]string{
			"ssh.service": "[Service]\nRuntimeDirectory=sshd\nExecStart=/usr/sbin/sshd -D -e -f " + config + "\nKillMode=process\nRestart=on-failure\n[Install]\nWantedBy=multi-user.target\n",
		})
		if err := machine.Systemctl("enable", "--quiet", "--now", "ssh.service"); err != nil {
			t.Fatal(err)
		}
	} else {
		stop, err := h.startDaemon([]string{"PATH=" + os.Getenv("PATH")}, "/usr/sbin/sshd", "-D", "-e", "-f", config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(stop)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for err := h.SSH(ctx); err != nil; err = h.SSH(ctx) {
		if ctx.Err() != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// SSH logs in from the peer, as the administrator does.
func (h *Host) SSH(ctx context.Context) error {
	cmd := h.Command(ctx, Root, []string{"PATH=" + os.Getenv("PATH")}, "ssh", "-F", "none", "-i", h.Path("key"), "-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes", "-o", "ConnectTimeout=3", "root@"+Addr4.String(), "true")
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := h.Peer.Run(cmd); err != nil {
		return fmt.Errorf("ssh from the peer: %w: %s", err, strings.TrimSpace(out.String()))
	}
	return nil
}
