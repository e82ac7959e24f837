package ansible

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/report"
)

// merge adds up the reports in a folder, on the controller, and writes the page.
func merge(t *Task) *Reply {
	p := t.Params
	src, dest, expect := p.text("src"), p.text("dest"), p.list("expect")
	format := p.choice("format", "html", "html", "text", "json", "csv")
	opt := safeport.MergeOptions{Expect: expect, Strict: p.flag("strict")}
	if err := p.done(); err != nil {
		return wrong(err)
	}
	if src == "" {
		return wrong(fmt.Errorf("parameter src is missing: the folder that the reports are in"))
	}
	fleet := safeport.Merge(safeport.ReadReportFile(src), opt)
	reply := &Reply{Msg: report.FleetHeadline(fleet, opt.Language), Verdict: string(fleet.Verdict), Dest: dest}
	reply.Fleet = map[string]any{"counts": fleet.Counts, "causes": fleet.Causes, "shared": fleet.Shared, "unread": fleet.Unread}
	if dest == "" {
		return reply
	}
	var page bytes.Buffer
	if err := render(&page, fleet, format); err != nil {
		return failed(err)
	}
	old, err := os.ReadFile(dest)
	reply.Changed = err != nil || !bytes.Equal(old, page.Bytes())
	if reply.Changed && !t.CheckMode {
		if err := os.WriteFile(dest, page.Bytes(), 0o644); err != nil {
			return failed(err)
		}
	}
	return reply
}

func render(w io.Writer, fleet *safeport.Fleet, format string) error {
	switch format {
	case "json":
		return report.JSON(w, fleet)
	case "csv":
		return report.FleetCSV(w, fleet)
	case "text":
		return report.FleetText(w, fleet, report.FleetOptions{Options: report.Options{Width: 100, UTF8: true}, Suggest: true})
	}
	return report.FleetHTML(w, fleet, safeport.English)
}
