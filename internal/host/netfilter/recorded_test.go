package netfilter

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mdlayher/netlink"

	"github.com/safeport/safeport/internal/port"
)

var update = flag.Bool("update", false, "record the kernel's answers to testdata/*.nft anew; needs root")

// The rules of programs that are too big for a test, or cannot be had here. Each testdata/NAME.nft was loaded into a
// kernel, and testdata/NAME.dump is what the kernel then said.
func TestRecordedRules(t *testing.T) {
	tests := []struct {
		name string
		want port.Requirement
		says string
	}{
		{"kube-proxy", bind("30080"), "ip kube-proxy endpoint-5OJB2KTY: 30080 dnat to 10.180.0.1:80"},
		{"kube-proxy", bind("30081"), ""},
		{"portmap", bind("8080"), "ip cni_hostport hostports: 8080 dnat to 10.88.0.5:80"},
		{"portmap", bind("127.0.0.1:9443"), "ip cni_hostport hostip_hostports: 9443 dnat to 10.88.0.5:443, from inside"},
		{"portmap", bind("192.0.2.1:9443"), ""},
		{"docker-nftables", bind("8081"), "ip docker-bridges nat-prerouting-and-output: 8081 dnat to 172.17.0.2:80"},
		{"docker-nftables", publish("8081:80"), "ip docker-bridges nat-prerouting-and-output: 8081 dnat to 172.17.0.2:80"},
		{"docker-nftables", bind("8082"), ""},
		{"netavark", bind("8083"), "inet netavark nv_2f259bab_10_88_0_0_nm16_dnat: 8083 dnat to 10.88.0.3:80"},
		{"firewalld", bind("8084"), "inet firewalld nat_PRE_public_allow: 8084 dnat to 10.0.0.5:443"},
		{"firewalld", bind("8085"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.want.Name, func(t *testing.T) {
			if *update {
				record(t, tt.name)
			}
			r := &Rules{links: host(), close: func() error { return nil }}
			var err error
			if r.bases, err = readNFTables(replay(t, tt.name)); err != nil {
				t.Fatal(err)
			}
			sortBases(r.bases)
			var lines []string
			for _, c := range r.Redirected(tt.want) {
				line := fmt.Sprintf("%s %s %s: %s %s", c.Rule.Family, c.Rule.Table, c.Rule.Chain, c.Ports, c.Rule.Does())
				if c.Rule.Some {
					line += ", some"
				}
				if c.Rule.Inside {
					line += ", from inside"
				}
				lines = append(lines, line)
			}
			if got := strings.Join(lines, "\n"); got != tt.says {
				t.Errorf("got\n%s\nwant\n%s", got, tt.says)
			}
			if err := r.Failed(); err != nil {
				t.Error(err)
			}
		})
	}
}

// host has the loopback device and eth0.
func host() []*link {
	addresses := func(list ...string) (all []netip.Prefix) {
		for _, s := range list {
			all = append(all, netip.MustParsePrefix(s))
		}
		return all
	}
	return []*link{
		{device: device{index: 1, name: "lo"}, loopback: true, up: true, running: true, addrs: addresses("127.0.0.1/8", "::1/128")},
		{device: device{index: 2, name: "eth0"}, up: true, running: true, addrs: addresses("192.0.2.1/24", "2001:db8::1/64")},
	}
}

// A recording has a line for each question, and one for each answer to it with "< " before it.

func question(message uint16, family byte, list []netlink.Attribute) string {
	words := []string{fmt.Sprintf("%d %d", message, family)}
	for _, a := range list {
		words = append(words, fmt.Sprintf("%d=%s", a.Type, strings.TrimRight(string(a.Data), "\x00")))
	}
	return strings.Join(words, " ")
}

func record(t *testing.T, name string) {
	t.Helper()
	var lines bytes.Buffer
	inNamespace(t, "nft -f testdata/"+name+".nft", func() {
		ask, stop, err := openNFTables()
		if err != nil {
			t.Error(err)
			return
		}
		defer stop()
		recording := func(message uint16, family byte, attributes ...netlink.Attribute) ([][]byte, error) {
			answers, err := ask(message, family, attributes...)
			fmt.Fprintln(&lines, question(message, family, attributes))
			for _, a := range answers {
				fmt.Fprintln(&lines, "<", hex.EncodeToString(a))
			}
			return answers, err
		}
		bases, err := readNFTables(recording)
		if err != nil {
			t.Error(err)
		}
		for _, b := range bases {
			readAll(t, b.table, b.chain, map[string]bool{})
		}
	})
	if err := os.WriteFile(filepath.Join("testdata", name+".dump"), lines.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readAll reads a chain with all chains and sets that its rules name.
func readAll(t *testing.T, in *table, chain string, seen map[string]bool) {
	if seen[chain] {
		return
	}
	seen[chain] = true
	for _, r := range in.chain(chain) {
		for r.decode() {
		}
		for _, s := range r.steps {
			switch s := s.(type) {
			case decide:
				if s.chain != "" {
					readAll(t, in, s.chain, seen)
				}
			case lookup:
				set, err := in.set(s.set)
				if err != nil {
					t.Error(err)
					return
				}
				for _, e := range set.elements {
					if e.verdict.chain != "" {
						readAll(t, in, e.verdict.chain, seen)
					}
				}
			}
		}
	}
}

func replay(t *testing.T, name string) ask {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".dump"))
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string][][]byte{}
	current := ""
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		hexText, isAnswer := strings.CutPrefix(lines.Text(), "< ")
		if !isAnswer {
			current = lines.Text()
			answers[current] = nil
			continue
		}
		b, err := hex.DecodeString(hexText)
		if err != nil {
			t.Fatal(err)
		}
		answers[current] = append(answers[current], b)
	}
	return func(message uint16, family byte, attributes ...netlink.Attribute) ([][]byte, error) {
		list, recorded := answers[question(message, family, attributes)]
		if !recorded {
			return nil, errors.New("not recorded: " + question(message, family, attributes))
		}
		return list, nil
	}
}
