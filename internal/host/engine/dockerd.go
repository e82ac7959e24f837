package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// dockerd is what is known of a Docker daemon from its arguments and its configuration file: the API does not tell.
type dockerd struct {
	pid  int    // 0: not known
	seen bool   // its arguments and its configuration file could be read
	root string // its root directory, as seen from here: "/proc/812/root"
	// UserlandProxy: it forwards published ports with docker-proxy, the default. Without it a container that has no IPv6
	// address is published on IPv4 alone (moby libnetwork/drivers/bridge/port_mapping.go).
	UserlandProxy bool   `json:"userland-proxy"`
	DataRoot      string `json:"data-root"`
	// DefaultNetworkOpts are what networks get that are made without: driver → option → value (since 24.0).
	DefaultNetworkOpts map[string]map[string]string `json:"default-network-opts"`
	// IPTables: it writes rules for what it publishes, the default.
	IPTables bool `json:"iptables"`
	// LiveRestore: its containers run on when it ends.
	LiveRestore bool `json:"live-restore"`
	// NoNewPrivileges: no program's file gives rights to any container.
	NoNewPrivileges bool `json:"no-new-privileges"`
}

// readDockerd reads the options of the daemon at the other end of a socket. proc is "/proc".
func readDockerd(proc string, pid int) dockerd {
	d := dockerd{UserlandProxy: true, IPTables: true, DataRoot: "/var/lib/docker"}
	if pid == 1 {
		// systemd made the socket. The daemon wrote down its own pid.
		b, err := os.ReadFile("/run/docker.pid")
		if err != nil {
			return d
		}
		if pid, err = strconv.Atoi(strings.TrimSpace(string(b))); err != nil {
			return d
		}
	}
	d.pid = pid
	d.root = fmt.Sprintf("%s/%d/root", proc, pid)
	b, err := os.ReadFile(fmt.Sprintf("%s/%d/cmdline", proc, pid))
	if err != nil {
		return d
	}
	args := strings.Split(string(b), "\x00")
	options := flags(args)
	file := "/etc/docker/daemon.json"
	if name := options["config-file"]; name != "" {
		file = name
	}
	// The daemon's root may not be looked into without privilege; it mostly is the host's own.
	err = readJSON(d.root+file, &d)
	if errors.Is(err, fs.ErrPermission) {
		err = readJSON(file, &d)
	}
	d.seen = err == nil || errors.Is(err, fs.ErrNotExist)
	if on, err := strconv.ParseBool(options["userland-proxy"]); err == nil {
		d.UserlandProxy = on
	}
	if value, given := options["iptables"]; given {
		on, err := strconv.ParseBool(value)
		d.IPTables = err != nil || on // "--iptables" alone is on
	}
	if value, given := options["live-restore"]; given {
		on, err := strconv.ParseBool(value)
		d.LiveRestore = err != nil || on // "--live-restore" alone is on
	}
	if dir := options["data-root"]; dir != "" {
		d.DataRoot = dir
	}
	if value, given := options["no-new-privileges"]; given && value != "false" {
		d.NoNewPrivileges = true
	}
	d.networkOptions(args)
	return d
}

// networkOptions reads "--default-network-opt DRIVER=OPTION=VALUE", which may be given many times.
func (d *dockerd) networkOptions(args []string) {
	for i, arg := range args {
		name, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if !strings.HasPrefix(arg, "-") || name != "default-network-opt" {
			continue
		}
		if !hasValue && i+1 < len(args) {
			value = args[i+1]
		}
		driver, option, _ := strings.Cut(value, "=")
		option, value, _ = strings.Cut(option, "=")
		if d.DefaultNetworkOpts == nil {
			d.DefaultNetworkOpts = map[string]map[string]string{}
		}
		if d.DefaultNetworkOpts[driver] == nil {
			d.DefaultNetworkOpts[driver] = map[string]string{}
		}
		d.DefaultNetworkOpts[driver][option] = value
	}
}

// flags are the long options of a command line, "--name=value" and "--name value".
func flags(args []string) map[string]string {
	options := map[string]string{}
	for i, arg := range args {
		name, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if !hasValue && i+1 < len(args) {
			value = args[i+1]
		}
		if strings.HasPrefix(arg, "-") {
			options[name] = value
		}
	}
	return options
}
