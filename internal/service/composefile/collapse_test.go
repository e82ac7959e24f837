package composefile

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
)

// calls has ranges in every place where one may stand, and a port that a range has, too.
const calls = `name: calls
x-turn: &turn
  image: turn:1
services:
  turn:
    <<: *turn
    ports: ["3478:3478/udp", "16384-32383:16384-32383/udp", '127.0.0.1:5000-5100:6000-6100', {target: 1, published: "1"}] # 16384-32383:16384-32383/udp
  other:
    image: "é"
    ports:
      - 7000-7100:7000-7100/TCP
      - "7050:7050"
      - "[::1]:7200-7300:7200-7300"
      - "8000-8100"
      - "8200-8300:80"
      - "8400-8410:8400-8410"
`

// Who loses patience need not wait for the loader.
func TestReadingIsBrokenOff(t *testing.T) {
	write(t, map[string]string{"compose.yaml": calls})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Load(ctx, service.Project{Files: []string{"compose.yaml"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A long range is one entry while a project is read, and all of its ports in the project that is made.
func TestLongRangesAreReadAsOne(t *testing.T) {
	write(t, map[string]string{"compose.yaml": calls})
	d, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	short, err := d.collapsed(t.Context(), nil, "calls")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := d.Compose(t.Context(), nil, "calls")
	if err != nil {
		t.Fatal(err)
	}
	for service, want := range map[string][2]int{"turn": {4, 1 + 16000 + 101 + 1}, "other": {2 + 101 + 1 + 11, 101 + 101 + 101 + 1 + 11}} {
		if got := [2]int{len(short.Services[service].Ports), len(whole.Services[service].Ports)}; got != want {
			t.Errorf("service %s has %d entries, want %d", service, got, want)
		}
	}
	abs, err := filepath.Abs("compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := libraryModel(t.Context(), service.Project{Environ: d.source.Environ}, []string{abs})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(theirs.Ports, modelOf(whole).Ports); diff != "" {
		t.Errorf("Compose (-), safeport (+):\n%s", diff)
	}
	wants, err := d.Wants(nil)
	if err != nil {
		t.Fatal(err)
	}
	found := map[port.Range]string{}
	for _, w := range wants {
		found[w.Ports] = w.Origin.Where + " " + w.Target.String()
	}
	for ports, want := range map[port.Range]string{
		{First: 16384, Last: 32383}: "compose.yaml:7 16384-32383", {First: 5000, Last: 5100}: "compose.yaml:7 6000-6100",
		{First: 7000, Last: 7100}: "compose.yaml:11 7000-7100", {First: 7200, Last: 7300}: "compose.yaml:13 7200-7300",
	} {
		if found[ports] != want {
			t.Errorf("%s is %q, want %q", ports, found[ports], want)
		}
	}
}
