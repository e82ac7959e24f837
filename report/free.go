package report

import (
	"strconv"

	"github.com/safeport/safeport/internal/message"
)

// FreeSchema names the shape of a [FreeReport] as JSON.
const FreeSchema = "safeport/free/v1"

// FreeReport lists the ports, lowest first unless they had to be taken from below 8080.
type FreeReport struct {
	Schema  string   `json:"schema"` // always [FreeSchema]
	Ports   []int    `json:"ports"`
	Sources []Source `json:"sources"`
}

// NotEnoughError says that fewer ports are free than were asked for. Free then still returns those that are.
type NotEnoughError struct {
	Wanted, Found int
	Contiguous    bool
}

func (e *NotEnoughError) Error() string { return e.In(English) }

// In is the error in a language.
func (e *NotEnoughError) In(l Language) string {
	if e.Contiguous {
		return l.Text(message.NotEnoughInARow, message.Args{"wanted": strconv.Itoa(e.Wanted)})
	}
	return l.Text(message.NotEnough, message.Args{"found": strconv.Itoa(e.Found), "wanted": strconv.Itoa(e.Wanted)})
}
