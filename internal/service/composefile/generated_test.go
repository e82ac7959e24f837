package composefile

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/safeport/safeport/internal/service"
)

// generator writes Compose projects: files over every key that touches ports, networks, volumes, profiles, included and
// extended files, and variables, together with the words and the environment in which they are read. One seed is one project.
type generator struct{ *rand.Rand }

// generated is a project, and how it is asked for.
type generated struct {
	files    map[string]string
	said     service.Project
	services []string
}

func (g generator) one(of ...string) string { return of[g.IntN(len(of))] }
func (g generator) in(n int) bool           { return g.IntN(n) == 0 }

// some are up to n of what make makes, as a list in the flow style.
func (g generator) some(n int, make func() string) string {
	var list []string
	for range g.IntN(n + 1) {
		list = append(list, make())
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (g generator) project() generated {
	p := generated{files: map[string]string{}}
	p.said.Environ = []string{"PWD=/srv/here", "HTTP=8" + g.digits(), "ADDR=" + g.one("127.0.0.1", "0.0.0.0", ""), "NET=" + g.one("back", "proxy")}
	switch {
	case g.in(4):
		p.said.Name = "named" + g.digits()
	case g.in(4):
		p.said.Environ = append(p.said.Environ, "COMPOSE_PROJECT_NAME=byenv")
	}
	switch {
	case g.in(3):
		p.said.Profiles = []string{g.profile()}
	case g.in(3):
		p.said.Environ = append(p.said.Environ, "COMPOSE_PROFILES="+g.profile()+","+g.profile())
	}
	if g.in(2) {
		p.files[".env"] = "FROM_ENV=7" + g.digits() + "\nHTTP=1\nVOL=" + g.one("data", "./data", "cache") + "\n"
		if g.in(4) {
			p.files[".env"] += "COMPOSE_PROFILES=" + g.profile() + "\n"
		}
	}
	if g.in(4) {
		p.files["more.env"] = "FROM_ENV=6" + g.digits() + "\nVOL=cache\n"
		p.said.EnvFiles = []string{"more.env"}
	}
	names := []string{"web", "db", "Cache", "job_1"}[:1+g.IntN(4)]
	p.services = names
	p.files["compose.yaml"] = g.file(names, true)
	p.said.Files = []string{"compose.yaml"}
	switch {
	case g.in(4):
		p.files["compose.override.yaml"] = g.override(names)
		p.said.Files = []string{"."}
	case g.in(3):
		p.files["prod.yaml"] = g.override(names)
		p.said.Files = []string{"compose.yaml", "prod.yaml"}
	case g.in(4):
		p.files["prod.yaml"] = g.override(names)
		p.said.Files, p.said.Environ = []string{"."}, append(p.said.Environ, "COMPOSE_FILE=compose.yaml:prod.yaml")
	}
	p.files["base/base.yaml"] = "services:\n" + g.service("base", nil, "  ") + top
	p.files["sub/inc.yaml"] = "services:\n" + g.service("inc", nil, "  ") + top
	p.files["sub/.env"] = "FROM_ENV=5" + g.digits() + "\nINC=4" + g.digits() + "\n"
	p.files["sub/other.env"] = "INC=3" + g.digits() + "\n"
	return p
}

// top are the volumes and networks that all files have, so that what one includes from another is the same.
const top = `volumes:
  data: {}
  cache: {external: true}
  named: {name: "vol-${NET:-x}"}
networks:
  back: {}
  proxy: {external: true}
`

func (g generator) digits() string { return fmt.Sprintf("%03d", g.IntN(1000)) }

func (g generator) profile() string { return g.one("a", "b", "c") }

func (g generator) file(names []string, main bool) string {
	var b strings.Builder
	if g.in(3) {
		b.WriteString("name: " + g.one("shop", "My App", "${NET:-n}", "x-${UNSET:-y}") + "\n")
	}
	if g.in(3) {
		b.WriteString(g.one("include: [sub/inc.yaml]\n", "include: [{path: sub/inc.yaml, env_file: sub/other.env}]\n",
			"include:\n  - path: [sub/inc.yaml]\n    project_directory: .\n"))
	}
	b.WriteString("x-common: &common\n  image: common\n  ports: [\"9" + g.digits() + ":90\"]\n  networks: [back]\n")
	b.WriteString("services:\n")
	for i, name := range names {
		b.WriteString(g.service(name, names[:i], "  "))
	}
	if !g.in(4) {
		b.WriteString(top)
		if g.in(3) {
			b.WriteString("  default: " + g.one("{}", "{name: lan}", "{external: true, name: lan}", "{driver: bridge}") + "\n")
		}
		return b.String()
	}
	// Other declarations than the included files' would be merged with theirs.
	b.WriteString("volumes: {data: , cache: {external: true, name: \"${VOL2:-c}\"}, named: {name: n}, unused: {}}\n")
	b.WriteString("networks: {back: , proxy: {external: true, name: \"${NET}\"}, unused: {external: true}}\n")
	return b.String()
}

func (g generator) service(name string, before []string, indent string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s:\n", indent, name)
	line := func(format string, args ...any) { fmt.Fprintf(&b, indent+"  "+format+"\n", args...) }
	if g.in(6) && len(before) > 0 {
		line("extends: %s", g.one(g.one(before...), "{service: "+g.one(before...)+"}"))
	} else if g.in(6) && name != "base" && name != "inc" {
		line("extends: {file: base/base.yaml, service: base}")
	}
	merged := g.in(5) && name != "base" && name != "inc"
	if merged {
		line("<<: *common")
	}
	line("image: %s", g.one("nginx", "nginx:${TAG:-1}", "${IMG:-a/b:c}"))
	if !merged || g.in(2) {
		line("ports: %s", g.some(3, g.port))
	}
	if g.in(4) {
		line("expose: %s", g.some(2, func() string { return g.one("'3000'", "'53/udp'", "9000") }))
	}
	switch {
	case merged:
	case g.in(6):
		line("network_mode: %s", g.one("host", "none", "bridge"))
	case g.in(2):
		line("networks: %s", g.networks())
	}
	line("volumes: %s", g.volumes())
	if g.in(3) {
		line("profiles: %s", g.one("[a]", "[b]", "[a, b]", "[]"))
	}
	switch {
	case g.in(8):
		line("scale: %s", g.one("0", "1"))
	case g.in(8):
		line("deploy: {replicas: %s}", g.one("0", "1"))
	}
	if g.in(5) && len(before) > 0 {
		line("depends_on: {%s: {condition: service_started, required: false}}", g.one(before...))
	}
	return b.String()
}

func (g generator) port() string {
	n := func() string { return g.one("8", "9") + g.digits() }
	first := 20000 + g.IntN(1000)
	return g.one(`"`+n()+`:80"`, `"80"`, "8080", `"127.0.0.1:`+n()+`:81"`, `"[::1]:`+n()+`:81"`, `"`+n()+`:53/udp"`, `"`+n()+`:53/UDP"`, `"`+n()+`:54/TCP"`,
		fmt.Sprintf(`"%d-%d:%d-%d"`, first, first+3, first, first+3), fmt.Sprintf(`"%d-%d:70"`, first, first+3), fmt.Sprintf(`"%d-%d:%d-%d"`, first, first+80, first, first+80),
		fmt.Sprintf(`"127.0.0.1:%d-%d:%d-%d/udp"`, first, first+100, first+5, first+105), `"7000-7002"`,
		`"${HTTP}:80"`, `"${FROM_ENV:-6000}:80"`, `"${INC:-6001}:82"`, `"$HTTP:83"`, `"${ADDR:-0.0.0.0}:`+n()+`:84"`, `"${HTTP:+1}234:85"`, `"${A:-${B:-${HTTP}}}:86"`,
		`{target: 80, published: "`+n()+`"}`, `{target: 87, published: `+n()+`, protocol: udp, host_ip: 127.0.0.1}`, `{target: 88}`,
		fmt.Sprintf(`{target: 89, published: "%d-%d", mode: host}`, first, first+2), `{target: 80, published: "${HTTP}", name: http}`)
}

func (g generator) networks() string {
	return g.one("[default]", "[back]", "[back, default]", "[proxy, back]", "{default: {aliases: [x]}}", "{default: {ipv4_address: 10.1.2.3}}",
		"{back: {priority: 10}, proxy: }", "{default: , back: {aliases: [y]}}", "[]", "{}")
}

func (g generator) volumes() string {
	n := 0
	return g.some(3, func() string {
		n++
		to := fmt.Sprintf("/m%d", n)
		return g.one(`"data:`+to+`"`, `"cache:`+to+`:ro"`, `"named:`+to+`"`, `"./here:`+to+`"`, `"../up:`+to+`"`, `"~/home:`+to+`"`, `"`+to+`"`, `"$PWD/x:`+to+`"`, `"${PWD}/x:`+to+`:ro"`,
			`"${VOL:-data}:`+to+`"`, `"/abs:`+to+`/"`, `{type: volume, source: data, target: `+to+`}`, `{type: bind, source: ./b, target: `+to+`}`, `{type: tmpfs, target: `+to+`}`,
			`{type: volume, target: `+to+`}`)
	})
}

// override is a later file: it adds to services, takes back or replaces what they have, and may have one more.
func (g generator) override(names []string) string {
	var b strings.Builder
	b.WriteString("services:\n")
	for _, name := range names {
		if g.in(2) {
			continue
		}
		fmt.Fprintf(&b, "  %s:\n    labels: {a: b}\n", name)
		switch g.IntN(4) {
		case 0:
			fmt.Fprintf(&b, "    ports: !override %s\n", g.some(2, g.port))
		case 1:
			b.WriteString("    ports: !reset []\n")
		case 2:
			fmt.Fprintf(&b, "    ports: %s\n", g.some(2, g.port))
		}
		if g.in(4) {
			fmt.Fprintf(&b, "    volumes: %s\n", g.volumes())
		}
		if g.in(5) {
			b.WriteString("    profiles: [c]\n")
		}
	}
	b.WriteString(g.service("later", names, "  "))
	return b.String()
}
