package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// composeSituations ask about any Compose file, with no word of safeport's in it.
func composeSituations() []situation {
	compose := file("compose.yaml", `name: board
services:
  web:
    image: nginx:1.27
    ports: ["{P}:80"]
  metrics:
    image: someone/other:1
    ports: ["{P+1}:80"]
    profiles: [metrics]
`)
	web := lab.Container{Name: "board-web-1", Image: "nginx:1.27", Publish: []string{"{P}:80"},
		Labels: map[string]string{"com.docker.compose.project": "board", "com.docker.compose.container-number": "1", "com.docker.compose.service": "web"}}
	metrics := lab.Container{Name: "board-metrics-1", Image: "someone/other:1", Publish: []string{"{P+1}:80"},
		Labels: map[string]string{"com.docker.compose.project": "board", "com.docker.compose.container-number": "1", "com.docker.compose.service": "metrics"}}
	shop := web
	shop.Name, shop.Labels = "shop-web-1", map[string]string{"com.docker.compose.project": "shop", "com.docker.compose.container-number": "1", "com.docker.compose.service": "web"}
	onHost := lab.Container{Name: "board-web-1", Image: "nginx:1.27", HostNetwork: true, Args: []string{"tcp4:0.0.0.0:{P}"}, Labels: web.Labels}

	alone := asking("{dir}/compose.yaml", []lab.Container{web}, "{P}")
	all := []situation{
		{name: "nothing there", want: alone, given: []step{compose}},
		{name: "its own project runs", want: alone, given: []step{compose, run(web)}, own: "board-web-1", state: report.Upgrade},
		{name: "its own project is stopped", want: alone, given: []step{compose, run(web), stop("board-web-1")}, own: "board-web-1", state: report.Reinstall},
		{name: "another project has the port", want: alone, given: []step{compose, run(shop)}, holder: container("shop-web-1")},
		{name: "a process has the port", want: alone, given: []step{compose, nginx("tcp::{P}")}, holder: process("nginx")},
		{name: "a profile's port is held, the profile is off", want: alone, given: []step{compose, nginx("tcp::{P+1}")}},
		{name: "a profile's port is held, the profile is on", given: []step{compose, nginx("tcp::{P+1}")}, holder: process("nginx"),
			want: asking("{dir}/compose.yaml --profile metrics", []lab.Container{web, metrics}, "{P}", "{P+1}").ports(2)},
		{name: "two files, the port that the second replaces is held", want: asking("-f {dir}/old.yaml -f {dir}/new.yaml", []lab.Container{web}, "{P}"),
			given: []step{file("old.yaml", "name: board\nservices: {web: {image: \"nginx:1.27\", ports: [\"{P+1}:80\"]}}\n"),
				file("new.yaml", "services: {web: {ports: !override [\"{P}:80\"]}}\n"), nginx("tcp::{P+1}")}},
		{name: "variable of .env, its port is held", want: asking("{dir}", []lab.Container{web}, "{P}"), holder: process("nginx"),
			given: []step{file("compose.yaml", "name: board\nservices: {web: {image: \"nginx:1.27\", ports: [\"${WEB}:80\"]}}\n"), file(".env", "WEB={P}\n"), nginx("tcp::{P}")}},
		{name: "on the host's network, the exposed port is held", want: asking("{dir}/compose.yaml", []lab.Container{onHost}, "192.0.2.1:{P}"),
			given:  []step{file("compose.yaml", "name: board\nservices: {web: {image: \"nginx:1.27\", network_mode: host, expose: [{P}]}}\n"), nginx("tcp4:0.0.0.0:{P}")},
			holder: process("nginx")},
	}
	choice := file("compose.yaml", "name: board\nservices: {web: {image: \"nginx:1.27\", ports: [\"{P}-{P+2}:80\"]}}\n")
	two := file("compose.yaml", "name: board\nservices: {web: {image: \"nginx:1.27\", ports: [\"{P}-{P+2}:80\"], scale: 2}}\n")
	one := lab.Container{Image: "nginx:1.27", Publish: []string{"{P}-{P+2}:80"}}
	all = append(all,
		situation{name: "one of some, nothing there", want: asking("{dir}/compose.yaml", []lab.Container{one}, "{P}"), given: []step{choice}},
		situation{name: "one of some, the first is held", want: asking("{dir}/compose.yaml", []lab.Container{one}, "{P+1}"), given: []step{choice, nginx("tcp::{P}")}, holder: process("nginx")},
		situation{name: "one of some, the last is held", want: asking("{dir}/compose.yaml", []lab.Container{one}, "{P}"), given: []step{choice, nginx("tcp::{P+2}")}},
		situation{name: "one of some, a container has the first", want: asking("{dir}/compose.yaml", []lab.Container{one}, "{P+1}"), given: []step{choice, run(lab.Container{Name: "shop", Image: "nginx:1.27", Publish: []string{"{P}:80"}})}},
		situation{name: "one of some, all are held", want: asking("{dir}/compose.yaml", []lab.Container{one}, "{P}"), given: []step{choice, nginx("tcp::{P}", "tcp::{P+1}", "tcp::{P+2}")}, holder: process("nginx")},
		situation{name: "two of some, two are held", want: asking("{dir}/compose.yaml", []lab.Container{one, one}, "{P+1}"), given: []step{two, nginx("tcp::{P}", "tcp::{P+2}")}},
		situation{name: "two of some, one is held", want: asking("{dir}/compose.yaml", []lab.Container{one, one}, "{P}", "{P+2}"), given: []step{two, nginx("tcp::{P+1}")}, holder: process("nginx")},
	)
	for i := range all {
		all[i].name = "Compose file: " + all[i].name
		all[i].on = proxied
		if all[i].state == "" {
			all[i].state = report.Fresh
		}
	}
	return all
}
