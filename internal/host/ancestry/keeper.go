package ancestry

import (
	"encoding/json"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/regular"
)

// keeper adds the engine of a container, of which a process looks after it: containerd's shim, conmon, LXC's monitor. They
// run as whoever has the engine.
func (c *chain) keeper(p, child *process) bool {
	r := c.reader
	engine := facts.Link{Kind: facts.LinkEngine, PID: p.pid, User: r.user(p.uid), Started: p.started}
	switch {
	case child == nil:
		return false
	case strings.HasPrefix(p.name, "containerd-shim"):
		namespace, id := p.option("-namespace"), p.option("-id")
		if of := child.cgroup.ContainerID; of != "" {
			id = of // the shim of a pod has several
		}
		engine.Name = "containerd"
		switch namespace {
		case "moby":
			engine.Name = "docker"
		case "k8s.io":
			engine.Name = "kubernetes"
		default:
			engine.Service, engine.Config = namespace, p.option("-address")
		}
		c.contained(engine, id, id, filepath.Join(path.Dir(p.link("cwd")), id))
	case p.name == "conmon":
		engine.Name = "podman"
		c.contained(engine, p.option("-c", "--cid"), p.option("-n", "--name"), p.option("-b", "--bundle"))
	case p.isLXCMonitor():
		c.lxc(p)
	case slices.Contains([]string{"dockerd", "containerd", "podman"}, p.name) && p.uid == 0:
		c.add(facts.Link{Kind: facts.LinkEngine, Name: strings.TrimSuffix(p.name, "d"), PID: p.pid, User: r.user(p.uid), Started: p.started})
	default:
		return false
	}
	return true
}

var containerName = compiled(`^[A-Za-z0-9][\w.-]{0,252}$`)

// contained adds an engine and its container, and the pod where it is one of Kubernetes'.
func (c *chain) contained(engine facts.Link, id, name, bundle string) {
	pod, inPod := podOf(c.reader.root, bundle)
	if inPod && engine.Name == "podman" {
		engine.Name = "kubernetes" // CRI-O has a conmon too
	}
	c.add(engine)
	if inPod {
		c.add(facts.Link{Kind: facts.LinkPod, Name: pod.namespace + "/" + pod.name})
		name = pod.container
	}
	if !containerName().MatchString(name) {
		name = id
	}
	if len(name) == 64 && holder.ReadGroup("/"+name).ContainerID != "" {
		name = name[:12]
	}
	c.add(facts.Link{Kind: facts.LinkContainer, Name: name, ID: id})
}

type pod struct{ namespace, name, container string }

// podOf reads what the annotations of a container's bundle say of its pod. They are the runtime's own file.
func podOf(root, bundle string) (pod, bool) {
	if !path.IsAbs(bundle) {
		return pod{}, false
	}
	text, err := regular.Read(filepath.Join(root, bundle, "config.json"), 1<<20)
	if err != nil {
		return pod{}, false
	}
	var config struct {
		Annotations map[string]string `json:"annotations"`
	}
	if json.Unmarshal(text, &config) != nil {
		return pod{}, false
	}
	a := config.Annotations
	for _, keys := range [][3]string{
		{"io.kubernetes.cri.sandbox-namespace", "io.kubernetes.cri.sandbox-name", "io.kubernetes.cri.container-name"},
		{"io.kubernetes.pod.namespace", "io.kubernetes.pod.name", "io.kubernetes.container.name"},
	} {
		if a[keys[0]] != "" && a[keys[1]] != "" {
			return pod{a[keys[0]], a[keys[1]], a[keys[2]]}, true
		}
	}
	return pod{}, false
}
