package ansible

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

// merge adds up the reports in a folder, on the controller, and writes the page.
func merge(t *Task) *Reply {
	p := t.Params
	src, dest, expect := p.Text("src"), p.Text("dest"), p.List("expect")
	format := p.Choice("format", "html", "html", "text", "json", "csv")
	opt := safeport.MergeOptions{Expect: expect, Strict: p.Flag("strict")}
	if err := p.Done(); err != nil {
		return Wrong(err)
	}
	if src == "" {
		return Wrong(fmt.Errorf("parameter src is missing: the folder that the reports are in"))
	}
	fleet := safeport.Merge(safeport.ReadReportFile(src), opt)
	reply := &Reply{Msg: output.FleetHeadline(fleet, opt.Language), Verdict: string(fleet.Verdict), Dest: dest}
	reply.Fleet = map[string]any{"counts": fleet.Counts, "causes": fleet.Causes, "shared": fleet.Shared, "unread": fleet.Unread}
	var text bytes.Buffer
	if err := render(&text, fleet, "text"); err != nil {
		return Failed(err)
	}
	reply.Lines = strings.Split(strings.TrimSpace(text.String()), "\n")
	if dest == "" {
		return reply
	}
	var page bytes.Buffer
	if err := render(&page, fleet, format); err != nil {
		return Failed(err)
	}
	old, err := os.ReadFile(dest)
	reply.Changed = err != nil || !bytes.Equal(old, page.Bytes())
	if reply.Changed && !t.CheckMode {
		if err := os.WriteFile(dest, page.Bytes(), 0o644); err != nil {
			return Failed(err)
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
		return output.FleetText(w, fleet, output.FleetOptions{Options: output.Options{Width: 100, UTF8: true}, Suggest: len(fleet.Shared) > 0})
	}
	return output.FleetHTML(w, fleet, report.English)
}
