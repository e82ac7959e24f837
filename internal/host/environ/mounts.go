package environ

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// mounts is what the mounts of a process tell.
type mounts struct {
	id         string // of the container whose files stand in /etc
	kubernetes bool
	hidden     bool // /proc leaves processes out
}

// ofContainer finds the id in where an engine keeps a container's hostname, resolv.conf and hosts, which it mounts into it:
// /var/lib/docker/containers/<id>/hostname, /run/containers/storage/overlay-containers/<id>/userdata/hostname.
var ofContainer = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`containers/([0-9a-f]{64})/`)
})

func readMounts(file string) (m mounts) {
	b, err := os.ReadFile(file)
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(b)) {
		// "36 35 98:0 /source /target rw,noatime shared:1 - ext3 /dev/root rw,errors=continue"
		before, after, _ := strings.Cut(line, " - ")
		fields, super := strings.Fields(before), strings.Fields(after)
		if len(fields) < 6 || len(super) < 3 {
			continue
		}
		source, target := fields[3], fields[4]
		switch target {
		case "/proc":
			m.hidden = hides(fields[5] + "," + super[2])
		case "/etc/hostname", "/etc/hosts", "/etc/resolv.conf":
			if id := ofContainer().FindStringSubmatch(source + "/"); id != nil {
				m.id = id[1]
			}
			if strings.Contains(source, "/kubelet/pods/") {
				m.kubernetes = true
			}
		}
	}
	return m
}

// hides reads the options of /proc: the words of hidepid are those of kernel 5.8, and the numbers the older ones.
func hides(options string) bool {
	for option := range strings.SplitSeq(options, ",") {
		if value, ok := strings.CutPrefix(option, "hidepid="); ok {
			return value != "0" && value != "off"
		}
	}
	return false
}
