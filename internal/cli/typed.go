package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// Typed is how a program is called at a prompt of this host by who has just called it. Commands that are printed to be copied
// begin with it: where the program was called as ./bin/safeport, a shell may know no "safeport".
type Typed struct {
	User string // as this user: "safeport" where it is on PATH, else "./bin/safeport"; empty: by its name
	Sudo string // after sudo, which has a PATH of its own
}

// CalledAs is the program as this process was called, with argv0 as the first word of its command line.
func (p Program) CalledAs(argv0 string) Program {
	p.Typed = typedAs(argv0, p.Name)
	return p
}

func typedAs(argv0, name string) Typed {
	program, err := os.Executable()
	if err != nil {
		return Typed{}
	}
	home, _ := os.UserHomeDir()
	inHome := func(path string) bool { return home != "" && strings.HasPrefix(path, filepath.Clean(home)+"/") }
	if found, err := exec.LookPath(name); err == nil && sameFile(found, program) {
		if inHome(found) { // sudo looks in the system's directories alone
			return Typed{User: name, Sudo: message.Quote(found)}
		}
		return Typed{User: name, Sudo: name}
	}
	switch base := filepath.Base(argv0); {
	case base == "docker-"+name: // a plugin of the docker command, which root has if it is not this user's own
		if inHome(program) {
			return Typed{User: "docker " + name, Sudo: message.Quote(program)}
		}
		return Typed{User: "docker " + name, Sudo: "docker " + name}
	case strings.Contains(program, "/go-build"): // "go run" has built it
		source := "./cmd/" + name
		if _, err := os.Stat(source); err != nil {
			return Typed{}
		}
		return Typed{User: "go run " + source, Sudo: message.Quote(program)}
	case base == argv0: // whoever started it has said what he liked
		return Typed{}
	}
	return Typed{User: message.Quote(argv0), Sudo: message.Quote(argv0)}
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// In a text, a command stands at the begin of a word or of a quotation, and not in the middle of a path. The docker command's is one
// that was made so already.
const (
	before = "(^|[\\s\"'`(（：；“])(sudo |docker )?safeport ("
	looks  = "check|who|free|hold|map|report|define|completion|--explain|--help|COMMAND"
	after  = ")($|[^\\w-])"
)

var (
	looking  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(before + looks + after) })
	changing = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(before + strings.Join(changes(), "|") + after) })
)

// in makes the commands of a text those that can be typed. The core leaves those alone that it does not have.
func (t Typed) in(text string, core bool) string {
	if t == (Typed{User: "safeport", Sudo: "safeport"}) || !strings.Contains(text, "safeport ") {
		return text
	}
	typed := func(found string) string {
		if strings.Contains(found, "docker safeport ") {
			return found
		}
		if asRoot := strings.Replace(found, "sudo safeport ", "sudo "+t.Sudo+" ", 1); asRoot != found {
			return asRoot
		}
		return strings.Replace(found, "safeport ", t.User+" ", 1)
	}
	if text = looking().ReplaceAllStringFunc(text, typed); !core {
		text = changing().ReplaceAllStringFunc(text, typed)
	}
	return text
}

// named is how the program is called where it is installed.
func (p Program) named() Typed { return Typed{User: p.Name, Sudo: p.Name} }

func (p Program) typed() Typed {
	if p.Typed.User == "" {
		return p.named()
	}
	return p.Typed
}

// called puts into a text for a person how the program is called. In it commands are safeport's.
func (p Program) called(text string) string { return p.typed().in(text, p.Change == nil) }

// programKey is where the context of a command has its program: cobra hands on no more than the tree.
type programKey struct{}

// programOf is the program that a command is one of.
func programOf(cmd *cobra.Command) Program {
	p, ok := cmd.Context().Value(programKey{}).(Program)
	if !ok {
		p = Program{Name: cmd.Root().Name()}
	}
	return p
}

// Copyable makes the commands in a text that a person reads here those that he can type.
func Copyable(cmd *cobra.Command, text string) string { return programOf(cmd).called(text) }

// TypedBySudo is how the program of a command is called after sudo.
func TypedBySudo(cmd *cobra.Command) string { return programOf(cmd).typed().Sudo }

// CopyableFindings makes the commands of findings those of the program that runs: who has the core alone has no "safeport".
// What the core cannot do, such as to free a port, is told without a command. A text is read here, and its commands can be
// typed here; what is for programs may be read anywhere, and has the program's name.
func CopyableFindings(cmd *cobra.Command, findings []report.Finding, format string) {
	p := programOf(cmd)
	core, as := p.Change == nil, p.named()
	if format == "text" {
		as = p.typed()
	}
	for i := range findings {
		for j := range findings[i].Remedies {
			command := &findings[i].Remedies[j].Command
			if core && strings.Contains(*command, "safeport free-up ") {
				*command = ""
			}
			*command = as.in(*command, core)
		}
	}
}
