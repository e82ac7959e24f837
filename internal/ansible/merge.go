package ansible

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
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
	reply := &Reply{Msg: output.FleetHeadline(fleet, opt.Language), Verdict: string(fleet.Verdict), Dest: dest}
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

func render(w io.Writer, fleet *report.Fleet, format string) error {
	switch format {
	case "json":
		return output.JSON(w, fleet)
	case "csv":
		return output.FleetCSV(w, fleet)
	case "text":
		return output.FleetText(w, fleet, output.FleetOptions{Options: output.Options{Width: 100, UTF8: true}, Suggest: true})
	}
	return output.FleetHTML(w, fleet, report.English)
}
