package systemd

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

func TestBinderTellsTheRightsOfAService(t *testing.T) {
	const name = "web.service"
	tests := []struct {
		name, service string
		want          facts.Binder
	}{
		{"root", "", facts.Binder{User: "root", Privileged: true}},
		{"a user", "User=www-data", facts.Binder{User: "www-data"}},
		{"a user, taken back", "User=www-data\nUser=", facts.Binder{User: "root", Privileged: true}},
		{"a user with the capability", "User=www-data\nAmbientCapabilities=CAP_CHOWN cap_net_bind_service", facts.Binder{User: "www-data", Privileged: true}},
		{"and with it taken back", "User=www-data\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nAmbientCapabilities=", facts.Binder{User: "www-data"}},
		{"with all but it", "User=www-data\nAmbientCapabilities=~CAP_NET_BIND_SERVICE", facts.Binder{User: "www-data"}},
		{"with all but another", "User=www-data\nAmbientCapabilities=~CAP_CHOWN", facts.Binder{User: "www-data", Privileged: true}},
		{"root in bounds", "CapabilityBoundingSet=CAP_CHOWN", facts.Binder{User: "root"}},
		{"root in bounds that have it", "CapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE", facts.Binder{User: "root", Privileged: true}},
		{"root in no bounds", "CapabilityBoundingSet=", facts.Binder{User: "root"}},
		{"root in a user namespace", "PrivateUsers=yes", facts.Binder{User: "root"}},
		{"a user of systemd's making", "DynamicUser=yes", facts.Binder{User: "web"}},
		{"a command that drops its rights itself", "User=www-data\nExecStart=!/usr/bin/web", facts.Binder{User: "www-data", Privileged: true}},
		{"a command that keeps all", "User=www-data\nCapabilityBoundingSet=\nExecStart=-+/usr/bin/web", facts.Binder{User: "www-data", Privileged: true}},
		{"ports forbidden", "SocketBindDeny=any\nSocketBindAllow=ipv4:tcp:8000-8999\nSocketBindAllow=udp:53\nSocketBindAllow=sctp", facts.Binder{User: "root", Privileged: true,
			Deny: []facts.BindRule{{}}, Allow: []facts.BindRule{{V4: true, Protocol: port.TCP, Ports: port.Range{First: 8000, Last: 8999}}, {Protocol: port.UDP, Ports: port.Single(53)}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := System(tree(t, map[string]string{"etc/systemd/system/" + name: "[Service]\n" + tt.service + "\n",
				"etc/systemd/system/door.socket": "[Socket]\nListenStream=80\nService=" + name + "\n"}))
			tt.want.Name, tt.want.Units = name, []string{name, "door.socket"}
			got, _, err := m.Binder(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestBinderRefuses(t *testing.T) {
	m := System(tree(t, map[string]string{"etc/systemd/system/inner.service": "[Service]\nPrivateNetwork=yes\n", "etc/systemd/system/masked.service": "-> /dev/null"}))
	for _, name := range []string{"none.service", "masked.service"} {
		if b, _, err := m.Binder(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: got %v and %v", name, b, err)
		}
	}
	if b, _, err := m.Binder(t.Context(), "inner.service"); err == nil {
		t.Errorf("a unit with a network of its own: got %v", b)
	}
	if b, err := UserBinder("no such user"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v and %v", b, err)
	}
	if b, err := UserBinder("0"); err != nil || !b.Privileged || b.User != "root" {
		t.Errorf("root by number: got %+v and %v", b, err)
	}
}
