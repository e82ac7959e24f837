package mask

import (
	"regexp"
	"strings"
	"sync"
)

const Masked = "***"

// secretWords end the name of an option, a variable or a field whose value is nobody's business, or come before a word that
// says which of several it is: "PASSWORD1", "SECRET_KEY_BASE".
const (
	secretWords = `(?:pass(?:word|wd|phrase)?|[-_]pwd|secret|token|credentials?|jwt|[-_](?:key|salt)|` +
		`(?:api|access|private|secret|encryption|signing|master|account|shared|storage|session|client|license|primary|secondary)key)` + secretSuffix
	secretSuffix = `(?:[-_]?\d+|[-_](?:base|hash|salt|value|old|new|current|previous))*`
)

// name is all of such a name, with the quotation mark that ends it in JSON. What is in the query of a URL has a rule of its own.
const name = `((?:^|[^\w.?&-])[\w.-]*` + secretWords + `["']?`

const (
	quoted = `"(?:\\.|[^"\\])*"|'[^']*'`
	// word is one of a shell's, at least. A value in quotation marks ends where they do.
	word = `(?:(?:` + quoted + `)[^\s,;&}\]]*|(?:\\.|` + quoted + `|\S)+)`
)

// pattern is an expression that is compiled when it is needed first: all of them take a millisecond, a fifth of a whole check
// that has nothing to mask.
type pattern = func() *regexp.Regexp

func compiled(text string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// What hides, in this order: a rule's first group stays, its second one does, too.
var rules = []pattern{
	// The password of a URL, scheme://user:password@host, which may hold an @ itself, and a token in a user's place.
	compiled(`(://[^\s/@:]*:)[^\s/]+(@)`),
	compiled(`(://)[^\s/@:]{16,}(@)`),
	// That of a driver for databases: user:password@tcp(host:port)/.
	compiled(`(?s)([^\s:/"'=]+:).*(@[a-z][\w+-]*\()`),
	// What a scheme of authorization looks like is up to the scheme.
	compiled(`(?is)\b((?:authorization|cookie)\s*:\s*).+()`),
	// An argument that is nothing but a name and its value: "--password=correct horse", "DB_PASSWORD=a&b".
	compiled(`(?is)^([\w.-]*` + secretWords + `\s*[=:]\s*).+()`),
	// One of the pairs of a URL's query, and of the fields of a connection string, "Server=db;Password=a b;Port=1".
	compiled(`(?i)([?&](?:[\w.-]*` + secretWords + `|sig|[\w-]*signature)=)[^&#\s]*()`),
	compiled(`(?i)(;\s*(?:[\w .-]*` + secretWords + `|pwd)\s*=\s*)(?:` + quoted + `|[^;"'][^;]*)()`),
	// The rest of a line after "password: ", as in YAML.
	compiled(`(?im)` + name + `:[ \t]+)[^\s"'][^\n]*()`),
	// NAME=VALUE or NAME:VALUE anywhere in an argument, as in sh -c "DB_PASSWORD=x server" or JSON.
	compiled(`(?i)` + name + `\s*[=:]\s*)` + word + `()`),
	// An option and its value within one argument, as in sh -c "server --password x".
	compiled(`(?i)(\s--?[\w-]*` + secretWords + `\s+)(?:` + quoted + `|-?[^\s-]\S*)()`),
	// Tokens that can be told by their own look.
	compiled(`(\b)(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{16,}|xox[abprs]-[\w-]{10,}|hf_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)()`),
}

var (
	secretName = compiled(`(?i)(?:` + secretWords + `|auth|bearer|cookie)$`)
	// takesValue are options that surely have one: "--auth" may switch something on.
	takesValue  = compiled(`(?i)^--?(?:[\w.-]*` + secretWords + `)$`)
	switchedOff = compiled(`^--?no-`)
	longOption  = compiled(`^--[a-zA-Z][\w-]*(?:=|$)`)
	// slashed is a password with a slash in a URL; with a port in its place it is none.
	slashed = compiled(`(://[^\s/@:]*:)(\S+)@`)
	aPort   = compiled(`^\d{1,5}[/?#]`)
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
	hideNext, surely := false, false
	for _, arg := range argv {
		switch {
		case hideNext && (!strings.HasPrefix(arg, "-") || surely && !longOption().MatchString(arg)):
			shown, hideNext = append(shown, Masked), false
			continue
		case short != "" && arg == short:
			shown, hideNext, short = append(shown, arg), separate, ""
			continue
		case short != "" && strings.HasPrefix(arg, short):
			shown, short = append(shown, short+Masked), ""
			continue
		}
		hideNext = strings.HasPrefix(arg, "-") && !strings.ContainsAny(arg, "=: ") && secretName().MatchString(arg)
		surely = takesValue().MatchString(arg) && !switchedOff().MatchString(arg)
		shown = append(shown, Mask(arg))
	}
	return shown
}

// Variable is a variable with its value, to show.
func Variable(name, value string) string {
	if secretName().MatchString(name) && value != "" {
		return name + "=" + Masked
	}
	return Mask(name + "=" + value)
}

func Mask(arg string) string {
	arg = slashed().ReplaceAllStringFunc(arg, func(found string) string {
		part := slashed().FindStringSubmatch(found)
		if aPort().MatchString(part[2]) {
			return found
		}
		return part[1] + Masked + "@"
	})
	for _, rule := range rules {
		arg = rule().ReplaceAllString(arg, "${1}"+Masked+"${2}")
	}
	return arg
}

// shortOption is the option of one letter by which a program takes a secret: glued to it ("-psecret"), or, where separate,
// also as the next argument. These are the clients that people give passwords to; they hold ports as source ports.
func shortOption(program string) (option string, separate bool) {
	name := program[strings.LastIndexByte(program, '/')+1:]
	switch {
	case strings.HasPrefix(name, "mysql"), strings.HasPrefix(name, "mariadb"):
		return "-p", false // alone it asks
	case name == "sshpass", strings.HasPrefix(name, "mongo"):
		return "-p", true
	case name == "sqlcmd", name == "ipmitool":
		return "-P", true
	case strings.HasPrefix(name, "ldap"):
		return "-w", true
	case name == "redis-cli":
		return "-a", true
	case name == "curl":
		return "-u", true
	}
	return "", false
}

// Secret says whether a name is that of something whose value is nobody's business.
func Secret(name string) bool { return secretName().MatchString(name) }
