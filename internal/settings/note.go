package settings

import (
	"github.com/safeport/safeport/internal/port"
)

// NoteKind says what is odd about a setting. It is a key: the words are made where text is made.
type NoteKind string

// The kinds of notes, with the fields of [Note] that each uses besides Setting and Origin.
const (
	OddNumber    NoteKind = "odd-number"    // Given is read as Means, which is not what it looks like: 0120 is 80
	OddBool      NoteKind = "odd-bool"      // Given looks like true, and is read as Means
	UnknownKey   NoteKind = "unknown-key"   // Given is no key of the file; Likely is the one that was meant, if any
	DuplicateKey NoteKind = "duplicate-key" // Given stands in the file more than once; this one, the last, counts
	NoEffect     NoteKind = "no-effect"     // Given was chosen, but Needs is not so: the service does not look at it
	NewVersion   NoteKind = "new-version"   // Given is newer than Means, the newest that the definition describes
)

// Note is something to tell the user about a setting, though it can be read.
type Note struct {
	Kind    NoteKind
	Setting string // name; empty for an unknown key
	Shown   string // what the setting is called where it was chosen, if that is another name
	Origin  port.Origin
	Given   string
	Means   string
	Likely  string
	Needs   string // a term of a condition: "ssl-certfile", "network = host"
}
