package safeport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

// installation are the findings on which installation is meant, and whether its name can be had. open says that the user
// left it to safeport to find it.
func (w *writer) installation(p *party, open bool) []Finding {
	in := &p.instance
	var findings []Finding
	add := func(code Code, severity Severity, key message.Key, args message.Args) *Finding {
		findings = append(findings, Finding{Code: code, Severity: severity, Message: w.lang.Text(key, args), Remedies: []Remedy{}})
		return &findings[len(findings)-1]
	}
	args := message.Args{"service": p.def.Name, "name": p.instanceName()}
	ask := func(f *Finding, containers []claim.Container) {
		for _, c := range containers {
			name := containerOf(c).Name
			w.remedy(f, message.SayWhich, message.Args{"name": name}, w.under(p, name))
		}
	}
	switch {
	case len(in.Ambiguous) > 0:
		args["list"] = list(in.Ambiguous)
		ask(add(InstanceAmbiguous, Error, message.Ambiguous, args), in.Ambiguous)
	case len(in.Others) > 0 && open:
		args["list"] = list(slices.Concat(in.Containers, in.Others))
		ask(add(InstanceAmbiguous, Warning, message.SeveralHere, args), in.Others)
	}
	if c := in.NameTaken; c != nil {
		other := containerOf(*c)
		args["image"], args["state"] = other.Image, other.State
		f := add(NameTaken, Error, message.NameTaken, args)
		w.remedy(f, message.OtherName, nil, w.under(p, p.instanceName()+"-2"))
		if c.State != "running" { // it may know itself by its name, as a GPUStack worker does
			w.remedy(f, message.RenameIt, nil, w.subject.docker+" rename "+message.Operands(other.Name, other.Name+"-old"))
		}
	}
	return findings
}

// under is the question about one service as an instance of that name. Named beside others it has to be asked about alone.
func (w *writer) under(p *party, name string) string {
	if p.def.BuiltIn && !w.subject.changes {
		return "safeport check " + message.Quote(p.def.Name) + " --name " + message.Quote(name)
	}
	return w.subject.again("--name", name)
}

// list names containers with what they publish: "gpustack (80, running), koko (8080, exited)".
func list(containers []claim.Container) string {
	var words []string
	for _, c := range containers {
		known := containerOf(c)
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

// changes are the findings on ports that an upgrade would move: whoever knows the old one has to follow.
func (w *writer) changes(p *party, ports []Port) []Finding {
	var findings []Finding
	for _, s := range p.def.Settings {
		old, v := p.existing[s.Name], p.wanted.values[s.Name]
		if s.Type != settings.Port && s.Type != settings.Range || old == "" || !v.Applies || v.Text == old {
			continue
		}
		f := Finding{Code: PortChanged, Severity: Warning, Remedies: []Remedy{}}
		f.Message = w.lang.Text(message.Changed, message.Args{"about": s.About.In(w.lang), "old": old, "new": v.Text})
		for _, port := range ports {
			if port.Service == p.def.Name && port.Ports == v.Text {
				f.Port = port.Name
			}
		}
		if follow := s.Follow.In(w.lang); follow != "" {
			w.remedy(&f, message.Follow, message.Args{"what": follow}, "")
		}
		findings = append(findings, f)
	}
	return findings
}

// sharedVolumes are the findings on volumes that a service would share with another service or with another's container:
// GPUStack's server and worker take each other's roles then (gpustack#3694).
func (w *writer) sharedVolumes(parties []*party, containers []claim.Container) []Finding {
	var findings []Finding
	say := func(volume, a, b string) {
		if a == b { // the instance's name is another container's
			b = w.lang.Sprintf("container %s", b)
		}
		findings = append(findings, Finding{Code: VolumeShared, Severity: Warning, Remedies: []Remedy{}, Message: w.lang.Text(
			message.SharedVolume, message.Args{"volume": message.Clean(volume), "one": message.Clean(a), "other": message.Clean(b)})})
	}
	foreign := slices.DeleteFunc(slices.Clone(containers), func(c claim.Container) bool {
		return slices.ContainsFunc(parties, func(p *party) bool { return p.instance.Owns(claim.Claim{Owner: c}) })
	})
	if len(parties)+len(foreign) < 2 {
		return nil // nobody to share with
	}
	for i, p := range parties {
		for _, volume := range p.volumes() {
			for _, other := range parties[:i] {
				if slices.Contains(other.volumes(), volume) {
					say(volume, p.instanceName(), other.instanceName())
				}
			}
			for _, c := range foreign {
				if slices.ContainsFunc(c.Mounts, func(m claim.Mount) bool { return m.Volume == volume }) {
					say(volume, p.instanceName(), c.Name)
				}
			}
		}
	}
	return findings
}
