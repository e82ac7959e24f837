package netfilter

import (
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// programs names those that a want is reached through, without their numbers, which are others each time.
func programs(t *testing.T, r *Rules, w port.Requirement) string {
	found, err := r.Programs(w)
	if err != nil {
		t.Error(err)
	}
	var names []string
	for _, p := range found {
		if (p.ID == 0) != (p.Name == "") {
			t.Errorf("program %+v has a name and no number, or the other way round", p)
		}
		p.ID = min(p.ID, 1)
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

func TestProgramsAtDevices(t *testing.T) {
	all, tcx := "XDP program exam_fw (id 1) on eth0", true
	const pass, next = 2, -1 // XDP_PASS, TCX_NEXT
	inNamespace(t, "ip link add eth7 type veth peer name far7; ip link set eth7 up; ip address add 198.51.100.1/24 dev eth7", func() {
		before := Read("/proc")
		defer before.Close()
		if got := programs(t, before, bind("8080")); got != "" {
			t.Errorf("before: %s", got)
		}
		eth0, err := net.InterfaceByName("eth0")
		if err != nil {
			t.Error(err)
			return
		}
		for _, place := range []struct {
			kind, attachment, flags uint32
			result                  int32
		}{
			{unix.BPF_PROG_TYPE_XDP, unix.BPF_XDP, unix.XDP_FLAGS_SKB_MODE, pass},
			{unix.BPF_PROG_TYPE_SCHED_CLS, unix.BPF_TCX_INGRESS, 0, next},
			{unix.BPF_PROG_TYPE_SCHED_CLS, unix.BPF_TCX_EGRESS, 0, next},
		} {
			release, err := attach(place.kind, place.attachment, uint32(eth0.Index), place.flags, place.result)
			if errors.Is(err, unix.EINVAL) && place.kind == unix.BPF_PROG_TYPE_SCHED_CLS {
				tcx = false // a kernel before 6.6
				continue
			}
			if err != nil {
				t.Errorf("attaching a program: %v", err)
				return
			}
			defer release()
		}
		if tcx {
			all += ", tcx program exam_fw (id 1) on eth0, tcx program exam_fw (id 1) on eth0, on the way out"
		}
		r := Read("/proc")
		defer r.Close()
		for _, tt := range []struct {
			want port.Requirement
			says string
		}{
			{bind("8080"), all},
			{bind("192.0.2.1:8080"), all},
			{publish("8080:80"), all},
			{bind("127.0.0.1:8080"), ""},
			{bind("198.51.100.1:8080"), ""},
		} {
			if got := programs(t, r, tt.want); got != tt.says {
				t.Errorf("%v: got\n%s\nwant\n%s", tt.want, got, tt.says)
			}
		}
		// The thread alone, and to its end.
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, 65534, 65534, 65534); errno != 0 {
			t.Error(errno)
		}
		unprivileged := Read("/proc")
		defer unprivileged.Close()
		found, err := unprivileged.Programs(bind("8080"))
		if len(found) != 1 || found[0].Kind != "XDP" || found[0].ID == 0 || found[0].Name != "" || tcx && !errors.Is(err, unix.EPERM) {
			t.Errorf("without rights: %+v, %v; want the XDP program by its number, and to be told that there may be more", found, err)
		}
	})
}

func TestFiltersOfTrafficControl(t *testing.T) {
	tests := []struct{ name, script, says string }{
		{"a queue alone", "tc qdisc add dev eth0 clsact", ""},
		{"in, a program of the old kind", "tc qdisc add dev eth0 clsact; tc filter add dev eth0 ingress bpf da bytecode \"1,6 0 0 2,\"", "tc filter bpf on eth0"},
		{"in", "tc qdisc add dev eth0 clsact; tc filter add dev eth0 ingress protocol ip " + anyFilter, "tc filter u32 on eth0"},
		{"out", "tc qdisc add dev eth0 clsact; tc filter add dev eth0 egress protocol ip " + anyFilter, "tc filter u32 on eth0, on the way out"},
		{"in, of the older kind", "tc qdisc add dev eth0 ingress; tc filter add dev eth0 ingress protocol ip " + anyFilter, "tc filter u32 on eth0"},
		{"at a port of a container's bridge", "ip link add br0 type bridge; ip link add veth1 type veth peer name in1; ip link set veth1 up master br0; " +
			"tc qdisc add dev veth1 clsact; tc filter add dev veth1 ingress protocol ip " + anyFilter, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inNamespace(t, tt.script, func() {
				r := Read("/proc")
				defer r.Close()
				if got := programs(t, r, bind("8080")); got != tt.says {
					t.Errorf("got %q, want %q", got, tt.says)
				}
			})
		})
	}
}

const anyFilter = "u32 match u32 0 0"

func TestAProgramOfTrafficControl(t *testing.T) {
	inNamespace(t, "tc qdisc add dev eth0 clsact", func() {
		r := Read("/proc")
		defer r.Close()
		const next = -1 // TC_ACT_UNSPEC
		program, err := load(unix.BPF_PROG_TYPE_SCHED_CLS, 0, next)
		if err != nil {
			t.Errorf("loading a program: %v", err)
			return
		}
		defer unix.Close(program)
		eth0, err := net.InterfaceByName("eth0")
		if err != nil {
			t.Error(err)
			return
		}
		const fd, allProtocols, priority = 6, 0x0300, 1 << 16 // TCA_BPF_FD, ETH_P_ALL in the network's order
		native := binary.NativeEndian.AppendUint32
		options, err := netlink.MarshalAttributes([]netlink.Attribute{{Type: fd, Data: native(nil, uint32(program))}})
		if err != nil {
			t.Error(err)
			return
		}
		filter, err := netlink.MarshalAttributes([]netlink.Attribute{
			{Type: unix.TCA_KIND, Data: zeroTerminated("bpf")}, {Type: unix.TCA_OPTIONS | unix.NLA_F_NESTED, Data: options},
		})
		if err != nil {
			t.Error(err)
			return
		}
		head := native(native(native(native(make([]byte, 4), uint32(eth0.Index)), 1), clsactIngress), priority|allProtocols)
		if _, err := r.routes.Execute(netlink.Message{
			Header: netlink.Header{Type: unix.RTM_NEWTFILTER, Flags: netlink.Request | netlink.Acknowledge | netlink.Create},
			Data:   append(head, filter...),
		}); err != nil {
			t.Errorf("adding a filter: %v", err)
			return
		}
		if got, want := programs(t, r, bind("8080")), "tc program exam_fw (id 1) on eth0"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// What every host pays for its devices to be known, and for each by which a port is reached. They are this machine's own: a
// thread that is kept in a namespace waits for others at each answer.
func BenchmarkDevices(b *testing.B) {
	for b.Loop() {
		_, conn, err := readLinks()
		if err != nil {
			b.Fatal(err)
		}
		conn.Close()
	}
}

func BenchmarkProgramsOfADevice(b *testing.B) {
	links, conn, err := readLinks()
	if err != nil {
		b.Fatal(err)
	}
	r := &Rules{links: links, routes: conn, close: func() error { return nil }}
	defer r.Close()
	for b.Loop() {
		if _, err := r.askDevice(links[0]); err != nil {
			b.Fatal(err)
		}
	}
}
