package advice

import (
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// way is how a holder gives its port back: a sentence, and a command where one does it.
type way struct {
	key     message.Key
	args    message.Args
	text    string // in place of a key: the sentence, in the reader's language
	command string
	undo    string // what takes the command back, where something does
	stops   bool   // the command ends the holder: those of several holders are run together
	process int    // that nobody looks after, so that somebody has to say that it is to end
}

// undoAll takes several ways back, the last first; empty where one of them cannot be.
func undoAll(ways []way) string {
	var commands []string
	for _, f := range slices.Backward(ways) {
		if f.undo == "" {
			return ""
		}
		commands = append(commands, f.undo)
	}
	return strings.Join(commands, " && ")
}

// textOf is the sentence of a way.
func (w *Builder) textOf(f way) string {
	if f.text != "" {
		return f.text
	}
	return w.Lang.Text(f.key, f.args)
}

// words are how a holder's process is named in a sentence.
func words(h describe.Holder) message.Args {
	args := message.Args{"name": h.Name, "pid": strconv.Itoa(h.PID), "unit": h.Unit}
	if h.Unit == "" {
		args["unit"] = h.Name
	}
	return args
}

// keep says why a holder is not to be stopped, and on which address of the host there is room beside it.
func (w *Builder) keep(why message.Key, h describe.Holder, want port.Requirement) (ways []way) {
	if beside := w.besideIt(h, want); beside != nil {
		ways = append(ways, *beside)
	}
	return append(ways, way{key: why, args: words(h)})
}

// besideIt is the same question for one address of the host, where the holder has another one.
func (w *Builder) besideIt(h describe.Holder, want port.Requirement) *way {
	if want.Addr.IsValid() && !want.Addr.IsUnspecified() || want.Origin.Kind != "argument" || w.Subject.AddressFor == nil || isWildcard(h.Address) {
		return nil
	}
	at := w.Subject.AddressFor(want)
	if !at.IsValid() {
		return nil
	}
	changed := want
	changed.Addr = at
	command := w.Subject.Again(want.Origin.Where, port.Argument(changed))
	return &way{key: message.UseAddress, args: message.Args{"address": at.String()}, command: command}
}

func isWildcard(address string) bool { return address == "0.0.0.0" || address == "::" || address == "" }

// freeUp is the command that ends a process after it has asked.
func freeUp(h describe.Holder) string {
	return "sudo safeport free-up " + strconv.Itoa(h.Port) + "/" + h.Protocol
}
