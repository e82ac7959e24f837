package holder

import (
	"regexp"
	"strings"
)

const masked = "***"

// secretWords end the name of an option, a variable or a field whose value is nobody's business.
const secretWords = `pass(?:word|wd|phrase)?|[-_]pwd|secret|token|credentials?|` +
	`(?:api|access|private|secret|encryption|signing|master|account|shared)[-_]?key`

const value = `("[^"]*"|'[^']*'|[^\s&;,]+)`

var (
	secretName = regexp.MustCompile(`(?i)(?:` + secretWords + `|auth|bearer|cookie)$`)
	// secretPair is NAME=VALUE or NAME:VALUE anywhere in an argument, as in "-e DB_PASSWORD=x" or JSON.
	secretPair = regexp.MustCompile(`(?i)([\w.-]*(?:` + secretWords + `)["']?\s*[=:]\s*)` + value)
	// secretOption is an option and its value within one argument, as in sh -c "server --password x".
	secretOption = regexp.MustCompile(`(?i)(\s--?[\w-]*(?:` + secretWords + `)\s+)("[^"]*"|'[^']*'|[^\s-]\S*)`)
	// secretHeader goes on to the end of the argument: what a scheme of authorization looks like is up to the scheme.
	secretHeader = regexp.MustCompile(`(?i)\b((?:authorization|cookie)\s*:\s*).+`)
	// userinfo is the password in a URL: scheme://user:password@host. It may hold an @ itself.
	userinfo = regexp.MustCompile(`(://[^\s/@:]*:)[^\s/]+@`)
	// wellKnown are tokens that can be told by their own look.
	wellKnown = regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{16,}|xox[abprs]-[\w-]{10,}|hf_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)`)
)

// Command is a command line to show: the arguments joined by spaces, with the values of secrets replaced. It errs on the
// side of hiding.
func Command(argv []string) string { return strings.Join(Arguments(argv), " ") }

// Arguments are those of a command line to show, each by itself.
func Arguments(argv []string) []string {
	if len(argv) == 0 {
		return nil
	}
	shown := make([]string, 0, len(argv))
	short, separate := shortOption(argv[0])
	hideNext := false
	for _, arg := range argv {
		switch {
		case hideNext && !strings.HasPrefix(arg, "-"):
			shown, hideNext = append(shown, masked), false
			continue
		case short != "" && arg == short:
			shown, hideNext, short = append(shown, arg), separate, ""
			continue
		case short != "" && strings.HasPrefix(arg, short):
			shown, short = append(shown, short+masked), ""
			continue
		}
		hideNext = strings.HasPrefix(arg, "-") && !strings.ContainsAny(arg, "=: ") && secretName.MatchString(arg)
		shown = append(shown, mask(arg))
	}
	return shown
}

// Variable is a variable with its value, to show.
func Variable(name, value string) string {
	if secretName.MatchString(name) && value != "" {
		return name + "=" + masked
	}
	return mask(name + "=" + value)
}

func mask(arg string) string {
	arg = userinfo.ReplaceAllString(arg, "${1}"+masked+"@")
	arg = secretHeader.ReplaceAllString(arg, "${1}"+masked)
	arg = secretPair.ReplaceAllString(arg, "${1}"+masked)
	arg = secretOption.ReplaceAllString(arg, "${1}"+masked)
	return wellKnown.ReplaceAllString(arg, masked)
}

// shortOption is the option of one letter by which a program takes a secret: glued to it ("-psecret"), or, where separate,
// also as the next argument. These are the clients that people give passwords to; they hold ports as source ports.
func shortOption(program string) (option string, separate bool) {
	name := program[strings.LastIndexByte(program, '/')+1:]
	switch {
	case strings.HasPrefix(name, "mysql"), strings.HasPrefix(name, "mariadb"):
		return "-p", false // alone it asks
	case name == "sshpass":
		return "-p", true
	case name == "redis-cli":
		return "-a", true
	case name == "curl":
		return "-u", true
	}
	return "", false
}

// Secret says whether a name is that of something whose value is nobody's business.
func Secret(name string) bool { return secretName.MatchString(name) }
