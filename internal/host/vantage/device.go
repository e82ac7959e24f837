package vantage

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// linksToItself reads the link of a device. What the names of /sys say is of the namespace in which /sys was mounted, so a
// number that does not fit is not believed.
func linksToItself(d net.Interface) bool {
	dir := filepath.Join("/sys/class/net", d.Name)
	index, err := number(filepath.Join(dir, "ifindex"))
	if err != nil || index != d.Index {
		return false
	}
	link, err := number(filepath.Join(dir, "iflink"))
	return err == nil && link == d.Index
}

func number(file string) (int, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(b)))
}
