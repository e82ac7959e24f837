package systemd

import (
	"os"
	"path/filepath"
	"testing"
)

// Podman's files are anybody's who may put one there, and so are the objects of Kubernetes that they name.
func FuzzQuadlet(f *testing.F) {
	f.Add("[Container]\nImage=web\nPublishPort=8080:80\nPublishPort=[::1]:53:53/udp\n[Install]\nWantedBy=default.target\n", "")
	f.Add("[Pod]\nServiceName=../x\nPublishPort=8000-8010:80-90\n[Install]\nRequiredBy=a.target\n", "")
	f.Add("[Kube]\nYaml=pod.yaml\n[Install]\nWantedBy=default.target\n", "spec: {containers: [{ports: [{hostPort: 80, containerPort: 8080, protocol: UDP, hostIP: 127.0.0.1}]}]}\n")
	f.Add("[Kube]\nYaml=pod.yaml\n[Install]\nWantedBy=default.target\n", "x: &x [*x, {hostPort: [1]}]\n---\n- hostPort: 70000\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text, objects string) {
		m := System(dir)
		for kind, section := range quadletSections {
			path := filepath.Join(dir, "web"+kind)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "pod.yaml"), []byte(objects), 0o600); err != nil {
				t.Fatal(err)
			}
			q, err := m.readQuadlet(path, section)
			if err != nil {
				_ = err.Error()
			}
			if q == nil {
				continue
			}
			if q.name == "" {
				t.Error("a service without a name")
			}
			for _, p := range q.published {
				if p.Ports.Len() < 0 {
					t.Errorf("%+v", p)
				}
			}
		}
	})
}
