package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/report"
)

// statusText shows one installation in full, and several as a table: what a table has no column for is below it.
func statusText(all release.Status, where []string, l message.Language, signs output.Options) string {
	var b strings.Builder
	switch len(all.Instances) {
	case 0:
		return l.Sprintf("No services found.") + "\n"
	case 1:
		inFull(&b, all.Instances[0], l, signs)
		if line, command := takeover(all.Instances[0], where, l); line != "" {
			fmt.Fprintln(&b, signs.EndsInCommand("  ", line, command))
		}
		return b.String()
	}
	rows := table(all.Instances, l)
	if wide := slices.MaxFunc(rows, func(a, b string) int { return uniseg.StringWidth(a) - uniseg.StringWidth(b) }); signs.Columns > 0 && uniseg.StringWidth(wide) > signs.Columns {
		for _, st := range all.Instances {
			inFull(&b, st, l, signs)
		}
		takeOne(&b, all.Instances, where, l, signs)
		return b.String()
	}
	b.WriteString(strings.Join(rows, "\n") + "\n")
	for _, st := range all.Instances {
		line := func(label, text string) {
			if text != "" {
				fmt.Fprintln(&b, signs.Hanging("", fmt.Sprintf("%s: %s %s", st.Instance, label, text)))
			}
		}
		if !st.Healthy && len(st.Containers) > 0 && st.Why != "" {
			fmt.Fprintln(&b, signs.Hanging("", howItDoes(st, l)))
		}
		if st.Pending != nil || len(st.Leftovers) > 0 {
			details(st, line, l)
		}
	}
	takeOne(&b, all.Instances, where, l, signs)
	return b.String()
}

// takeOne shows with one installation of somebody else's how it is made one of safeport's.
func takeOne(b *strings.Builder, list []release.InstanceStatus, where []string, l message.Language, signs output.Options) {
	for _, st := range list {
		if line, command := takeover(st, where, l); line != "" {
			fmt.Fprintln(b, signs.EndsInCommand("", line, command))
			return
		}
	}
}

// inFull shows one installation.
func inFull(b *strings.Builder, st release.InstanceStatus, l message.Language, signs output.Options) {
	fmt.Fprintln(b, signs.Hanging("", howItDoes(st, l)))
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintln(b, signs.Hanging(labelled(label, 9), text))
		}
	}
	line("URL", openAt(st.URL, st.Ports, l))
	line(l.Sprintf("image"), message.Clean(st.Image))
	details(st, line, l)
}

// table has a line for each installation.
func table(list []release.InstanceStatus, l message.Language) (lines []string) {
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
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return lines
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

// takeover says how an installation of somebody else's is made one of safeport's, and by which command; empty where there is no
// way. where are options that it needs to find it.
func takeover(st release.InstanceStatus, where []string, l message.Language) (text, command string) {
	if st.Release != nil || len(st.Containers) == 0 || st.ManagedBy == release.Safeport || st.ManagedBy == release.Swarm {
		return "", ""
	}
	line := "safeport upgrade " + message.Quote(st.Service)
	if st.Instance != st.Service {
		line += " --name " + message.Quote(st.Instance)
	}
	command = strings.TrimSpace(line + " --version TAG " + message.Line(where))
	return l.Sprintf("Manage it with safeport:  %s", command), command
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
