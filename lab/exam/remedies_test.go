package exam

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

var (
	try      = flag.Bool("try", false, "run the remedies of the situations that are there for them")
	whole    = flag.Bool("whole", false, "the remedies of all situations, and not only of those that are there for them")
	watchFor = flag.Duration("watch", 10*time.Second, "how long a port that was freed is watched for somebody to take it again")
	shards   = flag.Int("hosts", 3, "how many hosts of each kind share the situations of the remedy exam")
)

// remedyKinds are the hosts of the remedy exam.
var remedyKinds = []hostKind{proxied, direct, v4Only, booted, mixed}

// TestRemedies runs each command that safeport prints, exactly as it is printed, on the host of which it speaks, and looks
// what came of it. Each is run in a situation that was set up for it alone.
func TestRemedies(t *testing.T) {
	if !*try && !*whole {
		t.Skip("remedies are run by: make remedies")
	}
	lab.Require(t)
	all := remedySituations()
	if *whole {
		all = append(all, situations()...)
	}
	queues := map[hostKind]chan int{}
	for i, s := range all {
		if queues[s.on] == nil {
			queues[s.on] = make(chan int, len(all))
		}
		queues[s.on] <- i
	}
	var done tally
	t.Run("on", func(t *testing.T) {
		for _, kind := range remedyKinds {
			for shard := range *shards {
				t.Run(fmt.Sprint(kind, " ", shard+1), func(t *testing.T) {
					t.Parallel()
					h := newHost(t, kind)
					h.StartSSH(t, h.machine)
					for {
						select {
						case i := <-queues[kind]:
							done.remediesOf(t, h, all[i], 20000+10*i)
						default:
							return
						}
					}
				})
			}
		}
	})
	if *printTable {
		fmt.Print(&done)
	}
}

// remediesOf tries all remedies of a situation, one after the other.
func (r *tally) remediesOf(t *testing.T, h *host, s situation, port int) {
	for i, count := 0, 1; i < count; i++ {
		name := s.name
		if i > 0 {
			name = fmt.Sprintf("%s, remedy %d", s.name, i+1)
		}
		t.Run(name, func(t *testing.T) {
			g, said := set(t, h, s, port+4*i) // what was tried before has left neither port in TIME_WAIT
			courses := said.courses()
			if i == 0 {
				g.advised(said)
			}
			count = len(courses)
			if i < count {
				defer func() { r.add(name, courses[i], t.Failed()) }()
				g.try(said, courses[i])
			}
		})
	}
}

// set sets a situation up, and asks safeport.
func set(t *testing.T, h *host, s situation, port int) (*stage, said) {
	t.Helper()
	g := newStage(t, h, s, port)
	for _, step := range s.given {
		step(g)
	}
	return g, g.askSafeport()
}

// advised says whether the remedies are those that the situation demands.
func (g *stage) advised(said said) {
	g.Helper()
	is := situation{advice: g.expandAll(g.advice), never: g.expandAll(g.never)}
	for _, wrong := range said.wrongs(is, depends) {
		if strings.Contains(wrong, "remedy has") || strings.Contains(wrong, "is offered") {
			g.Errorf("%s\n%s", wrong, said.output)
		}
	}
}

// course is one way out of what a finding tells of.
type course struct {
	finding  report.Finding
	kind     courseKind
	commands []string
}

type courseKind string

const (
	moves courseKind = "asks anew" // for another port, or as somebody else
	shows courseKind = "shows"     // what has to be known first
	frees courseKind = "changes"   // the host, so that the port can be had
)

// showing are the beginnings of commands that change nothing.
var showing = []string{
	"sudo nft -a list ", "sudo ipvsadm -Ln", "sudo bpftool ", "tc filter show ", "ip -brief address", "sudo docker ps ", "docker ps ", "sudo podman ps", "sudo semanage port -l",
	"ip route get ", "ip -6 route get ", "ip link show ", "sysctl net.",
}

