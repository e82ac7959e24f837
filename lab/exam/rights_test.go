package exam

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// rightsSituations ask about a port that a unit is to bind, with the unit's rights. The truth is what it can do when it is
// started.
func rightsSituations() []situation {
	denied := []report.Code{report.PermissionDenied}
	by := bind("").as("web.service")
	says := func(text string) []step { return []step{serviceUnit("web.service", text)} }
	webStarted := start("web.service")
	all := []situation{
		{name: "root's, low port", want: by, port: 241, given: says("")},
		{name: "a user's, high port", want: by, given: says("User=www-data")},
		{name: "a user's, low port", want: by, port: 242, given: says("User=www-data"), says: denied},
		{name: "a user's, low port, privileged ports start at 0", want: by, port: 243, given: append(says("User=www-data"), privilegedPortsStartAt("0"))},
		{name: "a user's with the capability, low port", want: by, port: 244, given: says("User=www-data\nAmbientCapabilities=CAP_NET_BIND_SERVICE")},
		{name: "a user's with the capability and a set that lacks it, low port", want: by, port: 245, says: denied,
			given: says("User=www-data\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_CHOWN CAP_SETUID\nCapabilityBoundingSet=CAP_SETGID")},
		{name: "a user's with another capability, low port", want: by, port: 246, given: says("User=www-data\nAmbientCapabilities=CAP_NET_RAW"), says: denied},
		{name: "root's without the capability, low port", want: by, port: 247, given: says("CapabilityBoundingSet=~CAP_NET_BIND_SERVICE"), says: denied},
		{name: "a user of systemd's making, low port", want: by, port: 248, given: says("DynamicUser=yes"), says: denied},
		{name: "a user's, the command is exempt, low port", want: by, port: 249, given: says("User=www-data\nExecStart=\nExecStart=+{bin}/standin serve tcp::{P}")},
		{name: "a user's, its program has the capability, low port", want: by, port: 250,
			given: append(says("User=www-data\nExecStart=\nExecStart={dir}/capable serve tcp::{P}"), capable)},
		{name: "a user's, its program has the capability and may not use it, low port", want: by, port: 251, says: denied,
			given: append(says("User=www-data\nNoNewPrivileges=yes\nExecStart=\nExecStart={dir}/capable serve tcp::{P}"), capable)},
		{name: "a user's behind a drop-in, low port", want: by, port: 252, given: append(says(""), unitFile("web.service.d/user.conf", "[Service]\nUser=www-data\n")), says: denied},
		{name: "port forbidden, by a systemd that does not enforce it", want: by, given: says("SocketBindDeny=ipv6:tcp:{P}")},
		{name: "no family of the internet", want: by, given: says("RestrictAddressFamilies=AF_UNIX"), says: denied, never: []string{"check --as web.service"}},
		{name: "IPv4 alone, bind 0.0.0.0", want: bind("0.0.0.0").as("web.service"), given: says("RestrictAddressFamilies=AF_UNIX AF_INET")},
		{name: "IPv4 alone, bind all", want: by, given: says("RestrictAddressFamilies=AF_UNIX AF_INET"), says: denied, never: []string{"check --as web.service"}},
		{name: "no IPv6, bind all", want: by, given: says("RestrictAddressFamilies=~AF_INET6"), says: denied, never: []string{"check --as web.service"}},
		{name: "both families", want: by, given: says("RestrictAddressFamilies=AF_UNIX AF_INET\nRestrictAddressFamilies=AF_INET6")},
		{name: "system calls of services", want: by, given: says("SystemCallFilter=@system-service")},
		{name: "system calls without those of the network", want: by, given: says("SystemCallFilter=~@network-io\nSystemCallErrorNumber=EPERM"), says: denied, never: []string{"check --as web.service"}},
		{name: "system calls of services without bind", want: by, given: says("SystemCallFilter=@system-service\nSystemCallFilter=~bind\nSystemCallErrorNumber=EPERM"), says: denied, never: []string{"check --as web.service"}},
		{name: "other system calls forbidden", want: by, given: says("SystemCallFilter=~@reboot @swap")},
		{name: "root's in users of its own, low port", want: by, port: 240, given: says("PrivateUsers=yes"), says: denied},
		{name: "runs itself", want: by, given: append(says("User=www-data"), webStarted)},
		{name: "somebody else's", want: by, given: append(says("User=www-data"), nginx("tcp::{P}")),
			holder: holder{kind: report.HolderUnseen}}, // it runs outside the container that is booted,
		{name: "another unit's", want: by, given: append(says("User=www-data"), serviceUnit("other.service", ""), start("other.service")),
			holder: holder{report.HolderUnit, "other.service"}},
		{name: "its own socket unit listens, low port", want: by, port: 253, given: []step{socketUnit("ListenStream={P}"), start("web.socket"),
			unitFile("web.service.d/user.conf", "[Service]\nUser=www-data\n")}},
		{name: "unprivileged: root's, low port", want: by, port: 254, given: says(""), as: lab.Nobody},
		{name: "unprivileged: root's, low port that is held", want: by, port: 255, given: append(says(""), nginx("tcp::{P}")), as: lab.Nobody},
		{name: "unprivileged: a user's, low port", want: by, port: 256, given: says("User=www-data"), as: lab.Nobody, says: denied},
	}
	for i := range all {
		all[i].name = "a unit's rights: " + all[i].name
	}
	return all
}

// capable is the stand-in as a file that gives whoever runs it the right to bind privileged ports.
func capable(g *stage) {
	text, err := os.ReadFile(g.Path("bin/standin"))
	if err != nil {
		g.Fatal(err)
	}
	file("capable", "")(g)
	path := g.dir() + "/capable"
	if err := os.WriteFile(path, text, 0o755); err != nil {
		g.Fatal(err)
	}
	if err := os.Chmod(path, 0o755); err != nil {
		g.Fatal(err)
	}
	if err := unix.Setxattr(path, "security.capability", lab.MayBindPrivileged(), 0); err != nil {
		g.Fatal(err)
	}
}
