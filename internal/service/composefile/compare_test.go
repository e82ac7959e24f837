package composefile

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	godiff "github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
)

// TestAsComposeReadsIt compares generated projects with what "docker compose config" makes of them: services, ports,
// networks, volumes, and whether they are taken at all. In a short run they are loaded as the Compose CLI loads them, by its
// library; SAFEPORT_COMPOSE names a Compose CLI to ask instead, and SAFEPORT_COMPOSE_SEEDS how many (5000).
func TestAsComposeReadsIt(t *testing.T) {
	program, seeds := os.Getenv("SAFEPORT_COMPOSE"), 50
	if n, err := strconv.Atoi(os.Getenv("SAFEPORT_COMPOSE_SEEDS")); err == nil {
		seeds = n
	}
	taken := 0
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := generator{rand.New(rand.NewPCG(uint64(seed), 20))}.project()
			write(t, p.files)
			theirs, theirError := composeModel(t, p.said, program)
			ours, ourError := ourModel(t.Context(), p.said)
			if (theirError == nil) != (ourError == nil) {
				t.Fatalf("Compose: %v\nsafeport: %v\n%s", theirError, ourError, p)
			}
			if theirError != nil {
				return
			}
			taken++
			if diff := godiff.Diff(theirs, ours); diff != "" {
				t.Errorf("Compose (-), safeport (+):\n%s\n%s", diff, p)
			}
		})
	}
	if taken < seeds/2 {
		t.Errorf("Compose takes %d of %d generated projects: too few to compare", taken, seeds)
	}
	t.Logf("%d of %d projects are taken by both, and are the same", taken, seeds)
}

// String is the project as its user would show it.
func (p generated) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "said: %+v\n", p.said)
	for name, text := range p.files {
		fmt.Fprintf(&b, "--- %s\n%s", name, text)
	}
	return b.String()
}

// model is what of a project touches the host, in lines.
type model struct{ Name, Services, Ports, Networks, Volumes []string }

func ourModel(ctx context.Context, said service.Project) (model, error) {
	d, err := Load(ctx, said)
	if err != nil {
		return model{}, err
	}
	p, err := d.Compose(ctx, nil, d.Project)
	if err != nil {
		return model{}, err
	}
	m := modelOf(p)
	// What is asked of the host is what the project publishes.
	m.Ports = nil
	wants, err := d.Wants(nil)
	if err != nil {
		return model{}, err
	}
	for _, w := range wants {
		if w.Unbound != 0 || w.Replica {
			continue // known, and not published
		}
		if w.Mode != port.Publish {
			continue
		}
		addr := ""
		if w.Addr.IsValid() {
			addr = w.Addr.String()
		}
		for i := range max(1, w.Target.Len()) {
			ports := w.Ports.String()
			if w.AnyOf == 0 && w.Ports.Len() > 0 {
				ports = strconv.Itoa(int(w.Ports.First) + i)
			}
			if w.Ports.Len() == 0 {
				ports = "0"
			}
			m.Ports = append(m.Ports, fmt.Sprintf("%s:%s:%d/%s", addr, ports, int(w.Target.First)+i, w.Protocol))
		}
	}
	slices.Sort(m.Ports)
	return m, nil
}

// modelOf is the model of a project as a Compose library or CLI tells it.
func modelOf(p *types.Project) model {
	m := model{Name: []string{p.Name}}
	for name, s := range p.Services {
		m.Services = append(m.Services, name+" "+s.Image+" "+s.NetworkMode)
		for key, n := range s.Networks {
			m.Services = append(m.Services, fmt.Sprintf("%s on %s %+v", name, key, n))
		}
		for _, v := range s.Volumes {
			m.Services = append(m.Services, fmt.Sprintf("%s has %s %s at %s, read only %v", name, v.Type, v.Source, v.Target, v.ReadOnly))
		}
		if s.GetScale() == 0 || s.NetworkMode == "host" || s.NetworkMode == "none" {
			continue
		}
		for _, e := range s.Ports {
			m.Ports = append(m.Ports, fmt.Sprintf("%s:%s:%d/%s", e.HostIP, cmp.Or(e.Published, "0"), e.Target, e.Protocol))
		}
	}
	for key, n := range p.Networks {
		m.Networks = append(m.Networks, fmt.Sprintf("%s %s %v", key, n.Name, n.External))
	}
	for key, v := range p.Volumes {
		m.Volumes = append(m.Volumes, fmt.Sprintf("%s %s %v", key, v.Name, v.External))
	}
	for _, list := range []*[]string{&m.Services, &m.Ports, &m.Networks, &m.Volumes} {
		slices.Sort(*list)
	}
	return m
}

func composeModel(t *testing.T, said service.Project, program string) (model, error) {
	t.Helper()
	files := said.Files
	if slices.Equal(files, []string{"."}) {
		files = nil // Compose looks into the working directory by itself
	}
	if program == "" {
		return libraryModel(t.Context(), said, files)
	}
	var words []string
	for flag, values := range map[string][]string{"--file": files, "--profile": said.Profiles, "--env-file": said.EnvFiles} {
		for _, v := range values {
			words = append(words, flag, v)
		}
	}
	if said.Name != "" {
		words = append(words, "--project-name", said.Name)
	}
	cmd := exec.CommandContext(t.Context(), program, append(words, "config", "--format", "json")...)
	var stdout, stderr bytes.Buffer
	// The loader's "~" is the home of whoever runs it.
	cmd.Stdout, cmd.Stderr, cmd.Env = &stdout, &stderr, append([]string{"HOME=" + os.Getenv("HOME")}, said.Environ...)
	if err := cmd.Run(); err != nil {
		return model{}, fmt.Errorf("%w: %s", err, stderr.String())
	}
	var p types.Project
	if err := json.Unmarshal(stdout.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	return modelOf(&p), nil
}

// libraryModel loads a project by the library of the Compose CLI, with its options in its order.
func libraryModel(ctx context.Context, said service.Project, files []string) (model, error) {
	o, err := cli.NewProjectOptions(files, cli.WithEnv(said.Environ), cli.WithEnvFiles(said.EnvFiles...), cli.WithDotEnv, cli.WithConfigFileEnv,
		cli.WithDefaultConfigPath, cli.WithEnvFiles(said.EnvFiles...), cli.WithDotEnv, cli.WithDefaultProfiles(said.Profiles...),
		cli.WithName(said.Name), cli.WithoutEnvironmentResolution)
	if err != nil {
		return model{}, err
	}
	p, err := o.LoadProject(ctx)
	if err != nil {
		return model{}, err
	}
	return modelOf(p.WithoutUnnecessaryResources()), nil
}
