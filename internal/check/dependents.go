package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// maxDependents bounds what is told of one holder.
const maxDependents = 64

// dependentsOf are what stops with a holder, or lacks it then.
func dependentsOf(h describe.Holder, containers []facts.Container) (list []report.Dependent) {
	if h.Kind == report.HolderContainer {
		return onContainer(h.From.Container, containers)
	}
	if control := h.Use().Control; control != nil {
		for _, name := range control.Dependents {
			list = append(list, report.Dependent{Kind: "unit", Name: message.Clean(name), Needs: "unit"})
		}
	}
	return list
}

// onContainer are the containers that run and are in a container's network, or whose Compose service depends on its service,
// also through others.
func onContainer(of facts.Container, all []facts.Container) (list []report.Dependent) {
	services := servicesOn(of, all)
	for _, c := range all {
		needs := ""
		switch {
		case c.ID == of.ID || c.Endpoint != of.Endpoint || c.State != "running" && c.State != "restarting":
		case of.ID != "" && c.Network == "container:"+of.ID:
			needs = "network"
		case c.Project != "" && c.Project == of.Project && slices.Contains(services, c.Part):
			needs = "service"
		}
		if needs != "" && len(list) < maxDependents {
			list = append(list, report.Dependent{Kind: "container", Name: message.Clean(c.Name), Needs: needs})
		}
	}
	slices.SortFunc(list, func(a, b report.Dependent) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// servicesOn are the services of a container's project that depend on its service. Compose writes into a label what a service
// depends on: "db:service_started:false,cache:service_healthy:true".
func servicesOn(of facts.Container, all []facts.Container) (services []string) {
	if of.Project == "" || of.Part == "" {
		return nil
	}
	needed := []string{of.Part}
	for i := 0; i < len(needed) && i < maxDependents; i++ {
		for _, c := range all {
			if c.Project != of.Project || c.Endpoint != of.Endpoint || slices.Contains(needed, c.Part) {
				continue
			}
			for entry := range strings.SplitSeq(c.Labels["com.docker.compose.depends_on"], ",") {
				if name, _, _ := strings.Cut(entry, ":"); name == needed[i] {
					needed, services = append(needed, c.Part), append(services, c.Part)
					break
				}
			}
		}
	}
	return services
}
