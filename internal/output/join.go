package output

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/report"
)

// causes are a report's findings, those of one cause as one: where a message begins with its port, and says the same of
// another, it is said once of both.
func causes(r *report.Report) []report.Finding {
	var list []report.Finding
	var said []string // without the port, as far as it is what the message begins with
	ports := map[int][]string{}
	for _, f := range r.Findings {
		label := ""
		if i := slices.IndexFunc(r.Ports, func(p report.Port) bool { return p.Name == f.Port }); i >= 0 {
			label = r.Ports[i].Label()
		}
		text, begins := strings.CutPrefix(f.Message, label)
		if begins = begins && label != ""; begins {
			same := slices.IndexFunc(list, func(o report.Finding) bool {
				return o.Code == f.Code && o.Severity == f.Severity && o.Ignored == f.Ignored
			})
			for same >= 0 && same < len(list) && said[same] != text {
				same++
			}
			if same >= 0 && same < len(list) {
				ports[same] = append(ports[same], label)
				list[same].Remedies = remediesOf([]report.Finding{list[same], f})
				continue
			}
			ports[len(list)] = []string{label}
		} else {
			text = ""
		}
		list, said = append(list, f), append(said, text)
	}
	for i, labels := range ports {
		if len(labels) > 1 {
			list[i].Message = strings.Join(labels, ", ") + said[i]
		}
	}
	return list
}
