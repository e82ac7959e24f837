package lab

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// patience is how long the lab waits for a program of its hosts to be up: none is as slow as a machine on which seven others
// build and boot (30 s were not enough for an engine at a load of 50).
const patience = 5 * time.Minute

// The addresses of every host and its peer. Each pair is alone in its namespaces, so that all can have the same ones;
// they are those set aside for documentation (RFC 5737, RFC 3849), which no machine has otherwise.
var (
	Addr4     = netip.MustParseAddr("192.0.2.1")
	Addr6     = netip.MustParseAddr("2001:db8::1")
	PeerAddr4 = netip.MustParseAddr("192.0.2.2")
	PeerAddr6 = netip.MustParseAddr("2001:db8::2")
)

// HostOptions says what sort of host is wanted.
type HostOptions struct {
	NoIPv6 bool // IPv6 is switched off by sysctl, as many administrators do
	// Router: the host forwards packets before any engine starts. Docker switches that on where it is off, and then drops all
	// that it does not forward itself.
	Router bool
}

// Host is a test host: a network namespace, and a peer that reaches it over a veth as another machine would.
type Host struct {
	Namespace
	Peer Namespace
	IPv6 bool

	dir string // all files of the host; also the mark by which its processes are known
}

// tempDir is where hosts are kept: /tmp where another place has a name so long that the sockets of engines could not be
// below it. The path of one is at most 107 bytes, and Podman puts some 60 of its own after the host's directory.
func tempDir() string {
	if dir := os.TempDir(); len(dir) <= 30 {
		return dir
	}
	return "/tmp"
}

// NewHost makes a host, which is removed when the test ends. Hosts that a killed run left behind are removed first.
func NewHost(t testing.TB, o HostOptions) *Host {
	t.Helper()
	Require(t)
	temp := tempDir()
	if err := removeLeftovers(temp); err != nil {
		t.Logf("removing what an earlier run left: %v", err)
	}
	dir, release, err := claimDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(dir)
	h := &Host{Namespace: Namespace{name}, Peer: Namespace{name + "-peer"}, IPv6: !o.NoIPv6 && kernelHasIPv6(), dir: dir}
	t.Cleanup(func() {
		if err := remove(dir); err != nil {
			t.Errorf("removing host %s: %v", name, err)
		}
		release()
	})
	if err := h.wire(o.Router); err != nil {
		t.Fatalf("making host %s: %v", name, err)
	}
	h.Build(t, "github.com/safeport/safeport/lab/standin")
	return h
}

// wire makes the namespaces and the veth between them. Duplicate address detection is off (nodad): an address that is
// still tentative cannot be bound, which would be a situation of its own.
func (h *Host) wire(router bool) error {
	if err := errors.Join(h.create(), h.Peer.create()); err != nil {
		return err
	}
	if !h.IPv6 && kernelHasIPv6() {
		for _, conf := range []string{"all", "default"} {
			if _, err := h.Sysctl("net.ipv6.conf."+conf+".disable_ipv6", "1"); err != nil {
				return err
			}
		}
	}
	if err := h.route(router); err != nil {
		return err
	}
	steps := [][]string{
		{"-n", h.Name, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", h.Peer.Name},
		{"-n", h.Name, "address", "add", Addr4.String() + "/24", "dev", "eth0"},
		{"-n", h.Peer.Name, "address", "add", PeerAddr4.String() + "/24", "dev", "eth0"},
	}
	if kernelHasIPv6() {
		steps = append(steps, []string{"-n", h.Peer.Name, "address", "add", PeerAddr6.String() + "/64", "dev", "eth0", "nodad"})
	}
	if h.IPv6 {
		steps = append(steps, []string{"-n", h.Name, "address", "add", Addr6.String() + "/64", "dev", "eth0", "nodad"})
	}
	for _, ns := range []string{h.Name, h.Peer.Name} {
		for _, dev := range []string{"lo", "eth0"} {
			steps = append(steps, []string{"-n", ns, "link", "set", dev, "up"})
		}
	}
	for _, step := range steps {
		if err := ip(step...); err != nil {
			return err
		}
	}
	return nil
}

// kernelHasIPv6 says whether there is IPv6 at all: a kernel that was started with ipv6.disable=1 has none, in no namespace.
func kernelHasIPv6() bool {
	_, err := os.Stat("/proc/sys/net/ipv6")
	return err == nil
}

// route switches forwarding on or off. A new namespace has what the machine has.
func (h *Host) route(on bool) error {
	value := "0"
	if on {
		value = "1"
	}
	_, err := h.Sysctl("net.ipv4.ip_forward", value)
	if h.IPv6 {
		_, err6 := h.Sysctl("net.ipv6.conf.all.forwarding", value)
		err = errors.Join(err, err6)
	}
	return err
}

// Addrs are the addresses by which the peer reaches the host.
func (h *Host) Addrs() []netip.Addr {
	if h.IPv6 {
		return []netip.Addr{Addr4, Addr6}
	}
	return []netip.Addr{Addr4}
}

// Path is a file in the host's own directory, which everybody may read.
func (h *Host) Path(elem ...string) string { return filepath.Join(append([]string{h.dir}, elem...)...) }
