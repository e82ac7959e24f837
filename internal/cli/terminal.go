package cli

import (
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
)

// proseWidth is how wide lines of prose are where no terminal tells its width, and at most: longer ones are hard to read.
const proseWidth = 100

// Screen finds out what the reader's screen can do.
func Screen(stdout io.Writer, l message.Language) output.Options {
	opt := output.Options{Width: proseWidth, UTF8: speaksUTF8(), Language: l, Now: time.Now()}
	if s, ok := stdout.(*sink); ok {
		stdout = s.Writer
	}
	file, ok := stdout.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return opt
	}
	opt.Colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
		opt.Width = min(width, proseWidth)
	}
	return opt
}

// speaksUTF8 reads the locale as setlocale(3) does: the first of the three variables that is set decides.
func speaksUTF8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(os.Getenv(name)); locale != "" {
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return false
}
