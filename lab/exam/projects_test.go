package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// projectSituations have Compose projects that have a name in common and are different ones, or the same in another guise.
func projectSituations() []situation {
	compose := file("docker/compose.yaml", "services: {web: {image: 'someone/other:1', ports: ['{P}:80']}}\n")
	labels := func(dir, service string) map[string]string {
		return map[string]string{
			"com.docker.compose.project": "docker", "com.docker.compose.service": service,
			"com.docker.compose.project.working_dir":  dir,
			"com.docker.compose.project.config_files": dir + "/compose.yaml",
		}
	}
	run := func(image, dir, service string) step {
		return func(g *stage) {
			run(lab.Container{Name: "docker-" + service + "-1", Image: image, Publish: []string{"{P}:80"}, Labels: labels(g.expand(dir), service)})(g)
		}
	}
	ask := asking("{dir}/docker/compose.yaml", []lab.Container{{Image: "someone/other:1", Publish: []string{"{P}:80"}}}, "{P}")
	other := container("docker-web-1")
	all := []situation{
		{name: "its own", want: ask, given: []step{compose, run("someone/other:1", "{dir}/docker", "web")}, own: "docker-web-1", state: report.Upgrade},
		{name: "its own, with another image", want: ask, given: []step{compose, run("nginx:1.27", "{dir}/docker", "web")}, own: "docker-web-1", state: report.Upgrade},
		{name: "another directory of the name", want: ask, given: []step{compose, run("nginx:1.27", "/srv/shop/docker", "web")}, holder: other, state: report.Fresh},
		{name: "another directory of the name, another service", want: ask, given: []step{compose, run("nginx:1.27", "/srv/shop/docker", "shop")},
			holder: container("docker-shop-1"), state: report.Fresh},
		{name: "another directory of the name that is there, of the same service and image", want: ask,
			given: []step{compose, file("other/docker/compose.yaml", "services: {}\n"), run("someone/other:1", "{dir}/other/docker", "web")}, holder: other, state: report.Fresh},
		{name: "a directory that was moved", want: ask, given: []step{compose, run("someone/other:1", "/srv/gone/docker", "web")}, own: "docker-web-1", state: report.Upgrade},
		{name: "an image that the project has built, run by hand", want: ask, holder: container("mine"), state: report.Fresh, given: []step{compose, runLabelled("mine", map[string]string{
			"com.docker.compose.project": "docker", "com.docker.compose.service": "web", "com.docker.compose.version": "2.30.3"})}},
		{name: "an image made of a container of safeport's, run by hand", want: gpustack(), holder: container("mine"), state: report.Fresh, given: []step{runLabelled("mine", map[string]string{
			"io.safeport.service": "gpustack", "io.safeport.instance": "gpustack", "io.safeport.release": "1", "io.safeport.change": "{}"})}},
		{name: "SCTP beside TCP", want: asking("{dir}/compose.yaml", []lab.Container{{Image: "someone/other:1", Publish: []string{"{P}:80"}}}, "{P}"), unsure: true,
			given: []step{file("compose.yaml", "services: {web: {image: 'someone/other:1', ports: ['{P}:80', '{P}:80/sctp']}}\n")}, says: []report.Code{report.Undetermined}},
		{name: "SCTP beside TCP that is held", want: asking("{dir}/compose.yaml", []lab.Container{{Image: "someone/other:1", Publish: []string{"{P}:80"}}}, "{P}"),
			given: []step{file("compose.yaml", "services: {web: {image: 'someone/other:1', ports: ['{P}:80', '{P}:80/sctp']}}\n"), nginx("tcp::{P}")},
			says:  []report.Code{report.Undetermined, report.PortInUse}, holder: process("nginx")},
	}
	for i := range all {
		all[i].name = "projects of one name: " + all[i].name
		all[i].on = proxied
	}
	return all
}

// runLabelled runs a container that has its labels from its image.
func runLabelled(name string, labels map[string]string) step {
	return func(g *stage) {
		g.Helper()
		image := lab.Foreign("someone/other:labelled")
		image.Labels = labels
		if err := g.need(g.engine).Load(g.Context(), image); err != nil {
			g.Fatal(err)
		}
		run(lab.Container{Name: name, Image: image.Tags[0], Publish: []string{"{P}:80"}})(g)
	}
}
