package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/report"
)

// statusText shows one installation in full, and several as a table: what a table has no column for is below it.
func statusText(all release.Status, where []string, l message.Language) string {
	var b strings.Builder
	switch len(all.Instances) {
	case 0:
		return l.Sprintf("No services found.") + "\n"
	case 1:
		st := all.Instances[0]
		fmt.Fprintln(&b, howItDoes(st, l))
		line := func(label, text string) {
			if text != "" {
				b.WriteString(labelled(label, text, 9))
			}
		}
		line("URL", openAt(st.URL, st.Ports, l))
		line(l.Sprintf("image"), message.Clean(st.Image))
		details(st, line, l)
		if takeover := takeover(st, where, l); takeover != "" {
			fmt.Fprintln(&b, "  "+takeover)
		}
		return b.String()
	}
	table(&b, all.Instances, l)
	for _, st := range all.Instances {
		line := func(label, text string) {
			if text != "" {
				fmt.Fprintf(&b, "%s: %s %s\n", st.Instance, label, text)
			}
		}
		if !st.Healthy && len(st.Containers) > 0 && st.Why != "" {
			fmt.Fprintln(&b, howItDoes(st, l))
		}
		if st.Pending != nil || len(st.Leftovers) > 0 {
			details(st, line, l)
		}
	}
	// One shows how it is done.
	if i := slices.IndexFunc(all.Instances, func(st release.InstanceStatus) bool { return takeover(st, where, l) != "" }); i >= 0 {
		fmt.Fprintln(&b, takeover(all.Instances[i], where, l))
	}
	return b.String()
}

// table has a line for each installation.
func table(b *strings.Builder, list []release.InstanceStatus, l message.Language) {
	rows := [][]string{{l.Sprintf("NAME"), l.Sprintf("VERSION"), l.Sprintf("PORT"), l.Sprintf("STATUS"), l.Sprintf("MANAGED BY")}}
	for _, st := range list {
		version := st.Version
		if version == "" {
			version = "-"
		}
		rows = append(rows, []string{st.Instance, message.Clean(version), portsOf(st), statusWord(st, l), managedBy(st, l)})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(text))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, text := range row {
			line.WriteString(text + strings.Repeat(" ", widths[i]-uniseg.StringWidth(text)+2))
		}
		fmt.Fprintln(b, strings.TrimRight(line.String(), " "))
	}
}

// portsOf are the ports that the installation has, as far as a cell has room for them.
func portsOf(st release.InstanceStatus) string {
	var list []string
	for _, p := range st.Ports {
		if p.Verdict == report.PortOwn && !slices.Contains(list, p.Ports) {
			list = append(list, p.Ports)
		}
	}
	const most = 3
	if len(list) > most {
		list = append(list[:most], "…")
	}
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, ", ")
}

// statusWord is how an installation does, in a word.
func statusWord(st release.InstanceStatus, l message.Language) string {
	running := slices.ContainsFunc(st.Containers, func(c release.ContainerStatus) bool { return c.State == "running" })
	switch {
	case st.Pending != nil:
		return l.Sprintf("unfinished")
	case len(st.Containers) == 0 && (st.Why == "" || st.Release == nil):
		return l.Sprintf("not installed")
	case !running && st.Why != "":
		return l.Sprintf("stopped")
	case !st.Healthy:
		return l.Sprintf("not healthy")
	case st.URL == "":
		return l.Sprintf("running")
	}
	return l.Sprintf("healthy")
}

func managedBy(st release.InstanceStatus, l message.Language) string {
	switch st.ManagedBy {
	case "":
		return "-"
	case release.Compose:
		return "Docker Compose"
	case release.Swarm:
		return "Docker Swarm"
	case release.Systemd:
		return l.Sprintf("a systemd unit")
	}
	return string(st.ManagedBy)
}

// takeover is the command that makes an installation of somebody else's one of safeport's; empty where there is none. where are
// options that it needs to find it.
func takeover(st release.InstanceStatus, where []string, l message.Language) string {
	if st.Release != nil || len(st.Containers) == 0 || st.ManagedBy == release.Safeport || st.ManagedBy == release.Swarm {
		return ""
	}
	line := "safeport upgrade " + message.Quote(st.Service)
	if st.Instance != st.Service {
		line += " --name " + message.Quote(st.Instance)
	}
	return l.Sprintf("Manage it with safeport:  %s", strings.TrimSpace(line+" --version TAG "+message.Line(where)))
}

// details are the lines of what safeport knows of its own installations.
func details(st release.InstanceStatus, line func(label, text string), l message.Language) {
	for _, r := range st.Releases {
		line(l.Sprintf("revision"), strings.TrimSpace(l.Sprintf("%d %s, %s", r.Number, r.Version, releaseState(r, st.Release, l))))
	}
	for _, b := range st.Backups {
		line(l.Sprintf("backup"), backupText(b, l))
	}
	if st.Pending != nil {
		line(l.Sprintf("unfinished"), *st.Pending)
	}
	for _, left := range st.Leftovers {
		line(l.Sprintf("leftover"), leftoverText(left, l))
	}
}

// leftoverText tells of what a run that was broken off has left, and what removes it.
func leftoverText(left release.Leftover, l message.Language) string {
	name := message.Quote(left.Name)
	switch left.Kind {
	case "container":
		return l.Sprintf("container %s of an interrupted run (the next change removes it)", name)
	case "network":
		return l.Sprintf("network %s of an interrupted run (uninstall removes it)", name)
	case "backup":
		return l.Sprintf("backup %s, incomplete (uninstall removes it)", name)
	}
	return l.Sprintf("journal %s, damaged (uninstall removes it)", name)
}

func howItDoes(st release.InstanceStatus, l message.Language) string {
	switch {
	case len(st.Containers) == 0 && st.Why == "":
		return l.Sprintf("%s is not installed", st.Instance)
	case len(st.Containers) == 0 && st.Release == nil:
		return l.Sprintf("%s is not installed: %s", st.Instance, message.Clean(st.Why))
	case !st.Healthy:
		return l.Sprintf("%s is not healthy: %s", st.Instance, message.Clean(st.Why))
	case st.URL == "":
		return l.Sprintf("%s is running", st.Instance)
	}
	return l.Sprintf("%s is healthy", st.Instance)
}

// releaseState puts what the status calls a release's state into words.
func releaseState(r release.ReleaseStatus, current *int, l message.Language) string {
	switch {
	case r.State == "serves":
		return l.Sprintf("current")
	case r.State == "pending":
		return l.Sprintf("unfinished")
	case r.State == "gone":
		return l.Sprintf("containers removed, no rollback")
	case current != nil && r.Number > *current:
		return l.Sprintf("rolled back, removed by the next upgrade")
	}
	return l.Sprintf("kept for rollback")
}
