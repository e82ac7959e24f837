package report

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"safeport"
	"safeport/lab/chromium"
)

// The map is shown in a browser: nothing is complained of, nothing is cut off at the side, and what it marks is to be seen.
func TestMapIsSeenInABrowser(t *testing.T) {
	chromium.Require(t)
	hostile := busyMap()
	hostile.Host.Name = `<script>console.error("run")</script>`
	hostile.Protocols[0].Marks[0].Holders[0].Name = `"><img src=x onerror=alert(1)>`
	tests := []struct {
		name, file string
		report     *safeport.MapReport
		write      func(io.Writer, *safeport.MapReport, safeport.Language) error
		views      []chromium.View
		tones      [2][]string // of what must be seen, in the light and in the dark
	}{
		{"page", "map.html", busyMap(), MapHTML,
			[]chromium.View{{Width: 1200, Height: 1300}, {Width: 1200, Height: 1300, Dark: true}, {Width: 500, Height: 1600}},
			[2][]string{{"#2f5d8c", "#16804c", "#c53030", "#8b5fbf", "#d9962b"}, {"#6aa5e0", "#3fc884", "#ff7b72", "#b28ae0", "#e2a94b"}}},
		{"hostile page", "map.html", hostile, MapHTML, []chromium.View{{Width: 800, Height: 600}}, [2][]string{}},
		{"picture", "map.svg", busyMap(), MapSVG,
			[]chromium.View{{Width: 1000, Height: 900}, {Width: 1000, Height: 900, Dark: true}},
			[2][]string{{"#2f5d8c", "#1f9d61", "#cf3f3f", "#8b5fbf", "#d9962b"}, {"#6aa5e0", "#3fc884", "#ee6a6a", "#b28ae0", "#e2a94b"}}},
		{"hostile picture", "map.svg", hostile, MapSVG, []chromium.View{{Width: 1000, Height: 700}}, [2][]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), tt.file)
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := tt.write(f, tt.report, safeport.English); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			for _, v := range tt.views {
				seen, console := chromium.Shoot(t, path, v)
				if len(console) > 0 {
					t.Errorf("%+v: the browser complains: %s", v, strings.Join(console, "\n"))
				}
				tones := tt.tones[0]
				if v.Dark {
					tones = tt.tones[1]
				}
				for _, tone := range tones {
					if !shows(seen, tone) {
						t.Errorf("%+v: %s is not to be seen", v, tone)
					}
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
