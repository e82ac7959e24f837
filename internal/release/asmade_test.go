package release_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/engine"
)

// tree is what an engine tells of a thing, as JSON.
type tree = map[string]any

// made is everything that the engine tells of the project's containers that serve, its networks and its volumes, by name,
// less what no two makings of one thing share: ids, times, and the marks of those who made it. It is written apart from how
// safeport itself compares.
func (s side) made(project string) map[string]tree {
	s.Helper()
	found := map[string]tree{}
	known := map[string]string{}
	for _, c := range s.serving(project) {
		known[c["Id"].(string)] = named(c)
	}
	for _, c := range s.serving(project) {
		found[named(c)] = s.plainContainer(c, project, known)
	}
	networks, err := s.engine.NetworkList(context.Background(), client.NetworkListOptions{})
	if err != nil {
		s.Fatal(err)
	}
	for _, n := range networks.Items {
		found["network "+n.Name] = tree{"Driver": n.Driver, "Internal": n.Internal, "Attachable": n.Attachable, "IPv6": n.EnableIPv6,
			"Options": n.Options, "Labels": chosenLabels(n.Labels), "IPAM": chosenPools(treeOf(n.IPAM))}
	}
	volumes, err := s.engine.VolumeList(context.Background(), client.VolumeListOptions{})
	if err != nil {
		s.Fatal(err)
	}
	for _, v := range volumes.Items {
		if !hash.MatchString(v.Name) {
			found["volume "+v.Name] = tree{"Driver": v.Driver, "Options": v.Options, "Labels": chosenLabels(v.Labels)}
		}
	}
	return found
}

// serving are the containers that serve, one for each number of each service: the one that runs, or else the one that ran last, as
// a job does. Of those that are set aside none may start by itself. What is set aside of one release and runs in another would be two.
func (s side) serving(project string) (list []tree) {
	s.Helper()
	chosen := map[string]tree{}
	var aside []tree
	for _, id := range s.settle() {
		res, err := s.engine.ContainerInspect(context.Background(), id, client.ContainerInspectOptions{})
		if err != nil {
			s.Fatal(err)
		}
		var c tree
		if err := json.Unmarshal(res.Raw, &c); err != nil {
			s.Fatal(err)
		}
		before := chosen[named(c)]
		switch {
		case before == nil:
		case runs(before) && runs(c):
			s.Errorf("%s and %s run, and both are %s", before["Name"], c["Name"], named(c))
		case runs(before), !runs(c) && started(before) > started(c):
			c, before = before, c
		}
		if chosen[named(c)] = c; before != nil {
			aside = append(aside, before)
		}
	}
	for _, c := range aside {
		if policy := c["HostConfig"].(tree)["RestartPolicy"].(tree)["Name"]; policy != "no" && policy != "" && !(podman() && policy != "always") { // as Podman starts nothing else at a boot
			s.Errorf("%s, which is set aside, is started by the policy %s", c["Name"], policy)
		}
	}
	return slices.Collect(maps.Values(chosen))
}

func runs(c tree) bool { return c["State"].(tree)["Running"] == true }

// started is when a container was last started, as text that sorts.
func started(c tree) string { return fmt.Sprint(c["State"].(tree)["StartedAt"]) }

// named is a container's service, and its number in it.
func named(c tree) string {
	labels := c["Config"].(tree)["Labels"].(tree)
	return fmt.Sprint(labels[api.ServiceLabel], " ", labels[api.ContainerNumberLabel])
}

// mounted are the names of the volumes that are mounted, by service and path.
func (s side) mounted(project string) map[string]string {
	s.Helper()
	found := map[string]string{}
	for _, c := range s.serving(project) {
		for _, m := range c["Mounts"].([]any) {
			if m := m.(tree); m["Type"] == "volume" {
				found[fmt.Sprint(named(c), ":", m["Destination"])] = m["Name"].(string)
			}
		}
	}
	return found
}

// hash is an id, or the name of a volume that nobody has named.
var hash = regexp.MustCompile(`[0-9a-f]{64}`)

// numbered is a name with a release's number in it, which a container has besides those that Compose gives it.
var numbered = regexp.MustCompile(`-r\d+(-.+-\d+)?$`)

