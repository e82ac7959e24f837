package release_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// shelf is a service with everything that may be other in the next one.
const shelf = `name: shelf
services:
  front:
    image: web
    container_name: shelf
    command: ["tcp::8000", "tcp::8002"]
    environment: {STANDIN_TOKEN: one, COLOUR: green, DB: "postgres://ann:sesame@db/x"}
    labels: {team: ml, long: LONG}
    volumes: ["stock:/stock", "/usr/share:/share:ro"]
    ports: ["8000:8000"]
    networks: {inner: {aliases: [library]}}
OPTIONS
volumes: {stock: {}}
networks: {inner: {}}
`

const shelfOptions = `    user: "0:0"
    working_dir: /srv
    hostname: shelf
    domainname: example
    stop_signal: SIGINT
    stop_grace_period: 3s
    stdin_open: true
    tty: true
    healthcheck: {disable: true}
    cap_add: [net_admin]
    sysctls: {net.ipv4.ip_unprivileged_port_start: "0"}
    mem_limit: 64m
`

// edited is what becomes of it.
const edited = `name: shelf
services:
  front:
    image: web
    container_name: shelf
    entrypoint: [/standin, serve, "tcp::8000"]
    environment: {STANDIN_TOKEN: two, SIZE: "7"}
    labels: {long: LONGER}
    volumes: ["/usr/share:/share", "/usr/lib:/lib"]
    ports: ["8000:8000"]
    networks: {outer: {}}
networks: {outer: {}}
`

// What becomes other beside what was asked for is shown, a line each; what an image brings, and what is nobody's business,
// is not.
func TestWhatElseIsOtherIsShown(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	file := b.Path("compose.yaml")
	write := func(text, options string) {
		b.write(file, strings.NewReplacer("LONG", strings.Repeat("a", 200), "OPTIONS\n", options).Replace(text))
	}
	write(shelf, shelfOptions)
	b.must(0, "install", file)
	for _, tt := range []struct {
		text, options string
		config        string // of docker, whose proxies Compose tells each container
		want          []string
	}{
		{shelf, "", "{}", []string{
			"CapAdd (none instead of CAP_NET_ADMIN)",
			"Domainname (none instead of example)",
			"Healthcheck.Test (none instead of NONE)",
			"Hostname (none instead of shelf)",
			"Memory (none instead of 67108864)",
			"MemorySwap (none instead of 134217728)",
			"OpenStdin (none instead of true)",
			"StopSignal (none instead of SIGINT)",
			"StopTimeout (none instead of 3)",
			`Sysctls (none instead of {"net.ipv4.ip_unprivileged_port_start":"0"})`,
			"Tty (none instead of true)",
			"User (none instead of 0:0)",
			" in more ways (1)",
		}},
		{edited, "", `{"proxies": {"default": {"httpProxy": "http://ann:sesame@proxy.example"}}}`, []string{
			"/lib (/usr/lib instead of none)",
			"/share (/usr/share instead of /usr/share:ro)",
			"/stock (none instead of shelf_stock)",
			"Cmd (none instead of tcp::8000 tcp::8002)",
			"Entrypoint (/standin serve tcp::8000 instead of /standin serve)",
			"Networks (shelf_outer instead of shelf_inner)",
			`network shelf_inner (none instead of {"Aliases":["library"]})`,
			"variable COLOUR (none instead of green)",
			"variable DB (none instead of postgres://ann:***@db/x)",
			"variable HTTP_PROXY (http://ann:***@proxy.example instead of none)",
			"variable SIZE (7 instead of none)",
			"variable STANDIN_TOKEN (changed, value hidden)",
			" in more ways (3)",
		}},
		{shelf, "", "{}", []string{
			"/lib (none instead of /usr/lib)",
			"/share (/usr/share:ro instead of /usr/share)",
			"/stock (shelf_stock instead of none)",
			"Cmd (tcp::8000 tcp::8002 instead of none)",
			"Entrypoint (/standin serve instead of /standin serve tcp::8000)",
			"Networks (shelf_inner instead of shelf_outer)",
			`network shelf_inner ({"Aliases":["library"]} instead of none)`,
			"variable COLOUR (green instead of none)",
			"variable DB (postgres://ann:***@db/x instead of none)",
			"variable SIZE (none instead of 7)",
			"variable STANDIN_TOKEN (changed, value hidden)",
			"label long (…aaaaaaaaaaaaaaaaaaaa instead of …aaaaaaaaaaaaaaaaaaaaER)",
			" in more ways (1)",
		}},
	} {
		write(tt.text, tt.options)
		b.write(b.Path("config.json"), tt.config)
		b.env = []string{"DOCKER_CONFIG=" + b.Path()}
		a := b.must(0, "upgrade", "shelf")
		if diff := cmp.Diff(tt.want, besides(a, "shelf")); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if strings.Contains(a.stderr, "sesame") {
			t.Errorf("a password is shown: %s", a.stderr)
		}
	}
}

