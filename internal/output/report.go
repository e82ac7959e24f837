// Package output turns the library's answers into what a person or a program reads: text for terminals, JSON for
// everything else. It adds no judgement of its own; what is said about a port is what the report says.
package output

import (
	"time"

	"github.com/safeport/safeport/report"
)

// Options say what the reader's screen can do. The caller decides, as it alone knows what it writes to.
type Options struct {
	Colour   bool // ANSI colours
	UTF8     bool // marks beyond ASCII
	Width    int  // columns that prose may take; 0: as many as it wants. Commands are never wrapped.
	Columns  int  // of the terminal, to which the lines of a table are cut; 0: there is none
	Language report.Language
	Now      time.Time // what happened on this day is told by the hour; zero: with its date
	Strict   bool      // warnings block, in formats that weigh: tests of a test runner, the state of a monitoring system
	Verbose  bool      // the evidence too: which source said what, and how long it took
	Tree     bool      // how holders came to run, in full
	Rollback bool      // it was for a way back that the ports were asked about
	Links    bool      // the terminal shows links (OSC 8)
	AsRoot   string    // of a list: the command that shows all of it, to who is not root; empty: there is none
	Program  string    // how the program is called; empty: safeport
}
