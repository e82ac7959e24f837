package safeport

// Setting is a value of a service that the user can choose, by a flag, an environment variable or a key of the service's
// own configuration file.
type Setting struct {
	Name    string // key in [Request.Settings], and the flag without its dashes: "tls-port"
	About   string // one line
	Env     string // "GPUSTACK_TLS_PORT", or empty
	Key     string // "tls_port", or empty
	Type    string // port, range, text, path, bool
	Default string
}

// Services are the names of the built-in services, sorted.
func Services() []string { panic("todo") }

// Settings are the settings of a service, in the order of its definition. The error is a [*UsageError] that suggests the
// near name when the service is unknown.
func Settings(service string) ([]Setting, error) { panic("todo") }

// Codes are the codes of all findings, sorted.
func Codes() []Code { panic("todo") }
