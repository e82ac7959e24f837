package ancestry

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/holder"
)

// start runs a command until the test ends, and waits until it says that it stands.
func start(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	if n, err := out.Read(make([]byte, 64)); n == 0 {
		t.Fatalf("%v says nothing: %v", cmd.Args, err)
	}
	return cmd.Process.Pid
}

func TestOfAScriptThatRunsAProgram(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"backup.sh":     "#!/bin/sh\ntrap '' HUP\ncat\n:\n",
		"package.json":  `{"name": "shop"}`,
		"sub/README.md": "",
	} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("/bin/sh", "-c", "echo up; ../backup.sh --password=hunter2; :")
	cmd.Dir = filepath.Join(dir, "sub")
	shell := start(t, cmd)
	script := childOf(t, shell)
	cat := childOf(t, script)
	chain := Open("/proc", "/", holder.NewReadings("/proc")).Of(cat)
	if len(chain) < 4 {
		t.Fatalf("too short: %+v", chain)
	}
	user := chain[len(chain)-1].User
	want := []facts.Link{
		{Kind: facts.LinkWrapper, Name: "sh", PID: shell, User: user, Command: "/bin/sh -c echo up; ../backup.sh --password=*** :"},
		{Kind: facts.LinkProcess, Name: "backup.sh", PID: script, User: user, Command: "/bin/sh ../backup.sh --password=***"},
		{Kind: facts.LinkProcess, Name: "cat", PID: cat, User: user, Command: "cat", Directory: filepath.Join(dir, "sub"),
			Project: "shop (" + filepath.Join(dir, "package.json") + ")", Nohup: true},
	}
	if diff := cmp.Diff(want, chain[len(chain)-3:], cmpopts.IgnoreFields(facts.Link{}, "Started", "TTY", "Foreground")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if chain[0].Kind != facts.LinkInit || chain[0].PID != 1 {
		t.Errorf("does not begin with the first process: %+v", chain[0])
	}
}

// childOf waits for the one child of a process.
func childOf(t *testing.T, pid int) int {
	t.Helper()
	for t.Context().Err() == nil {
		for _, p := range children(pid) {
			if r := Open("/proc", "/", holder.NewReadings("/proc")).process(p); r != nil && r.name != "sh" {
				return p
			}
		}
	}
	t.Fatalf("%d has no child", pid)
	return 0
}

func TestOfAProcessThatIsGone(t *testing.T) {
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if chain := Open("/proc", "/", holder.NewReadings("/proc")).Of(cmd.Process.Pid); chain != nil {
		t.Errorf("got %+v", chain)
	}
}

// Whatever a process calls itself, the chain of it is bounded, and only root's cron and sshd are believed.
func TestOfAProcessThatBoasts(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("NOT TESTED: to start a process as another user takes root")
	}
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	busybox, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(busybox)
	if err != nil {
		t.Fatal(err)
	}
	cron := filepath.Join(dir, "cron")
	if err := os.WriteFile(cron, program, 0o755); err != nil {
		t.Fatal(err)
	}
	pid := start(t, exec.Command("setpriv", "--reuid=65533", "--clear-groups", cron, "-c", "echo up; cat; :"))
	for _, l := range Open("/proc", "/", holder.NewReadings("/proc")).Of(childNamed(t, pid, "cat")) {
		if l.Kind == facts.LinkScheduler {
			t.Errorf("a user's program that is called cron is believed: %+v", l)
		}
	}
}

func childNamed(t *testing.T, pid int, name string) int {
	t.Helper()
	for t.Context().Err() == nil {
		for _, p := range children(pid) {
			if r := Open("/proc", "/", holder.NewReadings("/proc")).process(p); r != nil && r.name == name {
				return p
			}
		}
	}
	t.Fatalf("%d has no child %s", pid, name)
	return 0
}

func children(pid int) (list []int) {
	r := Open("/proc", "/", holder.NewReadings("/proc"))
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if n := atoi(e.Name()); n > 0 {
			if p := r.process(n); p != nil && p.parent == pid {
				list = append(list, n)
			}
		}
	}
	return list
}

