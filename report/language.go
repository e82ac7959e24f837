package report

import (
	"github.com/safeport/safeport/internal/message"
)

// Language is one that messages can be in. The zero Language is English.
type Language = message.Language

// The languages.
const (
	English = message.English
	Chinese = message.Chinese
)
