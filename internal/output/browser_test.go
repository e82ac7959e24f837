package output

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab/chromium"
	"github.com/safeport/safeport/report"
)

// Pages are shown in a browser: nothing is complained of, what the host wrote is text, and what a map marks is to be seen.
func TestPagesAreSeenInABrowser(t *testing.T) {
	chromium.Require(t)
	hostile := busyMap()
	hostile.Host.Name = `<script>console.error("run")</script>`
	hostile.Protocols[0].Marks[0].Holders[0].Name = `"><img src=x onerror=alert(1)>`
	tests := []struct {
		name, file string
		write      func(io.Writer) error
		view       chromium.View
		tones      []string // what must be seen
	}{
		{"map on a phone", "map.html", func(w io.Writer) error { return MapHTML(w, hostile, report.English) },
			chromium.View{Width: 500, Height: 1600}, []string{"#2f5d8c", "#16804c", "#c53030", "#8b5fbf", "#d9962b"}},
		{"map in the dark", "map.html", func(w io.Writer) error { return MapHTML(w, hostile, report.Chinese) },
			chromium.View{Width: 1200, Height: 1300, Dark: true}, []string{"#6aa5e0", "#3fc884", "#ff7b72", "#b28ae0", "#e2a94b"}},
		{"map as a picture", "map.svg", func(w io.Writer) error { return MapSVG(w, hostile, report.English) },
			chromium.View{Width: 1000, Height: 900}, []string{"#2f5d8c", "#1f9d61", "#cf3f3f", "#8b5fbf", "#d9962b"}},
		{"merged reports", "fleet.html", func(w io.Writer) error { return FleetHTML(w, fleet(), report.English) },
			chromium.View{Width: 1200, Height: 900}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), tt.file)
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(tt.write(f), f.Close()); err != nil {
				t.Fatal(err)
			}
			seen, console := chromium.Shoot(t, path, tt.view)
			if len(console) > 0 {
				t.Errorf("the browser complains: %s", strings.Join(console, "\n"))
			}
			for _, tone := range tt.tones {
				if !shows(seen, tone) {
					t.Errorf("%s is not to be seen", tone)
				}
			}
		})
	}
}

// shows says whether a picture has a dot of a colour.
func shows(picture image.Image, tone string) bool {
	var want color.RGBA
	fmt.Sscanf(tone, "#%02x%02x%02x", &want.R, &want.G, &want.B)
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if c := color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA); c.R == want.R && c.G == want.G && c.B == want.B {
				return true
			}
		}
	}
	return false
}
