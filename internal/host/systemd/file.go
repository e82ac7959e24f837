package systemd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
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

// readText reads the beginning of a regular file: a pipe might never end, and a device might do anything. What the path
// leads to is held while it is looked at, and that is what is opened then, as a user may change his own files meanwhile.
func readText(path string) (string, error) {
	held, err := os.OpenFile(path, unix.O_PATH, 0)
	if err != nil {
		return "", err
	}
	defer held.Close()
	info, err := held.Stat()
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is no regular file", path)
	}
	file, err := os.Open("/proc/self/fd/" + strconv.Itoa(int(held.Fd())))
	if err != nil {
		return "", fmt.Errorf("opening %s: %w", path, errors.Unwrap(err))
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxText))
	return string(text), err
}

func hasLine(text, line string) bool {
	return slices.Contains(strings.Split(text, "\n"), line)
}
