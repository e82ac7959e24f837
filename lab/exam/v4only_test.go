package exam

import (
	"github.com/safeport/safeport/lab"
)

// v4OnlySituations are on a host whose IPv6 is switched off, where [::] can be bound and [::1] cannot.
func v4OnlySituations() []situation {
	all := []situation{
		{name: "nothing there, publish", want: publish("")},
		{name: "nothing there, bind", want: bind("")},
		{name: "nothing there, bind [::1]", want: bind("::1")},
		{name: "nothing there, bind 127.0.0.1", want: bind("127.0.0.1")},
		{name: "listener on 0.0.0.0, publish", want: publish(""), given: []step{nginx("tcp4:0.0.0.0:{P}")}, holder: process("nginx")},
		{name: "listener on 127.0.0.1, bind", want: bind(""), given: []step{nginx("tcp4:127.0.0.1:{P}")}, holder: process("nginx")},
		{name: "nothing there, low port, unprivileged, publish", want: publish(""), port: 231, as: lab.Nobody},
		{name: "published container, publish", want: publish(""), holder: container("web"),
			given: []step{run(lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}})}},
		{name: "gpustack, nothing there", want: gpustack(), state: "fresh"},
	}
	for i := range all {
		all[i].name = "no IPv6: " + all[i].name
		all[i].on = v4Only
	}
	return all
}
