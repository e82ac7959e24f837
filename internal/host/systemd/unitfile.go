package systemd

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxText bounds a unit's file and the files of its environment, which have a few hundred bytes.
const maxText = 64 << 10

// unitFile collects what a unit's file and its drop-ins say of the program that it runs.
type unitFile struct {
	root, name string
	args, env  []string
}

// read takes in one file. An empty value takes back what was said before, as systemd has it.
func (f *unitFile) read(text string) {
	text = strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = f.expand(strings.TrimSpace(value))
		switch key {
		case "ExecStart":
			if value == "" {
				f.args = nil
			} else if f.args == nil {
				// What may stand before the program (systemd.service(5)) is no part of its name.
				f.args = words(strings.TrimLeft(value, "@-:+!|"))
			}
		case "Environment":
			if value == "" {
				f.env = nil
			}
			f.env = append(f.env, words(value)...)
		case "EnvironmentFile":
			f.readEnvironment(strings.TrimPrefix(value, "-"))
		}
	}
}

// expand fills in the specifiers that name the unit: %N is the name without its suffix, %n the whole one.
func (f *unitFile) expand(s string) string {
	short := strings.TrimSuffix(f.name, filepath.Ext(f.name))
	return strings.NewReplacer("%%", "%", "%N", short, "%p", short, "%n", f.name).Replace(s)
}

// readEnvironment reads a file of "KEY=value" lines. One that cannot be read adds nothing: it may well hold secrets that
// not everybody may see.
func (f *unitFile) readEnvironment(path string) {
	text, err := readText(filepath.Join(f.root, path))
	if path == "" || err != nil {
		return
	}
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.HasPrefix(key, "#") || strings.HasPrefix(key, ";") {
			continue
		}
		f.env = append(f.env, strings.TrimSpace(key)+"="+strings.Join(words(value), " "))
	}
}

// readDropIns reads what "systemctl edit" has written, in the order of the names.
func (f *unitFile) readDropIns() error {
	paths, _ := filepath.Glob(filepath.Join(f.root, "etc/systemd/system", f.name+".d", "*.conf")) // the pattern is well-formed
	slices.Sort(paths)
	for _, path := range paths {
		text, err := readText(path)
		if err != nil {
			return err
		}
		f.read(text)
	}
	return nil
}

// readText reads the beginning of a regular file: of a pipe, it might never end.
func readText(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is no regular file", path)
	}
	file, err := os.Open(path)
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
