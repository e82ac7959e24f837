package exam

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// A unit may bind its ports in another network than the host's. Whether it gets them is decided there.
func TestUnitInANetworkOfItsOwn(t *testing.T) {
	lab.Require(t)
	t.Parallel()
	h := lab.NewHost(t, lab.HostOptions{})
	safeport := h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	machine := h.Boot(t)
	must := func(words ...string) {
		t.Helper()
		if out, err := machine.Command(t.Context(), lab.Root, nil, words...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", words, err, out)
		}
	}
	must("ip", "netns", "add", "inner")
	must("ip", "-n", "inner", "link", "set", "lo", "up")
	unit := func(name, network string) {
		t.Helper()
		text := "[Service]\n" + network + "ExecStart=" + h.Path("bin/standin") + " serve tcp:127.0.0.1:8080\n"
		must("/bin/sh", "-c", `printf '%s' "$1" >/etc/systemd/system/"$2"`, "sh", text, name)
	}
	const inner = "NetworkNamespacePath=/run/netns/inner\n"
	unit("web.service", inner)
	unit("inside.service", inner)
	unit("outside.service", "")
	must("systemctl", "daemon-reload")

	check := func(as lab.User) (r report.Report, status int) {
		t.Helper()
		cmd := machine.Command(t.Context(), as, []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}, safeport, "check", "127.0.0.1:8080", "--as", "web.service", "-o", "json")
		out, err := cmd.Output()
		if err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		json.Unmarshal(out, &r)
		return r, cmd.ProcessState.ExitCode()
	}
	tests := []struct {
		started string
		status  int
	}{
		{"outside.service", 0},
		{"inside.service", 1},
	}
	for _, tt := range tests {
		t.Run(tt.started, func(t *testing.T) {
			must("systemctl", "start", tt.started)
			defer must("systemctl", "stop", tt.started)
			r, status := check(lab.Root)
			if status != tt.status {
				t.Errorf("status %d, verdict %q; want status %d", status, r.Verdict, tt.status)
			}
			if tt.status == 1 && (len(r.Ports) != 1 || len(r.Ports[0].Holders) != 1 || r.Ports[0].Holders[0].Unit != tt.started) {
				t.Errorf("the holder is not named: %+v", r.Ports)
			}
			must("systemctl", "start", "web.service")
			defer must("systemctl", "stop", "web.service")
			serves := machine.Command(t.Context(), lab.Root, nil, "/bin/sh", "-c", `
				until pid=$(systemctl show -P MainPID web.service) && ip netns exec inner ss -ltnpH | grep -q "pid=$pid,"; do
					systemctl is-failed --quiet web.service && exit 1
					sleep 0.1
				done`).Run() == nil
			if serves != (tt.status == 0) {
				t.Errorf("the truth: the unit runs is %v", serves)
			}
		})
	}
	if _, status := check(lab.Nobody); status != 2 && status != 70 {
		t.Errorf("a user who may not enter that network gets status %d", status)
	}
}
