package output

import (
	"fmt"
	"strconv"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// fleetData is what the page's script works with. Hosts that have the same answers and causes, as most have, share a kind.
type fleetData struct {
	Words  map[string]string `json:"words"`
	Ports  []portData        `json:"ports"`
	Causes []causeData       `json:"causes"`
	Kinds  []kindData        `json:"kinds"`
	Hosts  []hostData        `json:"hosts"`
}

type portData struct {
	Label string `json:"label"`
	About string `json:"about"`
}

type causeData struct {
	Verdict  report.Verdict  `json:"verdict"`
	Message  string          `json:"message"`
	Code     report.Code     `json:"code"`
	Port     string          `json:"port"`
	Remedies []report.Remedy `json:"remedies"`
}

type kindData struct {
	Verdict report.Verdict `json:"verdict"`
	Cells   []string       `json:"cells"`
	Causes  []int          `json:"causes"`
}

// hostData is [name, kind, seconds since 1970, or 0]: names of fields would be most of what ten thousand hosts take.
type hostData [3]any

func fleetDataOf(f *report.Fleet, l report.Language) fleetData {
	d := fleetData{Words: fleetWords(f, l), Ports: []portData{}, Causes: []causeData{}, Kinds: []kindData{}, Hosts: []hostData{}}
	for _, p := range f.Ports {
		d.Ports = append(d.Ports, portData{p.Label, p.About})
	}
	for _, c := range f.Causes {
		d.Causes = append(d.Causes, causeData{c.Verdict, c.Message, c.Code, c.Port, c.Remedies})
	}
	kinds := map[string]int{}
	for _, h := range f.Hosts {
		key := fmt.Sprint(h.Verdict, h.Answers, h.Causes)
		place, ok := kinds[key]
		if !ok {
			place = len(d.Kinds)
			kinds[key] = place
			d.Kinds = append(d.Kinds, kindData{h.Verdict, fleetView{Fleet: f}.Cells(h), append([]int{}, h.Causes...)})
		}
		var asked int64
		if h.Time != nil {
			asked = h.Time.Unix()
		}
		d.Hosts = append(d.Hosts, hostData{h.Name, place, asked})
	}
	return d
}

// fleetWords are the words of the page, for its template and for its script.
func fleetWords(f *report.Fleet, l report.Language) map[string]string {
	say := func(k message.Key) string { return l.Text(k, nil) }
	return map[string]string{
		"title":  l.Text(message.PageTitle, message.Args{"hosts": strconv.Itoa(f.Counts.Hosts)}),
		"ready":  say(message.PageReady),
		"clear":  say(message.PageClear),
		"warned": say(message.PageWarned), "blocked": say(message.PageBlocked), "unknown": say(message.PageUnknown),
		"causes": say(message.PageCauses), "warnings": say(message.PageWarnings), "noCauses": say(message.PageNoCauses),
		"instead": say(message.PageInstead), "unread": say(message.PageUnread), "hosts": say(message.PageHosts),
		"search": say(message.PageSearch), "hint": say(message.PageSearchHint), "show": say(message.PageShow),
		"all": say(message.PageAll), "only": say(message.PageOnly), "every": say(message.PageEvery),
		"host": say(message.PageHost), "answer": say(message.PageAnswer), "more": say(message.PageMore),
		"count": say(message.PageCount), "details": say(message.PageDetails), "on": say(message.PageOn),
		"asked": say(message.PageAsked), "nothing": say(message.PageNothing), "free": say(message.PageFree),
		"own": say(message.PageOwn), "busy": say(message.PageBusy), "redirected": say(message.PageRedirected),
		"denied": say(message.PageDenied), "unavailable": say(message.PageUnavailable), "untold": say(message.PageUntold),
		"none": say(message.PageNotWanted), "host.clear": say(message.PageReady), "host.warned": say(message.PageWarned),
		"host.blocked": say(message.PageBlocked), "host.unknown": say(message.PageUnknown),
	}
}

// hostWord is what the table says of a host, and verdictWord of one of its ports.
func hostWord(words map[string]string, v report.Verdict) string { return words["host."+string(v)] }

func verdictWord(words map[string]string, v string) string {
	switch v {
	case "":
		return words["none"]
	case string(report.PortUnknown):
		return words["untold"]
	}
	return words[v]
}
