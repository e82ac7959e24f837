package exam

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

var (
	rounds = flag.Int("rounds", 0, "how many random situations to try")
	seed   = flag.Uint64("seed", 1, "of the random situations; 0: one that nobody knows")
)

// TestChaos makes situations at random, asks safeport, and finds the truth as the exam does. A lie is made smaller before it
// is told: what is left is a situation in which each piece matters. Round N of a seed is the same in every run, and is had
// alone by "-seed SEED+N -rounds 1".
func TestChaos(t *testing.T) {
	lab.Require(t)
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano()) % 1_000_000_000
	}
	if *rounds == 0 {
		t.Skip("random situations are tried by: make chaos")
	}
	t.Logf("seed %d, %d rounds", *seed, *rounds)
	var c chaos
	kinds := []hostKind{proxied, direct}
	numbers := map[hostKind][]int{}
	for i := range *rounds {
		kind := kinds[(*seed+uint64(i))%uint64(len(kinds))]
		numbers[kind] = append(numbers[kind], i)
	}
	t.Run("on", func(t *testing.T) {
		for kind, numbers := range numbers {
			t.Run(string(kind), func(t *testing.T) {
				t.Parallel()
				h := newHost(t, kind)
				if *wide {
					(&stage{T: t, host: h}).command("ip", "-n", h.Peer.Name, "route", "add", "198.51.100.0/24", "via", lab.Addr4.String())
				}
				for _, n := range numbers {
					t.Run(fmt.Sprint(n), func(t *testing.T) { c.round(t, h, n) })
				}
			})
		}
	})
	fmt.Printf("chaos: seed %d: %d rounds, %d lies, %d told twice and not again, %d unknown, %d some, %d without a truth; the port was had in %d\n",
		*seed, c.tried, c.lies, c.fickle, c.unknown, c.some, c.untold, c.free)
}

// chaos counts what came of the rounds.
type chaos struct {
	mu                                               sync.Mutex
	tried, lies, fickle, unknown, some, untold, free int
}

// scene is a situation made at random: what is asked, and the pieces that make it.
type scene struct {
	want   want
	as     lab.User
	low    bool // the port is a privileged one
	also   []extra
	pieces []piece
}

// piece is one thing that makes a situation. One that cannot be made, as where two sockets are in each other's way, is left out.
type piece struct {
	name string // as it would be typed, with {P} for the port
	make func(*stage) error
}

func (s scene) String() string {
	lines := []string{"ask: " + s.want.String()}
	if s.as.UID != 0 {
		lines[0] += fmt.Sprintf(" as user %d", s.as.UID)
	}
	if s.want.user != nil {
		lines[0] += fmt.Sprintf(" for user %d", s.want.user.UID)
	}
	if s.want.shared {
		lines[0] += " with SO_REUSEPORT"
	}
	for _, e := range s.also {
		lines[0] += fmt.Sprintf("; %s at {P+%d}", e.want, e.offset)
	}
	if s.low {
		lines[0] += ", a low port"
	}
	for _, p := range s.pieces {
		lines = append(lines, "    "+p.name)
	}
	return strings.Join(lines, "\n")
}

func (w want) String() string {
	how := "bind"
	if w.mode == published {
		how = "publish"
	}
	text := how + " " + w.protocol
	if w.addr != "" {
		text += " on " + w.addr
	}
	if w.count > 1 {
		text += fmt.Sprintf(", %d ports", w.count)
	}
	return text
}

func (c *chaos) round(t *testing.T, h *host, n int) {
	r := rand.New(rand.NewPCG(*seed+uint64(n), 0))
	var s scene
	if *wide {
		s = dice{r}.wideScene()
	} else {
		s = randomScene(r)
	}
	out := play(t, h, n, s)
	c.mu.Lock()
	c.tried++
	switch {
	case out.err != nil:
		c.untold++
	case out.said.Verdict == report.Unknown:
		c.unknown++
	case out.said.answer() == noAnswer:
		c.some++
	}
	if out.truth == free {
		c.free++
	}
	c.mu.Unlock()
	switch {
	case out.err != nil:
		t.Logf("no truth: %v\n%s", out.err, s)
		return
	case !out.lie():
		return
	}
	if again := play(t, h, n, s); !again.lie() {
		c.mu.Lock()
		c.fickle++
		c.mu.Unlock()
		t.Logf("seed %d: safeport said %s, the truth was %s (%s), and not again:\n%s", *seed+uint64(n), out.said.answer(), out.truth, out.reason, s)
		return
	}
	c.mu.Lock()
	c.lies++
	c.mu.Unlock()
	least, out := shrink(t, h, n, s, out)
	t.Errorf("seed %d: safeport says %s; the truth is %s (%s)\n%s\nsafeport said:\n%s", *seed+uint64(n), out.said.answer(), out.truth, out.reason, least, out.said.output)
}

// shrink leaves out pieces as long as the answer stays a lie.
func shrink(t *testing.T, h *host, n int, s scene, out outcome) (scene, outcome) {
	for smaller := true; smaller; {
		smaller = false
		for i := 0; i < len(s.pieces); {
			less := s
			less.pieces = slices.Delete(slices.Clone(s.pieces), i, i+1)
			if o := play(t, h, n, less); o.lie() {
				s, out, smaller = less, o, true
				continue
			}
			i++
		}
	}
	return s, out
}

// outcome is what was said of a scene, and the truth.
type outcome struct {
	said   said
	truth  answer
	reason string
	err    error // why the truth was not found
	asked  lab.User
}

func (o outcome) lie() bool {
	a := o.said.answer()
	if *wide && a == free && o.asked.UID != 0 && o.said.warns(report.SourceFailed) {
		return false // it says that rules were not checked
	}
	return o.err == nil && a != noAnswer && a != o.truth
}

// play sets a scene up, asks, and finds the truth.
func play(t *testing.T, h *host, n int, s scene) (out outcome) {
	t.Run("play", func(t *testing.T) {
		g := &stage{T: t, host: h, situation: situation{want: s.want, as: s.as}, port: 20000 + 10*(n%1200), env: []string{
			"PATH=" + os.Getenv("PATH"), "DOCKER_HOST=" + h.engine.Endpoint, "LANG=C.UTF-8",
		}}
		if s.low {
			g.port = 300 + 4*(n%170)
		}
		for _, p := range s.pieces {
			if err := p.make(g); err != nil {
				t.Logf("left out: %s: %v", p.name, err)
			}
		}
		strangers(g)
		g.also = s.also
		out.asked, out.said = s.as, g.askSafeport()
		strangers(g)
		out.truth, out.reason, out.err = g.tryTruth()
		if out.truth == free && out.said.answer() == busy {
			// A redirection of the host's own connections is reason enough to say so.
			g.inside = true
			out.truth, out.reason, out.err = g.tryTruth()
		}
	})
	return out
}

// tryTruth is [stage.truth] where it may fail: of pieces that are thrown together some break what it is found by.
func (g *stage) tryTruth() (answer, string, error) {
	var err error
	token := fmt.Sprintf("chaos-%d-%d", g.port, time.Now().UnixNano())
	if len(g.also) > 0 {
		err = g.tryMany(token)
	} else if g.want.mode == bound {
		err = g.tryProgram(token)
	} else {
		err = g.tryContainer("", "someone/other:1", token)
	}
	var not *notHadError
	switch {
	case err == nil:
		return free, "", nil
	case errors.As(err, &not):
		return busy, not.reason, nil
	}
	return "", "", err
}
