package safeport

import "context"

// FreeSchema names the shape of a [FreeReport] as JSON.
const FreeSchema = "safeport/free/v1"

// FreeRequest asks for ports that are really free and stay so.
type FreeRequest struct {
	Count      int    // how many; 0: one, or with a Range every one in it
	Range      string // "8000-8100"; empty: 8080 and up, outside the ephemeral range
	Contiguous bool   // one block of consecutive ports
	Protocol   string // "tcp" (the default) or "udp"
	Engine     string // as in [Request]
}

// FreeReport lists the ports, lowest first.
type FreeReport struct {
	Schema  string   `json:"schema"` // always [FreeSchema]
	Ports   []int    `json:"ports"`
	Sources []Source `json:"sources"`
}

// NotEnoughError says that fewer ports are free than were asked for. Free then still returns those that are.
type NotEnoughError struct{ Wanted, Found int }

func (e *NotEnoughError) Error() string { panic("todo") }

// Free answers the request: each port was bound on IPv4 and IPv6 just now, lies outside the ephemeral range unless it is
// reserved, is not refused by browsers, and is not claimed by a stopped container. The same host gives the same ports
// from run to run. The error is a [*UsageError], or a [*NotEnoughError].
func Free(ctx context.Context, req FreeRequest) (*FreeReport, error) {
	panic("todo")
}
