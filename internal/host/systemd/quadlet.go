package systemd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/facts"
)

// quadlet is a service that a generator makes of one of Podman's files (podman-systemd.unit(5)) when the host starts,
// whether or not it has been made by now.
type quadlet struct {
	*unit
	published []facts.PortUse
	generated bool
}

// quadletSections are the kinds of files that publish ports, with their sections.
var quadletSections = map[string]string{".container": "Container", ".pod": "Pod", ".kube": "Kube"}

// quadletUsers has the files for users' own systemds: those for one user in a directory with his number, and the rest for all.
const quadletUsers = "etc/containers/systemd/users"

// readQuadlets finds the services of Podman's files that start with the host. Of several files of a name the first counts.
// To a Podman before 4.4, which has no generator, they are nothing.
func (m *Manager) readQuadlets() (found []quadlet, err error) {
	generates := func(dir string) bool { _, err := os.Stat(m.path(dir, m.generator)); return err == nil }
	if !slices.ContainsFunc([]string{"usr/lib/systemd", "usr/local/lib/systemd", "etc/systemd"}, generates) {
		return nil, nil
	}
	seen := map[string]bool{}
	var errs []error
	for _, dir := range m.quadlets {
		for _, path := range m.quadletFiles(m.path(dir)) {
			name := filepath.Base(path)
			if seen[name] {
				continue
			}
			seen[name] = true
			q, err := m.readQuadlet(path, quadletSections[filepath.Ext(name)])
			if q != nil {
				found = append(found, *q)
			}
			errs = append(errs, err)
		}
	}
	return found, errors.Join(errs...)
}

// quadletFiles are Podman's files in a directory and below it, without those that are for others.
func (m *Manager) quadletFiles(dir string) (paths []string) {
	for _, e := range m.readDir(dir) {
		path := filepath.Join(dir, e.Name())
		_, notNumber := strconv.Atoi(e.Name())
		others := path == m.path(quadletUsers) || dir == m.path(quadletUsers) && notNumber == nil
		switch {
		case e.IsDir() && !others:
			paths = append(paths, m.quadletFiles(path)...)
		case quadletSections[filepath.Ext(path)] != "":
			paths = append(paths, path)
		}
	}
	return paths
}

// readQuadlet reads one file; nil when it does not start with the host, or its service is masked.
func (m *Manager) readQuadlet(path, section string) (*quadlet, error) {
	text, err := readText(path)
	if err != nil {
		return nil, err
	}
	u := &unit{file: path, entries: parse(text)}
	for _, e := range m.readDir(path + ".d") {
		if filepath.Ext(e.Name()) != ".conf" {
			continue
		}
		more, dropInErr := readText(filepath.Join(path+".d", e.Name()))
		u.entries, err = append(u.entries, parse(more)...), errors.Join(err, dropInErr)
	}
	u.name = quadletService(u, filepath.Base(path), section)
	if len(u.all("Install", "WantedBy"))+len(u.all("Install", "RequiredBy")) == 0 {
		return nil, err
	}
	if _, masked := m.resolve(m.index().files[u.name]); masked {
		return nil, err
	}
	q := &quadlet{unit: u, generated: true}
	for _, spec := range u.all(section, "PublishPort") {
		q.published = append(q.published, publish(spec)...)
	}
	for _, file := range u.all("Kube", "Yaml") {
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(path), file)
		} else {
			file = m.path(file)
		}
		ports, hostErr := hostPorts(file)
		q.published, err = append(q.published, ports...), errors.Join(err, hostErr)
	}
	return q, err
}

// quadletService is the service that the generator makes of a file: "web.service" of "web.container", "web-pod.service" of
// "web.pod".
func quadletService(u *unit, file, section string) string {
	stem := strings.TrimSuffix(file, filepath.Ext(file))
	switch name := u.last(section, "ServiceName"); {
	case name != "":
		return name + ".service"
	case section == "Pod":
		return stem + "-pod.service"
	}
	return stem + ".service"
}

// hostPorts are the ports that Kubernetes' objects in a file ask for on the host.
func hostPorts(file string) (claims []facts.PortUse, err error) {
	text, err := readText(file)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	for {
		var object any
		switch err := decoder.Decode(&object); {
		case errors.Is(err, io.EOF):
			return claims, nil
		case err != nil:
			return claims, fmt.Errorf("reading %s: %w", file, err)
		}
		walkPorts(object, func(entry map[string]any) {
			spec := fmt.Sprintf("%v:%v", entry["hostPort"], entry["containerPort"])
			if ip, ok := entry["hostIP"].(string); ok && ip != "" {
				spec = ip + ":" + spec
			}
			if protocol, ok := entry["protocol"].(string); ok {
				spec += "/" + protocol
			}
			claims = append(claims, publish(spec)...)
		})
	}
}

// walkPorts finds the entries of "ports:" that have a hostPort, in a pod as in whatever holds a template of one.
func walkPorts(node any, visit func(map[string]any)) {
	switch node := node.(type) {
	case []any:
		for _, item := range node {
			walkPorts(item, visit)
		}
	case map[string]any:
		if node["hostPort"] != nil {
			visit(node)
		}
		for _, value := range node {
			walkPorts(value, visit)
		}
	}
}
