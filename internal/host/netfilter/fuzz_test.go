package netfilter

import (
	"bufio"
	"encoding/hex"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// FuzzRule decodes whatever bytes as a rule and runs it: no message may break the reader, and no rule may take ports that
// were not asked about.
func FuzzRule(f *testing.F) {
	files, err := filepath.Glob("testdata/*.dump")
	if err != nil || len(files) == 0 {
		f.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		for _, message := range answersIn(f, file) {
			f.Add(message, message)
		}
	}
	f.Fuzz(func(t *testing.T, data, elements []byte) {
		r, _ := decodeRule(data)
		for r.decode() { // also what no packet gets to
		}
		_, s, intervals := decodeSet(elements)
		s.join(decodeElements(elements), intervals)
		for _, family := range []byte{2, 5} {
			decodeBase(append([]byte{family, 0, 0, 0}, data...))
		}
		decodeLink(data)
		decodeFilter(data)
		one := &table{family: "ip", name: "t",
			readChain: func(string) ([]rule, error) { return []rule{r}, nil },
			readSet:   func(string) (*set, error) { return &s, nil },
		}
		p := &packet{protocol: port.TCP, to: netip.MustParseAddr("192.0.2.1"), in: device{index: 2, name: "eth0"}}
		p.write()
		asked := port.Range{First: 8000, Last: 8100}
		rules := Rules{bases: []base{{table: one, chain: "c", hook: prerouting}}}
		w := rules.walk(p, port.Bind, "")
		w.run(ports{asked})
		for _, h := range w.found {
			if rest := h.live.without(ports{asked}); len(rest) > 0 || len(h.live) == 0 {
				t.Errorf("of %v the rule takes %v", asked, h.live)
			}
		}
		answer, question := *p, packet{to: p.to, in: p.in, neighbour: true, ethertype: unix.ETH_P_ARP}
		answer.answer = true
		answer.write()
		question.write()
		one.family = "netdev"
		filter := []base{{table: one, chain: "c", hook: ingress, devices: []string{"eth0"}}}
		for _, q := range []*packet{p, &answer, &question} {
			w := rules.walk(q, port.Bind, "")
			for _, b := range w.baseChains(filter, ingress, ports{asked}, nil) {
				if rest := (ports{b.Ports}).without(ports{asked}); len(rest) > 0 || b.Ports.Len() == 0 {
					t.Errorf("of %v the rule drops %v", asked, b.Ports)
				}
			}
		}
	})
}

// answersIn are the bodies of the messages of a recording.
func answersIn(f *testing.F, file string) (messages [][]byte) {
	f.Helper()
	in, err := os.Open(file)
	if err != nil {
		f.Fatal(err)
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if text, isAnswer := strings.CutPrefix(lines.Text(), "< "); isAnswer {
			b, err := hex.DecodeString(text)
			if err != nil || len(b) < 4 {
				f.Fatal(err, len(b))
			}
			messages = append(messages, b[4:])
		}
	}
	return messages
}

// FuzzLegacy decodes whatever bytes as a table of iptables-legacy.
func FuzzLegacy(f *testing.F) {
	f.Add(make([]byte, infoLen), make([]byte, 200), true)
	f.Add(make([]byte, infoLen), make([]byte, 400), false)
	f.Fuzz(func(t *testing.T, info, entries []byte, v4 bool) {
		total := 0
		for _, rules := range decodeLegacy(info, entries, v4) {
			total += len(rules)
		}
		if total > len(entries)/entryV4.header {
			t.Errorf("%d rules in %d bytes", total, len(entries))
		}
	})
}
