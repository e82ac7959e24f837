package output

import (
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// causeView is a cause as the page shows it.
type causeView struct {
	report.Cause
	Place  int    // among the fleet's causes, by which the script finds the hosts
	Count  string // of its hosts
	Few    string // the first names
	Others string // names that are behind a click
	More   string // what to click
	Only   string
}

// A page of ten thousand hosts would mostly be names, were each cause to list all of them: the table has them too.
const fewNames, mostNames = 12, 200

// Obstacles are the causes that keep a host from being ready.
func (v fleetView) Obstacles() []causeView { return v.causes(true) }

// Warnings are the others.
func (v fleetView) Warnings() []causeView { return v.causes(false) }

func (v fleetView) causes(serious bool) []causeView {
	var list []causeView
	for i, c := range v.Fleet.Causes {
		if (c.Verdict == report.Blocked || c.Verdict == report.Unknown) != serious {
			continue
		}
		few, most := min(fewNames, len(c.Hosts)), min(mostNames, len(c.Hosts))
		view := causeView{
			Cause: c, Place: i, Count: hostCount(len(c.Hosts), v.Language), Only: v.Language.Text(message.PageOnly, nil),
			Few: strings.Join(c.Hosts[:few], ", "), Others: strings.Join(c.Hosts[few:most], ", "),
		}
		if rest := len(c.Hosts) - few; rest > 0 {
			view.More = v.Language.Text(message.PageMore, message.Args{"count": strconv.Itoa(rest)})
		}
		if rest := len(c.Hosts) - most; rest > 0 {
			view.Others += " " + v.Language.Text(message.PageAndMore, message.Args{"count": strconv.Itoa(rest)})
		}
		list = append(list, view)
	}
	return list
}
