package kernel

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

// procTree writes settings as the kernel shows them, below the /proc of a test's own.
func procTree(t *testing.T, settings map[string]string) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "sys/net/ipv4")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range settings {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestReadTakesTheSettingsFromProc(t *testing.T) {
	root := procTree(t, map[string]string{
		"ip_local_port_range":        "15000\t61000\n",
		"ip_local_reserved_ports":    "8080,9148,40000-40063\n",
		"ip_unprivileged_port_start": "80\n",
	})
	got, err := Read(root)
	if err != nil {
		t.Fatal(err)
	}
	if want := (port.Range{First: 15000, Last: 61000}); got.Ephemeral != want {
		t.Errorf("ephemeral ports %v, want %v", got.Ephemeral, want)
	}
	reserved := []port.Range{port.Single(8080), port.Single(9148), {First: 40000, Last: 40063}}
	if diff := cmp.Diff(reserved, got.Reserved); diff != "" {
		t.Errorf("reserved ports -want +got:\n%s", diff)
	}
	if got.UnprivilegedStart != 80 {
		t.Errorf("unprivileged ports start at %d, want 80", got.UnprivilegedStart)
	}
}

func TestReadKeepsTheDefaultOfWhatItCannotRead(t *testing.T) {
	tests := []struct {
		name     string
		settings map[string]string
		word     string // in the error
	}{
		{"a kernel before 4.11", map[string]string{"ip_local_port_range": "32768 60999", "ip_local_reserved_ports": ""}, "ip_unprivileged_port_start"},
		{"no range", map[string]string{"ip_local_port_range": "", "ip_local_reserved_ports": "", "ip_unprivileged_port_start": "1024"}, "ip_local_port_range"},
		{"a range of words", map[string]string{"ip_local_port_range": "low high", "ip_local_reserved_ports": "", "ip_unprivileged_port_start": "1024"}, `"low"`},
		{"a reserved port that is none", map[string]string{"ip_local_port_range": "32768 60999", "ip_local_reserved_ports": "80,x", "ip_unprivileged_port_start": "1024"}, `"x"`},
		{"no /proc/sys at all", nil, "ip_local_port_range"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Read(procTree(t, tt.settings))
			if err == nil || !strings.Contains(err.Error(), tt.word) {
				t.Errorf("error %v does not name %s", err, tt.word)
			}
			if want := (port.Range{First: 32768, Last: 60999}); got.Ephemeral != want || got.UnprivilegedStart != 1024 || got.Reserved != nil {
				t.Errorf("got %v, %v and %d; want the kernel's defaults", got.Ephemeral, got.Reserved, got.UnprivilegedStart)
			}
		})
	}
}

func TestReadAgreesWithThisHost(t *testing.T) {
	got, err := Read("/proc")
	if err != nil {
		t.Fatal(err)
	}
	release, err := exec.Command("uname", "-r").Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.TrimSpace(string(release)); got.Release != want {
		t.Errorf("release %q, want %q", got.Release, want)
	}
	if want, _ := os.Hostname(); got.Hostname != want {
		t.Errorf("host name %q, want %q", got.Hostname, want)
	}
	// A port that the kernel picks shows what the range means.
	if local := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0)).Port; !got.Ephemeral.Contains(local) {
		t.Errorf("the kernel picked port %d, outside of %v", local, got.Ephemeral)
	}
}

func TestRightsAreThoseOfTheUserWhoAsks(t *testing.T) {
	sockettest.AsNobody(t, func() {
		got, err := Read("/proc")
		if err != nil || got.MayBindPrivileged || got.MayInspect {
			t.Errorf("nobody may bind privileged ports: %v, may inspect: %v (%v)", got.MayBindPrivileged, got.MayInspect, err)
		}
	})
	privileged := sockettest.Shape{Binding: port.AnyV4, Port: privilegedPort(t), Idle: true}
	got, err := Read("/proc")
	if err != nil {
		t.Fatal(err)
	}
	bound, err := sockettest.Try(privileged)
	if err == nil {
		bound.Close()
	}
	if refused := err == unix.EACCES; got.MayBindPrivileged == refused {
		t.Errorf("may bind privileged ports: %v, and binding %d gives %v", got.MayBindPrivileged, privileged.Port, err)
	}
}

// privilegedPort is the highest port that needs the right to be bound.
func privilegedPort(t *testing.T) uint16 {
	t.Helper()
	b, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start")
	if err != nil {
		t.Fatal(err)
	}
	start, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || start < 2 {
		t.Skipf("SKIPPED: no port is privileged here: they start at %d (%v)", start, err)
	}
	return uint16(start - 1)
}

func TestAtLeast(t *testing.T) {
	tests := []struct {
		release      string
		major, minor int
		want         bool
	}{
		{"6.8.0-45-generic", 6, 8, true},
		{"6.18.44", 6, 8, true},
		{"6.1.0-18-amd64", 6, 8, false},
		{"7.0.0", 6, 8, true},
		{"5.15.153.1-microsoft-standard-WSL2", 5, 8, true},
		{"4.18.0-553.el8_10.x86_64", 5, 8, false},
		{"unknown", 0, 0, false},
		{"", 0, 0, false},
	}
	for _, tt := range tests {
		if got := atLeast(tt.release, tt.major, tt.minor); got != tt.want {
			t.Errorf("%q is at least %d.%d: %v, want %v", tt.release, tt.major, tt.minor, got, tt.want)
		}
	}
}
