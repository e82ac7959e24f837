package systemd

import (
	"io"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/regular"
)

// maxText bounds a unit's file and the files of its environment, which have a few hundred bytes.
const maxText = 64 << 10

// entry is one "Key=value" of a unit's file.
type entry struct{ section, key, value string }

// parse reads the text of a unit's file (systemd.syntax(7)). A line that ends with a backslash goes on in the next one;
// comments may stand in between.
func parse(text string) (entries []entry) {
	section, begun := "", ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" && begun == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		line = begun + line
		begun = ""
		if head, goesOn := strings.CutSuffix(line, `\`); goesOn {
			begun = head + " "
			continue
		}
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.TrimSuffix(name, "]")
			continue
		}
		if key, value, ok := strings.Cut(line, "="); ok {
			entries = append(entries, entry{section, strings.TrimSpace(key), strings.TrimSpace(value)})
		}
	}
	return entries
}

// readText reads the beginning of a regular file, as a user may put anything in its place.
func readText(path string) (string, error) {
	file, err := regular.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxText))
	return string(text), err
}

func hasLine(text, line string) bool {
	return slices.Contains(strings.Split(text, "\n"), line)
}
