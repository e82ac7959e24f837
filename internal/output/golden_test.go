package output

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// wide is a screen with everything but colour, whose sequences would make goldens hard to read.
var wide = Options{Width: 100, UTF8: true}

func verbose(o Options) Options { o.Verbose = true; return o }

// Each golden is named after what it shows and how it was asked for.
func TestGolden(t *testing.T) {
	check := func(r *report.Report, opt Options) func(io.Writer) error {
		return func(w io.Writer) error { return Text(w, r, opt) }
	}
	who := func(r *report.WhoReport, opt Options) func(io.Writer) error {
		return func(w io.Writer) error { return Who(w, r, opt) }
	}
	ports := func(r *report.MapReport, opt Options) func(io.Writer) error {
		return func(w io.Writer) error { return Map(w, r, opt) }
	}
	for name, render := range map[string]func(io.Writer) error{
		"clear.txt":                 check(clearReport(), wide),
		"nginx-on-80.txt":           check(nginxOn80(), wide),
		"nginx-on-80.verbose.txt":   check(nginxOn80(), verbose(wide)),
		"nginx-on-80.narrow.txt":    check(nginxOn80(), Options{Width: 50}),
		"nginx-on-80.unwrapped.txt": check(nginxOn80(), Options{UTF8: true}),
		"nginx-on-80.colour.txt":    check(nginxOn80(), Options{Width: 100, UTF8: true, Colour: true}),
		"nginx-on-80.zh.txt":        check(nginxOn80(), Options{Width: 100, UTF8: true, Language: report.Chinese}),
		"several-fail.zh.txt":       check(severalFail(), verbose(Options{Width: 60, UTF8: true, Language: report.Chinese})),
		"who.zh.txt":                who(whoReport(), Options{Width: 100, UTF8: true, Language: report.Chinese}),
		"chains-gone.txt":           check(chainsGone(), wide),
		"worker-ranges.txt":         check(workerRanges(), wide),
		"container-in-the-way.txt":  check(containerInTheWay(), wide),
		"upgrade.txt":               check(gpustack(report.Clear, report.Upgrade, []report.Port{webPort(report.PortOwn, own("0.0.0.0"), own("::"))}), wide),
		"upgrade.verbose.txt":       check(gpustack(report.Clear, report.Upgrade, []report.Port{webPort(report.PortOwn, own("0.0.0.0"))}), verbose(wide)),
		"latent.txt":                check(latent(), wide),
		"name-taken.txt":            check(nameTaken(), wide),
		"undetermined.txt":          check(undetermined(), wide),
		"unprivileged.txt":          check(unprivileged(), Options{Width: 80, UTF8: true}),
		"unprivileged.narrow.txt":   check(unprivileged(), Options{Width: 50}),
		"redirected.txt":            check(redirected(), wide),
		"wanted-twice.txt":          check(wantedTwice(), wide),
		"ignored.txt":               check(ignored(), wide),
		"several-fail.txt":          check(severalFail(), wide),
		"nginx-on-80.json":          func(w io.Writer) error { return JSON(w, nginxOn80()) },
		"who.txt":                   who(whoReport(), wide),
		"who.narrow.txt":            who(whoReport(), Options{Width: 50}),
		"many-holders.txt":          check(manyHolders(), wide),
		"many-holders.verbose.txt":  check(manyHolders(), verbose(wide)),
		"fleet.txt":                 func(w io.Writer) error { return FleetText(w, fleet(), FleetOptions{Options: wide, Suggest: true}) },
		"fleet.verbose.txt":         func(w io.Writer) error { return FleetText(w, fleet(), FleetOptions{Options: verbose(wide)}) },
		"fleet.csv":                 func(w io.Writer) error { return FleetCSV(w, fleet()) },
		"map.txt":                   ports(quietMap(), wide),
		"map.wanted.txt":            ports(busyMap(), wide),
		"map.wanted.narrow.txt":     ports(busyMap(), Options{Width: 40}),
		"map.wanted.colour.txt":     ports(busyMap(), Options{Width: 80, UTF8: true, Colour: true}),
		"map.wanted.zh.txt":         ports(busyMap(), Options{Width: 80, UTF8: true, Language: report.Chinese}),
		"map.svg":                   func(w io.Writer) error { return MapSVG(w, busyMap(), report.English) },
		"free.txt":                  func(w io.Writer) error { return Free(w, &report.FreeReport{Ports: []int{8080, 8081, 9000}}) },
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := render(&got); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}
