package output

import (
	"strings"
	"testing"

	"github.com/safeport/safeport/report"
)

// Whatever a host calls itself stays a text on the pages, in elements and in attributes.
func TestPagesEscape(t *testing.T) {
	const hostile = `"><script>alert('1')</script>&amp;`
	m := busyMap()
	m.Host.Name = hostile
	for i := range m.Protocols {
		for k := range m.Protocols[i].Marks {
			m.Protocols[i].Marks[k].Holders = []report.Holder{{Name: hostile}}
		}
	}
	f := fleet()
	for i := range f.Hosts {
		f.Hosts[i].Name = hostile
	}
	for i := range f.Causes {
		f.Causes[i].Message, f.Causes[i].Code, f.Causes[i].Hosts = hostile, hostile, []string{hostile}
		f.Causes[i].Remedies = []report.Remedy{{Text: hostile, Command: hostile}}
	}
	for i := range f.Ports {
		f.Ports[i].Label, f.Ports[i].About = hostile, hostile
	}
	f.Unread = []string{hostile}
	var page strings.Builder
	if err := MapHTML(&page, m, report.English); err != nil {
		t.Fatal(err)
	}
	if err := FleetHTML(&page, f, report.English); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "<script>alert") || strings.Contains(page.String(), `"><script>`) {
		t.Error("text of a host is markup on the page")
	}
	if n := strings.Count(page.String(), "&lt;script&gt;alert(&#39;1&#39;)"); n < 10 {
		t.Errorf("the text is there %d times", n)
	}
}
