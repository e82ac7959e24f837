package cli

import (
	"io"
	"os"
	"slices"
	"strconv"
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
	opt.Links = showsLinks(os.LookupEnv)
	opt.Colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
		opt.Width, opt.Columns = min(width, proseWidth), width
	}
	return opt
}

// showsLinks says whether the terminal is one that is known to show links (OSC 8). There is no way to ask it, and one that does
// not know them may print them.
func showsLinks(lookup func(string) (string, bool)) bool {
	is := func(name string, among ...string) bool {
		value, found := lookup(name)
		return found && (len(among) == 0 || slices.Contains(among, value))
	}
	kind, _ := lookup("TERM")
	switch {
	case kind == "dumb", strings.HasPrefix(kind, "screen"), strings.HasPrefix(kind, "tmux"), is("TMUX"), is("STY"):
		return false // what is between it and the terminal may not pass them on
	case is("TERM_PROGRAM", "iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"), is("WT_SESSION"), is("KONSOLE_VERSION"), is("KITTY_WINDOW_ID"):
		return true
	case slices.ContainsFunc([]string{"xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour"}, func(k string) bool { return strings.HasPrefix(kind, k) }):
		return true
	}
	version, _ := lookup("VTE_VERSION")
	n, err := strconv.Atoi(version)
	return err == nil && n >= 5000 // 0.50: GNOME Terminal and its like
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
