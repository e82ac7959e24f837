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
		return l.Sprintf("reserved by a stopped container or unit")
	case placeRedirected:
		return l.Sprintf("redirected by a rule")
	case placeHeld:
		return l.Sprintf("in use")
	case placeWanted:
		return l.Sprintf("required, available")
	case placeRefused:
		return l.Sprintf("required, not available")
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
