package holder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseStat(t *testing.T) {
	const rest = " S 1 812 811 34819 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4200 0 0"
	tests := []struct{ name, line, want string }{
		{"plain", "812 (nginx)" + rest, "nginx"},
		{"space", "812 (nginx: master)" + rest, "nginx: master"},
		{"parentheses", "812 ((sd-pam))" + rest, "(sd-pam)"},
		{"one that closes too early", "812 (a) S 2 (b)" + rest, "a) S 2 (b"},
		{"newline", "812 (a\nb)" + rest, "a\nb"},
		{"no name", "812 ()" + rest, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseStat([]byte(tt.line))
			if err != nil {
				t.Fatal(err)
			}
			want := Stat{Name: tt.want, Parent: 1, Group: 812, Session: 811, TTY: 34819, Foreground: -1, Ticks: 4200}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	for _, line := range []string{"", "812", "812 (nginx", "812 )nginx(", "812 (nginx) S 1", "812 (nginx)" + strings.Replace(rest, " 1 ", " x ", 1)} {
		if got, err := parseStat([]byte(line)); err == nil {
			t.Errorf("%q is read as %+v, want an error", line, got)
		}
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("812 (nginx) S 1 812 812 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4200 0 0"))
	f.Add([]byte("812 (a) b) S 1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		st, err := parseStat(b)
		if err == nil && !strings.Contains(string(b), "("+st.Name+")") {
			t.Fatalf("%q holds no name %q", b, st.Name)
		}
	})
}

func TestProgramNameIsCompletedWhereTheKernelCutIt(t *testing.T) {
	tests := []struct {
		name, comm string
		argv       []string
		want       string
	}{
		{"short", "nginx", []string{"/usr/sbin/nginx"}, "nginx"},
		{"cut", "prometheus-node", []string{"/usr/bin/prometheus-node-exporter", "--web"}, "prometheus-node-exporter"},
		{"exactly as long", "exactly15bytes_", []string{"exactly15bytes_"}, "exactly15bytes_"},
		{"cut, and renamed", "prometheus-node", []string{"/usr/bin/python3"}, "prometheus-node"},
		{"cut, with a title for arguments", "postgres: walwr", []string{"postgres: walwriter and more"}, "postgres: walwr"},
		{"kernel thread", "kworker/0:0-eve", nil, "kworker/0:0-eve"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := programName(tt.comm, tt.argv); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestReadProcessDescribesThisTest(t *testing.T) {
	p := NewReadings("/proc").process(os.Getpid())
	if p == nil {
		t.Fatal("this process is not found")
	}
	program := filepath.Base(os.Args[0])
	if p.PID != os.Getpid() || p.Name != program || !strings.Contains(p.Command, program) {
		t.Errorf("got pid %d, name %q, command %q", p.PID, p.Name, p.Command)
	}
	if age := time.Since(p.Started); age < 0 || age > 15*time.Minute {
		t.Errorf("started %v, %v ago", p.Started, age)
	}
	if p := NewReadings(t.TempDir()).process(1); p != nil {
		t.Errorf("a process that is gone is described as %+v", p)
	}
}

func TestACommandLineIsReadUpToALimit(t *testing.T) {
	proc := procTree(t, process{pid: 100, argv: []string{"srv", strings.Repeat("x", 1<<20)}})
	argv := readArguments(proc, 100)
	if n := len(strings.Join(argv, " ")); n > maxCommand || argv[0] != "srv" {
		t.Errorf("%d bytes were read, want at most %d", n, maxCommand)
	}
}