func kindOf(command string) courseKind {
	switch words := strings.TrimPrefix(command, "sudo "); {
	case strings.HasPrefix(words, "safeport "):
		return moves
	case slices.ContainsFunc(showing, func(start string) bool { return strings.HasPrefix(command, start) }),
		strings.Contains(command, "tables") && strings.Contains(command, " -nvL "):
		return shows
	}
	return frees
}

// courses are the ways out that a report prints as commands. What changes the host is one way however many commands it
// takes: each holder has to go.
func (s said) courses() (all []course) {
	for _, f := range s.Findings {
		change := course{finding: f, kind: frees}
		for _, r := range f.Remedies {
			switch kind := kindOf(r.Command); {
			case f.Code == report.EngineRefuses && r.Command == "" && strings.HasPrefix(r.Text, "Restart Docker"):
				change.commands = append(change.commands, byHand)
			case r.Command == "", f.Code == report.LegacyInstall, strings.HasSuffix(r.Command, " version"), strings.Contains(r.Command, "safeport free-up "):
				// The steps of a move from a version without containers are run by a test of their own; and whether an
				// engine that does not answer does so later is not for the exam to wait. What free-up does is tried by lab/chains, which
				// types the name that it asks for at a terminal.
			case kind == frees:
				change.commands = append(change.commands, r.Command)
			case strings.HasPrefix(r.Command, "safeport install "), strings.HasPrefix(r.Command, "safeport upgrade "):
				// It is asked whether it would go on: the truth starts the service by itself.
				all = append(all, course{f, kind, []string{r.Command + " --dry-run"}})
			default:
				all = append(all, course{f, kind, []string{r.Command}})
			}
		}
		if len(change.commands) > 0 {
			all = append(all, change)
		}
	}
	return all
}

// try runs a course and says what is wrong with it.
func (g *stage) try(said said, c course) {
	g.Helper()
	defer g.keepRules()()
	if c.finding.Code != report.EngineRefuses {
		said = g.first(said)
	}
	before, letIn := g.look(), g.SSH(g.Context()) == nil
	for _, command := range c.commands {
		out, err := g.paste(command)
		g.Logf("%s: $ %s\n%s", c.finding.Code, command, out)
		if c.kind == moves && strings.HasPrefix(command, "sudo ") {
			g.askedAsRoot(command, err)
			return
		}
		if err != nil && c.kind == moves && others(said, c) {
			return // more than this is in the way
		}
		if err != nil && !refusedWay(command, out) {
			g.Errorf("%s: %q fails: %v: %s", c.finding.Code, command, err, out)
			return
		}
		if noWay.MatchString(c.finding.Message) && strings.Contains(command, " route get ") && !refusedWay(command, out) {
			g.Errorf("%s: %q shows a way, and none was found: %s", c.finding.Code, command, out)
		}
		if c.kind == shows && len(bytes.TrimSpace(out)) == 0 && !strings.Contains(command, "bpftool") {
			g.Errorf("%s: %q shows nothing", c.finding.Code, command)
		}
	}
	after := g.look()
	for _, lost := range before.lost(after) {
		if c.kind != frees || !before.isOf(said.Ports, lost) && !(c.finding.Code == report.EngineRefuses && g.goesWithEngine(lost)) {
			g.Errorf("%s: %q ends %s, which has nothing to do with it", c.finding.Code, c.commands, lost)
		}
	}
	g.stillServes(letIn)
	switch c.kind {
	case moves:
		g.moved(said, c)
	case frees:
		g.freed(said, c)
	}
}

// noWay is in what is said of routes by which nobody gets in, or no answer out.
var noWay = regexp.MustCompile(`\b(blackhole|prohibit|unreachable|rp_filter|ip_forward)\b`)

// refusedWay says whether a command shows by its failure that there is no way: ip(8) tells the kernel's answer so.
func refusedWay(command string, out []byte) bool {
	return strings.Contains(command, " route get ") && bytes.HasPrefix(out, []byte("RTNETLINK answers: "))
}

