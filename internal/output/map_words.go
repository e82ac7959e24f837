package output

import (
	"github.com/safeport/safeport/report"
)

// placeName says in a legend what a sign means.
func placeName(p place, l report.Language) string {
	switch p {
	case placeReserved:
		return l.Sprintf("reserved")
	case placeClaimed:
		return l.Sprintf("claimed by what does not run now")
	case placeRedirected:
		return l.Sprintf("sent elsewhere by a rule")
	case placeHeld:
		return l.Sprintf("held")
	case placeWanted:
		return l.Sprintf("wanted, and can be had")
	case placeRefused:
		return l.Sprintf("wanted, and cannot be had")
	}
	return l.Sprintf("free")
}

func bandName(b report.Band, l report.Language) string {
	switch b.Name {
	case "privileged":
		return l.Sprintf("privileged")
	case "ephemeral":
		return l.Sprintf("ephemeral")
	case "high":
		return l.Sprintf("high")
	}
	return l.Sprintf("registered")
}