func (s side) plainContainer(c tree, project string, known map[string]string) tree {
	config, host := c["Config"].(tree), c["HostConfig"].(tree)
	id := c["Id"].(string)
	known = maps.Clone(known)
	known[id] = named(c)
	release := regexp.MustCompile(regexp.QuoteMeta(project) + `-r\d+\b`)
	plain := func(text string) string {
		text = strings.ReplaceAll(text, s.Path(), "HOST")
		for id, name := range known {
			text = strings.ReplaceAll(text, id, name)
		}
		return release.ReplaceAllString(hash.ReplaceAllString(text, "HASH"), project)
	}
	networks := tree{}
	for name, n := range treeAt(c, "NetworkSettings", "Networks") {
		n := n.(tree)
		kept := tree{"IPAMConfig": n["IPAMConfig"], "DriverOpts": n["DriverOpts"], "Links": n["Links"]}
		if ipam, ok := n["IPAMConfig"].(tree); ok && len(ipam) > 0 {
			kept["IPAddress"], kept["GlobalIPv6Address"] = n["IPAddress"], n["GlobalIPv6Address"]
		}
		var aliases []string
		list, _ := n["Aliases"].([]any)
		for _, alias := range list {
			if alias := alias.(string); !isID(known, alias) && !numbered.MatchString(alias) {
				aliases = append(aliases, plain(alias))
			}
		}
		slices.Sort(aliases)
		kept["Aliases"] = slices.Compact(aliases)
		networks[name] = kept
	}
	for id, name := range known { // of another container, where that one's network is shared
		if engine.IsShortID(fmt.Sprint(config["Hostname"]), id) {
			config["Hostname"] = name
		}
	}
	// Compose makes only those anew that have changed, and these keep a volume without a name by its id from then on.
	withoutHashes(host, "Binds")
	withoutHashes(host, "Mounts")
	mounts, _ := c["Mounts"].([]any)
	for _, m := range mounts {
		if hash.MatchString(fmt.Sprint(m.(tree)["Name"])) {
			delete(m.(tree), "Mode")
		}
	}
	withoutPicked(treeAt(c, "NetworkSettings", "Ports"))
	withoutPicked(treeAt(host, "PortBindings"))
	if policy := treeAt(host, "RestartPolicy"); podman() && policy["Name"] == "always" {
		policy["Name"] = "unless-stopped" // as safeport makes it there, and warns
	}
	env, _ := config["Env"].([]any)
	config["Env"] = slices.DeleteFunc(env, func(v any) bool { // as Podman sets it
		name, of, _ := strings.Cut(v.(string), "=")
		return name == "HOSTNAME" && engine.IsShortID(of, id) || podman() && name == "HOME" && (of == "/" || of == "/root")
	})
	config["Labels"] = chosenLabels(config["Labels"].(tree))
	state := c["State"].(tree)
	kept := tree{}
	for _, key := range []string{"Status", "ExitCode", "Error", "OOMKilled"} {
		kept[key] = state[key]
	}
	if health, ok := state["Health"].(tree); ok {
		kept["Health"] = health["Status"]
	}
	sorted(config, "Env")
	for _, key := range []string{"Binds", "Mounts", "Ulimits", "ExtraHosts", "VolumesFrom", "Links"} {
		sorted(host, key)
	}
	sorted(c, "Mounts")
	all := tree{"Name": c["Name"], "Path": c["Path"], "Args": c["Args"], "State": kept, "Config": config, "HostConfig": host,
		"Mounts": c["Mounts"], "Networks": networks, "Ports": treeAt(c, "NetworkSettings", "Ports"), "RestartCount": c["RestartCount"]}
	result := mapped(treeOf(all), plain).(tree)
	result["Image"] = c["Image"]
	return result
}

// isID says whether an alias is one that the engine made of a container's id.
func isID(known map[string]string, alias string) bool {
	for id := range known {
		if engine.IsShortID(alias, id) {
			return true
		}
	}
	return false
}

// treeOf is any value as JSON has it.
func treeOf(v any) tree {
	var t tree
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, &t)
	}
	if err != nil {
		panic(err)
	}
	return t
}

func treeAt(t tree, path ...string) tree {
	for _, key := range path {
		t, _ = t[key].(tree)
	}
	return t
}

// mapped is a value with each text in it changed; nothing and an empty list are one.
func mapped(v any, change func(string) string) any {
	switch v := v.(type) {
	case string:
		return change(v)
	case []any:
		if len(v) == 0 {
			return nil
		}
		list := make([]any, len(v))
		for i := range v {
			list[i] = mapped(v[i], change)
		}
		return list
	case tree:
		if len(v) == 0 {
			return nil
		}
		t := tree{}
		for key := range v {
			t[key] = mapped(v[key], change)
		}
		return t
	}
	return v
}

// withoutHashes takes what is named by a hash out of a list.
func withoutHashes(t tree, key string) {
	list, _ := t[key].([]any)
	t[key] = slices.DeleteFunc(list, func(v any) bool {
		if m, ok := v.(tree); ok {
			if v = m["Source"]; v == nil && m["Type"] == "volume" {
				return true // that of a container that is not made anew
			}
		}
		return hash.MatchString(fmt.Sprint(v))
	})
}

// withoutPicked takes those numbers out of ports that the engine has picked, when the container was made or when it started: the
// files name none so high.
func withoutPicked(ports tree) {
	for _, list := range ports {
		bindings, _ := list.([]any)
		for _, b := range bindings {
			b := b.(tree)
			if number, err := strconv.Atoi(fmt.Sprint(b["HostPort"])); err == nil && number >= 32768 {
				b["HostPort"] = "PICKED"
			}
		}
		slices.SortFunc(bindings, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
}

// sorted puts a list in order in which nothing lies.
func sorted(t tree, key string) {
	list, _ := t[key].([]any)
	slices.SortFunc(list, func(a, b any) int { return strings.Compare(orderOf(a), orderOf(b)) })
}

// orderOf is by what a thing is ordered: mounts by where they are, for their names may be given by chance.
func orderOf(v any) string {
	if m, ok := v.(tree); ok {
		return fmt.Sprint(m["Destination"], m["Target"], m["Name"])
	}
	return fmt.Sprint(v)
}

// chosenLabels are those that neither Compose nor safeport has put there for itself.
func chosenLabels[V any](labels map[string]V) map[string]V {
	chosen := map[string]V{}
	for key, value := range labels {
		if !strings.HasPrefix(key, "com.docker.compose.") && !strings.HasPrefix(key, "io.safeport.") {
			chosen[key] = value
		}
	}
	return chosen
}

// chosenPools are the pools of addresses that a file names: those are in 10.0.0.0/8 or fd00::/8, where the engine takes none
// by itself. Podman takes those from 10.88.0.0 on, and the files none of these.
func chosenPools(ipam tree) any {
	list, _ := ipam["Config"].([]any)
	return slices.DeleteFunc(list, func(pool any) bool {
		subnet := fmt.Sprint(pool.(tree)["Subnet"])
		return !strings.HasPrefix(subnet, "10.") && !strings.HasPrefix(subnet, "fd") || strings.HasPrefix(subnet, "10.88.") || strings.HasPrefix(subnet, "10.89.")
	})
}
