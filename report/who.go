package report

// WhoSchema names the shape of a [WhoReport] as JSON.
const WhoSchema = "safeport/who/v1"

// WhoReport says who holds each of the ports, and how it is freed. A port that nobody holds has no holders; what else is
// to be known of it (a stopped container that will take it, a redirection) is among the findings.
type WhoReport struct {
	Schema   string    `json:"schema"` // always [WhoSchema]
	Host     Host      `json:"host"`
	Ports    []Port    `json:"ports"`
	Findings []Finding `json:"findings"`
	Sources  []Source  `json:"sources"`
}
