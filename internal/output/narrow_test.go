package output

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/report"
)

// listReport has what makes a table wide: a long name, many addresses, a long way in which it was started.
func listReport() *report.ListReport {
	started := time.Date(2026, 11, 20, 9, 14, 0, 0, time.UTC)
	chain := []report.Link{
		{Kind: "unit", Name: "cron.service"}, {Kind: "process", Name: "backup-of-everything.sh", PID: 70}, {Kind: "process", Name: "python3", PID: 71},
	}
	python := report.Holder{Kind: report.HolderProcess, Name: "python3", PID: 71, User: "root", Started: &started, Chain: chain, Command: "python3 -m http.server 80"}
	shop := report.Holder{Kind: report.HolderContainer, Name: "shop-frontend-1", Started: &started, Chain: chain[:1]}
	return &report.ListReport{Ports: []report.ListedPort{
		{Port: 80, Protocol: "tcp", Addresses: []string{"0.0.0.0", "::"}, Outside: "open", Holder: python},
		{Port: 10443, Protocol: "tcp", Addresses: []string{"127.0.0.1", "192.0.2.1"}, Outside: "local", Holder: shop},
	}, Sources: []report.Source{
		{Name: "nftables", Status: "failed", Detail: "listing the tables of nftables: netlink receive: operation not permitted"},
		{Name: "iptables-legacy", Status: "failed", Detail: "open /proc/thread-self/net/ip_tables_names: permission denied"},
		{Name: "engine", Status: "failed", Detail: "permission denied"},
		{Name: "processes", Status: "partial", Detail: "not shown: other users' processes; /proc is mounted with hidepid"},
	}}
}

// Nothing that is not there to be copied runs beyond the screen, and no name is cut in the middle.
func TestNarrowScreens(t *testing.T) {
	text := func(r *report.Report) func(*bytes.Buffer, Options) error {
		return func(b *bytes.Buffer, o Options) error { return Text(b, r, o) }
	}
	pages := map[string]func(*bytes.Buffer, Options) error{
		"several fail": text(severalFail()), "worker": text(workerRanges()), "unprivileged": text(unprivileged()), "nginx": text(nginxOn80()),
		"many": text(manyHolders()), "latent": text(latent()), "redirected": text(redirected()),
		"who":  func(b *bytes.Buffer, o Options) error { return Who(b, whoReport(), o) },
		"map":  func(b *bytes.Buffer, o Options) error { return Map(b, busyMap(), o) },
		"list": func(b *bytes.Buffer, o Options) error { return List(b, listReport(), o) },
	}
	for name, write := range pages {
		for _, language := range []report.Language{report.English, report.Chinese} {
			t.Run(fmt.Sprintf("%s %s", name, language), func(t *testing.T) {
				for _, columns := range []int{50, 60, 80, 100} {
					var b bytes.Buffer
					if err := write(&b, Options{Width: min(columns, 100), Columns: columns, UTF8: true, Language: language, AsRoot: "sudo safeport who"}); err != nil {
						t.Fatal(err)
					}
					for line := range strings.Lines(b.String()) {
						line = strings.TrimSuffix(line, "\n")
						command := slices.ContainsFunc([]string{"safeport ", "docker ", "systemctl ", "sudo ", "echo "}, func(w string) bool { return strings.Contains(line, w) })
						if width(line) > columns && !command {
							t.Errorf("%d columns: a line takes %d: %s", columns, width(line), line)
						}
					}
				}
			})
		}
	}
}

// The names above a map are whole words, or none.
func TestBandsAreNamedInFull(t *testing.T) {
	for columns := 30; columns <= 100; columns++ {
		var b bytes.Buffer
		if err := Map(&b, busyMap(), Options{Width: columns}); err != nil {
			t.Fatal(err)
		}
		names := strings.Fields(strings.Split(b.String(), "\n")[2])
		for _, name := range names {
			if !slices.Contains([]string{"privileged", "registered", "ephemeral", "high"}, name) {
				t.Errorf("%d columns: %q", columns, name)
			}
		}
		if columns >= 50 && len(names) != 4 {
			t.Errorf("%d columns: only %q", columns, names)
		}
	}
}

// On a narrow screen a list shows of each port who has it and how it was started, below each other.
func TestNarrowListLosesNothing(t *testing.T) {
	for _, columns := range []int{40, 50, 80, 0} {
		var b bytes.Buffer
		if err := List(&b, listReport(), Options{Width: 100, Columns: columns, UTF8: true}); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"python3 (71, root)", "container shop-frontend-1", "cron.service"} {
			if !strings.Contains(b.String(), word) {
				t.Errorf("%d columns: %q is missing:\n%s", columns, word, b.String())
			}
		}
	}
}

// What only root may see is one line, as in a check.
func TestUnprivilegedListSaysSoOnce(t *testing.T) {
	var b bytes.Buffer
	if err := List(&b, listReport(), Options{Width: 100, UTF8: true, AsRoot: "sudo safeport who"}); err != nil {
		t.Fatal(err)
	}
	const want = "! Not checked without root: firewall and NAT rules, containers, other users' processes\n  Full list:  sudo safeport who\n"
	if !strings.HasSuffix(b.String(), want) || strings.Contains(b.String(), "not complete") {
		t.Errorf("want %q at the end of:\n%s", want, b.String())
	}
}
