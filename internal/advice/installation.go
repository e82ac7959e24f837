package advice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/settings"
	"github.com/safeport/safeport/report"
)

// Installation are the findings on which installation is meant, and whether its name can be had. open says that the user
// left it to safeport to find it.
func (w *Builder) Installation(p *request.Service, open bool) []report.Finding {
	in := &p.Instance
	var findings []report.Finding
	add := func(code report.Code, severity report.Severity, key message.Key, args message.Args) *report.Finding {
		findings = append(findings, report.Finding{Code: code, Severity: severity, Message: w.Lang.Text(key, args), Remedies: []report.Remedy{}})
		return &findings[len(findings)-1]
	}
	args := message.Args{"service": p.Definition.Name, "name": p.InstanceName()}
	ask := func(f *report.Finding, containers []facts.Container) {
		for _, c := range containers {
			name := describe.ContainerOf(c).Name
			w.remedy(f, message.SayWhich, message.Args{"name": name}, w.under(p, name))
		}
	}
	switch {
	case len(in.Ambiguous) > 0:
		args["list"] = list(in.Ambiguous)
		ask(add(report.InstanceAmbiguous, report.Error, message.Ambiguous, args), in.Ambiguous)
	case len(in.Others) > 0 && open:
		args["list"] = list(slices.Concat(in.Containers, in.Others))
		ask(add(report.InstanceAmbiguous, report.Warning, message.SeveralHere, args), in.Others)
	}
	if c := in.NameTaken; c != nil {
		other := describe.ContainerOf(*c)
		args["image"], args["state"] = other.Image, other.State
		f := add(report.NameTaken, report.Error, message.NameTaken, args)
		w.remedy(f, message.OtherName, nil, w.under(p, p.InstanceName()+"-2"))
		if c.State != "running" { // it may know itself by its name, as a GPUStack worker does
			w.remedy(f, message.RenameIt, nil, w.Subject.Docker+" rename "+message.Operands(other.Name, other.Name+"-old"))
		}
	}
	return findings
}

// under is the question about one service as an instance of that name. Named beside others it has to be asked about alone.
func (w *Builder) under(p *request.Service, name string) string {
	if p.Definition.BuiltIn && !w.Subject.Changes {
		return "safeport check " + message.Quote(p.Definition.Name) + " --name " + message.Quote(name)
	}
	return w.Subject.Again("--name", name)
}

// list names containers with what they publish: "gpustack (80, running), koko (8080, exited)".
func list(containers []facts.Container) string {
	var words []string
	for _, c := range containers {
		known := describe.ContainerOf(c)
		var inside []string
		seen := map[string]bool{}
		for _, p := range c.Published {
			if host := p.Host.String(); p.Host.Len() > 0 && !seen[host] {
				seen[host] = true
				inside = append(inside, host)
			}
		}
		if c.Network == "host" {
			inside = append(inside, "host network")
		}
		words = append(words, fmt.Sprintf("%s (%s)", known.Name, strings.Join(append(inside, known.State), ", ")))
	}
	return strings.Join(words, ", ")
}

// Changes are the findings on ports that an upgrade would move: whoever knows the old one has to follow.
func (w *Builder) Changes(p *request.Service, ports []report.Port) []report.Finding {
	var findings []report.Finding
	for _, s := range p.Definition.Settings {
		old, v := p.Existing[s.Name], p.Wanted.Values[s.Name]
		if s.Type != settings.Port && s.Type != settings.Range || old == "" || !v.Applies || v.Text == old {
			continue
		}
		f := report.Finding{Code: report.PortChanged, Severity: report.Warning, Remedies: []report.Remedy{}}
		f.Message = w.Lang.Text(message.Changed, message.Args{"about": s.About.In(w.Lang), "old": old, "new": v.Text})
		for _, port := range ports {
			if port.Service == p.Definition.Name && port.Ports == v.Text {
				f.Port = port.Name
			}
		}
		if follow := s.Follow.In(w.Lang); follow != "" {
			w.remedy(&f, message.Follow, message.Args{"what": follow}, "")
		}
		findings = append(findings, f)
	}
	return findings
}

// SharedVolumes are the findings on volumes that a service would share with another service or with another's container:
// GPUStack's server and worker take each other's roles then (gpustack#3694).
func (w *Builder) SharedVolumes(parties []*request.Service, containers []facts.Container) []report.Finding {
	var findings []report.Finding
	say := func(volume, a, b string) {
		if a == b { // the instance's name is another container's
			b = w.Lang.Sprintf("container %s", b)
		}
		findings = append(findings, report.Finding{Code: report.VolumeShared, Severity: report.Warning, Remedies: []report.Remedy{}, Message: w.Lang.Text(
			message.SharedVolume, message.Args{"volume": message.Clean(volume), "one": message.Clean(a), "other": message.Clean(b)})})
	}
	foreign := slices.DeleteFunc(slices.Clone(containers), func(c facts.Container) bool {
		return slices.ContainsFunc(parties, func(p *request.Service) bool { return p.Instance.Owns(facts.PortUse{Owner: c}) })
	})
	if len(parties)+len(foreign) < 2 {
		return nil // nobody to share with
	}
	for i, p := range parties {
		for _, volume := range p.Volumes() {
			for _, other := range parties[:i] {
				if slices.Contains(other.Volumes(), volume) {
					say(volume, p.InstanceName(), other.InstanceName())
				}
			}
			for _, c := range foreign {
				if slices.ContainsFunc(c.Mounts, func(m facts.Mount) bool { return m.Volume == volume }) {
					say(volume, p.InstanceName(), c.Name)
				}
			}
		}
	}
	return findings
}
