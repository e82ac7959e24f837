package holder

import (
	"regexp"
	"strings"
)

const masked = "***"

var (
	// secretName matches the name of an option or variable whose value is nobody's business.
	secretName = regexp.MustCompile(`(?i)(pass(word|wd|phrase)?|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|auth|bearer|cookie)$`)
	// secretPair is NAME=VALUE or NAME:VALUE anywhere in an argument, as in "-e DB_PASSWORD=x" or "Authorization: Bearer x".
	secretPair = regexp.MustCompile(`(?i)([\w.-]*(?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|authorization)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|(?:(?:bearer|basic)\s+)?[^\s&;,]+)`)
	// userinfo is the password in a URL: scheme://user:password@host.
	userinfo = regexp.MustCompile(`(://[^\s/@:]*:)[^\s/@]+@`)
	// wellKnown are tokens that can be told by their own look.
	wellKnown = regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{16,}|xox[abprs]-[\w-]{10,}|hf_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)`)
	// shortPassword is the password glued to -p of the MySQL and MariaDB programs.
	shortPassword = regexp.MustCompile(`^-p.+`)
)

// Command is a command line to show: the arguments joined by spaces, with the values of secrets replaced. It errs on the
// side of hiding.
func Command(argv []string) string {
	shown := make([]string, 0, len(argv))
	hideNext := false
	for i, arg := range argv {
		switch {
		case hideNext && !strings.HasPrefix(arg, "-"):
			shown = append(shown, masked)
			hideNext = false
			continue
		case i > 0 && shortPassword.MatchString(arg) && !strings.HasPrefix(arg, "--") && isMySQL(argv[0]):
			arg = "-p" + masked
		}
		hideNext = strings.HasPrefix(arg, "-") && !strings.ContainsAny(arg, "=: ") && secretName.MatchString(arg)
		arg = userinfo.ReplaceAllString(arg, "${1}"+masked+"@")
		arg = secretPair.ReplaceAllString(arg, "${1}"+masked)
		shown = append(shown, wellKnown.ReplaceAllString(arg, masked))
	}
	return strings.Join(shown, " ")
}

func isMySQL(program string) bool {
	name := program[strings.LastIndexByte(program, '/')+1:]
	return strings.HasPrefix(name, "mysql") || strings.HasPrefix(name, "mariadb")
}