// askedAsRoot says whether the same question was answered, and with the truth.
func (g *stage) askedAsRoot(command string, err error) {
	g.Helper()
	said := free
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		said = busy
	case err != nil:
		g.Errorf("%q fails: %v", command, err)
		return
	}
	if g.unanswerable != "" || g.unsure || strings.HasPrefix(command, "sudo safeport who") || strings.HasPrefix(command, "sudo safeport free-up") {
		return
	}
	if truth, reason := g.truth(); truth != said {
		g.Errorf("%q says %s; the truth is %s %s", command, said, truth, reason)
	}
}

// paste runs a command as the one who asked would.
func (g *stage) paste(command string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(g.Context(), 60*time.Second)
	defer cancel()
	if command == byHand {
		return nil, errors.Join(g.docker.Stop(), g.docker.Start(ctx))
	}
	var cmd *exec.Cmd
	if g.machine != nil && !g.outside {
		cmd = g.machine.Paste(ctx, g.as, g.env, command)
	} else {
		var err error
		if cmd, err = g.Paste(ctx, g.as, g.env, command); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := g.host.Run(cmd)
	return out.Bytes(), err
}

// stillServes says whether the administrator gets in, and names are resolved where they were.
func (g *stage) stillServes(letIn bool) {
	g.Helper()
	ctx, cancel := context.WithTimeout(g.Context(), 30*time.Second)
	defer cancel()
	if err := g.SSH(ctx); err != nil && letIn {
		g.Errorf("the administrator does not get in any more: %v", err)
	}
	if g.resolves != "" {
		if out, err := g.machine.Command(ctx, lab.Root, nil, "getent", "ahosts", g.resolves).CombinedOutput(); err != nil {
			g.Errorf("%s is not resolved any more: %v: %s", g.resolves, err, out)
		}
	}
}

// moved says whether the service stands where another question has found room for it.
func (g *stage) moved(was said, c course) {
	g.Helper()
	words := strings.Fields(c.commands[0])
	for _, p := range was.Ports {
		if p.Name != c.finding.Port || p.Suggestion == 0 {
			continue
		}
		if there := fmt.Sprint(p.Suggestion); slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, there) }) {
			g.move(p.Suggestion)
			if g.askSafeport().warns(report.SourceFailed) {
				return // it says that it can't tell whether clients get in
			}
			g.stands(c)
			return
		}
	}
	if at := strings.Index(words[len(words)-1], ":"); g.want.mode == bound && at > 0 && words[1] == "check" && g.want.addr == "" {
		g.want.addr = strings.Trim(words[len(words)-1][:strings.LastIndex(words[len(words)-1], ":")], "[]")
		g.stands(c)
	}
}

// move makes it a situation of another port, which the files name as well.
func (g *stage) move(to int) {
	g.Helper()
	from, was := g.dir(), strconv.Itoa(g.port)
	g.port = to
	files, err := filepath.Glob(filepath.Join(from, "*"))
	if err != nil {
		g.Fatal(err)
	}
	for _, path := range files {
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			g.Fatal(err)
		}
		file(filepath.Base(path), strings.ReplaceAll(string(text), was, strconv.Itoa(to)))(g)
	}
}

// freed says whether the service stands where it was to stand, and whether the port stays free for it.
func (g *stage) freed(was said, c course) {
	g.Helper()
	if others(was, c) {
		return // more than this is in the way
	}
	for deadline := time.Now().Add(g.leaves); time.Now().Before(deadline) && g.taken() != ""; time.Sleep(50 * time.Millisecond) {
	}
	now := g.askSafeport()
	for _, f := range now.Findings {
		if f.Code == c.finding.Code && f.Message == c.finding.Message && !lasting(f) {
			g.Errorf("%s: after %q it says the same: %s", f.Code, c.commands, f.Message)
		}
	}
	if g.stands(c); c.finding.Severity == report.Error && g.want.unit == "" && !g.Failed() {
		if by := g.takenAgain(*watchFor); by != "" {
			g.Errorf("%s: after %q the port is taken again: %s", c.finding.Code, c.commands, by)
		}
	}
}

