package chains

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// TestChains sets each situation up, asks, runs the command that is printed, and looks whether the port is free for good and
// nothing else has ended.
func TestChains(t *testing.T) {
	wanted(t)
	booted := lab.NewHost(t, lab.HostOptions{})
	for _, name := range []string{"web", "bystander"} {
		if err := os.Link(booted.Path("bin/standin"), booted.Path("bin", name)); err != nil {
			t.Fatal(err)
		}
	}
	booted.Build(t, "github.com/safeport/safeport/cmd/safeport")
	bring(booted, "witr")
	machine := booted.Boot(t)
	prepare(t, booted, machine)
	var rows []row
	for i, s := range situations() {
		t.Run(s.name, func(t *testing.T) {
			g := &stage{T: t, host: booted, machine: machine, port: 8000 + i, engine: "none"}
			rows = append(rows, g.play(s))
		})
	}
	if *table {
		print(rows)
	}
}

// play lives through a situation.
func (g *stage) play(s situation) (r row) {
	if g.machine != nil {
		g.sh("mkdir -p /home/somebody {dir} && chown somebody /home/somebody && chmod 755 {dir}") // a test before may have removed it
	}
	s.given(g)
	if !g.await(true) {
		g.Fatal("nobody has the port: the situation was not set up")
	}
	if s.holder == "" {
		s.holder = "web"
	}
	r = row{name: s.name}
	start := time.Now()
	said := g.who()
	r.add("safeport", time.Since(start))
	h, ok := holderOf(said)
	if !ok {
		g.Fatalf("safeport names no holder: %+v", said)
	}
	chain := told(h)
	g.Logf("chain: %s", strings.Join(chain, " → "))
	for i := range s.chain {
		s.chain[i] = g.expand(s.chain[i])
	}
	named, chained := h.Name == s.holder, inOrder(chain, s.chain)
	if !named {
		g.Errorf("the holder is %q, want %q", h.Name, s.holder)
	}
	if !chained {
		g.Errorf("the chain is\n  %s\nand has not, in this order,\n  %s", strings.Join(chain, "\n  "), strings.Join(s.chain, "\n  "))
	}
	if *table {
		g.compare(&r, s)
	}
	stopped := g.stop(s, said)
	r.judge("safeport", named, chained, stopped)
	return r
}

func holderOf(r *report.WhoReport) (report.Holder, bool) {
	for _, p := range r.Ports {
		for _, h := range p.Holders {
			return h, true
		}
	}
	return report.Holder{}, false
}

// stop runs what is printed, as it is printed.
func (g *stage) stop(s situation, said *report.WhoReport) bool {
	var remedies []report.Remedy
	for _, f := range said.Findings {
		remedies = append(remedies, f.Remedies...)
	}
	for _, r := range remedies {
		g.Logf("remedy: %s $ %s", r.Text, r.Command)
		switch {
		case s.kept && r.Stops:
			g.Errorf("it is told to stop what has to stay: %s", r.Command)
			return false
		case s.typed && r.Process != 0:
			return g.typed(r.Command, s.holder)
		case !s.typed && r.Stops:
			if !strings.Contains(r.Command, g.expand(s.stop)) {
				g.Errorf("the command is %q, want %q in it", r.Command, g.expand(s.stop))
			}
			if out, err := g.try(lab.Root, r.Command); err != nil {
				g.Errorf("%q fails: %v: %s", r.Command, err, out)
				return false
			}
			return g.freed()
		}
	}
	if s.kept {
		return true
	}
	g.Errorf("nothing is printed that stops it: %+v", remedies)
	return false
}

// typed runs a command that asks for the name of a process before it ends it: it ends nothing when another name is typed, and
// that one when its own is.
func (g *stage) typed(command, name string) bool {
	for _, word := range []string{"other", name} {
		tty := g.terminal(g.command(lab.Root, command))
		for end := time.Now().Add(20 * time.Second); !strings.Contains(tty.text(), "Type its name") && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(300 * time.Millisecond) // until it reads: what is typed before is lost
		tty.WriteString(word + "\r")
		select {
		case <-tty.over:
		case <-time.After(30 * time.Second):
			g.Errorf("%q does not end after %q was typed:\n%q", command, word, tty.text())
			return false
		}
		if word == name {
			g.Logf("%q said:\n%q", command, tty.text())
		}
		if word != name && !g.answers() {
			g.Errorf("%q ended the process although %q was typed", command, word)
			return false
		}
	}
	return g.freed()
}

// freed says whether the port is free, and stays so.
func (g *stage) freed() bool {
	if !g.await(false) {
		g.Error("the port is still held")
		return false
	}
	for range 30 {
		time.Sleep(100 * time.Millisecond)
		if g.answers() {
			g.Error("the port was free, and is held again")
			return false
		}
	}
	return true
}
