package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// severalSituations have two installations of GPUStack's server on one host, one on {P} and one on {P+1}.
func severalSituations() []situation {
	server := lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", Publish: []string{"{P}:80"}}
	a, b := server, server
	a.Name, a.Volumes = "gpu-a", []string{"exam-a:/var/lib/gpustack"}
	b.Name, b.Publish, b.Volumes = "gpu-b", []string{"{P+1}:80"}, []string{"exam-b:/var/lib/gpustack"}
	both := []step{run(a), run(b)}

	all := []situation{
		{name: "first by name, its port", want: gpustack().named("gpu-a"), given: both, own: "gpu-a", state: report.Upgrade},
		{name: "second by name, the first's port", want: gpustack().named("gpu-b"), given: both, own: "gpu-b", state: report.Upgrade, holder: container("gpu-a")},
		{name: "third by name, the first's port", want: gpustack().named("gpu-c"), given: both, state: report.Fresh, holder: container("gpu-a")},
		{name: "third by name beside one, its port", want: gpustack().named("gpu-c"), given: []step{run(server)}, state: report.Fresh, holder: container("gpustack")},
		{name: "no name, the first's port", want: gpustack(), given: both, unanswerable: report.InstanceAmbiguous, named: []string{"gpu-a", "gpu-b"}},
	}
	for i := range all {
		all[i].name = "two gpustacks: " + all[i].name
		all[i].on = proxied
	}
	return all
}