func atoi(s string) (n int) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func TestTTYName(t *testing.T) {
	for n, want := range map[uint32]string{0: "", 34819: "pts/3", 34816: "pts/0", 1025: "tty1", 1089: "ttyS1", 136<<8 | 255 | 1<<20: "pts/511", 137 << 8: "pts/256", 5 << 8: ""} {
		if got := ttyName(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

func TestCronEntry(t *testing.T) {
	for _, tt := range []struct{ line, user, as, command string }{
		{"* * * * * root  /srv/backup.sh --all", "", "root", "/srv/backup.sh --all"},
		{"@reboot alice python3 web.py", "", "alice", "python3 web.py"},
		{"*/5 1-3 * * 1 python3 web.py", "alice", "alice", "python3 web.py"},
		{"@reboot python3 web.py%input", "alice", "alice", "python3 web.py"},
		{`@reboot date +\%s`, "alice", "alice", `date +\%s`},
		{"# @reboot root x", "", "", ""},
		{"PATH=/bin", "", "", ""},
		{"", "", "", ""},
	} {
		if as, command := cronEntry(tt.line, tt.user); command != tt.command || command != "" && as != tt.as {
			t.Errorf("%q of %q: %q runs %q", tt.line, tt.user, as, command)
		}
	}
}

func TestAtJob(t *testing.T) {
	for file, want := range map[string]string{
		"/var/spool/cron/atjobs/=0002a01c33b1b": "42", "/var/spool/cron/atjobs/a0002a01c33b1b (deleted)": "42",
		"/var/spool/cron/atjobs/b0002a01c33b1b": "42", "/var/spool/cron/atjobs/.SEQ": "", "/dev/null": "", "": "",
	} {
		if got := atJob(file); got != want {
			t.Errorf("%s is job %q, want %q", file, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("/usr/bin/python3 -m http.server 8080")
	f.Add("* * * * * root sh -c backup")
	f.Fuzz(func(t *testing.T, text string) {
		p := &process{}
		cronEntry(text, "")
		atJob(text)
		p.argv = strings.Split(text, " ")
		p.title()
		p.script()
		p.option("-c", "--config")
	})
}

// Where LXC could make no cgroup of its own the monitor alone tells of a container; and where one has a number behind its name,
// because its last one was still there, it is the same container.
func TestMonitorsOfLXC(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "web"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "web/config"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		argv []string
		want facts.Link
	}{
		{"in the background", []string{"[lxc monitor] " + dir + " web"}, facts.Link{Name: "web", Service: "lxc", Config: dir, Directory: dir + "/web"}},
		{"in a directory with a space", []string{"[lxc monitor] /srv/my containers web"}, facts.Link{Name: "web", Service: "lxc", Config: "/srv/my containers"}},
		{"in the foreground", []string{"lxc-start", "--foreground", "-P", dir, "-n", "web"}, facts.Link{Name: "web", Service: "lxc", Config: dir, Directory: dir + "/web"}},
		{"of Incus", []string{"[lxc monitor] /var/lib/incus/containers shop_web"}, facts.Link{Name: "shop_web", Service: "incus", Config: "/var/lib/incus/containers"}},
		{"of LXD", []string{"[lxc monitor] /var/snap/lxd/common/lxd/containers web"}, facts.Link{Name: "web", Service: "lxd", Config: "/var/snap/lxd/common/lxd/containers"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &chain{reader: Open("/proc", "/", holder.NewReadings("/proc"))}
			monitor := &process{pid: 812, name: "lxc-start", argv: tt.argv}
			if !c.keeper(monitor, &process{}) {
				t.Fatal("it is not known")
			}
			tt.want.Kind, tt.want.PID, tt.want.User = facts.LinkMachine, 812, "root"
			if diff := cmp.Diff([]facts.Link{tt.want}, c.links); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			for cgroup, more := range map[string]int{tt.want.Name: 0, tt.want.Name + "-1": 0, tt.want.Name + "-db": 1, "other": 1} {
				inside := &chain{reader: c.reader, links: c.links[:1:1]}
				inside.places(&process{cgroup: holder.Group{Path: "/lxc.payload." + cgroup}})
				if len(inside.links) != 1+more {
					t.Errorf("with the cgroup of %s there are %+v", cgroup, inside.links)
				}
			}
		})
	}
	for _, argv := range [][]string{{"lxc-start"}, {"[lxc monitor] "}, {"[lxc monitor] web"}, {"[lxc monitor] relative web"}, {"[lxc monitor] / --help"}} {
		c := &chain{reader: Open("/proc", "/", holder.NewReadings("/proc"))}
		if c.keeper(&process{name: "lxc-start", argv: argv}, &process{}); len(c.links) > 0 && c.links[0].Config != "" {
			t.Errorf("%q is %+v", argv, c.links)
		}
	}
}

func TestTitlesOfShells(t *testing.T) {
	for _, tt := range []struct {
		argv []string
		want string
	}{
		{[]string{"/bin/bash", "/srv/start.sh"}, "start.sh"},
		{[]string{"bash", "/dev/fd/3"}, "bash"},
		{[]string{"bash", "/proc/self/fd/3"}, "bash"},
		{[]string{"bash"}, "bash"},
	} {
		p := &process{name: "bash", argv: tt.argv}
		if got := p.title(); got != tt.want {
			t.Errorf("%q is called %s, want %s", tt.argv, got, tt.want)
		}
	}
}