// many are the other options that a definition may give, as far as any host has them.
const many = `    cap_drop: [CAP_MKNOD]
    security_opt: ["no-new-privileges:true", "systempaths=unconfined"]
    group_add: ["27"]
    devices: ["/dev/null:/dev/gpu0:rw"]
    device_cgroup_rules: ["c 1:3 rwm"]
    extra_hosts: ["registry:192.0.2.9"]
    dns: [192.0.2.53]
    dns_search: [example]
    dns_opt: ["ndots:3"]
    logging: {driver: json-file, options: {max-size: 1m}}
    ulimits: {nofile: {soft: 1024, hard: 2048}, nproc: 500}
    shm_size: 128m
    tmpfs: ["/scratch:size=1m"]
    read_only: true
    init: true
    mem_reservation: 32m
    memswap_limit: 96m
    cpus: 0.13
    cpu_shares: 512
    pids_limit: 200
    oom_score_adj: 100
    ipc: shareable
    cgroup: host
`

// What a definition gives no more is gone, however the engine has written it.
func TestWhatADefinitionGivesNoMoreIsGone(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	file := b.Path("compose.yaml")
	plain := strings.Replace(shelf, "OPTIONS\n", "", 1)
	b.write(file, plain)
	b.must(0, "install", file)
	bare := b.inspect("shelf")
	b.must(0, "uninstall", "shelf")

	b.write(file, strings.Replace(shelf, "OPTIONS\n", many+shelfOptions, 1))
	b.must(0, "install", file)
	b.write(file, plain)
	b.must(0, "upgrade", "shelf")
	now := b.inspect("shelf")
	slices.Sort(bare.Config.Env)
	slices.Sort(now.Config.Env)
	slices.Sort(bare.HostConfig.Binds) // Compose writes them in no order
	slices.Sort(now.HostConfig.Binds)
	now.HostConfig.RestartPolicy, now.Config.Hostname, now.Config.Labels = bare.HostConfig.RestartPolicy, bare.Config.Hostname, bare.Config.Labels
	if diff := cmp.Diff(bare.HostConfig, now.HostConfig, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Errorf("-fresh +upgraded:\n%s", diff)
	}
	if diff := cmp.Diff(bare.Config, now.Config, cmpopts.EquateEmpty(), cmpopts.EquateComparable(network.Port{})); diff != "" {
		t.Errorf("-fresh +upgraded:\n%s", diff)
	}
}

// settled is a service that has settings in every place.
const settled = `name: shelf
services:
  front:
    image: web
    container_name: shelf
    command: ["tcp::8000", "${second}"]
    user: ${user}
    environment: {STANDIN_TOKEN: "${token}"}
    labels: {team: "${team}"}
    mem_limit: ${memory}
    volumes: ["${stock}:/stock"]
    networks: {inner: {aliases: ["${team}"]}}
    ports: [{name: web, target: 8000, published: "${port}"}]
volumes: {"first": {}, "second": {}}
networks: {inner: {}}
x-safeport:
  settings:
    port: {flag: port, type: port, default: 8000}
    second: {default: "tcp::8002"}
    user: {default: "0:0"}
    token: {default: one}
    team: {default: ml}
    memory: {default: 64m}
    stock: {default: first}
`

// Nobody is told what was asked for.
func TestWhatWasAskedForIsNotShown(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	file := b.Path("compose.yaml")
	b.write(file, settled)
	b.must(0, "install", file)
	if _, err := b.engine.ContainerUpdate(t.Context(), "shelf", client.ContainerUpdateOptions{
		Resources: &container.Resources{CPUShares: 512},
	}); err != nil {
		t.Fatal(err)
	}
	words := []string{"upgrade", "shelf", "--env", "COLOUR=green", "--port", "8001"}
	for _, s := range []string{"second=tcp::8003", "user=0:27", "token=two", "team=web", "memory=65m", "stock=second"} {
		words = append(words, "--set", s)
	}
	if list := besides(b.must(0, words...), "shelf"); len(list) > 0 {
		t.Errorf("shown: %q", list)
	}
	now := b.inspect("shelf")
	if now.HostConfig.CPUShares != 512 || now.HostConfig.Memory != 65<<20 || now.Config.User != "0:27" || mountsOf(now)["/stock"] != "shelf_second" {
		t.Errorf("it was not done: %+v, user %s, mounts %v", now.HostConfig.Resources, now.Config.User, mountsOf(now))
	}

	// One that was started by hand is told no less, and no more.
	b.must(0, "uninstall", "shelf")
	b.byHand()
	a := b.must(0, "upgrade", "gpustack", "--version", "v2.2.2", "--port", "9092", "--env", "HF_ENDPOINT=https://other.example")
	if list := besides(a, "gpustack"); len(list) > 0 {
		t.Errorf("shown: %q", list)
	}
}

// besides are the differences that were shown.
func besides(a answer, name string) (list []string) {
	for line := range strings.Lines(a.stderr) {
		if _, what, found := strings.Cut(line, name+" differs from before"); found {
			list = append(list, strings.TrimPrefix(strings.TrimSuffix(what, "\n"), ": "))
		}
	}
	return list
}
