package release_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/client"
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

// serving are the containers of the release that serves, which is the one of which any runs. All others have to rest.
func (s side) serving(project string) (list []tree) {
	s.Helper()
	releases, running := map[string][]tree{}, map[string]bool{}
	for _, id := range s.settle() {
		res, err := s.engine.ContainerInspect(context.Background(), id, client.ContainerInspectOptions{})
		if err != nil {
			s.Fatal(err)
		}
		var c tree
		if err := json.Unmarshal(res.Raw, &c); err != nil {
			s.Fatal(err)
		}
		of := res.Container.Config.Labels[api.ProjectLabel]
		releases[of] = append(releases[of], c)
		running[of] = running[of] || res.Container.State.Running
	}
	for of, containers := range releases {
		switch {
		case !running[of]:
			for _, c := range containers {
				if policy := c["HostConfig"].(tree)["RestartPolicy"].(tree)["Name"]; policy != "no" && policy != "" && !(podman() && policy == "unless-stopped") {
					s.Errorf("%s, which is set aside, is started by the policy %s", c["Name"], policy)
				}
			}
		case list != nil:
			s.Errorf("two releases of %s run", project)
		default:
			list = containers
		}
	}
	return list
}

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
			if alias := alias.(string); !strings.HasPrefix(id, alias) && !numbered.MatchString(alias) {
				aliases = append(aliases, plain(alias))
			}
		}
		slices.Sort(aliases)
		kept["Aliases"] = slices.Compact(aliases)
		networks[name] = kept
	}
	for id, name := range known { // of another container, where that one's network is shared
		if strings.HasPrefix(id, fmt.Sprint(config["Hostname"])) {
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
		return name == "HOSTNAME" && strings.HasPrefix(id, of)
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
// by itself.
func chosenPools(ipam tree) any {
	list, _ := ipam["Config"].([]any)
	return slices.DeleteFunc(list, func(pool any) bool {
		subnet := fmt.Sprint(pool.(tree)["Subnet"])
		return !strings.HasPrefix(subnet, "10.") && !strings.HasPrefix(subnet, "fd")
	})
}