// others says whether a report has more that is in the way than the finding.
func others(s said, c course) bool {
	return slices.ContainsFunc(s.Findings, func(f report.Finding) bool {
		return f.Severity == report.Error && (f.Code != c.finding.Code || f.Port != c.finding.Port)
	})
}

// lasting says whether a finding stays although what can be done about it was done.
func lasting(f report.Finding) bool {
	return slices.ContainsFunc(f.Remedies, func(r report.Remedy) bool { return strings.Contains(r.Command, "ip_local_reserved_ports") })
}

// stands starts the service.
func (g *stage) stands(c course) {
	g.Helper()
	// The truth of a whole installation, or of a unit with a port of its own, is not moved by another number.
	moved := c.kind == moves && (g.want.install != nil || g.want.unit != "")
	if g.unanswerable != "" || moved || lasting(c.finding) && c.finding.Code == report.PortInUse {
		return
	}
	if truth, reason := g.truth(); truth != free {
		g.Errorf("%s: after %q the service does not stand: %s", c.finding.Code, c.commands, reason)
	}
}

// takenAgain waits for somebody to listen on the port.
func (g *stage) takenAgain(within time.Duration) (by string) {
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if by = g.taken(); by != "" {
			return by
		}
	}
	return ""
}

// taken is who listens on the port.
func (g *stage) taken() string {
	for _, l := range g.listeners() {
		if slices.Contains(g.wanted(), l.port) && l.protocol == g.want.protocol {
			return l.String()
		}
	}
	return ""
}

// kept are settings of the host that a remedy may change.
var kept = []string{"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports"}

// keepRules takes back what remedies change in the host's network.
func (g *stage) keepRules() (restore func()) {
	was := map[string]string{}
	for _, key := range kept {
		err := g.Do(func() error {
			text, err := os.ReadFile("/proc/sys/" + strings.ReplaceAll(key, ".", "/"))
			was[key] = strings.TrimSpace(string(text))
			return err
		})
		if err != nil {
			g.Fatal(err)
		}
	}
	programs := []string{"iptables", "ip6tables", "iptables-legacy"}
	saved := map[string]string{}
	for _, program := range programs {
		saved[program] = g.command("sh", "-c", program+"-save 2>/dev/null") // without a word about rules of the other kind
	}
	return func() {
		for key, value := range was {
			if _, err := g.Sysctl(key, value); err != nil {
				g.Error(err)
			}
		}
		for _, program := range programs {
			table := ""
			for line := range strings.Lines(g.command("sh", "-c", program+"-save 2>/dev/null")) {
				line = strings.TrimSpace(line)
				if name, ok := strings.CutPrefix(line, "*"); ok {
					table = name
				}
				// Rules that the remedy has added stand where they did not.
				if rule, ok := strings.CutPrefix(line, "-A "); ok && !strings.Contains(saved[program], line+"\n") {
					g.command("sh", "-c", program+" -t "+table+" -D "+rule)
				}
			}
		}
	}
}

// tally counts remedies.
type tally struct {
	mu     sync.Mutex
	right  map[courseKind]int
	total  map[courseKind]int
	wrongs []string
}

func (r *tally) add(name string, c course, failed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.total == nil {
		r.right, r.total = map[courseKind]int{}, map[courseKind]int{}
	}
	r.total[c.kind]++
	if failed {
		r.wrongs = append(r.wrongs, fmt.Sprintf("%s: %s", name, strings.Join(c.commands, " ; ")))
		return
	}
	r.right[c.kind]++
}

func (r *tally) String() string {
	var b strings.Builder
	right, total := 0, 0
	for _, kind := range []courseKind{frees, moves, shows} {
		fmt.Fprintf(&b, "%-10s %4d of %4d right\n", kind, r.right[kind], r.total[kind])
		right, total = right+r.right[kind], total+r.total[kind]
	}
	fmt.Fprintf(&b, "%-10s %4d of %4d right\n", "all", right, total)
	slices.Sort(r.wrongs)
	for _, wrong := range r.wrongs {
		fmt.Fprintln(&b, "✗", wrong)
	}
	return b.String()
}
