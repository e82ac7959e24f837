package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// settingSituations choose GPUStack's ports in all the ways that it reads them.
func settingSituations() []situation {
	server := func(publish string, args ...string) []lab.Container {
		return []lab.Container{{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", Publish: []string{publish},
			Volumes: []string{"{dir}:/etc/gpustack:ro"}, Args: args}}
	}
	byFile := server("{P}:{P}", "--config-file", "/etc/gpustack/config.yaml")
	chosen, other := file("config.yaml", "debug: false\nport: {P}\n"), file("config.yaml", "port: {P+1}\n")
	onlyHost := server("{P}:{P+1}", "--config-file", "/etc/gpustack/config.yaml")
	const withFile = "gpustack --config-file {dir}/config.yaml"

	tls := server("{P}:80", "--ssl-certfile", "/etc/gpustack/a.crt", "--ssl-keyfile", "/etc/gpustack/a.key")
	tls[0].Publish = append(tls[0].Publish, "{P+1}:443")
	const withTLS = "gpustack --port {P} --tls-port {P+1} --ssl-certfile {dir}/a.crt --ssl-keyfile {dir}/a.key"
	certificate := file("a.crt", "")

	all := []situation{
		{name: "config file", want: asking(withFile, byFile, "{P}"), given: []step{chosen}},
		{name: "config file, its port is held", want: asking(withFile, byFile, "{P}"), given: []step{chosen, nginx("tcp::{P}")}, holder: process("nginx")},
		{name: "environment before config file, the file's port is held", want: asking(withFile, onlyHost, "{P}"),
			given: []step{other, nginx("tcp::{P+1}"), variable("GPUSTACK_PORT", "{P}")}},
		{name: "environment before config file, the environment's port is held", want: asking(withFile, onlyHost, "{P}"),
			given: []step{other, nginx("tcp::{P}"), variable("GPUSTACK_PORT", "{P}")}, holder: process("nginx")},
		{name: "flag before environment, the environment's port is held", want: asking("gpustack --port {P}", server("{P}:80"), "{P}"),
			given: []step{file("config.yaml", ""), nginx("tcp::{P+1}"), variable("GPUSTACK_PORT", "{P+1}")}},
		{name: "TLS", want: asking(withTLS, tls, "{P}", "{P+1}").ports(2), given: []step{certificate}},
		{name: "TLS, its port is held", want: asking(withTLS, tls, "{P}", "{P+1}").ports(2), given: []step{certificate, nginx("tcp::{P+1}")},
			holder: process("nginx")},
		{name: "TLS port without a certificate, held", want: asking("gpustack --port {P} --tls-port {P+1}", server("{P}:80"), "{P}"),
			given: []step{certificate, nginx("tcp::{P+1}")}, says: []report.Code{report.SettingOdd}},
		{name: "TLS, port 443 is held", port: 442, want: asking("gpustack --port 442 --ssl-certfile a --ssl-keyfile b", tls, "{P}", "{P+1}").ports(2),
			given: []step{certificate, nginx("tcp::443")}, holder: process("nginx")},
		{name: "no certificate, port 443 is held", port: 442, want: asking("gpustack --port 442", server("{P}:80"), "{P}"),
			given: []step{certificate, nginx("tcp::443")}},
	}
	for i := range all {
		all[i].name = "gpustack's settings: " + all[i].name
		all[i].on, all[i].state = proxied, report.Fresh
	}
	return all
}
