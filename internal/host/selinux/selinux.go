// Package selinux answers how SELinux labels a port. Its policy says by label which confined program may bind which port; root
// is not confined, so that a trial as root tells nothing of it.
package selinux

import (
	"bufio"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Enforcing says whether SELinux refuses what its policy does not allow, below root, which is "/" but in tests.
func Enforcing(root string) bool {
	text, err := os.ReadFile(filepath.Join(root, "sys/fs/selinux/enforce"))
	return err == nil && strings.TrimSpace(string(text)) == "1"
}

// Labels are the labels of ports, those that an administrator has set ("semanage port") before those of the policy. It takes
// root to read them.
func Labels(root string) (labels []facts.PortLabel, err error) {
	store := filepath.Join(root, "var/lib/selinux", policy(root), "active")
	local, err := os.Open(filepath.Join(store, "ports.local"))
	if err == nil {
		defer local.Close()
		labels, err = read(local)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the port labels of SELinux: %w", err)
	}
	base, err := os.Open(filepath.Join(store, "modules/100/base/cil"))
	if err != nil {
		return labels, fmt.Errorf("reading the port labels of SELinux: %w", err)
	}
	defer base.Close()
	packed := bufio.NewReader(base)
	text := io.Reader(packed)
	if magic, _ := packed.Peek(3); string(magic) == "BZh" { // bzip-small in semanage.conf(5) leaves it unpacked
		text = bzip2.NewReader(packed)
	}
	of, err := read(text)
	if err != nil {
		err = fmt.Errorf("reading the port labels of SELinux: %w", err)
	}
	return append(labels, of...), err
}

// policy is the name of the policy in use.
func policy(root string) string {
	text, _ := os.ReadFile(filepath.Join(root, "etc/selinux/config"))
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "SELINUXTYPE="); ok {
			return filepath.Base(strings.TrimSpace(name))
		}
	}
	return "targeted"
}

// portcon is a label in a policy, "(portcon tcp (8118 8123) (system_u object_r http_cache_port_t ((s0) (s0))))", or in
// ports.local, "portcon tcp 8081-8082 system_u:object_r:http_port_t:s0".
var portcon = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\(?portcon (tcp|udp) \(?(\d+)(?:[ -]+(\d+))?\)? \(?\w+[ :]\w+[ :](\w+)`)
})

func read(text io.Reader) (labels []facts.PortLabel, err error) {
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		m := portcon().FindStringSubmatch(strings.TrimSpace(lines.Text()))
		if m == nil {
			continue
		}
		protocol, _ := port.ParseProtocol(m[1]) // one of the two
		first, firstErr := strconv.ParseUint(m[2], 10, 16)
		last := first
		var lastErr error
		if m[3] != "" {
			last, lastErr = strconv.ParseUint(m[3], 10, 16)
		}
		if firstErr == nil && lastErr == nil && first > 0 && first <= last {
			labels = append(labels, facts.PortLabel{Protocol: protocol, Ports: port.Range{First: uint16(first), Last: uint16(last)}, Type: m[4]})
		}
	}
	return labels, lines.Err()
}
