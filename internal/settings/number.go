package settings

import (
	"math/big"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

// pythonInt reads text as Python's int() and pydantic's do: "080", "+80", " 80 " and "8_0" are 80. GPUStack reads
// environment variables and quoted numbers of its configuration file that way.
func pythonInt(s string) (*big.Int, bool) {
	s = strings.TrimSpace(s)
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") {
		return nil, false
	}
	// SetString takes "_" for base 0 only, where it would also take "0x50".
	s = strings.ReplaceAll(s, "_", "")
	if strings.Trim(s, "+-0123456789") != "" {
		return nil, false
	}
	return new(big.Int).SetString(s, 10)
}

// parsePythonPort is the port that text in an environment variable stands for.
func parsePythonPort(s string) (string, error) {
	n, ok := pythonInt(s)
	if !ok {
		return "", notAPort(s)
	}
	return portText(n)
}

func notAPort(s string) error {
	return message.Errorf("%q is not a port: a port is a number from 1 to 65535", s)
}

// portText is the canonical text of a port, if the number is one.
func portText(n *big.Int) (string, error) {
	switch {
	case n.Sign() <= 0:
		return "", message.Errorf("port %s is invalid: ports start at 1", n)
	case n.Cmp(big.NewInt(65535)) > 0:
		return "", message.Errorf("port %s is above 65535", n)
	}
	return n.String(), nil
}

// isPlain says whether the text is a number as everybody writes it, so that nobody can read it otherwise.
func isPlain(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == "" && (s[0] != '0' || s == "0")
}

// isServiceLink recognises the variables that Kubernetes sets in a pod for every Service of its namespace: a Service
// named gpustack sets GPUSTACK_PORT=tcp://10.43.0.1:80.
func isServiceLink(s string) bool {
	return strings.HasPrefix(s, "tcp://") || strings.HasPrefix(s, "udp://") || strings.HasPrefix(s, "sctp://")
}
