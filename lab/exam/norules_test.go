package exam

import (
	"testing"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// An engine that was told to write no rules ("iptables": false) has its proxy take what comes, as any program of the host.
func TestEngineThatWritesNoRules(t *testing.T) {
	lab.Require(t)
	t.Parallel()
	h := &host{Host: lab.NewHost(t, lab.HostOptions{NoIPv6: true})}
	h.safeport = h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	h.docker = h.StartEngine(t, lab.EngineOptions{Args: []string{"--iptables=false", "--ip6tables=false"}})
	h.engine = h.docker
	h.ways = ways
	if err := h.engine.Load(t.Context(), lab.Foreign("nginx:1.27"), lab.Foreign("someone/other:1")); err != nil {
		t.Fatal(err)
	}
	web := run(lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}})
	shut := []report.Code{report.BlockedOutside}
	for i, s := range []situation{
		{name: "nothing there, publish", want: publish("")},
		{name: "published container, publish", want: publish(""), given: []step{web}, holder: container("web")},
		{name: "dropped on the way in, publish", want: publish(""), given: []step{filter("drop", "input", "")}, says: shut},
		{name: "dropped on the way in, publish on 192.0.2.1", want: publish("192.0.2.1"), given: []step{filter("accept", "input", "tcp dport {P} drop")}, says: shut},
		{name: "dropped when it is forwarded, publish", want: publish(""), given: []step{filter("drop", "forward", "")}, silent: shut},
		{name: "dropped on the way to the container, publish", want: publish(""), given: []step{filter("accept", "output", "tcp dport 80 drop")}, says: shut},
		{name: "redirected, publish", want: publish(""), given: []step{incoming("tcp dport {P} redirect to :{P+1}")}, holder: holder{kind: report.HolderRule}},
	} {
		t.Run(s.name, func(t *testing.T) { examine(t, h, s, 21000+10*i) })
	}
}
