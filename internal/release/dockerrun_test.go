package release_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/lab"
)

const manyOptions = `name: shop
services:
  front:
    image: web
    container_name: shop-front
    command: ["tcp::8000", "udp:127.0.0.1:8003"]
    restart: on-failure:3
    depends_on: [back]
    environment: {GREETING: "it's \"good\" \\ $$(day)", EMPTY: ""}
    labels: {team: "a; b"}
    ports: ["8000:8000", "127.0.0.1:8001:8001/udp", "[::1]:8002:8002"]
    expose: ["9999"]
    volumes:
      - /usr/share:/host:ro
      - "stock:/stock"
      - {type: tmpfs, target: /scratch, tmpfs: {size: 1048576}}
      - {type: volume, source: stock, target: /again, volume: {nocopy: true}}
    tmpfs: ["/run:size=1m"]
    hostname: front
    user: "1000:1000"
    working_dir: /stock
    stop_signal: SIGINT
    stop_grace_period: 3s
    stdin_open: true
    tty: true
    init: true
    read_only: true
    cap_add: [NET_ADMIN]
    cap_drop: [MKNOD]
    security_opt: [no-new-privileges]
    group_add: ["27"]
    ipc: shareable
    sysctls: {net.ipv4.ip_unprivileged_port_start: "0"}
    extra_hosts: ["registry:192.0.2.9"]
    dns: [192.0.2.53]
    dns_search: [example]
    shm_size: 128m
    mem_limit: 256m
    cpus: 0.5
    cpu_shares: 512
    pids_limit: 200
    oom_score_adj: 100
    ulimits: {nofile: {soft: 1024, hard: 2048}, nproc: 500}
    devices: ["/dev/null:/dev/gpu0:rw"]
    logging: {driver: json-file, options: {max-size: 1m}}
    healthcheck: {disable: true}
    networks: [inside]
  back:
    image: web
    networks: [inside, outside]
    entrypoint: ["/standin", "serve"]
    command: ["tcp::9000"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}, restart_policy: {condition: any}}
volumes:
  stock: {}
networks:
  inside: {}
  outside: {}
`

// The line that a dry run prints makes what an installation makes.
func TestPrintedCommandsMakeTheSame(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	file := b.Path("compose.yaml")
	b.write(file, manyOptions)
	for name, words := range map[string][]string{
		"gpustack":   {"install", "gpustack", "--version", "v2.2.1", "--port", "8080", "--env", `GREETING=it's a "good" $(day)`},
		"shop-front": {"install", file},
	} {
		var o struct {
			Instance         string
			Commands, Unsaid []string
		}
		a := b.must(0, append(words, "--dry-run", "-o", "json")...)
		if err := json.Unmarshal([]byte(a.stdout), &o); err != nil || len(o.Commands) == 0 || len(o.Unsaid) > 0 {
			t.Fatalf("commands %q (%v), which leave out %q", o.Commands, err, o.Unsaid)
		}
		b.shell(0, "set -e; export DOCKER_HOST="+b.engine.Endpoint+"\n"+strings.Join(o.Commands, "\n"))
		byHand := b.inspect(name)
		b.clean()
		b.must(0, words...)
		if diff := cmp.Diff(options(t, b.inspect(name)), options(t, byHand)); diff != "" {
			t.Errorf("%s: -installed +by hand:\n%s", name, diff)
		}
		b.must(0, "uninstall", o.Instance)
	}
}

// options are what somebody chose of a container, by their place in the answer.
func options(t *testing.T, c container.InspectResponse) map[string]string {
	t.Helper()
	c.Config.AttachStdout, c.Config.AttachStderr = false, false // who watches the start, not what is made
	c.HostConfig.Binds, c.HostConfig.Mounts = nil, nil          // two ways to say it: what is mounted is compared
	slices.Sort(c.Config.Env)                                   // Compose makes both in any order
	slices.SortFunc(c.HostConfig.Ulimits, func(a, b *container.Ulimit) int { return strings.Compare(a.Name, b.Name) })
	if engine.IsShortID(c.Config.Hostname, c.ID) {
		c.Config.Hostname = "" // the engine's choice
	}
	for key := range c.Config.Labels {
		if strings.HasPrefix(key, "com.docker.compose.") || strings.HasPrefix(key, "io.safeport.") {
			delete(c.Config.Labels, key)
		}
	}
	found := map[string]string{}
	for _, m := range c.Mounts {
		found["mount "+m.Destination] = fmt.Sprintf("%s %s %t", m.Name, m.Source, m.RW)
	}
	for network := range c.NetworkSettings.Networks {
		found["network "+network] = "joined"
	}
	data, err := json.Marshal(map[string]any{"config": c.Config, "host": c.HostConfig})
	var all any
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	flatten("", all, found)
	return found
}

func flatten(at string, v any, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			flatten(at+"/"+key, value, into)
		}
	case []any:
		for i, value := range v {
			flatten(fmt.Sprintf("%s/%d", at, i), value, into)
		}
	default:
		if text := fmt.Sprint(v); v != nil && text != "" && text != "0" && text != "false" {
			into[at] = text
		}
	}
}

func TestPrintedCommandsHideSecrets(t *testing.T) {
	b := newBench(t)
	file := b.Path("compose.yaml")
	text := strings.ReplaceAll(withDevices, "image: web", "image: web\n    command: [--api-key, hunter2, --url=http://u:hunter2@h/]\n    environment: {DB_PASSWORD: hunter2 too}")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"text", "json"} {
		a := b.must(0, "install", file, "--dry-run", "-o", format)
		if strings.Contains(a.stdout, "hunter2") || strings.Count(a.stdout, "***") != 3 {
			t.Errorf("a secret is shown, or none is hidden:\n%s", a.stdout)
		}
	}
}
